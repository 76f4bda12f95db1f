import { heartbeatEveryMs, type ReplicaReport } from '../domain/replica.js'
import type { SystemRecords } from '../engine/ports-system.js'
import type { JobLog } from './job-log.js'

/** Says every few seconds that this replica is there, and how it is. */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined
  private beating: Promise<void> | null = null

  constructor(
    private readonly parts: {
      readonly records: Pick<SystemRecords, 'beat' | 'leave'>
      readonly replica: string
      readonly report: () => ReplicaReport
      /** Hears each time how many replicas are alive. */
      readonly alive: (replicas: number) => void
    },
    private readonly log: JobLog,
    private readonly everyMs = heartbeatEveryMs,
  ) {}

  /** Resolves once the others can know of it. */
  async start(): Promise<void> {
    this.timer = setInterval(() => this.wake(), this.everyMs)
    this.timer.unref()
    await this.beat()
  }

  /** Whoever stops in order is not missed. */
  async stop(): Promise<void> {
    clearInterval(this.timer)
    await this.beating
    await this.parts.records.leave(this.parts.replica).catch(() => undefined)
  }

  /** One at a time: a database that is slow is not asked again meanwhile. */
  private wake(): void {
    this.beating ??= this.beat().finally(() => (this.beating = null))
  }

  private async beat(): Promise<void> {
    const { records, replica, report, alive } = this.parts
    const begunMs = performance.now()
    try {
      alive(await records.beat(replica, report()))
      this.log.looked('heartbeat', performance.now() - begunMs)
    } catch (error) {
      this.log.fault('heartbeat', error)
    }
  }
}
