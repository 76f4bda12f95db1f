import { Agent, request } from 'node:http'

/** What a client saw that asked at a steady rate. */
export interface ClientReport {
  readonly requests: number
  readonly failed: readonly string[]
  /**
   * The versions in the order in which they answered, without repeats. A request that was under way when the next version
   * first answered may still be answered by the one before: that is no way back.
   */
  readonly versions: readonly string[]
}

/** The order of versions, from answers as they come in. */
export class VersionOrder {
  readonly versions: string[] = []
  private newestSinceMs = 0

  answered(version: string, sentMs: number, receivedMs: number): void {
    if (this.versions.at(-1) === version) return
    if (this.versions.at(-2) === version && sentMs <= this.newestSinceMs) return
    this.versions.push(version)
    this.newestSinceMs = receivedMs
  }
}

/** Asks at a steady rate over kept connections, as a client that follows HTTP does, and remembers everything. */
export function steadyClient(
  url: string,
  perSecond: number,
  versionOf: (body: string) => string,
): { stop(): Promise<ClientReport> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 })
  const failed: string[] = []
  const order = new VersionOrder()
  const open = new Set<Promise<void>>()
  let requests = 0
  let sent = 0
  const begun = performance.now()

  const ask = () =>
    new Promise<void>((resolve) => {
      requests += 1
      const sentMs = performance.now()
      const asked = request(url, { agent, timeout: 10_000 }, (reply) => {
        let body = ''
        reply.setEncoding('utf8')
        reply.on('data', (chunk: string) => (body += chunk))
        reply.on('error', (error) => {
          failed.push(String(error))
          resolve()
        })
        reply.on('end', () => {
          const status = reply.statusCode ?? 0
          if (status < 200 || status > 299) failed.push(`${status} ${body.slice(0, 80)}`)
          else order.answered(versionOf(body), sentMs, performance.now())
          resolve()
        })
      })
      asked.on('error', (error) => {
        failed.push(String(error))
        resolve()
      })
      asked.end()
    })

  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - begun) / 1000) * perSecond)
    for (; sent < due; sent += 1) {
      const asking = ask()
      open.add(asking)
      void asking.finally(() => open.delete(asking))
    }
  }, 5)

  return {
    async stop() {
      clearInterval(timer)
      await Promise.all([...open])
      agent.destroy()
      return { requests, failed, versions: order.versions }
    },
  }
}
