import type { Clock } from './clock.js'

/**
 * What can be wrong with instances on request: `never-boots`, their system dies while they boot; `crash-loops`, it dies
 * shortly after; `flaps`, their application answers well and 503 in turns; `sick`, it answers 503 to everything.
 */
export const ailmentKinds = ['never-boots', 'crash-loops', 'flaps', 'sick'] as const
export type AilmentKind = (typeof ailmentKinds)[number]

export interface Ailment {
  /** An instance's id, an Auto Scaling group's name, or `*` for every instance. */
  readonly of: string
  readonly kind: AilmentKind
}

/** AWS's own times, before the pace: from boot to a crash, and how long a flapping application stays well or sick. */
const CRASH_AFTER_MS = 10_000
const CRASH_AFTER_AT_LEAST_MS = 1000
const FLAP_MS = 120_000
const FLAP_AT_LEAST_MS = 2000

/** What ails an instance: what is said of itself comes before what is said of its group, and that before all. */
export function ailmentOf(
  ailments: readonly Ailment[],
  { instanceId, tags }: { readonly instanceId: string; readonly tags: Readonly<Record<string, string>> },
): AilmentKind | undefined {
  for (const name of [instanceId, tags['aws:autoscaling:groupName'], '*']) {
    const said = ailments.find((ailment) => ailment.of === name)
    if (said) return said.kind
  }
  return undefined
}

/** How long after its boot a crash-looping instance dies. */
export function crashAfterMs(clock: Clock): number {
  return clock.scaled(CRASH_AFTER_MS, CRASH_AFTER_AT_LEAST_MS)
}

/** True while the application answers 503 in place of its own answers. */
export function answersSick(kind: AilmentKind | undefined, clock: Clock, nowMs = Date.now()): boolean {
  if (kind === 'sick') return true
  return kind === 'flaps' && Math.floor(nowMs / clock.scaled(FLAP_MS, FLAP_AT_LEAST_MS)) % 2 === 1
}
