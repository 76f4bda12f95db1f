import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout } from '../../config/checkout.js'
import { readConsoleFile } from '../../config/console-file.js'
import { loadSettings } from '../../config/settings.js'
import { ConsoleApi } from '../../server/cli/console-api.js'
import { partOf, removeHome, type Launched } from '../support/launched.js'
import { LocalCloudControl } from './local-cloud-control.js'
import type { ConsoleAddress } from './viewers.js'

type Pace = 'zero' | 'brisk' | 'real'

/** What `npm start` starts, on a state folder of the bench's own. */
export interface RunningDelling {
  /** From the start of bin/start.js to the line with the sign-in link. */
  readonly readyMs: number
  readonly api: ConsoleApi
  readonly control: LocalCloudControl
  readonly address: ConsoleAddress
  /** Signs one browser in. */
  readonly signInLink: string
  readonly pids: { readonly console: number; readonly localCloud: number; readonly postmaster: number }
  stop(): Promise<void>
}

/** A state folder that is removed at the end together with whatever still runs on it. */
export class BenchHome {
  readonly folder = mkdtempSync(join(tmpdir(), 'delling-bench-'))
  private readonly launched: Launched[] = []
  private readonly others: (() => Promise<void>)[] = []
  private removal: Promise<void> | undefined

  async start(pace: Pace, more: Readonly<Record<string, string>> = {}): Promise<RunningDelling> {
    if (this.removal) throw new Error('the bench is being stopped')
    const begun = performance.now()
    const launched = launch({ ...environment(this.folder, pace), ...more })
    this.launched.push(launched)
    await untilLinkPrinted(launched)
    const readyMs = performance.now() - begun
    const file = readConsoleFile(this.folder)
    if (!file) throw new Error(`The console left no address in ${this.folder}.`)
    const { controlToken } = JSON.parse(readFileSync(join(this.folder, 'secrets', 'cloud.json'), 'utf8')) as {
      controlToken: string
    }
    const { port } = JSON.parse(readFileSync(join(this.folder, 'run', 'localcloud.json'), 'utf8')) as {
      port: number
    }
    return {
      readyMs,
      api: new ConsoleApi(file.url, file.token),
      address: file,
      signInLink: /Open (\S+)/.exec(launched.output())?.[1] ?? '',
      control: new LocalCloudControl(`http://127.0.0.1:${port}`, controlToken),
      pids: {
        console: partOf(this.folder, 'console').pid,
        localCloud: partOf(this.folder, 'localcloud').pid,
        postmaster: partOf(this.folder, 'database').pid,
      },
      stop: async () => {
        launched.child.kill('SIGTERM')
        const exit = await launched.ended
        if (exit !== 0) throw new Error(`Delling ended with ${exit}:\n${launched.output()}`)
      },
    }
  }

  /** A second state folder, which ends with this one. */
  another(): BenchHome {
    const other = new BenchHome()
    this.endsWithIt(() => other.remove())
    return other
  }

  /** Something started beside it that has to end with it. */
  endsWithIt(stop: () => Promise<void>): void {
    this.others.push(stop)
  }

  /** Ends what runs on it and deletes it; the second caller waits for the first. */
  remove(): Promise<void> {
    this.removal ??= Promise.allSettled(this.others.map((stop) => stop())).then(() =>
      removeHome(this.folder, this.launched),
    )
    return this.removal
  }
}

/** The caller's settings of Delling would measure something else; those of npm and proxies stay. */
function environment(home: string, pace: Pace): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(DELLING_.*|DATABASE_URL|PORT|HOST|NODE_OPTIONS)$/.test(name),
  )
  const env = {
    ...Object.fromEntries(kept),
    DELLING_CLOUD: 'local',
    DELLING_HOME: home,
    DELLING_PACE: pace,
    PORT: '0',
  }
  if (loadSettings(env).databaseUrl !== undefined)
    throw new Error(
      'A YAML file in config/ names a database (databaseUrl). The bench would write into it: nothing was started. Comment it out while the bench runs.',
    )
  return env
}

/** In a process group of its own: Ctrl-C reaches the bench alone, which then stops everything in order. */
function launch(env: Record<string, string | undefined>): Launched {
  const child: ChildProcess = spawn(process.execPath, [join(checkout, 'bin', 'start.js')], {
    cwd: checkout,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const keep = (chunk: Buffer) => (text += chunk.toString('utf8'))
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  return { child, output: () => text, ended }
}

async function untilLinkPrinted(launched: Launched): Promise<void> {
  const printed = new Promise<boolean>((resolve) => {
    launched.child.stdout?.on('data', () => {
      if (/Open \S+/.test(launched.output())) resolve(true)
    })
  })
  if (!(await Promise.race([printed, launched.ended.then(() => false)])))
    throw new Error(`Delling did not start:\n${launched.output()}`)
}
