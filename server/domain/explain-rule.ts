import type { Cluster } from './cluster.js'
import { abort } from './group-steps.js'
import { activeTraffic, groupNamed, type ClusterState } from './cluster-state.js'
import { warmUntil } from './morning.js'
import { sameEntries, type Observed, type RuleEntry } from './observation.js'
import { explained } from './operation-effects.js'
import { reasonNotRestorable } from './restore-guard.js'
import { changeRule } from './rule-change.js'
import { carriers, entriesSentence, groupsByTarget } from './rule-lists.js'
import { ruleTickets } from './open-tickets.js'
import type { ServerGroup } from './server-group.js'
import { later, record, sinceMs, type Turn, type TurnStep } from './turn.js'

/** What the rule's present value means: `blocked` leaves traffic and retirements alone, the ledger goes on. */
export type Explanation =
  | { readonly kind: 'explained' }
  | { readonly kind: 'blocked' }
  | { readonly kind: 'step'; readonly step: TurnStep }

/** The cluster after AWS has answered a write of a rule: what its own rule shows from now on is ours. */
export function ruleAnswered(
  cluster: Cluster,
  rule: { readonly ruleArn: string; readonly entries: readonly RuleEntry[] },
  at: Date,
): Cluster {
  if (rule.ruleArn !== cluster.ruleArn) return cluster
  return { ...cluster, ...explained(cluster, rule.entries, at) }
}

/** True while the rule shows what we last set or accepted. */
export function ruleIsExpected(turn: Pick<Turn, 'state' | 'seen'>): boolean {
  const { cluster } = turn.state
  if (!cluster.ruleArn) return true
  const operation = activeTraffic(turn.state)
  // What is let go, or never became ours, may be changed by others.
  if (operation?.kind === 'giveBack' || (operation?.kind === 'adopt' && operation.phase === 'aborting'))
    return true
  // What is being decommissioned needs no rule any more, whoever deleted it.
  if (operation?.kind === 'decommission' && !turn.seen.rule) return true
  // A create that gives up deletes its parked rule itself.
  if (operation?.kind === 'create' && operation.phase === 'aborting' && !turn.seen.rule) return true
  return turn.seen.rule !== null && sameEntries(turn.seen.rule.entries, cluster.expected)
}

/** True where the rule shows what we expect, or what a request of ours that is not answered yet asks for. */
export function ruleMayBeOurs(turn: Pick<Turn, 'state' | 'seen'>): boolean {
  const { rule } = turn.seen
  return (
    ruleIsExpected(turn) ||
    (rule !== null && ruleTickets(turn.state).some(({ call }) => sameEntries(call.entries, rule.entries)))
  )
}

/** The sentence shown beside a rule that somebody else changed: what was expected, what is there. */
export function driftSentence(turn: Pick<Turn, 'state' | 'seen'>): string {
  const names = groupsByTarget(turn.state)
  if (!turn.seen.rule)
    return `The listener rule of ${turn.state.cluster.name} is gone; it was not deleted by Delling.`
  return `Somebody else changed the listener rule: expected ${entriesSentence(turn.state.cluster.expected, names)}; there is ${entriesSentence(turn.seen.rule.entries, names)}.`
}

/**
 * Explains a rule that is not as expected: our own change not visible yet, an unanswered request of ours that has landed,
 * or somebody else's hand, believed only after two reads `driftMs` apart. An answered request explains nothing later:
 * whoever sets the old weights again three minutes after a switch is a person.
 */
export function explainRule(turn: Turn): Explanation {
  const { state, seen, timings, sightings } = turn
  const { cluster } = state
  if (ruleIsExpected(turn)) {
    if (!cluster.needsPerson) return { kind: 'explained' }
    return step({
      kind: 'recordCluster',
      event: { type: 'DriftEnded', sentence: 'The listener rule is as expected again.' },
    })
  }
  const { expectedSince } = cluster
  const mayBeOld =
    seen.rule !== null &&
    sameEntries(seen.rule.entries, cluster.previouslyExpected) &&
    expectedSince !== null &&
    sinceMs(turn, expectedSince) < timings.staleReadMs
  if (mayBeOld) return waitForRule(turn, 'Our change of the listener rule may not be visible yet.')
  const landed = landedTicket(turn)
  if (landed) return step(landed)
  if (cluster.needsPerson && !soleCarrier(state, seen)) return blocked(turn)
  const since = sightings.unexplained?.since
  if (!since || sinceMs(turn, since) < timings.driftMs)
    return waitForRule(
      turn,
      'The listener rule shows something unexpected; looking again before believing it.',
    )
  return drifted(turn)
}

/** One ticket explains one change, ever; those of equal shares are interchangeable. */
function landedTicket(turn: Turn): TurnStep | null {
  const { rule } = turn.seen
  if (!rule) return null
  const ticket = ruleTickets(turn.state).find(
    ({ call }) => call.ruleArn === rule.ruleArn && sameEntries(call.entries, rule.entries),
  )
  if (!ticket) return null
  const shown = entriesSentence(rule.entries, groupsByTarget(turn.state))
  return {
    kind: 'recordCluster',
    event: {
      type: 'TicketSeen',
      id: ticket.id,
      entries: rule.entries,
      sentence: `A change of the listener rule that AWS never answered has taken effect: ${shown}.`,
    },
  }
}

/** Until a person has said what holds: an operation that was told to try on halts again, a wish to restore is carried out. */
function blocked(turn: Turn): Explanation {
  const { cluster } = turn.state
  const { rule } = turn.seen
  const restore = cluster.restoreAsked !== null && !reasonNotRestorable(turn.state, turn.seen)
  if (restore && rule) {
    const why = `${cluster.restoreAsked?.by ?? 'A person'} asked for the rule as it was expected.`
    return step(changeRule(turn, null, rule, { entries: cluster.expected ?? [], purpose: 'restore', why }))
  }
  const operation = activeTraffic(turn.state)
  if (operation && operation.phase !== 'halted') {
    const sentence = driftSentence(turn)
    return step(record(operation, { type: 'Halted', sentence, left: [sentence] }))
  }
  return { kind: 'blocked' }
}

function drifted(turn: Turn): Explanation {
  const { state, seen } = turn
  const sentence = driftSentence(turn)
  const live = soleCarrier(state, seen)?.name ?? null
  const operation = activeTraffic(state)
  const keptUntil = later(seen.at, turn.timings.rejectedMs)
  if (operation?.kind === 'adopt' && operation.phase !== 'halted')
    return step(abort(turn, operation, sentence, 'cancelled'))
  if (operation && operation.phase !== 'halted') {
    if (!live) return step(record(operation, { type: 'Halted', sentence, left: [sentence] }))
    // A person who takes the share of a canary away is obeyed, not fought.
    const untouched = live === operation.from && !operation.switched && !operation.canary
    const ours = live === operation.to && operation.switched
    // A parked rule carries nothing: whoever has its weights, it is unparked or goes as a whole.
    if (!untouched && !ours && operation.kind !== 'decommission')
      return step(record(operation, { type: 'Overridden', sentence, keptUntil }))
  }
  const entries = seen.rule?.entries ?? []
  const leftUntil = warmUntil(state.cluster.policy, seen.at)
  const shown = `the rule shows ${entriesSentence(entries, groupsByTarget(state))}`
  return step({
    kind: 'recordCluster',
    event: { type: 'Drifted', entries, live, leftUntil, shown, sentence },
  })
}

/** The one known group that carries everything, if it is not being shrunk: only then do roles follow the weights. */
export function soleCarrier(state: ClusterState, seen: Observed): ServerGroup | null {
  const carrying = carriers(seen.rule)
  const arn = carrying.length === 1 ? carrying[0]?.targetGroupArn : undefined
  const group = groupNamed(state, (arn ? groupsByTarget(state).get(arn) : null) ?? null)
  return group && !group.shrinkStarted ? group : null
}

function waitForRule(turn: Turn, sentence: string): Explanation {
  const operation = activeTraffic(turn.state)
  return step({ kind: 'wait', operation, sentence, until: null, lookAgainMs: turn.timings.pollMs })
}

function step(taken: TurnStep): Explanation {
  return { kind: 'step', step: taken }
}
