import { reasonBadSize, type GroupSize } from './cluster.js'
import { openObligation, type ClusterState } from './cluster-state.js'
import type { Difference, DriftScene, WayOut } from './difference.js'
import { launchedWith } from './launched-with.js'
import type { ObservedAutoScalingGroup } from './observation.js'
import type { ServerGroup } from './server-group.js'

/** The size that a group should have: what it is recorded with, or what it was pinned to. */
interface Expected {
  readonly min: number
  readonly max: number
  /** Below this a live group was made smaller by hand; null where a load or a pin decides. */
  readonly desired: number | null
}

/**
 * Bounds that somebody else set. How many instances a group has within them is for the load to say, and more than asked
 * is no harm; only fewer in a live group that no policy scales were made so by hand.
 */
export function sizeDifference(
  { state }: Pick<DriftScene, 'state'>,
  group: ServerGroup,
  present: ObservedAutoScalingGroup,
): Difference | null {
  const expected = expectedSize(state, group, present)
  const parts = differingParts(expected, present)
  if (parts.length === 0) return null
  return {
    kind: 'size',
    subject: group.name,
    what: `Size of ${group.name}`,
    expected: parts.map((part) => `${part.name} ${part.expected}`).join(', '),
    found: parts.map((part) => `${part.name} ${part.found}`).join(', '),
    who: null,
    ways: [adoptSize(group, present), undoSize(state, group, present)],
  }
}

interface Part {
  readonly name: 'MinSize' | 'MaxSize' | 'desired'
  readonly expected: number
  readonly found: number
}

function differingParts(expected: Expected, present: ObservedAutoScalingGroup): readonly Part[] {
  const parts: readonly Part[] = [
    { name: 'MinSize', expected: expected.min, found: present.min },
    { name: 'MaxSize', expected: expected.max, found: present.max },
    { name: 'desired', expected: expected.desired ?? present.desired, found: present.desired },
  ]
  return parts.filter((part) => part.expected !== part.found)
}

function expectedSize(state: ClusterState, group: ServerGroup, present: ObservedAutoScalingGroup): Expected {
  const row = openObligation(state, group.name, 'minSize')
  const attempted = (row?.attempted ?? []).flatMap((value) => ('min' in value ? [value] : []))
  const original = row && 'min' in row.original ? [row.original] : []
  const maxes = [group.size.max, ...[...attempted, ...original].map((value) => value.max)]
  const max = maxes.includes(present.max) ? present.max : (attempted.at(-1)?.max ?? group.size.max)
  if (group.role === 'warm') {
    // Where nothing is owed, its own size was enough to pin it, or is still to be pinned.
    const min = row ? Math.max(...attempted.map((value) => value.min)) : group.size.min
    return { min, max, desired: null }
  }
  const mins = row
    ? [...[...attempted, ...original].map((value) => value.min), group.size.min]
    : [group.size.min]
  const min = mins.includes(present.min) ? present.min : (mins[0] ?? group.size.min)
  const smaller = !launchedWith(state, group).scaling && present.desired < group.size.desired
  return { min, max, desired: smaller ? group.size.desired : null }
}

/** What an undo raises: bounds that are too low, never one that is too high; null when there is nothing to raise. */
export function sizeToRaise(
  state: ClusterState,
  group: ServerGroup,
  present: ObservedAutoScalingGroup,
): { readonly min: number; readonly max: number } | null {
  const expected = expectedSize(state, group, present)
  const min = Math.max(present.min, expected.min, expected.desired ?? 0)
  const max = Math.max(present.max, expected.max, min)
  return min > present.min || max > present.max ? { min, max } : null
}

/** The size that is recorded when what is there is adopted. */
export function sizeToAdopt(present: ObservedAutoScalingGroup): GroupSize {
  return { min: present.min, max: present.max, desired: present.desired }
}

function adoptSize(group: ServerGroup, present: ObservedAutoScalingGroup): WayOut {
  const { min, max, desired } = sizeToAdopt(present)
  const bad = group.role === 'live' ? reasonBadSize({ min, max, desired }) : null
  return {
    act: 'adopt',
    effect:
      group.role === 'live'
        ? `${desired} (${min} to ${max}) becomes the recorded size; the next deployment starts from it. AWS is not changed.`
        : `${group.name} is held at no less than ${min} from now on. Fewer than live needs is shown as degraded.`,
    reason: bad ? `${bad} Undo it instead.` : null,
  }
}

function undoSize(state: ClusterState, group: ServerGroup, present: ObservedAutoScalingGroup): WayOut {
  const raised = sizeToRaise(state, group, present)
  return {
    act: 'undo',
    effect: raised
      ? `UpdateAutoScalingGroup raises ${raisedWords(present, raised)}; AWS starts what is missing.`
      : 'UpdateAutoScalingGroup would lower the size.',
    reason: raised
      ? null
      : `Delling never makes a ${group.role} group smaller; adopt the size, or change it in AWS.`,
  }
}

function raisedWords(
  present: ObservedAutoScalingGroup,
  raised: { readonly min: number; readonly max: number },
): string {
  const parts = [
    raised.min > present.min ? `MinSize from ${present.min} to ${raised.min}` : '',
    raised.max > present.max ? `MaxSize from ${present.max} to ${raised.max}` : '',
  ]
  return parts.filter(Boolean).join(', ')
}
