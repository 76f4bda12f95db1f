import { randomUUID } from 'node:crypto'
import type { Ailment } from './ailments.js'

/**
 * What a planned fault does to a call: `error` answers an error; `lost-answer` applies the call and cuts the connection;
 * `reset-before` cuts it before anything is applied; `delay` applies and answers `delayMs` later; `late` cuts it at once
 * and applies the call `delayMs` later; `twice` applies it two times; `stale` answers a read as it was `delayMs` ago;
 * `hide`, and
 * `stale` where it has any, leave `names` out of a read's answer.
 */
export const faultKinds = [
  'error',
  'lost-answer',
  'reset-before',
  'delay',
  'late',
  'twice',
  'stale',
  'hide',
] as const
export type FaultKind = (typeof faultKinds)[number]

export interface PlannedFault {
  readonly id: string
  /** Operation name such as `RunInstances`; `*` is any. */
  readonly action: string
  /** Signing name such as `ec2`; absent is any. */
  readonly service?: string
  readonly kind: FaultKind
  readonly code?: string
  readonly message?: string
  readonly status?: number
  readonly delayMs?: number
  /** Names, ids or ARNs that `hide` leaves out. */
  readonly names?: readonly string[]
  /** Only calls whose input holds this text. */
  readonly about?: string
  /** How many more calls it befalls. */
  remaining: number
}

export interface Throttle {
  readonly perSecond: number
  readonly burst: number
}

export interface KnobSettings {
  /** Every AWS call is answered this much later (machine time, never scaled). */
  latencyMs: number
  /** New EC2 resources stay unknown to Describe calls for this long (machine time). */
  invisibleMs: number
  /** Every read is answered as it was this long ago: eventual consistency of the whole account (machine time). */
  staleReadsMs: number
  /** Launches in these zones fail with InsufficientInstanceCapacity. */
  zonesWithoutCapacity: string[]
  /** Processes in these zones are dead and launches there fail. */
  zonesOut: string[]
  /** What is wrong with which instances. */
  ailments: Ailment[]
  /** Calls per second and burst, for each service; null lets every call through. */
  throttle: Throttle | null
  /** This many of the next images end as `failed`. */
  failNextImages: number
  /** Console output is shown this much later, as EC2's is (machine time). */
  consoleDelayMs: number
  /** The account's quotas: virtual processors that run at once, and Auto Scaling groups. */
  mostVcpus: number
  mostScalingGroups: number
}

export const firstKnobs = (): KnobSettings => ({
  latencyMs: 0,
  invisibleMs: 0,
  staleReadsMs: 0,
  zonesWithoutCapacity: [],
  zonesOut: [],
  ailments: [],
  throttle: null,
  failNextImages: 0,
  consoleDelayMs: 0,
  mostVcpus: 512,
  mostScalingGroups: 500,
})

/** The settings that make the local cloud misbehave on purpose. Services read them at the moment they act. */
export class Knobs {
  private readonly faults: PlannedFault[] = []
  private readonly listeners: (() => void)[] = []
  private readonly buckets = new Map<string, { tokens: number; filledAt: number }>()

  /** A state of an earlier version lacks the newer knobs. */
  constructor(readonly settings: KnobSettings = firstKnobs()) {
    Object.assign(settings, { ...firstKnobs(), ...settings })
  }

  zoneHasCapacity(zone: string): boolean {
    return !this.settings.zonesWithoutCapacity.includes(zone) && !this.zoneIsOut(zone)
  }

  zoneIsOut(zone: string): boolean {
    return this.settings.zonesOut.includes(zone)
  }

  change(patch: Partial<KnobSettings>): void {
    Object.assign(this.settings, patch)
    // A limit that is set anew begins with its whole burst.
    if ('throttle' in patch) this.buckets.clear()
    for (const listener of this.listeners) listener()
  }

  onChange(listener: () => void): void {
    this.listeners.push(listener)
  }

  plan(fault: Omit<PlannedFault, 'id' | 'remaining'> & { readonly times?: number }): PlannedFault {
    const { times, ...rest } = fault
    const planned = { ...rest, id: randomUUID(), remaining: times ?? 1 }
    this.faults.push(planned)
    return planned
  }

  planned(): readonly PlannedFault[] {
    return this.faults
  }

  dropFaults(): void {
    this.faults.length = 0
  }

  /** False where no such fault is planned any more. */
  dropFault(id: string): boolean {
    const at = this.faults.findIndex((fault) => fault.id === id)
    if (at >= 0) this.faults.splice(at, 1)
    return at >= 0
  }

  /** The fault that befalls this call, if one was planned; counts it down. */
  take(service: string, action: string, input?: unknown): PlannedFault | undefined {
    if (this.faults.length === 0) return undefined
    const at = this.faults.findIndex(
      (fault) =>
        (fault.action === '*' || fault.action === action) &&
        (fault.service ?? service) === service &&
        (fault.about === undefined || JSON.stringify(input).includes(fault.about)),
    )
    const fault = this.faults[at]
    if (!fault) return undefined
    fault.remaining -= 1
    if (fault.remaining <= 0) this.faults.splice(at, 1)
    return fault
  }

  /** False when the service's token bucket is empty. */
  allow(service: string, nowMs: number = Date.now()): boolean {
    const limit = this.settings.throttle
    if (!limit) return true
    const bucket = this.buckets.get(service) ?? { tokens: limit.burst, filledAt: nowMs }
    const refilled = bucket.tokens + ((nowMs - bucket.filledAt) / 1000) * limit.perSecond
    const tokens = Math.min(limit.burst, refilled)
    const allowed = tokens >= 1
    this.buckets.set(service, { tokens: allowed ? tokens - 1 : tokens, filledAt: nowMs })
    return allowed
  }
}
