import type { ClusterState } from './cluster-state.js'
import type { Difference, DriftScene, WayOut } from './difference.js'
import { ruleIsExpected, soleCarrier } from './explain-rule.js'
import { warmUntil } from './morning.js'
import { sameEntries, type Observed } from './observation.js'
import { reasonNotRestorable, servingOf } from './restore-guard.js'
import { carriers, entriesSentence, groupsByTarget } from './rule-lists.js'
import { shareWords } from './share.js'
import type { Stranger } from './strangers.js'
import { utcText } from './utc-text.js'

/** Weights that nobody of ours set. Our own change that is not visible yet shows the value before it, which is none. */
export function weightDifference(scene: DriftScene, strangers: readonly Stranger[]): Difference | null {
  const { state, seen } = scene
  const { cluster } = state
  if (ruleIsExpected(scene) || !cluster.expected) return null
  if (seen.rule && sameEntries(seen.rule.entries, cluster.previouslyExpected)) return null
  const names = new Map([
    ...groupsByTarget(state),
    ...strangers.flatMap(({ name, targetGroup }) => (targetGroup ? [[targetGroup.arn, name] as const] : [])),
  ])
  return {
    kind: 'weights',
    subject: cluster.name,
    what: `The listener rule of ${cluster.name}`,
    expected: entriesSentence(cluster.expected, names),
    found: seen.rule ? entriesSentence(seen.rule.entries, names) : 'no rule',
    who: null,
    ways: [adoptWeights(state, seen), undoWeights(state, seen)],
  }
}

/** True when a target group that the records lack carries traffic: then the records are behind AWS, or somebody else is. */
export function strangerCarries(state: ClusterState, seen: Observed): boolean {
  const known = groupsByTarget(state)
  return carriers(seen.rule).some((entry) => !known.has(entry.targetGroupArn))
}

function adoptWeights(state: ClusterState, seen: Observed): WayOut {
  const live = soleCarrier(state, seen)
  const before = state.groups.filter((group) => group.role === 'live' && group !== live)
  const until = utcText(warmUntil(state.cluster.policy, seen.at))
  const left = before.map((group) => `; ${group.name} is warm until ${until}`).join('')
  return {
    act: 'adopt',
    effect: live
      ? `Roles follow the weights: ${live.name} is live${left}. AWS is not changed.`
      : 'Roles follow the weights. AWS is not changed.',
    reason: live
      ? null
      : strangerCarries(state, seen)
        ? 'A group that is not known carries traffic: adopt that group first.'
        : 'Only when one known group carries everything: put the rule back, or give one group all of it.',
  }
}

function undoWeights(state: ClusterState, seen: Observed): WayOut {
  const expected = state.cluster.expected ?? []
  const wanted = expected.filter((entry) => entry.weight > 0)
  const back = wanted.map((entry) => {
    const group = state.groups.find((known) => known.targetGroupArn === entry.targetGroupArn)
    return group
      ? `${group.name} (${servingOf(seen, group)} healthy) ${shareWords(expected, entry.targetGroupArn)}`
      : ''
  })
  return {
    act: 'undo',
    effect: `One ModifyRule puts the rule back: ${back.filter(Boolean).join(', ') || 'as expected'}. Whatever else carries traffic now loses it at once.`,
    reason: reasonNotRestorable(state, seen),
  }
}
