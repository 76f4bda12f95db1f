import { Pool } from 'undici'

/** Keep-alive connections to targets, by loopback port. */
export class TargetPools {
  private readonly pools = new Map<number, Pool>()

  to(port: number): Pool {
    let pool = this.pools.get(port)
    if (!pool) {
      // A target's own keep-alive hint is honoured; two seconds are less than any common server waits without one.
      pool = new Pool(`http://127.0.0.1:${port}`, {
        pipelining: 1,
        keepAliveTimeout: 2000,
        connectTimeout: 10_000,
      })
      this.pools.set(port, pool)
    }
    return pool
  }

  /** Lets go of the connections to ports that no target has any more; requests in flight end undisturbed. */
  keepOnly(ports: ReadonlySet<number>): void {
    for (const [port, pool] of this.pools) {
      if (ports.has(port)) continue
      this.pools.delete(port)
      pool.close().catch(() => undefined)
    }
  }

  async destroy(): Promise<void> {
    const pools = [...this.pools.values()]
    this.pools.clear()
    await Promise.all(pools.map((pool) => pool.destroy()))
  }
}
