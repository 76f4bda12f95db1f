export interface AuditedCall {
  /** By the cloud's clock. */
  readonly at: string
  readonly requestId: string
  readonly service: string
  readonly action: string
  readonly input: unknown
  /** The error code that was answered; absent for a call that was applied. */
  readonly error?: string
}

const KEPT = 5000
const reads = /^(Describe|Get|List|Head)/

/** The mutating calls, newest last, like CloudTrail: tests assert order and absence by it. */
export class Audit {
  private readonly calls: AuditedCall[] = []
  /** Every AWS call by `service:action`, reads included. */
  readonly counts: Record<string, number> = {}

  record(call: Omit<AuditedCall, 'at'>, clock: { now(): Date }): void {
    const key = `${call.service}:${call.action}`
    this.counts[key] = (this.counts[key] ?? 0) + 1
    if (reads.test(call.action)) return
    this.calls.push({ at: clock.now().toISOString(), ...call, input: withoutBulk(call.input) })
    if (this.calls.length > KEPT) this.calls.splice(0, this.calls.length - KEPT)
  }

  list(): readonly AuditedCall[] {
    return this.calls
  }

  clear(): void {
    this.calls.length = 0
    for (const key of Object.keys(this.counts)) delete this.counts[key]
  }
}

/** Streams and long texts (user data, uploads) would make the log as large as what it logs. */
function withoutBulk(input: unknown): unknown {
  return JSON.parse(
    JSON.stringify(input, (key, value: unknown) => {
      if (key === 'Body') return '(body)'
      return typeof value === 'string' && value.length > 2000 ? `${value.slice(0, 2000)}…` : value
    }),
  ) as unknown
}
