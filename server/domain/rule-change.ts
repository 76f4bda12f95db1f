import type { ModifyRule } from './call.js'
import { sameEntries, type ObservedRule, type RuleCondition, type RuleEntry } from './observation.js'
import type { Operation } from './operation.js'
import { lastLanding, ruleTickets, ticketsElsewhere } from './open-tickets.js'
import { wait, type Turn, type TurnStep } from './turn.js'

type RuleChange = TurnStep & { kind: 'act' }

/** So often at most is one value written while none of the writes is answered. */
const maxUnanswered = 3

interface RuleWrite {
  readonly entries: readonly RuleEntry[]
  readonly purpose: ModifyRule['purpose']
  readonly why: string
  readonly conditions?: readonly RuleCondition[] | undefined
}

/**
 * One write of the whole list of a rule: decided from what was seen, sent only if that still holds. While an earlier write
 * of other shares may still land, which would undo this one, it waits; `ruleWriteNow` does not.
 */
export function changeRule(
  turn: Turn,
  operation: Operation | null,
  rule: ObservedRule,
  write: RuleWrite,
): TurnStep {
  return waitForTickets(turn, operation, write.entries) ?? ruleWriteNow(turn, operation, rule, write)
}

/** The write at once, whatever may still land: for who brings traffic back to a healthy group. */
export function ruleWriteNow(
  turn: Turn,
  operation: Operation | null,
  rule: ObservedRule,
  { entries, purpose, why, conditions }: RuleWrite,
): RuleChange {
  const call: ModifyRule = {
    type: 'ModifyRule',
    ruleArn: rule.ruleArn,
    before: rule.entries,
    entries,
    purpose,
    ...(conditions ? { conditions } : {}),
  }
  return { kind: 'act', call, object: turn.state.cluster.name, operation, why }
}

/** A wait while unanswered writes of the rule could undo one of `entries`; null when none can. */
export function waitForTickets(
  turn: Turn,
  operation: Operation | null,
  entries: readonly RuleEntry[],
): TurnStep | null {
  const other = ticketsElsewhere(turn.state, entries)
  const same = ruleTickets(turn.state).filter(({ call }) => sameEntries(call.entries, entries))
  if (other.length === 0 && same.length < maxUnanswered) return null
  const tickets = other.length > 0 ? other : same
  const until = lastLanding(tickets, turn.timings)
  const sentence =
    'AWS never answered an earlier change of the listener rule, which may still take effect; nothing else is written until it can’t'
  return operation
    ? wait(turn, operation, sentence, until)
    : { kind: 'wait', operation, sentence, until, lookAgainMs: turn.timings.pollMs }
}
