import { activeTraffic, type ClusterState } from './cluster-state.js'
import { firstChoice } from './first-choice.js'
import { warmUntil } from './morning.js'
import { pushLabel } from './names.js'
import { weightOf, type NightMetrics, type Observed } from './observation.js'
import { neededFor, registeredPart } from './readiness.js'
import type { ServerGroup } from './server-group.js'
import type { Turn, TurnStep } from './turn.js'

/** The share of its instances below which a live group is judged sick. */
const sickShare = 0.5
/** Fewer requests than these say nothing about a share of errors. */
const fewestRequests = 50
/** A share of errors that speaks against a group, if the previous one had a third of it at most. */
const badShare = 0.05
const timesPrevious = 3
/** One look proves nothing. */
const looksToBelieve = 3

/** The live group that is judged now: from the end of what switched to it until its morning, while there is a way back. */
export function watchedLive(state: ClusterState, now: Date): ServerGroup | null {
  const live = state.groups.find((group) => group.role === 'live')
  const paused = activeTraffic(state) !== null || state.cluster.needsPerson !== null
  if (!live?.liveSince || paused || !state.groups.some((group) => group.role === 'warm')) return null
  return now < warmUntil(state.cluster.policy, live.liveSince) ? live : null
}

/** Why the live group is bad as it is seen in this look, in a sentence; null when nothing that was read speaks against it. */
export function reasonBad(seen: Observed, live: ServerGroup): string | null {
  const observed = seen.groups.get(live.name)
  if (!observed?.autoScaling || weightOf(seen.rule, live.targetGroupArn) === 0) return null
  const needed = neededFor(observed)
  const healthy = registeredPart(observed).instanceIds.length
  const label = pushLabel(live.name)
  if (healthy < Math.max(1, Math.ceil(needed * sickShare)))
    return `Only ${healthy} of ${needed} targets of ${label} are healthy.`
  const alarm = seen.night?.alarms?.find((each) => each.state === 'ALARM')
  if (alarm) return `The alarm ${alarm.name} rings${alarm.reason ? `: ${alarm.reason}` : ''}.`
  return errorsSentence(seen.night ?? null, label)
}

/** A metric that could not be read speaks neither for nor against it. */
function errorsSentence(night: NightMetrics | null, label: string): string | null {
  const live = night?.live
  if (!live || live.requests < fewestRequests) return null
  const share = live.errors / live.requests
  const before = night.previous
  const previously = before && before.requests > 0 ? before.errors / before.requests : 0
  if (share < Math.max(badShare, timesPrevious * previously)) return null
  const percent = (part: number) => `${Math.round(part * 1000) / 10} %`
  return `${percent(share)} of ${live.requests} requests to ${label} failed with 5xx; the group before had ${percent(previously)}.`
}

/**
 * Judges the live group through the night. A verdict that has lasted is recorded, once; where the cluster's policy says so it
 * asks for a switch back, as a person would, at most once for each live group; where everything is stopped, a person must.
 */
export function watchNight(turn: Turn, stopped = false): TurnStep | null {
  const { state, seen, sightings, timings } = turn
  const live = watchedLive(state, seen.at)
  if (!live) return null
  const reason = reasonBad(seen, live)
  const known = live.verdict
  if (!reason) {
    if (!known?.badSince) return null
    const sentence = `Nothing speaks against ${live.name} any more.`
    return { kind: 'recordCluster', event: { type: 'LiveWell', group: live.name, sentence } }
  }
  const sighted = sightings.liveBad
  const lastsMs = sighted ? seen.at.getTime() - sighted.since.getTime() : 0
  const lasting = sighted && sighted.group === live.name && sighted.looks >= looksToBelieve
  if (!lasting || lastsMs < timings.nightBadMs)
    return {
      kind: 'wait',
      operation: null,
      sentence: `${reason} Looking again before judging`,
      until: null,
      lookAgainMs: timings.pollMs,
    }
  const to = switchBackTarget(turn, live)
  const asks = to !== null && state.cluster.policy.switchBack === 'automatic' && !known?.asked
  if (asks && to && !stopped) return { kind: 'switchBack', live, to, sentence: reason }
  if (known?.badSince) return null
  return {
    kind: 'recordCluster',
    event: { type: 'LiveJudgedBad', group: live.name, asked: false, sentence: reason },
  }
}

/** Where an automatic switch back would go: only to a group that serves better than live does. */
function switchBackTarget({ state, seen }: Turn, live: ServerGroup): ServerGroup | null {
  const to = firstChoice(state, seen)
  const healthy = (group: ServerGroup) => {
    const observed = seen.groups.get(group.name)
    return observed ? registeredPart(observed).instanceIds.length : 0
  }
  if (!to || healthy(to) === 0) return null
  const needed = neededFor(seen.groups.get(live.name))
  return healthy(to) >= needed || healthy(to) > healthy(live) ? to : null
}
