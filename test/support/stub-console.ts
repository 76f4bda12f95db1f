import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { runCli } from '../../server/cli/run-cli.js'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface Answer {
  readonly status?: number
  readonly body: unknown
  /** Tears the connection instead of answering. */
  readonly tear?: boolean
}

export const token = 'stub-token-0123456789'

/**
 * A console that gives written answers: for each `METHOD /path` one after the other, the last one again and again. What
 * it was asked is kept.
 */
export async function stubConsole(answers: Readonly<Record<string, Answer | readonly Answer[]>>) {
  const asked: Asked[] = []
  const counts = new Map<string, number>()
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const path = (request.url ?? '').replace('/api/v1', '')
      asked.push({
        method: request.method ?? '',
        path,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      })
      const key = `${request.method} ${path.split('?')[0]}`
      const list = [
        answers[key] ?? { status: 404, body: { code: 'no-answer', detail: `no answer for ${key}` } },
      ].flat()
      const turn = counts.get(key) ?? 0
      counts.set(key, turn + 1)
      const { status = 200, body, tear } = list[Math.min(turn, list.length - 1)] as Answer
      if (tear) return void request.socket.destroy()
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    asked,
    close: () => new Promise((resolve) => server.close(resolve)),
    /** Runs a command line against it. */
    run: async (...argv: string[]) => run(argv),
    /** The same with other surroundings: what stands in the environment, and what standard input holds. */
    runIn: async (env: Record<string, string>, input: string, ...argv: string[]) => run(argv, env, input),
  }

  async function run(
    argv: string[],
    env: Record<string, string> = { DELLING_URL: url, DELLING_TOKEN: token },
    input = '',
  ) {
    let stdout = ''
    let stderr = ''
    const streams = {
      out: (text: string) => void (stdout += text),
      err: (text: string) => void (stderr += text),
      errIsTerminal: false,
    }
    const exit = await runCli(argv, streams, env, async () => input)
    return { exit, stdout, stderr }
  }
}
