import type { AccountListing } from './account-listing.js'
import type { Blueprint } from './blueprint.js'
import type { Tags } from './tags.js'
import type { AnswerCount } from './error-evidence.js'

/** One condition of a listener rule, in AWS's own field names. */
export interface RuleCondition {
  readonly field: 'host-header' | 'path-pattern' | 'http-header'
  readonly values: readonly string[]
  /** For `http-header`. */
  readonly headerName?: string
}

/** One target group in a rule's forward action. */
export interface RuleEntry {
  readonly targetGroupArn: string
  readonly weight: number
}

export interface ObservedRule {
  readonly ruleArn: string
  readonly priority: number
  readonly conditions: readonly RuleCondition[]
  /** Entries of the forward action in their order; empty for a rule that does not forward. */
  readonly entries: readonly RuleEntry[]
  /** True when the action pins clients to a target group by cookie, which would override weights. */
  readonly sticky: boolean
  /** True when the rule does more than forward (authenticates, redirects …). */
  readonly otherActions: boolean
  /** `delling:owner` of its tags; read only of test rules. */
  readonly owner?: string | null
}

export interface ObservedBalancer {
  readonly loadBalancerArn: string
  readonly dnsName: string
  readonly state: string
  readonly listenerArn: string | null
  /** `HTTP` or `HTTPS`. */
  readonly protocol?: string
  /** Where the listener really answers, if its load balancer is not on AWS; only where it was asked for. */
  readonly url?: string | null
  /** Zones enabled on the load balancer: a target elsewhere is never checked. */
  readonly zones: readonly string[]
  /** Every rule of the listener but its default one. */
  readonly rules: readonly ObservedRule[]
  /** Who made load balancer and listener, by their tags, and what else stands on it; only where it was asked for. */
  readonly making?: BalancerMaking
}

export interface BalancerMaking {
  /** `delling:owner` of the load balancer and of the listener; null where they have none. */
  readonly balancerOwner: string | null
  readonly listenerOwner: string | null
  readonly otherListeners: number
}

export interface ObservedInstance {
  readonly instanceId: string
  readonly zone: string
  readonly lifecycleState: string
  readonly healthStatus: string
}

export interface ObservedTarget {
  readonly instanceId: string
  readonly state: string
  readonly reason: string | null
  readonly description: string | null
}

export interface ObservedActivity {
  readonly activityId: string
  readonly startedAt: Date
  readonly status: string
  readonly description: string
  readonly cause: string
  readonly message: string | null
}

export interface ObservedAutoScalingGroup {
  readonly min: number
  readonly max: number
  readonly desired: number
  /** Where it may place instances, so that a zone in which none ever stood can be named. */
  readonly zones: readonly string[]
  readonly instances: readonly ObservedInstance[]
  readonly suspended: readonly string[]
  /** `delling:op` of its tags: whose making it is. */
  readonly operationTag: string | null
  readonly status: string | null
  /** Group metrics that are collected; absent: none. */
  readonly metrics?: readonly string[]
  /** Whether it has a warm pool; `going` while AWS deletes it. */
  readonly warmPool?: 'there' | 'going'
}

export interface ObservedPolicy {
  readonly name: string
  readonly arn: string
}

/** A server group as AWS shows it now. A part is null when AWS answered without it. */
export interface ObservedGroup {
  readonly name: string
  readonly targetGroupArn: string | null
  readonly targetGroupAttributes: Readonly<Record<string, string>>
  readonly launchTemplateId: string | null
  /** `delling:op` of its tags. */
  readonly launchTemplateOperationTag: string | null
  readonly autoScaling: ObservedAutoScalingGroup | null
  readonly targets: readonly ObservedTarget[]
  /** Scaling activities since the group was made, newest first; empty unless asked for. */
  readonly activities: readonly ObservedActivity[]
  /** Requests in the quiet window that was asked about; null when the metric could not be read or was not asked for. */
  readonly requests: number | null
  /** What it answered since the moment that was asked about, by period; null when it could not be read or was not asked for. */
  readonly answers?: readonly AnswerCount[] | null
  /** Scaling policies that exist; empty unless asked for. */
  readonly policies: readonly ObservedPolicy[]
  /** Of the alarms that were asked about, those that exist. */
  readonly alarms?: readonly string[]
  /** Names of scheduled actions; absent unless asked for. */
  readonly schedules?: readonly string[]
  /** Types of notifications by topic; absent unless asked for. */
  readonly topics?: Readonly<Record<string, readonly string[]>>
  /** How it is made; absent unless asked for, null where the group or its target group is not there. */
  readonly blueprint?: Blueprint | null
  /** Absent unless asked for. */
  readonly marks?: ObservedMarks
}

/** Our marks on the parts of a group as AWS shows them, keys that begin with `delling:`; null where the part is not there. */
export interface ObservedMarks {
  readonly scalingGroup: Tags | null
  readonly targetGroup: Tags | null
  readonly launchTemplate: Tags | null
}

/** One snapshot of a cluster. */
export interface Observed {
  /** When the oldest part was read. */
  readonly at: Date
  readonly balancer: ObservedBalancer | null
  /** The cluster's rule; null when it does not exist (or is not made yet). */
  readonly rule: ObservedRule | null
  readonly groups: ReadonlyMap<string, ObservedGroup>
  /** Our marks on the rule; absent unless asked for, null where there is no rule. */
  readonly ruleMarks?: Tags | null
  /** ARNs of our target groups that some other rule of the load balancer forwards to. */
  readonly usedElsewhere: readonly string[]
  /** What the account holds beside our groups; not read at every look. */
  readonly listing?: AccountListing | undefined
  /** What the night watch judges by; only where it watches. */
  readonly night?: NightMetrics
  /** Clusters of ours that stand on the same load balancer; read only where something of it is about to go. */
  readonly neighbours?: readonly Neighbour[]
}

/** Each part is null where it could not be read. */
export interface NightMetrics {
  /** Of the live group, over the last minutes that CloudWatch tells of. */
  readonly live: { readonly requests: number; readonly errors: number } | null
  /** Of the group before, over as long right before the switch. */
  readonly previous: { readonly requests: number; readonly errors: number } | null
  readonly alarms:
    readonly { readonly name: string; readonly state: string; readonly reason: string | null }[] | null
}

/** Another cluster on the same load balancer. */
export interface Neighbour {
  readonly cluster: string
  readonly onListener: boolean
}

/** The weight of a group in the cluster's rule; 0 when it is not listed. */
export function weightOf(rule: ObservedRule | null, targetGroupArn: string | null): number {
  if (!rule || !targetGroupArn) return 0
  return rule.entries.find((entry) => entry.targetGroupArn === targetGroupArn)?.weight ?? 0
}

/** A sole carrier's weight says nothing: 1 of 1 and 100 of 100 are the same share, and AWS may write either. */
function shares(entries: readonly RuleEntry[]): readonly RuleEntry[] {
  const carrying = entries.filter((entry) => entry.weight > 0)
  return carrying.length === 1
    ? entries.map((entry) => ({ ...entry, weight: entry.weight > 0 ? 100 : 0 }))
    : entries
}

/** True when both rules forward the same shares to the same target groups, in any order. */
export function sameEntries(a: readonly RuleEntry[] | null, b: readonly RuleEntry[] | null): boolean {
  if (!a || !b || a.length !== b.length) return false
  const others = shares(b)
  return shares(a).every((entry) =>
    others.some((other) => other.targetGroupArn === entry.targetGroupArn && other.weight === entry.weight),
  )
}
