import {
  targetGroupSeen,
  type Balancing,
  type SeenBalancer,
  type SeenRule,
  type SeenTargetGroup,
} from './balancing.js'
import { isParked } from './rule-lists.js'
import { shareOf } from './share.js'
import { isTestRule } from './smoke-test.js'
import { groupOfTarget, type Surroundings } from './surroundings.js'

/** One target group that a rule forwards to. */
export interface ForwardView {
  /** Null, as its name, where the reader may not see whose it is. */
  readonly arn: string | null
  readonly targetGroup: string | null
  /** The server group that fills it; null where it is none of ours. */
  readonly group: string | null
  readonly weight: number
  /** Per cent of what the rule takes. */
  readonly share: number
  /** Null, as the count of all, where its health was not asked for yet. */
  readonly healthy: number | null
  readonly targets: number | null
}

export function forwardsOf(
  rule: SeenRule,
  balancing: Balancing,
  around: Surroundings,
): readonly ForwardView[] {
  return rule.entries.map(({ targetGroupArn, weight }) => {
    const seen = targetGroupSeen(balancing, targetGroupArn)
    const group = groupOfTarget(around, targetGroupArn)
    const isShown = around.seesForeign || group !== null
    const targets = isShown ? (seen?.targets ?? null) : null
    return {
      arn: isShown ? targetGroupArn : null,
      targetGroup: isShown ? (seen?.name ?? nameInArn(targetGroupArn)) : null,
      group: group?.name ?? null,
      weight,
      share: shareOf(rule.entries, targetGroupArn),
      healthy: targets && targets.filter(({ state }) => state === 'healthy').length,
      targets: targets && targets.length,
    }
  })
}

/** `arn:…:targetgroup/shop-v001/6d0ecf831eec9f09` → `shop-v001`. */
function nameInArn(targetGroupArn: string): string {
  return targetGroupArn.split('/')[1] ?? targetGroupArn
}

/** A parked rule takes no request and a test rule only ours: what they lead to is no worry. */
export function isUncalledFor(rule: SeenRule): boolean {
  return isParked(rule) || isTestRule(rule)
}

/** What is wrong with where a rule leads. */
export function ruleWarnings(
  rule: SeenRule,
  balancer: SeenBalancer,
  balancing: Balancing,
  around: Surroundings,
): readonly string[] {
  if (rule.entries.length === 0) return []
  const carrying = rule.entries.filter(({ weight }) => weight > 0)
  if (carrying.length === 0)
    return ['it forwards to nobody, because every weight is 0: whoever asks gets 503.']
  const seen = carrying.map(({ targetGroupArn }) => targetGroupSeen(balancing, targetGroupArn))
  return [...emptiness(seen, around), ...darkZones(seen, balancer)]
}

function emptiness(seen: readonly (SeenTargetGroup | null)[], around: Surroundings): string[] {
  const known = seen.flatMap((group) => group?.targets ?? [])
  // One that was not asked for yet says nothing.
  if (seen.some((group) => !group?.targets)) return []
  if (known.length === 0)
    return ['it forwards to nobody, because no target is registered: whoever asks gets 503.']
  if (!known.some(({ state }) => state === 'healthy'))
    return ['no target behind it is healthy: AWS then sends requests to all of them (“fail open”).']
  return seen.flatMap((group) =>
    group && !(group.targets ?? []).some(({ state }) => state === 'healthy')
      ? [`${shownName(group, around)} gets a share and has no healthy target.`]
      : [],
  )
}

function shownName({ arn, name }: SeenTargetGroup, around: Surroundings): string {
  return around.seesForeign || groupOfTarget(around, arn) ? name : 'a target group that you may not see'
}

/** Targets that the load balancer says stand in a zone that it is not enabled in. */
function darkZones(seen: readonly (SeenTargetGroup | null)[], { zones }: SeenBalancer): string[] {
  const dark = seen.flatMap((group) =>
    (group?.targets ?? []).filter(
      ({ state, reason, description }) =>
        state === 'unused' && reason === 'Target.NotInUse' && /zone/i.test(description ?? ''),
    ),
  )
  return dark.length === 0
    ? []
    : [
        `${dark.length} of its targets stand in zones that are not enabled on the load balancer (${zones.join(', ')}), and are never checked.`,
      ]
}
