import type { Readiness } from '../../domain/readiness.js'
import { shownState, type ServerGroup, type ShownState } from '../../domain/server-group.js'
import { isEnded, type Operation, type Outcome, type Phase } from '../../domain/operation.js'

/** Shape, then word, then colour. */
export interface Badge {
  readonly k: string
  readonly glyph: string
  readonly word: string
}

const badge = (k: string, glyph: string, word: string): Badge => ({ k, glyph, word })

/** The state of a group. A warm one says whether it could take the traffic back. */
export function stateBadge(
  state: ShownState,
  readiness: Readiness['state'] | null = null,
  kept = false,
): Badge {
  switch (state) {
    case 'live':
      return badge('k-live', 'live', 'live')
    case 'adopting':
      return badge('k-next', 'next', 'being adopted')
    case 'given back':
      return badge('k-idle', 'retiring', 'given back')
    case 'launching':
      return badge('k-next', 'next', 'launching')
    case 'canary':
      return badge('k-next', 'next', 'canary')
    case 'warm':
      return warmBadge(readiness, kept)
    case 'rejected':
      return badge('k-bad', 'rejected', 'rejected')
    case 'failed':
      return badge('k-bad', 'rejected', 'failed')
    case 'destroying':
      return badge('k-idle', 'retiring', 'destroying')
    case 'destroyed':
      return badge('k-idle', 'retiring', 'destroyed')
  }
}

function warmBadge(readiness: Readiness['state'] | null, kept: boolean): Badge {
  if (readiness === 'degraded') return badge('k-care', 'warm-care', 'warm, degraded')
  if (readiness === 'lost') return badge('k-bad', 'warm-lost', 'warm, lost')
  if (kept) return badge('k-warm', 'pin', 'warm, kept')
  return badge('k-warm', 'warm', readiness === 'ready' ? 'warm, ready' : 'warm')
}

/** The state of a group from its record alone, where no snapshot of the cloud is at hand. */
export function recordedBadge(group: ServerGroup): Badge {
  const state = shownState(group.role, 0)
  return stateBadge(
    state,
    state === 'warm' ? (group.degradedSince ? 'degraded' : 'ready') : null,
    group.keep !== null,
  )
}

const running: Readonly<Partial<Record<Phase, string>>> = {
  waiting: 'queued',
  queued: 'about to start',
  preparing: 'preparing',
  launching: 'launching',
  registering: 'waiting to register',
  testing: 'being tested',
  canary: 'canary',
  sizing: 'resizing',
  pinning: 'holding the old group',
  switching: 'switching',
  settling: 'settling',
  watching: 'watching',
  aborting: 'giving up',
  returning: 'returning the traffic',
  resettling: 'settling again',
  delisting: 'leaving the rule',
  draining: 'draining',
  shrinking: 'shrinking',
  deleting: 'deleting',
  verifying: 'looking for left-overs',
  parking: 'parking the rule',
  quieting: 'is it missed?',
  retiring: 'destroying its groups',
  clearing: 'clearing up',
  marking: 'being marked as ours',
  unmarking: 'being given back',
}

/** Where an operation stands, in the words of a badge. */
export function phaseBadge(operation: Operation): Badge {
  if (isEnded(operation)) return endBadge(operation)
  if (operation.phase === 'halted') return badge('k-bad', 'halted', 'halted')
  if (operation.paused) return badge('k-care', 'halted', 'paused')
  if (operation.phase === 'approving') return badge('k-care', 'bang', 'waiting for approval')
  const word = running[operation.phase] ?? operation.phase
  if (['destroy', 'decommission', 'giveBack'].includes(operation.kind))
    return badge('k-idle', 'retiring', word)
  if (operation.kind === 'resize') return badge('k-next', 'next', word)
  if (operation.phase === 'waiting') return badge('k-idle', 'clock', word)
  return badge('k-next', operation.kind === 'switchBack' ? 'back' : 'next', word)
}

function endBadge(operation: Operation): Badge {
  const outcome = operation.phase as Outcome
  switch (outcome) {
    case 'succeeded':
      return badge('k-good', 'check', endWord(operation))
    case 'rolledBack':
      return badge('k-warm', 'back', 'traffic returned')
    case 'cancelled':
      return badge('k-idle', 'cross', 'cancelled')
    case 'overridden':
      return badge('k-care', 'bang', 'overridden')
    case 'refused':
      return badge('k-idle', 'rejected', 'refused')
    case 'failed':
      return badge('k-bad', 'rejected', 'failed')
  }
}

function endWord(operation: Operation): string {
  if (operation.kind === 'destroy') return 'destroyed'
  if (operation.kind === 'resize') return 'resized'
  if (operation.kind === 'decommission') return 'retired'
  if (operation.kind === 'adopt') return 'adopted'
  if (operation.kind === 'giveBack') return 'given back'
  return operation.kind === 'switchBack' ? 'switched back' : 'switched'
}
