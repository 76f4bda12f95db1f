import type { DriftMemory } from './drift-memory.js'
import type { RuleCondition, RuleEntry } from './observation.js'
import type { Trials } from './trials.js'

/** Everything the create form asks, resolved: names, ids and numbers are fixed before the first call. */
export interface ClusterSettings {
  readonly vpcId: string
  /** One subnet for each zone, at least three zones. */
  readonly subnets: readonly { readonly subnetId: string; readonly zone: string }[]
  readonly instanceType: string
  readonly securityGroupIds: readonly string[]
  readonly instanceProfile: string | null
  /** The person's own script, run after ours on first boot. Never holds a secret: anyone who may describe may read it. */
  readonly userData: string
  readonly environment: Readonly<Record<string, string>>
  readonly port: number
  readonly healthCheck: HealthCheck
  readonly size: GroupSize
  readonly scaling: ScalingPolicy | null
  readonly balancer: Balancer
  readonly deregistrationDelaySec: number
  /** How long a booting instance may fail its health check before its group replaces it. */
  readonly healthCheckGraceSec: number
}

export interface GroupSize {
  readonly min: number
  readonly max: number
  readonly desired: number
}

export interface HealthCheck {
  readonly path: string
  readonly intervalSec: number
  readonly timeoutSec: number
  readonly healthyThreshold: number
  readonly unhealthyThreshold: number
  /** AWS's matcher: `200`, `200-299`, `200,202`. */
  readonly matcher: string
}

/** Target tracking on the group's mean processor use, in per cent. */
export interface ScalingPolicy {
  readonly metric: 'cpu'
  readonly targetPercent: number
}

/** Which rule carries the cluster. Existing parts are named by ARN; null parts are made by us. */
export interface Balancer {
  readonly loadBalancerName: string
  readonly loadBalancerArn: string | null
  readonly listenerPort: number
  readonly listenerArn: string | null
  /** An existing rule that the cluster takes over, its conditions as they are; null: one is made. */
  readonly ruleArn: string | null
  /** The conditions that the rule gets at the first switch; until then it is parked. */
  readonly conditions: readonly RuleCondition[]
}

/** When the night ends, what stays warm, and what a deployment must pass; clusters recorded before there were trials ask for none. */
export interface ClusterPolicy extends Trials {
  /** When the night ends: `HH:MM` on the wall clock of `timeZone`. */
  readonly morning: string
  /** An IANA zone, `Europe/Berlin`. */
  readonly timeZone: string
  readonly minWarmHours: number
  /** How many warm groups a cluster keeps, 1 to 3: a rule forwards to five target groups at most. */
  readonly maxWarm: number
  /** Whether the first-choice warm group grows with live; absent: it is held at the size that it left the traffic with. */
  readonly warm?: 'held' | 'follow'
  /** Who switches back when the night watch judges the live group bad; absent: a person does. */
  readonly switchBack?: 'person' | 'automatic'
  /** CloudWatch alarms that speak against the live group while they ring. */
  readonly alarms?: readonly string[]
}

/** One `app[-stack[-detail]]` behind one listener rule. */
export interface Cluster {
  readonly name: string
  readonly application: string
  readonly account: string
  readonly region: string
  readonly settings: ClusterSettings
  readonly policy: ClusterPolicy
  /** Learnt when the rule has been made. */
  readonly ruleArn: string | null
  readonly listenerArn: string | null
  readonly loadBalancerArn: string | null
  /** Highest push number ever reserved; 0 before the first. */
  readonly lastPush: number
  /** Bumped by every write about this cluster; a decision is recorded only if it was made from this version. */
  readonly version: number
  /** The rule's entries as last explained by an act of ours or by drift that was accepted. */
  readonly expected: readonly RuleEntry[] | null
  readonly previouslyExpected: readonly RuleEntry[] | null
  readonly expectedSince: Date | null
  /** What needs a person before anything may be switched or retired; null when nothing does. */
  readonly needsPerson: string | null
  /** A person asked for the rule to be put back to what was expected. */
  readonly restoreAsked: { readonly by: string; readonly at: Date } | null
  /** What was last said about where the traffic goes: `v001 100 %`. */
  readonly statement: string
  /** Names a queue that stands still after a failed or rolled-back deployment. */
  readonly queuePaused: string | null
  /** What differs from the records, and what people said about it; absent in clusters recorded before it was kept. */
  readonly drift?: DriftMemory
  /**
   * Who retired the whole cluster, and when nothing of it was left, or, given back, when nothing of it was ours any more; absent
   * while it is there.
   */
  readonly retired?: { readonly by: string; readonly at: Date; readonly givenBack?: true }
  readonly createdAt: Date
}

/** What is to be said of a cluster before anything of it is made. */
export const unmadeCluster = {
  ruleArn: null,
  listenerArn: null,
  loadBalancerArn: null,
  lastPush: 0,
  version: 1,
  expected: null,
  previouslyExpected: null,
  expectedSince: null,
  needsPerson: null,
  restoreAsked: null,
  statement: 'nothing carries traffic',
  queuePaused: null,
} as const satisfies Partial<Cluster>

/** Why these sizes can't be a cluster's, in a sentence; null when they can. */
export function reasonBadSize(size: GroupSize): string | null {
  const { min, max, desired } = size
  if (![min, max, desired].every(Number.isInteger)) return 'Sizes are whole numbers.'
  if (min < 3) return `The smallest size is 3, one instance in each of three zones; ${min} was asked.`
  if (max < min) return `The largest size (${max}) is below the smallest (${min}).`
  if (desired < min || desired > max) return `The desired size (${desired}) lies outside ${min} to ${max}.`
  if (max > 500) return `The largest size is 500; ${max} was asked.`
  return null
}

/** Why a launch or a switch to `next` is refused for its zones, naming what is missing; null when there are three. */
export function reasonTooFewZones(zones: readonly string[], offered: readonly string[] = []): string | null {
  const distinct = [...new Set(zones)].sort()
  if (distinct.length >= 3) return null
  const missing = offered.filter((zone) => !distinct.includes(zone)).sort()
  const named = missing.length > 0 ? ` Missing: ${missing.join(', ')}.` : ''
  const given =
    distinct.length === 0
      ? 'none was given'
      : `only ${distinct.join(' and ')} ${distinct.length === 1 ? 'was' : 'were'} given`
  return `At least three Availability Zones are needed; ${given}.${named}`
}
