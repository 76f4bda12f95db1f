import type { ModifyRule } from './call.js'
import type { ObservedRule, RuleCondition, RuleEntry } from './observation.js'
import type { Operation } from './operation.js'
import type { Turn, TurnStep } from './turn.js'

type RuleChange = TurnStep & { kind: 'act' }

/**
 * One write of the whole list of a rule: decided from what was seen, sent only if that still holds, and expected from now
 * on, so that the next look knows it for ours.
 */
export function changeRule(
  turn: Turn,
  operation: Operation | null,
  rule: ObservedRule,
  entries: readonly RuleEntry[],
  purpose: ModifyRule['purpose'],
  why: string,
  conditions?: readonly RuleCondition[],
): RuleChange {
  const call: ModifyRule = {
    type: 'ModifyRule',
    ruleArn: rule.ruleArn,
    before: rule.entries,
    entries,
    purpose,
    ...(conditions ? { conditions } : {}),
  }
  return { kind: 'act', call, object: turn.state.cluster.name, operation, why, expects: entries }
}
