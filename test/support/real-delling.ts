import { execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout } from '../../config/checkout.js'
import { until } from './until.js'

/** What a command left: its exit code and everything it wrote. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The program as users start it: `npm start` on a state folder of its own, and the command line beside it. */
export interface RealDelling {
  readonly home: string
  readonly url: string
  readonly token: string
  /** `delling …`, run to its end. */
  delling(...words: string[]): Promise<Ran>
  /** The same with --json, its document parsed. Throws where it did not end with `code`. */
  json<Document>(code: number, ...words: string[]): Promise<Document>
  /** The process behind a part, as the launcher wrote it down. */
  pidOf(part: 'console' | 'localcloud' | 'database'): number
  stop(): Promise<void>
}

export interface RealDellingOptions {
  readonly pace?: 'zero' | 'brisk'
  /** Where instances install npm packages from. */
  readonly registry?: string
}

/** Starts everything and waits until it is ready; `stop` ends every process and removes every file. */
export async function startRealDelling({
  pace = 'zero',
  registry,
}: RealDellingOptions = {}): Promise<RealDelling> {
  const home = mkdtempSync(join(tmpdir(), 'delling-real-'))
  const npmrc = join(home, 'npmrc')
  writeFileSync(npmrc, registry ? `registry=${registry}\n` : '')
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    DELLING_HOME: home,
    DELLING_PACE: pace,
    PORT: '0',
    ...(registry ? { NPM_CONFIG_USERCONFIG: npmrc } : {}),
  }
  const launcher = spawn(process.execPath, [join(checkout, 'bin', 'start.js')], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const keep = (chunk: Buffer) => (output += chunk.toString())
  launcher.stdout.on('data', keep)
  launcher.stderr.on('data', keep)
  const ended = new Promise<void>((resolve) => launcher.once('close', () => resolve()))
  await until(
    () => output.includes('/sign-in/') || launcher.exitCode !== null,
    90_000,
    'npm start prints a link',
  )
  if (launcher.exitCode !== null) throw new Error(`npm start ended:\n${output}`)
  const { url, token } = JSON.parse(readFileSync(join(home, 'console.json'), 'utf8')) as {
    url: string
    token: string
  }

  const delling = (...words: string[]) =>
    new Promise<Ran>((resolve) => {
      execFile(
        process.execPath,
        [join(checkout, 'bin', 'delling.js'), ...words],
        { env, maxBuffer: 2 ** 26 },
        (error, stdout, stderr) => {
          resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr })
        },
      )
    })
  return {
    home,
    url,
    token,
    delling,
    async json<Document>(code: number, ...words: string[]) {
      const ran = await delling(...words, '--json')
      if (ran.code !== code)
        throw new Error(
          `delling ${words.join(' ')} ended with ${ran.code}, not ${code}:\n${ran.stdout}\n${ran.stderr}`,
        )
      return JSON.parse(ran.stdout) as Document
    },
    pidOf: (part) =>
      (JSON.parse(readFileSync(join(home, 'run', `${part}.json`), 'utf8')) as { pid: number }).pid,
    async stop() {
      launcher.kill('SIGTERM')
      await ended
      const named = join(home, 'system-folder')
      if (existsSync(named)) rmSync(readFileSync(named, 'utf8').trim(), { recursive: true, force: true })
      rmSync(home, { recursive: true, force: true })
    },
  }
}
