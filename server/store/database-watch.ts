import { DatabaseAway } from '../domain/database-away.js'

/** Told once when the database stops answering, and once when it answers again. */
export interface WatchLog {
  away(cause: Error): void
  back(awayMs: number): void
}

/** Whether the database answers, as everything that asks it tells. */
export class DatabaseWatch {
  private since: { readonly at: Date; readonly ms: number } | null = null
  private answeredMs = 0

  constructor(private readonly log: WatchLog = { away: () => undefined, back: () => undefined }) {}

  /** Since when it does not answer, by this machine's clock; null while it does. */
  get awaySince(): Date | null {
    return this.since?.at ?? null
  }

  /** How long ago anybody was answered. */
  get answeredAgoMs(): number {
    return performance.now() - this.answeredMs
  }

  /** Throws DatabaseAway while it is known not to answer: nobody waits for what would not come. */
  refuseIfAway(): void {
    if (this.since) throw new DatabaseAway(this.since.at, false, null)
  }

  answered(): void {
    this.answeredMs = performance.now()
    if (!this.since) return
    const awayMs = performance.now() - this.since.ms
    this.since = null
    this.log.back(awayMs)
  }

  /**
   * What to throw for a failure: DatabaseAway where it means that nobody answers, else the failure itself. Where somebody
   * else was answered after `sinceMs`, when it was asked, the trouble is that of one connection.
   */
  failed(error: unknown, asked: boolean, sinceMs: number): unknown {
    if (!(error instanceof Error) || error instanceof DatabaseAway) return error
    if (!meansAway(error)) {
      if ((error as { code?: string }).code !== undefined) this.answered()
      return error
    }
    if (this.answeredMs > sinceMs) return new DatabaseAway(new Date(), asked, error)
    if (!this.since) {
      this.since = { at: new Date(), ms: performance.now() }
      this.log.away(error)
    }
    return new DatabaseAway(this.since.at, asked, error)
  }
}

/** Nobody listens, the connection broke, or the server is starting, stopping, full, or the standby of another one. */
const codes =
  /^(ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENOTFOUND|EAI_AGAIN|08\w{3}|57P0[1235]|53300|25006)$/
/** What the driver says by itself carries no code. */
const sentences =
  /^(Connection terminated|Query read timeout|timeout e(xpired|xceeded)|Client has encountered a connection error|Client was closed)/

export function meansAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  return typeof code === 'string' ? codes.test(code) : sentences.test(error.message)
}
