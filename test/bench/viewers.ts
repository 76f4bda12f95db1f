/** Where a console answers, and who asks. */
export interface ConsoleAddress {
  readonly url: string
  readonly token: string
}

/** How often an open page of a calm cluster looks again by itself. */
const everyMs = 15_000

/** People with a cluster's page open, each with another one: a live stream, and the page again whenever a browser asks for it. */
export class Viewers {
  private readonly gone = new AbortController()
  private readonly watching: readonly Promise<void>[]

  constructor(
    private readonly console: ConsoleAddress,
    clusters: readonly string[],
  ) {
    this.watching = clusters.flatMap((cluster, nth) => [this.listens(), this.looks(cluster, nth)])
  }

  async leave(): Promise<void> {
    this.gone.abort()
    await Promise.allSettled(this.watching)
  }

  private async listens(): Promise<void> {
    const reply = await this.get('/api/v1/events')
    for await (const _chunk of reply.body ?? []) if (this.gone.signal.aborted) return
  }

  private async looks(cluster: string, nth: number): Promise<void> {
    // Not all at the same moment.
    await this.rest((nth * everyMs) / 50)
    while (!this.gone.signal.aborted) {
      await (await this.get(`/clusters/${cluster}`)).text()
      await this.rest(everyMs)
    }
  }

  private get(path: string): Promise<Response> {
    return fetch(this.console.url + path, {
      headers: { authorization: `Bearer ${this.console.token}` },
      signal: this.gone.signal,
    })
  }

  private rest(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      this.gone.signal.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    })
  }
}
