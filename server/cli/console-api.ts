import { randomUUID } from 'node:crypto'
import type { ReadStream } from 'node:fs'
import { CommandFailure, exits, type Exit, type WayOn } from './exits.js'
import { sendRequest, type HttpReply, type HttpRequest } from './send-request.js'

interface Problem {
  readonly code?: string
  readonly detail?: string
  readonly faults?: readonly { field: string; sentence: string }[]
  readonly ways?: readonly WayOn[]
}

/** The console did not answer: nobody knows whether it did what was asked. */
export class ConsoleSilent extends CommandFailure {
  constructor(url: string, cause: Error) {
    super(
      exits.failed,
      'console-silent',
      `The console at ${url} does not answer (${cause.message}). Is it running? Start one with npm start, or name another with --url.`,
    )
  }
}

const timeoutMs = 60_000
const uploadTimeoutMs = 15 * 60_000
const tries = 4

/** The console's HTTP API. Every method throws a CommandFailure that carries the exit code. */
export class ConsoleApi {
  constructor(
    readonly url: string,
    private readonly token: string,
  ) {}

  async get<T>(path: string, query: Readonly<Record<string, string | undefined>> = {}): Promise<T> {
    const url = this.address(path)
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, value)
    return this.answer<T>(await this.send({ method: 'GET', url, headers: this.headers(), timeoutMs }))
  }

  /** Every row of a list that comes in pages, in its order. */
  async list<Row>(
    path: string,
    name: string,
    query: Readonly<Record<string, string | undefined>> = {},
  ): Promise<readonly Row[]> {
    const rows: Row[] = []
    let cursor: string | undefined
    do {
      const page = await this.get<Readonly<Record<string, unknown>>>(path, { ...query, limit: '500', cursor })
      rows.push(...(page[name] as readonly Row[]))
      cursor = cursorIn(page.next)
    } while (cursor !== undefined)
    return rows
  }

  /** Sent again under the same key after an unclear answer: the console does what was asked once. */
  async post<T>(path: string, content: object = {}): Promise<T> {
    const request: HttpRequest = {
      method: 'POST',
      url: this.address(path),
      headers: this.headers({ 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
      body: JSON.stringify(content),
      timeoutMs,
    }
    return this.answer<T>(await this.send(request))
  }

  /** The package's file as it is; the digest is checked by the console and again on the builder. */
  async upload<T>(
    path: string,
    file: { name: string; bytes: number; sha256: string; content: ReadStream },
  ): Promise<T> {
    const headers = this.headers({
      'content-type': 'application/octet-stream',
      'content-length': String(file.bytes),
      'x-file-name': encodeURIComponent(file.name),
      'x-content-sha256': file.sha256,
    })
    const request = {
      method: 'POST',
      url: this.address(path),
      headers,
      body: file.content,
      timeoutMs: uploadTimeoutMs,
    } as const
    const reply = await sendRequest(request).catch((error: Error) => {
      throw new ConsoleSilent(this.url, error)
    })
    return this.answer<T>(reply)
  }

  private address(path: string): URL {
    return new URL(`${this.url.replace(/\/$/, '')}/api/v1${path}`)
  }

  private headers(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      authorization: `Bearer ${this.token}`,
      accept: 'application/json',
      'x-delling-via': 'cli',
      ...more,
    }
  }

  private async send(request: HttpRequest): Promise<HttpReply> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const reply = await sendRequest(request)
        const again = reply.status === 503 || (attempt > 1 && reply.body.includes('"StillRunning"'))
        if (!again || attempt === tries) return reply
      } catch (error) {
        // Nobody listens: waiting longer would only hide it. A torn connection may be a console that restarts.
        if (attempt === tries || (error as NodeJS.ErrnoException).code === 'ECONNREFUSED') {
          throw new ConsoleSilent(this.url, error as Error)
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 250 * attempt))
    }
  }

  private answer<T>(reply: HttpReply): T {
    const content = parseJson(reply.body)
    if (reply.status >= 200 && reply.status < 300) {
      if (content === undefined) {
        throw new CommandFailure(
          exits.failed,
          'not-a-console',
          `What answers at ${this.url} is not a Delling console.`,
        )
      }
      return content as T
    }
    const { code, detail, faults, ways } = (content ?? {}) as Problem
    if (reply.status === 401) {
      const sentence = `The console at ${this.url} does not take this token. Unset DELLING_TOKEN, or set it to a valid one.`
      throw new CommandFailure(exits.failed, 'token-refused', sentence)
    }
    const sentence = detail ?? `The console answered with HTTP ${reply.status} and no explanation.`
    const exit = exitOf(reply.status)
    throw new CommandFailure(exit, code ?? `http-${reply.status}`, sentence, {
      ...(faults && { faults }),
      ...(ways && { ways }),
    })
  }
}

/** A value that can't be one is bad usage, whoever notices it; what is refused could be done at another time, or by another person. */
function exitOf(status: number): Exit {
  if (status === 400) return exits.usage
  return status > 400 && status < 500 ? exits.refused : exits.failed
}

function cursorIn(next: unknown): string | undefined {
  return typeof next === 'string'
    ? (new URLSearchParams(next.split('?')[1]).get('cursor') ?? undefined)
    : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
