/** How fast AWS's own delays pass: `real` keeps them, `brisk` divides them by 20, `zero` drops them. */
export type Pace = 'real' | 'brisk' | 'zero'

const paceDivisors: Readonly<Record<Pace, number>> = {
  real: 1,
  brisk: 20,
  zero: Number.POSITIVE_INFINITY,
}

/**
 * The local cloud's time. The wall clock can be moved or frozen through the control interface; delays are scaled by the
 * pace and run on the machine's own timers, so that moving the clock never makes an instance boot faster.
 */
export class Clock {
  private offsetMs = 0
  private frozenAt: number | undefined

  constructor(public pace: Pace = 'brisk') {}

  now(): Date {
    return new Date(this.frozenAt ?? Date.now() + this.offsetMs)
  }

  /** How long an AWS delay of `awsMs` takes here. At pace `zero` a repeating delay still takes `floorMs`. */
  scaled(awsMs: number, floorMs = 0): number {
    return Math.max(floorMs, awsMs / paceDivisors[this.pace])
  }

  /** Moves the wall clock so that it shows `moment` now and goes on from there. */
  setTo(moment: Date): void {
    this.offsetMs = moment.getTime() - Date.now()
    if (this.frozenAt !== undefined) this.frozenAt = moment.getTime()
  }

  freeze(): void {
    this.frozenAt = this.now().getTime()
  }

  unfreeze(): void {
    if (this.frozenAt === undefined) return
    this.offsetMs = this.frozenAt - Date.now()
    this.frozenAt = undefined
  }

  get frozen(): boolean {
    return this.frozenAt !== undefined
  }

  /** For the state file: the wall clock's distance from the machine's. */
  get offset(): number {
    return this.offsetMs
  }
}
