import type { ClusterState } from './cluster-state.js'
import type { ObservedRule, RuleCondition, RuleEntry } from './observation.js'
import { shareWords } from './share.js'

/** AWS's limit of target groups in one forward action. */
export const maxRuleEntries = 5

/** Which of the cluster's groups each target group in the rule belongs to; foreign ones are not in the map. */
export function groupsByTarget(state: ClusterState): ReadonlyMap<string, string> {
  return new Map(
    state.groups.flatMap((group) =>
      group.targetGroupArn ? [[group.targetGroupArn, group.name] as const] : [],
    ),
  )
}

/** The entries that carry traffic. */
export function carriers(rule: ObservedRule | null): readonly RuleEntry[] {
  return rule?.entries.filter((entry) => entry.weight > 0) ?? []
}

/** True when a target group stands in the rule, at whatever weight: only then is it health-checked. */
export function isListed(rule: ObservedRule | null, targetGroupArn: string | null): boolean {
  return (
    targetGroupArn !== null &&
    (rule?.entries.some((entry) => entry.targetGroupArn === targetGroupArn) ?? false)
  )
}

/** True when one target group carries everything. */
export function carriesAll(rule: ObservedRule | null, targetGroupArn: string | null): boolean {
  const carrying = carriers(rule)
  return carrying.length === 1 && carrying[0]?.targetGroupArn === targetGroupArn
}

/** The list with all traffic on one target group; the others stay at 0, in their order. */
export function switchedTo(entries: readonly RuleEntry[], targetGroupArn: string): readonly RuleEntry[] {
  const listed = entries.some((entry) => entry.targetGroupArn === targetGroupArn)
  const rest = entries.map((entry) => ({
    ...entry,
    weight: entry.targetGroupArn === targetGroupArn ? 100 : 0,
  }))
  return listed ? rest : [...rest, { targetGroupArn, weight: 100 }]
}

/** The list with a share of the traffic, in per cent, on one target group and the rest on another. */
export function shared(
  entries: readonly RuleEntry[],
  from: string,
  to: string,
  percent: number,
): readonly RuleEntry[] {
  return switchedTo(entries, from).map((entry) =>
    entry.targetGroupArn === from
      ? { ...entry, weight: 100 - percent }
      : entry.targetGroupArn === to
        ? { ...entry, weight: percent }
        : entry,
  )
}

/** True when a rule shows just these shares. */
export function sharesAre(rule: ObservedRule, from: string, to: string, percent: number): boolean {
  const weight = (arn: string) => rule.entries.find((entry) => entry.targetGroupArn === arn)?.weight
  return carriers(rule).length === 2 && weight(from) === 100 - percent && weight(to) === percent
}

export function without(entries: readonly RuleEntry[], targetGroupArn: string): readonly RuleEntry[] {
  return entries.filter((entry) => entry.targetGroupArn !== targetGroupArn)
}

export function joined(entries: readonly RuleEntry[], targetGroupArn: string): readonly RuleEntry[] {
  return [...without(entries, targetGroupArn), { targetGroupArn, weight: 0 }]
}

const parkedHeader = 'X-Delling-Parked'

/** A condition that no request matches, because its value is a random id that nobody sends. */
export function parkedConditions(operationId: string): readonly RuleCondition[] {
  return [{ field: 'http-header', headerName: parkedHeader, values: [operationId] }]
}

export function isParked(rule: ObservedRule): boolean {
  return rule.conditions.some(
    (condition) =>
      condition.field === 'http-header' && condition.headerName?.toLowerCase() === parkedHeader.toLowerCase(),
  )
}

/** The lowest free priority from 100 on. */
export function freePriority(taken: readonly number[]): number {
  const used = new Set(taken)
  let priority = 100
  while (used.has(priority)) priority += 1
  return priority
}

/** `v011 100 %, v012 0 %`; a target group that is not ours by the end of its ARN. */
export function entriesSentence(
  entries: readonly RuleEntry[] | null,
  names: ReadonlyMap<string, string>,
): string {
  if (!entries || entries.length === 0) return 'no target group'
  return entries
    .map(
      (entry) =>
        `${names.get(entry.targetGroupArn) ?? entry.targetGroupArn.split(':').pop()} ${shareWords(entries, entry.targetGroupArn)}`,
    )
    .join(', ')
}
