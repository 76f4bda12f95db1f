import { changeRule } from './rule-change.js'
import { activeTraffic } from './cluster-state.js'
import { drainTimeMs } from './launched-with.js'
import { weightOf } from './observation.js'
import { joined, maxRuleEntries, without, isListed } from './rule-lists.js'
import type { ServerGroup } from './server-group.js'
import { observedOf, sinceMs, type Turn, type TurnStep } from './turn.js'

/** Which groups belong in the rule follows from their roles, so a list that lost one heals itself. Stopped, none leaves it. */
export function decideListing(turn: Turn, stopped = false): TurnStep | null {
  const { rule } = turn.seen
  if (!rule || !turn.state.cluster.ruleArn) return null
  const operation = activeTraffic(turn.state)
  for (const group of turn.state.groups) {
    const arn = group.targetGroupArn
    if (!arn || operation?.to === group.name || operation?.from === group.name) continue
    const listed = isListed(rule, arn)
    if (!stopped && listed && mustLeave(turn, group) && weightOf(rule, arn) === 0)
      return change(turn, group, without(rule.entries, arn), 'delist')
    const healthChecked = observedOf(turn, group.name)?.targets.length ?? 0
    if (!listed && group.role === 'warm' && healthChecked > 0 && rule.entries.length < maxRuleEntries)
      return change(turn, group, joined(rule.entries, arn), 'relist')
  }
  return null
}

/** A rejected group leaves after the last request to it can have ended. */
function mustLeave(turn: Turn, group: ServerGroup): boolean {
  if (!['rejected', 'failed', 'lost'].includes(group.role)) return false
  const drainMs = drainTimeMs(turn.state, group) / turn.timings.awsDivisor
  return sinceMs(turn, group.quietSince ?? group.roleSince) >= drainMs
}

function change(
  turn: Turn,
  group: ServerGroup,
  entries: ReturnType<typeof without>,
  purpose: 'delist' | 'relist',
): TurnStep | null {
  const { rule } = turn.seen
  if (!rule) return null
  const why =
    purpose === 'delist'
      ? `${group.name} is ${group.role} and drained: it leaves the rule.`
      : `${group.name} is warm: out of the rule it would not be health-checked.`
  return changeRule(turn, null, rule, { entries, purpose, why })
}
