import { groupNamed } from './cluster-state.js'
import { countInDns, guardIdle } from './decide-switch.js'
import { halt, raise } from './group-steps.js'
import { pushLabel } from './names.js'
import { weightOf } from './observation.js'
import type { RuleEntry } from './observation.js'
import type { Operation } from './operation.js'
import { neededFor, reasonNotRegistered, registeredPart } from './readiness.js'
import { warmUntil } from './morning.js'
import { ruleWriteNow } from './rule-change.js'
import {
  carriers,
  carriesAll,
  groupsByTarget,
  isParked,
  parkedConditions,
  switchedTo,
  without,
} from './rule-lists.js'
import { fence } from './fence.js'
import { lastLanding, ticketsElsewhere, ticketsToward } from './open-tickets.js'
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
  const some = healthy === 0 ? `none of ${needed} targets` : `only ${healthy} of ${needed} targets`
  return `${some} of ${pushLabel(operation.to ?? '')} ${healthy === 0 ? 'is' : 'are'} healthy`
}

/** Whoever carries the traffic now, by the rule: the need of a return is measured on them, not on the records. */
function carriersNow(turn: Turn): readonly string[] {
  const names = groupsByTarget(turn.state)
  return carriers(turn.seen.rule).map((entry) => names.get(entry.targetGroupArn) ?? entry.targetGroupArn)
}

/** A return is worth its risk only onto a group that is ready, or better than everyone who carries now. */
function reasonNoReturn(turn: Turn, operation: Operation): string | null {
  if (!operation.from) return 'there is no previous group to return to'
  const seen = observedOf(turn, operation.from)
  if (!seen?.autoScaling) return `${pushLabel(operation.from)} is gone`
  const carrying = carriersNow(turn)
  const stranger = carrying.find((name) => name !== operation.from && name !== operation.to)
  if (stranger) return `${stranger} carries traffic too, which must be explained first`
  const healthy = Math.max(0, ...carrying.map((name) => healthyOf(turn, name)))
  const now = carrying.map((name) => observedOf(turn, name))
  const zonesNow = Math.max(1, ...now.map((group) => (group ? registeredPart(group).zones.length : 0)))
  const reason = reasonNotRegistered(seen, neededNow(turn), Math.min(3, zonesNow))
  if (!reason) return null
  const better = healthyOf(turn, operation.from) > healthy && healthyOf(turn, operation.from) >= 1
  return better ? null : reason
}

/** As many instances as the traffic needs where it is now. */
function neededNow(turn: Turn): number {
  return Math.max(0, ...carriersNow(turn).map((name) => neededFor(observedOf(turn, name))))
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
  const undone = undoneBy(turn, operation)
  if (undone) return undone
  const back = reasonToReturn(turn, operation)
  if (back) return record(operation, { type: 'ReturnStarted', sentence: `${back}.` })
  const tidy = dropParkedRule(turn, operation) ?? guardIdle(turn, operation, operation.from)
  if (tidy) return tidy
  const until = later(operation.phaseSince, turn.timings.settleMs)
  if (turn.seen.at < until) return wait(turn, operation, 'Switched; letting the load balancer settle', until)
  const open = waitForUndoing(turn, operation)
  if (open) return open
  if (operation.kind === 'switchBack')
    return record(operation, { type: 'Succeeded', sentence: endSentence(turn, operation) })
  return record(operation, { type: 'Settled' })
}

/** A late request of ours that brought the traffic back to `from`: switching again has all the checks of a switch. */
function undoneBy(turn: Turn, operation: Operation): TurnStep | null {
  const from = groupNamed(turn.state, operation.from)
  if (!from || !operation.to || !carriesAll(turn.seen.rule, from.targetGroupArn)) return null
  return record(operation, {
    type: 'Undone',
    from: from.name,
    to: operation.to,
    leftUntil: operation.kind === 'switchBack' ? warmUntil(turn.state.cluster.policy, turn.seen.at) : null,
    sentence: `A request that AWS never answered has brought the traffic back to ${pushLabel(from.name)}.`,
  })
}

/** Nothing is said to be over while an unanswered request may still change the shares. */
function waitForUndoing(turn: Turn, operation: Operation): TurnStep | null {
  const until = lastLanding(ticketsElsewhere(turn.state, turn.seen.rule?.entries ?? null), turn.timings)
  return until
    ? wait(
        turn,
        operation,
        'An earlier change of the listener rule was never answered and may still come through',
        until,
      )
    : null
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
    const needed = neededNow(turn)
    if (seenFrom.autoScaling.min < needed)
      return raise(
        turn,
        operation,
        from.name,
        seenFrom,
        needed,
        `${pushLabel(from.name)} must carry what live carries now.`,
      )
    return wait(turn, operation, `Returning to ${pushLabel(from.name)}: ${reason}`, until)
  }
  return ruleWriteNow(turn, operation, rule, {
    entries: withoutFenced(turn, operation, switchedTo(rule.entries, from.targetGroupArn)),
    purpose: 'return',
    why: `All traffic back to ${pushLabel(from.name)}, in one call.`,
  })
}

/** A group that a late request could still give weight leaves the rule in the same call, to be fenced. */
function withoutFenced(
  turn: Turn,
  operation: Operation,
  entries: readonly RuleEntry[],
): readonly RuleEntry[] {
  const arn = groupNamed(turn.state, operation.to)?.targetGroupArn ?? null
  return arn && ticketsToward(turn.state, arn).length > 0 ? without(entries, arn) : entries
}

/** The traffic is back: DNS counts the group that carries it, and not the one that was left. */
export function resettle(turn: Turn, operation: Operation): TurnStep {
  const { to: toName, from: fromName } = operation
  const target = groupNamed(turn.state, toName)
  if (toName && fromName && weightOf(turn.seen.rule, target?.targetGroupArn ?? null) > 0)
    return record(operation, {
      type: 'Undone',
      from: fromName,
      to: toName,
      leftUntil: null,
      sentence: `A switch that AWS never answered has come through after all; the traffic is returned once more.`,
    })
  const fenced = fence(turn, operation)
  if (fenced) return fenced
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
  const open = waitForUndoing(turn, operation)
  if (open) return open
  const to = groupNamed(turn.state, operation.to)
  const kept = to?.expiresAt
    ? ` ${pushLabel(to.name)} is kept for diagnosis until ${zonedTime(to.expiresAt, turn.state.cluster.policy.timeZone)}.`
    : ''
  const sentence = `traffic: ${pushLabel(operation.from ?? '')} 100 %; ${operation.reason ?? ''}${kept}`
  return record(operation, { type: 'RolledBack', sentence })
}

const zonedFormats = new Map<string, Intl.DateTimeFormat>()

/** Intl formats are dear to make, and a wait says its deadline in every turn. */
function zonedFormat(timeZone: string): Intl.DateTimeFormat {
  const known = zonedFormats.get(timeZone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  })
  zonedFormats.set(timeZone, made)
  return made
}

/** `Tue 24 Nov 07:30 (Europe/Berlin)`. */
export function zonedTime(moment: Date, timeZone: string): string {
  return `${zonedFormat(timeZone).format(moment).replaceAll(',', '')} (${timeZone})`
}
