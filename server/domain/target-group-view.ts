import { forwardsTo, type Balancing, type SeenTargetGroup, type TagMap } from './balancing.js'
import { isUncalledFor } from './forward-view.js'
import { ruleWhen } from './rule-words.js'
import { ruleOwner, type RuleOwner } from './rule-owner.js'
import { groupOfTarget, type Surroundings } from './surroundings.js'
import { isSick, reasonInWords, sameTargets } from './target-health.js'

export interface TargetView {
  readonly id: string
  readonly port: number | null
  /** Null where no look at the instances knows it. */
  readonly zone: string | null
  readonly state: string
  readonly reason: string | null
}

export interface StateCount {
  readonly state: string
  readonly count: number
}

/** A rule that forwards to a target group. */
export interface RuleUse {
  readonly loadBalancer: string
  readonly port: number
  /** Null for the default rule. */
  readonly priority: number | null
  readonly when: string
  readonly weight: number
  readonly owner: RuleOwner
}

export interface TargetGroupView {
  readonly arn: string
  readonly name: string
  readonly protocol: string
  readonly port: number | null
  readonly targetType: string
  readonly vpcId: string | null
  /** The server group that fills it, and its cluster; null where it is none of ours. */
  readonly group: string | null
  readonly cluster: string | null
  readonly rules: readonly RuleUse[]
  /** False: its health was not asked for yet; then it shows no targets. */
  readonly isHealthSeen: boolean
  readonly counts: readonly StateCount[]
  readonly zones: readonly { readonly zone: string; readonly healthy: number; readonly targets: number }[]
  /** Targets alike in state and reason. */
  readonly states: readonly {
    readonly state: string
    readonly reason: string | null
    readonly count: number
  }[]
  readonly sick: readonly TargetView[]
  readonly targets: readonly TargetView[]
  /** `GET /healthz on port 8080 every 10 s …`. */
  readonly healthCheck: string
  readonly warnings: readonly string[]
}

/** Attributes that decide what a switch feels like; null where AWS told none. */
export interface TargetGroupSettings {
  readonly deregistrationDelaySec: number | null
  readonly slowStartSec: number | null
  /** `off`, or how clients are held to a target. */
  readonly stickiness: string
  readonly algorithm: string | null
}

/** Null for one that the reader may not see. */
export function targetGroupView(
  group: SeenTargetGroup,
  balancing: Balancing,
  around: Surroundings,
): TargetGroupView | null {
  const own = groupOfTarget(around, group.arn)
  if (!around.seesForeign && !own) return null
  const targets = (group.targets ?? []).map((target) => ({
    id: target.instanceId,
    port: target.port,
    zone: around.zones.get(target.instanceId) ?? null,
    state: target.state,
    reason: reasonInWords(target),
  }))
  return {
    arn: group.arn,
    name: group.name,
    protocol: group.protocol,
    port: group.port,
    targetType: group.targetType,
    vpcId: group.vpcId,
    group: own?.name ?? null,
    cluster: own?.cluster ?? null,
    rules: usesOf(group, balancing, around),
    isHealthSeen: group.targets !== null,
    counts: countsOf(targets),
    zones: zonesOf(targets),
    states: sameTargets(group.targets ?? []).map(({ state, reason, instanceIds }) => ({
      state,
      reason,
      count: instanceIds.length,
    })),
    sick: targets.filter(isSick),
    targets,
    healthCheck: healthCheckOf(group),
    warnings: warningsOf(group, targets, balancing),
  }
}

/** Rules of others are no use of its own readers’ to know of, unless they may see what is foreign. */
function usesOf({ arn }: SeenTargetGroup, balancing: Balancing, around: Surroundings): RuleUse[] {
  return forwardsTo(balancing, arn).flatMap(({ balancer, listener, rule, weight }): RuleUse[] => {
    const owner = ruleOwner(rule, listener, around)
    if (!around.seesForeign && owner.kind !== 'cluster' && owner.kind !== 'test') return []
    return [
      {
        loadBalancer: balancer.name,
        port: listener.port,
        priority: rule.isDefault ? null : rule.priority,
        when: ruleWhen(rule),
        weight,
        owner,
      },
    ]
  })
}

function countsOf(targets: readonly TargetView[]): StateCount[] {
  const counts = new Map<string, number>()
  for (const { state } of targets) counts.set(state, (counts.get(state) ?? 0) + 1)
  return [...counts].map(([state, count]) => ({ state, count })).sort((a, b) => b.count - a.count)
}

function zonesOf(targets: readonly TargetView[]): TargetGroupView['zones'] {
  const zones = [...new Set(targets.flatMap(({ zone }) => zone ?? []))].sort()
  return zones.map((zone) => {
    const here = targets.filter((target) => target.zone === zone)
    return { zone, healthy: here.filter(({ state }) => state === 'healthy').length, targets: here.length }
  })
}

function warningsOf(
  group: SeenTargetGroup,
  targets: readonly TargetView[],
  balancing: Balancing,
): readonly string[] {
  const forwards = forwardsTo(balancing, group.arn)
  const isUnused = forwards.length === 0 && group.balancerArns.length === 0
  const serves = forwards.some(({ rule, weight }) => !isUncalledFor(rule) && weight > 0)
  const healthy = zonesOf(targets).filter((zone) => zone.healthy > 0)
  const isNarrow = serves && healthy.length < 3 && targets.some(({ zone }) => zone !== null)
  return [
    ...(isUnused ? ['No rule forwards to it: its targets are not checked and get nothing.'] : []),
    ...(isNarrow
      ? [
          `It gets traffic and has healthy targets in ${healthy.length === 0 ? 'no zone' : `${healthy.map(({ zone }) => zone).join(' and ')} only`}.`,
        ]
      : []),
  ]
}

export function targetGroupSettings(attributes: TagMap): TargetGroupSettings {
  const seconds = (key: string) => (attributes[key] === undefined ? null : Number(attributes[key]))
  return {
    deregistrationDelaySec: seconds('deregistration_delay.timeout_seconds'),
    slowStartSec: seconds('slow_start.duration_seconds'),
    stickiness: stickinessOf(attributes),
    algorithm: attributes['load_balancing.algorithm.type'] ?? null,
  }
}

function healthCheckOf({ healthCheck, protocol, port }: SeenTargetGroup): string {
  const { path, intervalSec, timeoutSec, healthyThreshold, unhealthyThreshold, matcher } = healthCheck
  const where = healthCheck.port === 'traffic-port' ? 'the port of the traffic' : `port ${healthCheck.port}`
  const what = path === null ? healthCheck.protocol || protocol : `${healthCheck.protocol} ${path}`
  return `${what} on ${healthCheck.port === String(port) ? `port ${port}` : where} every ${intervalSec} s, ${timeoutSec} s at most; healthy after ${healthyThreshold}, unhealthy after ${unhealthyThreshold}${matcher ? `; ${matcher} is well` : ''}`
}

function stickinessOf(attributes: Readonly<Record<string, string>>): string {
  if (attributes['stickiness.enabled'] !== 'true') return 'off'
  const type = attributes['stickiness.type'] ?? ''
  const cookie = type === 'app_cookie' ? attributes['stickiness.app_cookie.cookie_name'] : null
  const seconds = attributes[`stickiness.${type}.duration_seconds`]
  return `by ${cookie ? `the cookie ${cookie}` : 'a cookie of the load balancer'}${seconds ? `, for ${seconds} s` : ''}`
}
