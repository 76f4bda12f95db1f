import { indexed } from './indexed.js'
import type { ObservedRule, ObservedTarget } from './observation.js'

/** Everything that balances load in the account and region, as one look showed it. */
export interface Balancing {
  /** Application load balancers, by name. */
  readonly balancers: readonly SeenBalancer[]
  /** Load balancers of other types by ARN, of which nothing more is read. */
  readonly others: readonly string[]
  /** By name. */
  readonly targetGroups: readonly SeenTargetGroup[]
}

export type TagMap = Readonly<Record<string, string>>

export interface SeenBalancer {
  readonly arn: string
  readonly name: string
  /** `internet-facing` or `internal`. */
  readonly scheme: string
  readonly state: string
  readonly dnsName: string
  readonly vpcId: string
  readonly zones: readonly string[]
  readonly securityGroupIds: readonly string[]
  readonly createdAt: Date | null
  readonly tags: TagMap
  /** By port. */
  readonly listeners: readonly SeenListener[]
}

export interface SeenListener {
  readonly arn: string
  readonly port: number
  readonly protocol: string
  /** Where it really answers, if its load balancer is not on AWS. */
  readonly url: string | null
  readonly tags: TagMap
  /** In the order in which AWS tries them: by priority, the default one last. */
  readonly rules: readonly SeenRule[]
}

export interface SeenRule extends ObservedRule {
  readonly isDefault: boolean
  /** What it does beside forwarding, in words: `redirects to HTTPS:443`. */
  readonly does: readonly string[]
  readonly tags: TagMap
}

export interface SeenTarget extends ObservedTarget {
  readonly port: number | null
}

export interface SeenTargetGroup {
  readonly arn: string
  readonly name: string
  readonly protocol: string
  readonly port: number | null
  /** `instance`, `ip`, `lambda` or `alb`. */
  readonly targetType: string
  readonly vpcId: string | null
  readonly healthCheck: {
    readonly protocol: string
    readonly port: string
    readonly path: string | null
    readonly intervalSec: number
    readonly timeoutSec: number
    readonly healthyThreshold: number
    readonly unhealthyThreshold: number
    readonly matcher: string | null
  }
  /** Load balancers of any type that AWS says use it. */
  readonly balancerArns: readonly string[]
  readonly tags: TagMap
  /** Null: its health was not asked for yet. */
  readonly targets: readonly SeenTarget[] | null
}

/** What a target group costs requests of its own for. */
export interface TargetGroupDetail {
  readonly targets: readonly SeenTarget[]
  readonly attributes: TagMap
}

/** An entry of a rule that forwards to a target group, and where the rule stands. */
export interface SeenForward {
  readonly balancer: SeenBalancer
  readonly listener: SeenListener
  readonly rule: SeenRule
  readonly weight: number
}

const groupsByArn = indexed((groups: readonly SeenTargetGroup[]) =>
  groups.map((group) => [group.arn, group] as const),
)
const forwardsByTarget = indexed(forwardsOfEach)

export function targetGroupSeen({ targetGroups }: Balancing, arn: string): SeenTargetGroup | null {
  return groupsByArn(targetGroups, arn)
}

/** Everything that forwards to a target group, one entry of each rule. */
export function forwardsTo({ balancers }: Balancing, arn: string): readonly SeenForward[] {
  return forwardsByTarget(balancers, arn) ?? []
}

function forwardsOfEach(balancers: readonly SeenBalancer[]): ReadonlyMap<string, readonly SeenForward[]> {
  const found = new Map<string, SeenForward[]>()
  for (const balancer of balancers)
    for (const listener of balancer.listeners)
      for (const rule of listener.rules)
        for (const [arn, weight] of weightsOf(rule)) {
          const forward = { balancer, listener, rule, weight }
          const others = found.get(arn)
          if (others) others.push(forward)
          else found.set(arn, [forward])
        }
  return found
}

/** The first entry of each target group counts, should a rule name one twice. */
function weightsOf({ entries }: SeenRule): ReadonlyMap<string, number> {
  return new Map([...entries].reverse().map(({ targetGroupArn, weight }) => [targetGroupArn, weight]))
}
