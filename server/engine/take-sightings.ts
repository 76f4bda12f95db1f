import { activeTraffic, type ClusterState } from '../domain/cluster-state.js'
import { partsLeft } from '../domain/decide-retirement.js'
import { ruleIsExpected } from '../domain/explain-rule.js'
import { reasonBad, watchedLive } from '../domain/night-watch.js'
import { sightDrift } from '../domain/note-drift.js'
import { sightTested, type Probed } from '../domain/sight-tested.js'
import { absentTestRules } from '../domain/test-rules.js'
import type { Observed } from '../domain/observation.js'
import { neededFor, reasonNotRegistered, targetComplaint } from '../domain/readiness.js'
import {
  sightAbsent,
  sightComplaints,
  sightLive,
  sightRegistered,
  sightRule,
  sightWatch,
  watchKey,
  type Sightings,
} from '../domain/sightings.js'
import type { Timings } from '../domain/timings.js'

/** Adds one observation to what this holder has seen so far. */
export function takeSightings(
  before: Sightings,
  state: ClusterState,
  seen: Observed,
  timings: Timings,
  probed: Probed | null = null,
): Sightings {
  const operation = activeTraffic(state)
  const from = operation?.from ? seen.groups.get(operation.from) : undefined
  const registered = state.groups.filter((group) => {
    const observed = seen.groups.get(group.name)
    const needed = operation?.to === group.name ? Math.max(group.size.desired, neededFor(from)) : 1
    return observed !== undefined && reasonNotRegistered(observed, needed, 3) === null
  })
  const absent = state.groups.filter((group) => {
    const observed = seen.groups.get(group.name) ?? null
    return group.role === 'retiring' ? partsLeft(group, observed).length === 0 : !observed?.autoScaling
  })
  const missingRule = state.cluster.ruleArn && !seen.rule ? [state.cluster.ruleArn] : []
  const balancerArn = state.cluster.loadBalancerArn
  const missingBalancer = balancerArn && !seen.balancer ? [balancerArn] : []
  const names = (groups: typeof state.groups) => groups.map((group) => group.name)
  const heard = sightComplaints(before, complaintsOf(seen))
  const sighted = sightRule(
    sightAbsent(
      sightRegistered(heard, names(registered), seen.at),
      [...names(absent), ...missingRule, ...missingBalancer, ...absentTestRules(state, seen)],
      seen.at,
    ),
    seen,
    ruleIsExpected({ state, seen }),
  )
  const live = watchedLive(state, seen.at)
  const bad = live && reasonBad(seen, live) ? live.name : null
  const judged = sightLive(sighted, bad, seen.at, Math.max(3 * timings.pollMs, 15_000))
  const compared = sightTested(sightDrift(judged, { state, seen }), { state, seen }, probed)
  const key = operation ? watchKey(operation) : null
  if (key === null) return compared
  return sightWatch(compared, key, seen.at, Math.max(3 * timings.pollMs, 15_000))
}

/** Only an unhealthy target complains: one that starts, drains or was never checked says nothing of the application. */
function complaintsOf(seen: Observed): ReadonlyMap<string, readonly string[]> {
  const said = [...seen.groups.values()].map((group) => {
    const unhealthy = group.targets.filter((target) => target.state === 'unhealthy')
    return [group.name, unhealthy.map(targetComplaint)] as const
  })
  return new Map(said.filter(([, complaints]) => complaints.length > 0))
}
