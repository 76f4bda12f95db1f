import { groupNamed } from './cluster-state.js'
import { pushLabel } from './names.js'
import { weightOf } from './observation.js'
import type { Operation } from './operation.js'
import { ruleWriteNow } from './rule-change.js'
import { isListed, without } from './rule-lists.js'
import { ticketsToward } from './open-tickets.js'
import { dropTestRule } from './test-rules.js'
import { later, observedOf, sinceMs, wait, type Turn, type TurnStep } from './turn.js'

/**
 * Makes it impossible that an unanswered switch to a group that is given up still takes effect: out of the rule, then its
 * target group is deleted, because a call that names a deleted target group fails as a whole. Null once nothing can land.
 * Only for a group that the operation itself made: to a warm one a late switch may come, and is waited out.
 */
export function fence(turn: Turn, operation: Operation): TurnStep | null {
  const group = groupNamed(turn.state, operation.to)
  const arn = group?.targetGroupArn ?? null
  const open = ticketsToward(turn.state, arn)
  if (!group || !arn || operation.kind === 'switchBack' || open.length === 0) return null
  const { rule } = turn.seen
  if (weightOf(rule, arn) > 0) return null
  const label = pushLabel(group.name)
  if (rule && isListed(rule, arn))
    return ruleWriteNow(turn, operation, rule, {
      entries: without(rule.entries, arn),
      purpose: 'delist',
      why: `${label} leaves the rule, so that its target group can go.`,
    })
  // AWS deletes no target group that a rule names.
  const test = dropTestRule(turn, operation, group.name)
  if (test) return test
  if (observedOf(turn, group.name)?.targetGroupArn === arn)
    return {
      kind: 'act',
      call: { type: 'DeleteTargetGroup', group: group.name, targetGroupArn: arn },
      object: group.name,
      operation,
      why: `A switch to ${label} was never answered: without its target group it can’t take effect any more.`,
      ...(group.fencedAt
        ? {}
        : {
            event: {
              type: 'FenceStarted' as const,
              group: group.name,
              sentence: `The target group of ${label} is deleted, so that a late switch to it fails; its instances stay for diagnosis.`,
            },
          }),
    }
  if (group.fencedAt && sinceMs(turn, group.fencedAt) < turn.timings.goneMs)
    return wait(
      turn,
      operation,
      `Making sure that the target group of ${label} is gone`,
      later(group.fencedAt, turn.timings.goneMs),
    )
  return {
    kind: 'recordCluster',
    event: {
      type: 'TicketsClosed',
      tickets: open.map(({ id }) => ({ id, as: 'expired' as const })),
      sentence: `The unanswered switch to ${group.name} can’t take effect any more: its target group is gone.`,
    },
  }
}
