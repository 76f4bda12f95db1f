import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'

/** What somebody wants to do about holds, stops, windows and freezes, or in spite of them. */
export type HoldDeed = 'place' | 'release' | 'override' | 'pause' | 'resume'

/**
 * Throws a refusal for a job and for the engine itself, which have no reasons of their own. Which person may, and where, is asked
 * before at the console's door, by the roles of `domain/access.ts`.
 */
export function refuseUnlessMayHold(actor: Actor, deed: HoldDeed): void {
  if (actor.via !== 'job' && actor.via !== 'engine') return
  throw new Refusal(
    'NotAllowed',
    `${actor.name} may not ${deed} this: a person must. Nothing was changed.`,
    'forbidden',
  )
}
