/** What can be wrong with instances: docs/local-cloud.md says of each what happens. */
export const ailmentKinds = ['never-boots', 'crash-loops', 'flaps', 'sick'] as const
export type AilmentKind = (typeof ailmentKinds)[number]

/** What a planned fault does to the calls that it befalls. */
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

/** Knobs that are one length of time. */
export const lengthKnobs = ['slow-answers', 'late-visibility', 'stale-reads', 'late-console'] as const
export type LengthKnob = (typeof lengthKnobs)[number]

export interface PlannedFault {
  /** An AWS operation such as `RunInstances`; `*` is any. */
  readonly action: string
  readonly kind: FaultKind
  readonly times: number
  readonly delayMs?: number | undefined
  readonly code?: string | undefined
  /** Only calls whose input holds this text. */
  readonly about?: string | undefined
  /** Names, ids or ARNs that `hide` leaves out. */
  readonly names?: readonly string[] | undefined
}

/** Something that a person does to the local cloud, to see what Delling makes of it. */
export type Rehearsal =
  | { readonly act: 'no-capacity' | 'dark-zone'; readonly zone: string }
  | { readonly act: 'ailment'; readonly of: string; readonly kind: AilmentKind }
  | { readonly act: LengthKnob; readonly ms: number }
  | { readonly act: 'throttle'; readonly perSecond: number; readonly burst: number }
  | { readonly act: 'failing-images'; readonly count: number }
  | ({ readonly act: 'fault' } & PlannedFault)
  | { readonly act: 'move-clock'; readonly hours: number }
  | { readonly act: 'freeze-clock' }
  | { readonly act: 'crash' | 'terminate'; readonly instance: string }
  | { readonly act: 'weight'; readonly group: string; readonly weight: number }
  | {
      readonly act: 'resize'
      readonly group: string
      readonly min: number
      readonly desired: number
      readonly max: number
    }
  | { readonly act: 'delete-target-group'; readonly group: string }

export type RehearsalAct = Rehearsal['act']

/** What stays out of order until it is ended, under the key that ends it. */
export interface OutOfOrder {
  /** Such as `dark-zone:us-east-1a` or `fault:5f0c…`. */
  readonly key: string
  /** What happens while it lasts. */
  readonly sentence: string
  /** How it ends by itself; null: only when it is ended. */
  readonly endsWith: string | null
}

/** The local cloud's knobs, as its control interface names them. */
export interface LocalCloudKnobs {
  readonly latencyMs: number
  readonly invisibleMs: number
  readonly staleReadsMs: number
  readonly consoleDelayMs: number
  readonly zonesWithoutCapacity: readonly string[]
  readonly zonesOut: readonly string[]
  readonly ailments: readonly { readonly of: string; readonly kind: AilmentKind }[]
  readonly throttle: { readonly perSecond: number; readonly burst: number } | null
  readonly failNextImages: number
}

export interface LocalInstance {
  readonly instanceId: string
  readonly state: string
  /** False once its system has died without being asked. */
  readonly alive: boolean
  readonly zone: string
  readonly group: string | null
  readonly port: number | null
  /** The process whose death is the instance's death. */
  readonly processId: number | null
}

/** The local cloud as it is now. */
export interface LocalCloudSeen {
  readonly zones: readonly string[]
  readonly pace: 'real' | 'brisk' | 'zero'
  /** How instances are kept apart from the machine. */
  readonly confinement: string
  readonly now: Date
  /** How far its clock is from the machine's. */
  readonly offsetMs: number
  readonly frozen: boolean
  readonly instances: readonly LocalInstance[]
  readonly knobs: LocalCloudKnobs
  readonly faults: readonly (PlannedFault & { readonly id: string; readonly remaining: number })[]
}

/** The knob that an act turns, as the control interface names it. */
export const knobOf: Readonly<
  Record<LengthKnob, 'latencyMs' | 'invisibleMs' | 'staleReadsMs' | 'consoleDelayMs'>
> = {
  'slow-answers': 'latencyMs',
  'late-visibility': 'invisibleMs',
  'stale-reads': 'staleReadsMs',
  'late-console': 'consoleDelayMs',
}
