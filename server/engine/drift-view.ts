import type { ClusterState } from '../domain/cluster-state.js'
import { groupNamed } from '../domain/cluster-state.js'
import type { Difference } from '../domain/difference.js'
import { differencesOf, notedOf, wordAbout } from '../domain/drift.js'
import { waysOfNoted } from '../domain/drift-of-strangers.js'
import { driftMemory, type DriftWord, type NotedDifference } from '../domain/drift-memory.js'
import type { Observed } from '../domain/observation.js'
import { freshLook } from './fresh-look.js'
import type { Parts } from './parts.js'

/** A difference as it is shown: since when, and what people have said about it. */
export interface DifferenceView extends Difference {
  /** Null: it was seen just now and has not lasted yet. */
  readonly since: Date | null
  readonly left: DriftWord | null
  readonly undoAsked: DriftWord | null
}

/** A cluster's differences, from a fresh look at AWS and a listing of the whole account. */
export interface DriftView {
  readonly state: ClusterState
  readonly seen: Observed
  readonly differences: readonly DifferenceView[]
}

/** So old may the account's listing be for a page: several people who look at once share it. */
const listingAgeMs = 2000

/** Throws Refusal for a cluster that is not there. */
export async function driftView(parts: Parts, cluster: string): Promise<DriftView> {
  // Listed before the records are read: what is launched meanwhile is recorded, never the other way round.
  const listing = await parts.lister.list('whole', listingAgeMs)
  const { state, seen } = await freshLook(parts, cluster)
  const look = { ...seen, listing }
  return { state, seen: look, differences: differenceViews(parts, state, look) }
}

/**
 * Every difference of a look. Where the account was not listed, strangers are shown as they were last noted: a page costs
 * AWS nothing more.
 */
export function differenceViews(
  { place }: Pick<Parts, 'place'>,
  state: ClusterState,
  seen: Observed,
): readonly DifferenceView[] {
  const found = differencesOf({ state, seen, owner: place.owner })
  const remembered = seen.listing ? [] : driftMemory(state.cluster).noted.filter(isUnknown(state))
  const noted = remembered.map((each) => asDifference(state.cluster.name, each))
  return [...found, ...noted].map((difference) => ({
    ...difference,
    since: notedOf(state, difference)?.since ?? null,
    left: wordAbout(state, 'left', difference),
    undoAsked:
      difference.kind === 'weights' ? restoreWord(state, difference) : wordAbout(state, 'undo', difference),
  }))
}

function isUnknown(state: ClusterState) {
  return ({ kind, subject }: NotedDifference) => kind === 'stranger' && !groupNamed(state, subject)
}

function asDifference(cluster: string, { since: _since, ...noted }: NotedDifference): Difference {
  return { ...noted, ways: waysOfNoted(noted, cluster) }
}

function restoreWord({ cluster }: ClusterState, { kind, subject, found }: Difference): DriftWord | null {
  return cluster.restoreAsked && { kind, subject, found, ...cluster.restoreAsked }
}

/** What the API and the command line tell of a difference. */
export function shownDifference(difference: DifferenceView) {
  const { kind, subject, what, expected, found, who, since, left, undoAsked, ways } = difference
  return {
    kind,
    subject,
    what,
    expected,
    found,
    who,
    since,
    leftBy: left?.by ?? null,
    undoAskedBy: undoAsked?.by ?? null,
    ways: ways.map(({ act, effect, reason }) => ({ act, effect, possible: reason === null, reason })),
  }
}
