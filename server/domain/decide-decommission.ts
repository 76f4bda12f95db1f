import { abort } from './group-steps.js'
import { balancerParts, reasonNotParkable } from './decommission.js'
import { pushLabel } from './names.js'
import type { ObservedRule, RuleCondition } from './observation.js'
import { lastLanding, ruleTickets } from './open-tickets.js'
import type { Operation } from './operation.js'
import { ruleWriteNow } from './rule-change.js'
import { isParked, parkedConditions } from './rule-lists.js'
import { refusalKey } from './sightings.js'
import { act, later, record, sinceMs, wait, waitUntil, type Turn, type TurnStep } from './turn.js'
import { utcText } from './utc-text.js'

/** So often somebody else may unpark the rule before a person has to say what holds. */
const maxUnparkings = 3

/**
 * One step of retiring a whole cluster: its rule parked, nobody missing it for the quiet time, the rule deleted, the groups
 * destroyed, and what was made around them. It can be called off until the rule goes.
 */
export function decommission(turn: Turn, operation: Operation): TurnStep | null {
  switch (operation.phase) {
    case 'queued':
      return start(turn, operation)
    case 'parking':
      return park(turn, operation)
    case 'quieting':
      return quiet(turn, operation)
    case 'retiring':
      return dropRule(turn, operation) ?? retireGroups(turn, operation)
    case 'clearing':
      return clear(turn, operation)
    case 'aborting':
      return unpark(turn, operation)
    default:
      return null
  }
}

function start(turn: Turn, operation: Operation): TurnStep {
  const { rule } = turn.seen
  const conditions = rule?.conditions ?? []
  const reason = reasonNotParkable(conditions, turn.state.cluster.name)
  if (reason) return record(operation, { type: 'Refused', sentence: `${reason} Nothing was changed.` })
  const live = turn.state.groups.find((group) => group.role === 'live')
  return record(operation, { type: 'DecommissionStarted', from: live?.name ?? null, conditions })
}

function park(turn: Turn, operation: Operation): TurnStep {
  const { rule } = turn.seen
  if (!rule) return goneAlready(turn, operation)
  if (isParkedBy(rule, operation)) return record(operation, { type: 'Parked' })
  if (operation.unreadyCount >= maxUnparkings)
    return abort(
      turn,
      operation,
      'Somebody else gives the rule its conditions back; ask again once that is settled.',
    )
  const until = later(operation.phaseSince, turn.timings.undoDeadlineMs)
  if (turn.seen.at > until)
    return abort(turn, operation, `The rule could not be parked before ${utcText(until)}.`)
  // A request of before that names other conditions, or other weights, would undo it.
  const open = ruleTickets(turn.state).filter((ticket) => ticket.operationId !== operation.id)
  const landing = lastLanding(open, turn.timings)
  if (landing)
    return wait(
      turn,
      operation,
      'AWS never answered an earlier change of the listener rule, which may still take effect',
      landing,
    )
  const sentAgainMs = Math.min(20_000, turn.timings.switchDeadlineMs)
  if (isAwaited(turn, operation, 'park', sentAgainMs))
    return wait(turn, operation, 'The change of the rule was sent; waiting to see it')
  return ruleWriteNow(turn, operation, rule, {
    entries: rule.entries,
    conditions: parkedConditions(operation.id),
    purpose: 'park',
    why: 'The rule is parked: no request matches it any more, and its groups stay as they are.',
  })
}

/** The operation's last such write of the rule was sent or answered less than `withinMs` ago: it is looked for first. */
function isAwaited(turn: Turn, operation: Operation, purpose: 'park' | 'unpark', withinMs: number): boolean {
  const last = ruleTickets(turn.state)
    .filter(({ operationId, call }) => operationId === operation.id && call.purpose === purpose)
    .at(-1)
  if (last !== undefined && sinceMs(turn, last.signedAt) < withinMs) return true
  const answer = turn.sightings.answers.get(refusalKey('ModifyRule', turn.state.cluster.name))
  if (answer?.call.type !== 'ModifyRule' || answer.call.purpose !== purpose) return false
  return answer.at >= operation.requestedAt && sinceMs(turn, answer.at) < withinMs
}

/** Nobody may miss it: no request to any group from the parking on, as the metric says. */
function quiet(turn: Turn, operation: Operation): TurnStep {
  const { timings, state, seen } = turn
  if (!seen.rule) return goneAlready(turn, operation)
  if (!isParkedBy(seen.rule, operation))
    return record(operation, {
      type: 'ParkingUndone',
      sentence: 'The rule has its conditions back, and not from this decommission; it is parked once more.',
    })
  const until = later(operation.phaseSince, timings.quietMs + timings.metricLateMs)
  if (seen.at < until)
    return waitUntil(turn, operation, 'The rule is parked; making sure that nobody misses it', until)
  for (const group of state.groups) {
    const requests = seen.groups.get(group.name)?.requests
    if (requests)
      return wait(turn, operation, `${group.name} still got ${requests} requests; waiting for none`)
    if (group.registeredAt && group.role !== 'lost' && requests == null)
      return wait(turn, operation, `CloudWatch did not say whether ${group.name} still gets requests`)
  }
  return quieted(
    operation,
    'Nobody has missed it: no group had a request since the rule was parked. Everything goes now.',
  )
}

function quieted(operation: Operation, sentence: string): TurnStep {
  return record(operation, { type: 'Quieted', quietSince: operation.phaseSince, sentence })
}

/** Without a rule no request comes, whoever deleted it; believed on two looks. */
function goneAlready(turn: Turn, operation: Operation): TurnStep {
  return (
    waitUntilGone(turn, operation, turn.state.cluster.ruleArn, 'the listener rule') ??
    quieted(operation, 'There is no listener rule, so no request reaches the cluster. Everything goes now.')
  )
}

/** A wait until something known has not been seen over `goneMs`; null once it is believed to be gone. */
function waitUntilGone(turn: Turn, operation: Operation, arn: string | null, what: string): TurnStep | null {
  if (arn === null) return null
  const since = turn.sightings.absentSince.get(arn)
  if (since && sinceMs(turn, since) >= turn.timings.goneMs) return null
  return wait(turn, operation, `Looking again that ${what} is gone`)
}

function dropRule(turn: Turn, operation: Operation): TurnStep | null {
  const { cluster } = turn.state
  const { rule } = turn.seen
  if (!cluster.ruleArn) return null
  if (!rule)
    return (
      waitUntilGone(turn, operation, cluster.ruleArn, 'the listener rule') ??
      record(operation, { type: 'RuleGone' })
    )
  if (!isParkedBy(rule, operation))
    return record(operation, {
      type: 'Halted',
      sentence: `The listener rule of ${cluster.name} was given conditions again, so that requests may match it. Delete it, or give it the condition ${operation.id} of X-Delling-Parked.`,
      left: [rule.ruleArn],
    })
  const call = { type: 'DeleteRule' as const, ruleArn: rule.ruleArn }
  return act(operation, call, cluster.name, 'Nobody has missed the cluster: its rule goes first.')
}

/** Every group is destroyed as any other, each looked at again before its instances go. */
function retireGroups(turn: Turn, operation: Operation): TurnStep {
  const { state } = turn
  const going = (name: string) => state.operations.some(({ kind, to }) => kind === 'destroy' && to === name)
  const next = state.groups.find((group) => !going(group.name))
  if (next)
    return {
      kind: 'retire',
      group: next,
      why: 'decommissioned',
      sentence: `${state.cluster.name} is decommissioned${operation.request.reason ? `: ${operation.request.reason}` : ''}`,
      actor: operation.request.actor,
    }
  if (state.groups.length === 0) return record(operation, { type: 'GroupsGone' })
  const halted = state.operations.find(({ kind, phase }) => kind === 'destroy' && phase === 'halted')
  if (halted)
    return record(operation, {
      type: 'Halted',
      sentence: `The destroy of ${halted.to ?? 'a group'} is halted: ${halted.haltedBecause ?? ''}`,
      left: state.groups.map((group) => group.name),
    })
  const names = state.groups.map((group) => pushLabel(group.name)).join(', ')
  return wait(turn, operation, `${names} ${state.groups.length === 1 ? 'is' : 'are'} being destroyed`)
}

/** Listener and load balancer go where we made them and nobody else lives there. */
function clear(turn: Turn, operation: Operation): TurnStep {
  const { cluster } = turn.state
  const { balancer } = turn.seen
  const parts = balancerParts(turn.state, turn.seen, turn.owner)
  if (balancer && parts.listener && balancer.listenerArn)
    return act(
      operation,
      { type: 'DeleteListener', listenerArn: balancer.listenerArn },
      cluster.settings.balancer.loadBalancerName,
      `The listener on port ${cluster.settings.balancer.listenerPort} has no rule left.`,
    )
  if (balancer && parts.balancer)
    return act(
      operation,
      { type: 'DeleteLoadBalancer', loadBalancerArn: balancer.loadBalancerArn },
      cluster.settings.balancer.loadBalancerName,
      'The load balancer has no listener left.',
    )
  const gone = balancer ? null : waitUntilGone(turn, operation, cluster.loadBalancerArn, 'the load balancer')
  if (gone) return gone
  const landing = lastLanding(turn.state.tickets, turn.timings)
  if (landing)
    return wait(turn, operation, 'A request was never answered and may still come through', landing)
  const kept = parts.stays ? ` Kept: ${parts.stays}.` : ''
  return record(operation, {
    type: 'Succeeded',
    sentence: `${cluster.name} is retired; looked at its groups, its rule and what was made around them, and found nothing left.${kept}`,
  })
}

/** Called off: the rule gets its conditions back, and it is over once no late parking can take them again. */
function unpark(turn: Turn, operation: Operation): TurnStep {
  const { rule } = turn.seen
  const conditions = operation.conditions ?? []
  if (rule && isParkedBy(rule, operation) && conditions.length > 0) {
    if (isAwaited(turn, operation, 'unpark', 5000))
      return wait(turn, operation, 'The rule was given its conditions back; waiting to see it')
    return ruleWriteNow(turn, operation, rule, {
      entries: rule.entries,
      conditions,
      purpose: 'unpark',
      why: 'Called off: the rule has its conditions back.',
    })
  }
  const parking = ruleTickets(turn.state).filter(({ call }) => call.purpose === 'park')
  const landing = lastLanding(parking, turn.timings)
  if (landing)
    return wait(
      turn,
      operation,
      'A parking of the rule was never answered; it is undone at once should it come through',
      landing,
    )
  const traffic = operation.from ? `traffic: ${pushLabel(operation.from)} 100 %` : 'nothing carried traffic'
  const sentence = `${traffic}; nothing was retired. ${operation.reason ?? ''}`.trim()
  return record(operation, { type: 'Aborted', sentence, keptUntil: null })
}

/** Parked by this very operation: another's condition says nothing of ours. */
function isParkedBy(rule: ObservedRule, operation: Operation): boolean {
  const own: readonly RuleCondition[] = parkedConditions(operation.id)
  return (
    isParked(rule) &&
    rule.conditions.some(({ values }) => own.some((each) => values.includes(each.values[0] ?? '')))
  )
}
