import type { Clock } from '../engine/ports.js'

/** The machine's wall clock. */
export const machineClock: Clock = { now: () => new Date() }

const syncEveryMs = 500

/**
 * The local cloud's wall clock, which can be moved or frozen: asked twice a second, so that a moved clock is noticed within
 * half a second. Until the first answer, and while the local cloud is away, the last known distance holds.
 */
export class LocalCloudClock implements Clock {
  private offsetMs = 0
  private frozenAt: number | null = null
  private timer: NodeJS.Timeout | undefined

  constructor(
    private readonly controlUrl: string,
    private readonly controlToken: string | undefined,
  ) {}

  now(): Date {
    return new Date(this.frozenAt ?? Date.now() + this.offsetMs)
  }

  async start(): Promise<void> {
    await this.sync()
    this.timer = setInterval(() => void this.sync().catch(() => undefined), syncEveryMs)
    this.timer.unref()
  }

  stop(): void {
    clearInterval(this.timer)
  }

  private async sync(): Promise<void> {
    const reply = await fetch(new URL('/_localcloud/clock', this.controlUrl), {
      headers: {
        'x-localcloud-control': '1',
        ...(this.controlToken ? { authorization: `Bearer ${this.controlToken}` } : {}),
      },
      signal: AbortSignal.timeout(3000),
    })
    if (!reply.ok) throw new Error(`the local cloud's clock answered ${reply.status}`)
    const { now, frozen } = (await reply.json()) as { now: string; frozen: boolean }
    const shown = new Date(now).getTime()
    this.frozenAt = frozen ? shown : null
    this.offsetMs = shown - Date.now()
  }
}
