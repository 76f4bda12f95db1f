import { Agent, request } from 'node:http'

/** What a client saw that asked at a steady rate. */
export interface ClientReport {
  readonly requests: number
  readonly failed: readonly string[]
  /** The versions in the order in which they answered, without repeats. */
  readonly versions: readonly string[]
}

/** Asks at a steady rate over kept connections, as a client that follows HTTP does, and remembers everything. */
export function steadyClient(
  url: string,
  perSecond: number,
  versionOf: (body: string) => string,
): { stop(): Promise<ClientReport> } {
  const agent = new Agent({ keepAlive: true, maxSockets: 20 })
  const failed: string[] = []
  const versions: string[] = []
  const open = new Set<Promise<void>>()
  let requests = 0
  let sent = 0
  const begun = performance.now()

  const ask = () =>
    new Promise<void>((resolve) => {
      requests += 1
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
          else if (versions.at(-1) !== versionOf(body)) versions.push(versionOf(body))
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
      return { requests, failed, versions }
    },
  }
}
