import { activeResizes, activeTraffic, type ClusterState } from './cluster-state.js'
import type { Difference, DriftScene } from './difference.js'
import { driftMemory, isAbout, type DriftWord, type NotedDifference } from './drift-memory.js'
import { partDifferences } from './drift-of-parts.js'
import { processDifference } from './drift-of-processes.js'
import { sizeDifference } from './drift-of-sizes.js'
import { strangerDifference } from './drift-of-strangers.js'
import { strangerCarries, weightDifference } from './drift-of-weights.js'
import type { ServerGroup } from './server-group.js'
import { strangersOf } from './strangers.js'

/**
 * Every difference between a cluster's records and AWS. Strangers are among them only when the account was listed. What a
 * running operation is about to change is left out: it is not settled yet.
 */
export function differencesOf(scene: DriftScene): readonly Difference[] {
  const { state, seen } = scene
  const behind = strangerCarries(state, seen)
  const strangers = seen.listing ? strangersOf(state, seen.listing) : []
  return [
    weightDifference(scene, strangers),
    ...strangers.map((stranger) => strangerDifference(scene, stranger)),
    ...settledGroups(state).flatMap((group) => groupDifferences(scene, group, behind)),
  ].filter((difference) => difference !== null)
}

/** `behind`: the records do not even know who carries the traffic, so that they can't say how a group should be held. */
function groupDifferences(
  scene: DriftScene,
  group: ServerGroup,
  behind: boolean,
): readonly (Difference | null)[] {
  const observed = scene.seen.groups.get(group.name) ?? null
  const present = observed?.autoScaling
  const parts = partDifferences(group, observed)
  if (!present || behind) return parts
  return [...parts, sizeDifference(scene, group, present), processDifference(scene, group, present)]
}

/** Groups that nothing is being done to: only these are held to their records. */
function settledGroups(state: ClusterState): readonly ServerGroup[] {
  const operation = activeTraffic(state)
  const moving = [
    ...(operation && operation.phase !== 'halted' ? [operation.from, operation.to] : []),
    ...activeResizes(state).map((resizing) => resizing.to),
  ]
  return state.groups.filter(
    (group) => ['live', 'warm', 'lost'].includes(group.role) && !moving.includes(group.name),
  )
}

/** A person's word about this very difference; none about what was found at another time. */
export function wordAbout(
  state: ClusterState,
  list: 'left' | 'undo',
  difference: Difference,
): DriftWord | null {
  return (
    driftMemory(state.cluster)[list].find(
      (word) => isAbout(word, difference) && word.found === difference.found,
    ) ?? null
  )
}

/** As it was noted, if what is found is still the same; of the weights, whatever they are, since they are unexplained. */
export function notedOf(state: ClusterState, difference: Difference): NotedDifference | null {
  return (
    driftMemory(state.cluster).noted.find(
      (noted) => isAbout(noted, difference) && (noted.kind === 'weights' || noted.found === difference.found),
    ) ?? null
  )
}

export function differenceSentence(difference: Omit<Difference, 'ways'>): string {
  const { what, expected, found } = difference
  return `${what}: expected ${expected}; there is ${found}.`
}
