import type { Bake } from './bake.js'
import { discardEvent, type BakeEvent } from './bake-transitions.js'
import type { RunBuilder } from './call.js'
import type { Step } from './step.js'
import type { Timings } from './timings.js'

/** The builder as EC2 describes it. */
export interface BuilderNow {
  readonly instanceId: string
  readonly state: string
  readonly stateReason: string | null
  /** The `delling:bake-result` tag. */
  readonly resultTag: string | null
}

/** The image of the bake's name as EC2 describes it. */
export interface ImageNow {
  readonly imageId: string
  readonly state: string
  readonly stateReason: string | null
  readonly imdsV2Required: boolean
  readonly tags: Readonly<Record<string, string>>
}

export interface BakeInput {
  readonly bake: Bake
  readonly seen: {
    readonly builder: BuilderNow | null
    /** Builders of earlier attempts that run although their launch was taken for refused. */
    readonly strayBuilders: readonly string[]
    readonly image: ImageNow | null
    readonly console: string
  }
  readonly now: Date
  readonly timings: Timings
  readonly owner: string
  /**
   * The launch as it would be sent now; null in every phase but `launching`. A string says why there can be none, which
   * ends the bake.
   */
  readonly launch: RunBuilder | string | null
  /** How many places a builder can be tried in before the first comes again. */
  readonly places: number
}

export type BakeStep = Step<BakeEvent, never>

export function going(builder: BuilderNow): boolean {
  return builder.state === 'terminated' || builder.state === 'shutting-down'
}

/** Terminates a builder that is still there; null when it is gone or going. */
export function terminateStep(builder: BuilderNow | null): BakeStep | null {
  if (!builder || going(builder)) return null
  return {
    kind: 'act',
    call: { type: 'TerminateBuilder', instanceId: builder.instanceId },
    why: 'the builder has done its work',
  }
}

export function record(event: BakeEvent): BakeStep {
  return { kind: 'record', event }
}

export function discard(sentence: string, bake: Bake, rebake = false): BakeStep {
  return record(discardEvent(sentence, bake, rebake))
}

export function overdue({ bake, now }: BakeInput, ms: number): boolean {
  return now.getTime() - bake.phaseSince.getTime() > ms
}

/** Whether a launch of an earlier attempt may still come through, or have done so unseen. */
export function mayStrayLand({ lostLaunchAt }: Bake, now: Date, { wireMs, visibilityMs }: Timings): boolean {
  return lostLaunchAt !== null && now.getTime() - lostLaunchAt.getTime() < wireMs + visibilityMs
}

export function wait({ bake, timings }: BakeInput, sentence: string, deadlineMs: number): BakeStep {
  const until = new Date(bake.phaseSince.getTime() + deadlineMs)
  return { kind: 'wait', sentence, until, lookAgainMs: timings.pollMs }
}
