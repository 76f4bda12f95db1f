import { changeRule } from './rule-change.js'
import { groupNamed } from './cluster-state.js'
import { countInDns, guardIdle } from './decide-switch.js'
import { raise } from './group-steps.js'
import { pushLabel } from './names.js'
import type { Operation } from './operation.js'
import { neededFor, reasonNotRegistered, registeredPart } from './readiness.js'
import { carriesAll, isParked, parkedConditions, switchedTo } from './rule-lists.js'
import { later, observedOf, record, sinceMs, wait, type Turn, type TurnStep } from './turn.js'

/** How many healthy targets a group has now. */
function healthyOf(turn: Turn, name: string | null): number {
  const seen = observedOf(turn, name)
  return seen ? registeredPart(seen).instanceIds.length : 0
}

/** The share of its instances below which a live group is judged sick. */
const sickShare = 0.5

function reasonSick(turn: Turn, operation: Operation): string | null {
  const needed = neededFor(observedOf(turn, operation.to))
  const healthy = healthyOf(turn, operation.to)
  if (healthy >= Math.max(1, Math.ceil(needed * sickShare))) return null
  return `only ${healthy} of ${needed} targets of ${pushLabel(operation.to ?? '')} are healthy`
}

/** A return is worth its risk only onto a group that is ready, or better than what carries now. */
function reasonNoReturn(turn: Turn, operation: Operation): string | null {
  if (!operation.from) return 'there is no previous group to return to'
  const seen = observedOf(turn, operation.from)
  if (!seen?.autoScaling) return `${pushLabel(operation.from)} is gone`
  const zones = Math.min(3, Math.max(1, registeredPart(observedOf(turn, operation.to) ?? seen).zones.length))
  const reason = reasonNotRegistered(seen, neededFor(observedOf(turn, operation.to)), zones)
  if (!reason) return null
  const better =
    healthyOf(turn, operation.from) > healthyOf(turn, operation.to) && healthyOf(turn, operation.from) >= 1
  return better ? null : reason
}

/** Both after a switch: a sick or cancelled `to` is left again, if the way back is better. */
function reasonToReturn(turn: Turn, operation: Operation): string | null {
  if (operation.kind !== 'deploy') return null
  if (operation.cancelRequested) return `cancelled by ${operation.cancelRequested.by}`
  const sick = reasonSick(turn, operation)
  return sick && !reasonNoReturn(turn, operation) ? sick : null
}

/** The settle time lets every load balancer node follow before anything counts on the old group being idle. */
export function settle(turn: Turn, operation: Operation): TurnStep {
  const back = reasonToReturn(turn, operation)
  if (back) return record(operation, { type: 'ReturnStarted', sentence: `${back}.` })
  const tidy = dropParkedRule(turn, operation) ?? guardIdle(turn, operation, operation.from)
  if (tidy) return tidy
  const until = later(operation.phaseSince, turn.timings.settleMs)
  if (turn.seen.at < until) return wait(turn, operation, 'Switched; letting the load balancer settle', until)
  if (operation.kind === 'switchBack')
    return record(operation, { type: 'Succeeded', sentence: endSentence(turn, operation) })
  return record(operation, { type: 'Settled' })
}

/** A create that took an existing rule over leaves the parked one, which has done its work. */
function dropParkedRule(turn: Turn, operation: Operation): TurnStep | null {
  const own = parkedConditions(operation.id)[0]?.values ?? []
  const parked = turn.seen.balancer?.rules.find(
    (rule) =>
      isParked(rule) &&
      rule.conditions.some((condition) => condition.values.some((value) => own.includes(value))),
  )
  if (operation.kind !== 'create' || !parked || parked.ruleArn === turn.state.cluster.ruleArn) return null
  return {
    kind: 'act',
    call: { type: 'DeleteRule', ruleArn: parked.ruleArn },
    object: turn.state.cluster.name,
    operation,
    why: 'The parked rule has done its work: the cluster’s own rule names the group now.',
  }
}

/** The short watch at the end of a deployment. Only observed time counts. */
export function watch(turn: Turn, operation: Operation): TurnStep {
  const back = reasonToReturn(turn, operation)
  if (back) return record(operation, { type: 'ReturnStarted', sentence: `${back}.` })
  const watchedMs = turn.sightings.watched.get(operation.id)?.ms ?? 0
  if (watchedMs >= turn.timings.watchMs)
    return record(operation, { type: 'Succeeded', sentence: endSentence(turn, operation) })
  const healthy = healthyOf(turn, operation.to)
  const needed = neededFor(observedOf(turn, operation.to))
  const left = turn.timings.watchMs - watchedMs
  return wait(
    turn,
    operation,
    `Watching ${pushLabel(operation.to ?? '')}: ${healthy} of ${needed} targets are healthy`,
    later(turn.seen.at, left),
  )
}

function endSentence(turn: Turn, operation: Operation): string {
  const { policy } = turn.state.cluster
  const to = pushLabel(operation.to ?? '')
  const from = groupNamed(turn.state, operation.from)
  if (!from) return `traffic: ${to} 100 %.`
  const until = from.expiresAt
  const kept = until ? `until ${zonedTime(until, policy.timeZone)}` : 'for ever'
  return `traffic: ${to} 100 %; ${pushLabel(from.name)} is ${from.role === 'rejected' ? 'rejected and kept' : 'warm'} ${kept}.`
}

/** Sends the traffic back to `from`: like a switch, measured against whoever carries it now. */
export function returnTraffic(turn: Turn, operation: Operation): TurnStep {
  const { rule } = turn.seen
  const from = groupNamed(turn.state, operation.from)
  const seenFrom = observedOf(turn, operation.from)
  if (!rule || !from?.targetGroupArn || !seenFrom?.autoScaling || from.shrinkStarted)
    return halt(operation, `${operation.from ?? 'The previous group'} can't take the traffic back.`)
  if (carriesAll(rule, from.targetGroupArn)) {
    const keptUntil = later(turn.seen.at, turn.timings.rejectedMs)
    return record(operation, {
      type: 'Returned',
      from: from.name,
      to: operation.to ?? '',
      reason: operation.reason ?? 'returned',
      keptUntil,
    })
  }
  const until = later(operation.phaseSince, turn.timings.undoDeadlineMs)
  const reason = reasonNoReturn(turn, operation)
  if (reason) {
    if (turn.seen.at > until) return halt(operation, `The traffic could not be returned: ${reason}.`)
    const needed = neededFor(observedOf(turn, operation.to))
    if (seenFrom.autoScaling.min < needed)
      return raise(
        operation,
        from.name,
        seenFrom,
        needed,
        `${pushLabel(from.name)} must carry what live carries now.`,
      )
    return wait(turn, operation, `Returning to ${pushLabel(from.name)}: ${reason}`, until)
  }
  const entries = switchedTo(rule.entries, from.targetGroupArn)
  return changeRule(
    turn,
    operation,
    rule,
    entries,
    'return',
    `All traffic back to ${pushLabel(from.name)}, in one call.`,
  )
}

/** The traffic is back: DNS counts the group that carries it, and not the one that was left. */
export function resettle(turn: Turn, operation: Operation): TurnStep {
  const guard =
    countInDns(operation, operation.from, observedOf(turn, operation.from)) ??
    guardIdle(turn, operation, operation.to)
  if (guard) return guard
  if (sinceMs(turn, operation.phaseSince) < turn.timings.settleMs)
    return wait(
      turn,
      operation,
      'Returned; letting the load balancer settle',
      later(operation.phaseSince, turn.timings.settleMs),
    )
  const to = groupNamed(turn.state, operation.to)
  const kept = to?.expiresAt
    ? ` ${pushLabel(to.name)} is kept for diagnosis until ${zonedTime(to.expiresAt, turn.state.cluster.policy.timeZone)}.`
    : ''
  const sentence = `traffic: ${pushLabel(operation.from ?? '')} 100 %; ${operation.reason ?? ''}${kept}`
  return record(operation, { type: 'RolledBack', sentence })
}

function halt(operation: Operation, sentence: string): TurnStep {
  return record(operation, {
    type: 'Halted',
    sentence,
    left: [operation.from, operation.to].filter((name) => name !== null),
  })
}

/** `Tue 24 Nov 07:30 (Europe/Berlin)`. */
export function zonedTime(moment: Date, timeZone: string): string {
  const text = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(moment)
  return `${text.replaceAll(',', '')} (${timeZone})`
}
