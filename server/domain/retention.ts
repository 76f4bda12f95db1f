import type { ClusterState } from './cluster-state.js'
import { activeRetirements } from './cluster-state.js'
import { zonedTime } from './decide-after-switch.js'
import { nightEndedBefore } from './morning.js'
import { weightOf, type Observed } from './observation.js'
import { neededFor, registeredPart } from './readiness.js'
import { reasonLastSurvivor, reasonMustStay } from './retirement-guard.js'
import { shownState, type ServerGroup, type ShownState } from './server-group.js'

/** What the nightly cleanup does with one group, and why. */
export interface Verdict {
  readonly group: ServerGroup
  readonly state: ShownState
  readonly verdict: 'goes' | 'stays'
  readonly why: string
}

/** Judges every group of a cluster at a moment. Weights and health are as observed; only the clock may be another. */
export function verdicts(state: ClusterState, seen: Observed, now: Date): readonly Verdict[] {
  return state.groups.map((group) => {
    const weight = weightOf(seen.rule, group.targetGroupArn)
    const why = reasonToStay(state, seen, group, now)
    return {
      group,
      state: weight > 0 && group.role !== 'live' ? 'live' : shownState(group.role, weight),
      verdict: why === null ? 'goes' : 'stays',
      why: why ?? whyItGoes(group, state.cluster.policy.timeZone),
    }
  })
}

function reasonToStay(state: ClusterState, seen: Observed, group: ServerGroup, now: Date): string | null {
  const zone = state.cluster.policy.timeZone
  if (group.role === 'live')
    return weightOf(seen.rule, group.targetGroupArn) > 0
      ? 'It carries the traffic.'
      : 'It is recorded as live, though the listener rule gives it nothing now.'
  if (group.role === 'adopting') return 'It is being adopted.'
  if (['launching', 'standby'].includes(group.role)) return 'It is being launched.'
  if (activeRetirements(state).some((operation) => operation.to === group.name))
    return 'It is being destroyed already.'
  if (group.keep)
    return group.keep.until && group.keep.until <= now
      ? expiredButNeeded(state, seen, group)
      : `${group.keep.by} keeps it ${group.keep.until ? `until ${zonedTime(group.keep.until, zone)}` : 'for ever'}: ${group.keep.why}`
  if (!group.expiresAt) return 'It has no expiry.'
  if (group.expiresAt > now)
    return `${group.role === 'warm' ? 'Warm' : 'Kept for diagnosis'} until ${zonedTime(group.expiresAt, zone)}.`
  return expiredButNeeded(state, seen, group)
}

function expiredButNeeded(state: ClusterState, seen: Observed, group: ServerGroup): string | null {
  return reasonMustStay(state, seen, group) ?? reasonLastSurvivor(state, group)
}

function whyItGoes(group: ServerGroup, timeZone: string): string {
  const since = group.keep?.until ?? group.expiresAt
  return `Its time ended ${since ? zonedTime(since, timeZone) : 'now'}, live is well, and it carries nothing.`
}

const hourMs = 3_600_000

/** The night that the live group has just come through in good order, if it has and that is not recorded yet. */
export function nightSurvived(
  state: ClusterState,
  seen: Observed,
  now: Date,
): { group: ServerGroup; night: string } | null {
  const live = state.groups.find((group) => group.role === 'live')
  if (!live?.liveSince) return null
  const { night, morning } = nightEndedBefore(state.cluster.policy, now)
  if (live.survived.includes(night) || live.verdict?.badSince) return null
  if (morning.getTime() - live.liveSince.getTime() < state.cluster.policy.minWarmHours * hourMs) return null
  const observed = seen.groups.get(live.name)
  if (!observed || registeredPart(observed).instanceIds.length < Math.max(1, neededFor(observed))) return null
  return { group: live, night }
}
