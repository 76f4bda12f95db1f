import type { Call } from './call.js'
import { groupNamed } from './cluster-state.js'
import { carryNext } from './decide-carry.js'
import { abort, growNext } from './group-steps.js'
import { newestFailure, reasonLaunchHopeless } from './launch-failure.js'
import { pushLabel } from './names.js'
import type { ObservedGroup } from './observation.js'
import type { Operation } from './operation.js'
import { neededFor, reasonNotRegistered, registeredPart } from './readiness.js'
import { changeRule } from './rule-change.js'
import { freePriority, isListed, isParked, joined, maxRuleEntries, parkedConditions } from './rule-lists.js'
import type { ServerGroup } from './server-group.js'
import { managedTag, ownTags } from './tags.js'
import { act, later, observedOf, record, sinceMs, wait, type Turn, type TurnStep } from './turn.js'

/** In how many polls in a row a new group must be registered: one lucky health check proves nothing. */
const pollsToBelieve = 3
/** A look that comes so many polls after a deadline comes because none was possible before. */
const unlookedPolls = 12

/** Waits until the new group is registered; lets it join the rule at weight 0 on the way. */
export function register(turn: Turn, operation: Operation): TurnStep {
  const group = groupNamed(turn.state, operation.to)
  const seen = observedOf(turn, operation.to)
  const from = observedOf(turn, operation.from)
  if (!group || !seen) throw new Error(`operation ${operation.id} registers a group that is not recorded`)
  const needed = Math.max(group.size.desired, neededFor(from))
  const reason = reasonGone(group, seen) ?? reasonNotRegistered(seen, needed, 3)
  const polled = turn.sightings.registered.get(group.name)
  const listed = isListed(turn.seen.rule, seen.targetGroupArn)
  const carry = listed ? carryNext(turn, operation, group, seen, 'listed') : null
  if (
    !carry &&
    !reason &&
    listed &&
    polled &&
    polled.polls >= pollsToBelieve &&
    sinceMs(turn, polled.since) >= turn.timings.stableMs
  ) {
    const { instanceIds, zones } = registeredPart(seen)
    return record(operation, { type: 'NextRegistered', healthy: instanceIds.length, zones })
  }
  const until = later(operation.phaseSince, turn.timings.registerDeadlineMs)
  const hopeless = reasonLaunchHopeless(seen)
  if (hopeless) {
    const complaints = turn.sightings.complaints.get(group.name) ?? []
    // An answer with a code says more than a connection that a booting instance refused.
    const complaint = complaints.find((sentence) => sentence.includes('codes')) ?? complaints[0]
    return abort(turn, operation, complaint ? `${hopeless} The last said: ${complaint}.` : hopeless)
  }
  if (turn.seen.at > until)
    return abort(
      turn,
      operation,
      `${reason ?? 'It was not stable for long enough'}. It had until ${clockTime(until)}${notLookedAt(turn, until)}.`,
    )
  if (!listed) {
    const step = list(turn, operation, group, seen)
    if (step) return step
  }
  const grown = growNext(turn, operation)
  if (grown) return grown
  if (carry) return carry
  const since = `since ${clockTime(operation.phaseSince)}`
  return wait(
    turn,
    operation,
    reason
      ? `${reason}, ${since}${saidOfLaunch(seen)}`
      : `All ${needed} targets are healthy; making sure that it lasts`,
    until,
  )
}

/** Nobody looked in time where AWS did not answer, or no process ran: what was seen then is no verdict on the group. */
function notLookedAt({ seen, timings }: Turn, until: Date): string {
  const lateMs = seen.at.getTime() - until.getTime()
  return lateMs > unlookedPolls * timings.pollMs
    ? `, and AWS could not be looked at from then to ${clockTime(seen.at)}`
    : ''
}

/** AWS's own words, while its newest launch failed. */
function saidOfLaunch(seen: ObservedGroup): string {
  const failure = newestFailure(seen.activities)
  return failure === null ? '' : `; AWS said: ${failure.replace(/\.$/, '')}`
}

/** A target group that was there before and is not now: the count of healthy targets would not tell why there is none. */
function reasonGone(group: ServerGroup, seen: ObservedGroup): string | null {
  if (group.targetGroupArn === null || seen.targetGroupArn !== null) return null
  return `AWS shows no target group of ${pushLabel(group.name)} any more, and nothing can be registered without it`
}

/** Brings the group into the rule: a cluster's first by a parked rule, a later one at weight 0. */
function list(turn: Turn, operation: Operation, group: ServerGroup, seen: ObservedGroup): TurnStep | null {
  const { cluster } = turn.state
  const targetGroupArn = seen.targetGroupArn
  const { rule, balancer } = turn.seen
  if (!targetGroupArn) return null
  if (operation.kind === 'create') {
    if (!balancer?.listenerArn) return abort(turn, operation, `The listener of ${cluster.name} is gone.`)
    const call: Call = {
      type: 'CreateRule',
      listenerArn: balancer.listenerArn,
      priority: freePriority(balancer.rules.map((taken) => taken.priority)),
      conditions: parkedConditions(operation.id),
      entries: [{ targetGroupArn, weight: 100 }],
      tags: { ...ownTags(turn.owner, cluster.application, cluster.name, operation.id), ...managedTag },
    }
    return act(
      operation,
      call,
      cluster.name,
      'The rule, parked: a target group that no rule names is never health-checked.',
    )
  }
  if (!rule) return abort(turn, operation, `The listener rule of ${cluster.name} is gone.`)
  if (seen.targets.length === 0) return null
  if (rule.entries.length >= maxRuleEntries)
    return wait(
      turn,
      operation,
      `Making room: the rule already names ${rule.entries.length} target groups`,
      null,
    )
  const why = `${group.name} joins the rule at weight 0, so that it is health-checked while it carries nothing.`
  return changeRule(turn, operation, rule, {
    entries: joined(rule.entries, targetGroupArn),
    purpose: 'join',
    why,
  })
}

/** The rule of a create, once it can be seen. */
export function recordRule(turn: Turn, operation: Operation): TurnStep | null {
  const { rule } = turn.seen
  if (operation.kind !== 'create' || turn.state.cluster.ruleArn || !rule || !isParked(rule)) return null
  return record(operation, { type: 'RuleMade', ruleArn: rule.ruleArn, entries: rule.entries })
}

function clockTime(moment: Date): string {
  return `${moment.toISOString().slice(11, 19)} UTC`
}
