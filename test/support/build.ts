import type { Blueprint } from '../../server/domain/blueprint.js'
import type { AccountListing, ListedGroup } from '../../server/domain/account-listing.js'
import type { ModifyRule } from '../../server/domain/call.js'
import type { Cluster } from '../../server/domain/cluster.js'
import type { ClusterState } from '../../server/domain/cluster-state.js'
import type {
  Observed,
  ObservedGroup,
  ObservedRule,
  ObservedTarget,
  RuleEntry,
} from '../../server/domain/observation.js'
import type { Obligation } from '../../server/domain/obligation.js'
import type { Operation } from '../../server/domain/operation.js'
import type { Restraint } from '../../server/domain/restraint.js'
import type { ServerGroup } from '../../server/domain/server-group.js'
import { noSightings, type Sightings } from '../../server/domain/sightings.js'
import type { Ticket } from '../../server/domain/ticket.js'
import { awsTimings } from '../../server/domain/timings.js'
import type { Turn } from '../../server/domain/turn.js'

/** One builder for each noun, valid by default; a test names only what it is about. */
export const at = new Date('2026-11-24T12:00:00Z')
const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c']

export function targetArn(name: string): string {
  return `arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/${name}/1`
}

export function cluster(patch: Partial<Cluster> = {}): Cluster {
  return {
    name: 'shop-main',
    application: 'shop',
    account: '123456789012',
    region: 'us-east-1',
    settings: {
      vpcId: 'vpc-1',
      subnets: zones.map((zone, index) => ({ subnetId: `subnet-${index}`, zone })),
      instanceType: 't3.micro',
      securityGroupIds: ['sg-1'],
      instanceProfile: null,
      userData: '',
      environment: {},
      port: 8080,
      healthCheck: {
        path: '/',
        intervalSec: 10,
        timeoutSec: 5,
        healthyThreshold: 2,
        unhealthyThreshold: 2,
        matcher: '200',
      },
      size: { min: 3, max: 3, desired: 3 },
      scaling: null,
      balancer: {
        loadBalancerName: 'shop-1',
        loadBalancerArn: 'lb-1',
        listenerPort: 80,
        listenerArn: 'listener-1',
        ruleArn: null,
        conditions: [{ field: 'path-pattern', values: ['/*'] }],
      },
      deregistrationDelaySec: 300,
      healthCheckGraceSec: 300,
    },
    policy: { morning: '07:30', timeZone: 'Europe/Berlin', minWarmHours: 8, maxWarm: 2 },
    ruleArn: 'rule-1',
    listenerArn: 'listener-1',
    loadBalancerArn: 'lb-1',
    lastPush: 1,
    version: 1,
    expected: [{ targetGroupArn: targetArn('shop-main-v001'), weight: 100 }],
    previouslyExpected: null,
    expectedSince: new Date(at.getTime() - 3_600_000),
    needsPerson: null,
    restoreAsked: null,
    statement: 'v001 100 %',
    queuePaused: null,
    createdAt: new Date(at.getTime() - 86_400_000),
    ...patch,
  }
}

export function serverGroup(push: number, patch: Partial<ServerGroup> = {}): ServerGroup {
  const name = `shop-main-v${String(push).padStart(3, '0')}`
  return {
    name,
    cluster: 'shop-main',
    push,
    image: { imageId: `ami-${push}`, name: `shop-${push}`, version: `${push}.0.0` },
    size: { min: 3, max: 3, desired: 3 },
    role: 'live',
    roleSince: new Date(at.getTime() - 3_600_000),
    operationId: `operation-${push}`,
    targetGroupName: name,
    targetGroupArn: targetArn(name),
    launchTemplateId: `lt-${push}`,
    liveSince: new Date(at.getTime() - 3_600_000),
    registeredAt: new Date(at.getTime() - 3_600_000),
    expiresAt: null,
    keep: null,
    survived: [],
    reason: null,
    degradedSince: null,
    quietSince: null,
    shrinkStarted: false,
    fencedAt: null,
    createdAt: new Date(at.getTime() - 3_600_000),
    destroyedAt: null,
    ...patch,
  }
}

export function operation(patch: Partial<Operation> = {}): Operation {
  return {
    id: 'operation-2',
    kind: 'deploy',
    cluster: 'shop-main',
    phase: 'registering',
    phaseSince: at,
    request: {
      actor: { name: 'Ada', via: 'console' },
      reason: '',
      image: { imageId: 'ami-2', name: 'shop-2', version: '2.0.0' },
      size: { min: 3, max: 3, desired: 3 },
    },
    from: 'shop-main-v001',
    to: 'shop-main-v002',
    cancelRequested: null,
    switchSent: false,
    switched: false,
    reason: null,
    endsAs: null,
    haltedBecause: null,
    haltedIn: null,
    unreadyCount: 0,
    retiredFrom: null,
    requestedAt: at,
    endedAt: null,
    endSentence: null,
    wait: null,
    ...patch,
  }
}

export interface SeenGroup {
  readonly push: number
  readonly healthy?: number
  readonly desired?: number
  readonly min?: number
  readonly max?: number
  readonly suspended?: readonly string[]
  readonly inZones?: readonly string[]
  readonly requests?: number | null
  readonly targetGroupGone?: boolean
  readonly activities?: ObservedGroup['activities']
  readonly absent?: boolean
  readonly attributes?: Readonly<Record<string, string>>
  readonly unread?: true
}

export const unguarded = {
  'target_group_health.dns_failover.minimum_healthy_targets.count': '1',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
}
export const guarded = {
  'target_group_health.dns_failover.minimum_healthy_targets.count': 'off',
  'target_group_health.dns_failover.minimum_healthy_targets.percentage': 'off',
}

export function seenGroup(seen: SeenGroup): ObservedGroup {
  const { push, desired = 3, healthy = desired, min = 3, max = 3, suspended = [], inZones = zones } = seen
  const name = `shop-main-v${String(push).padStart(3, '0')}`
  const ids = Array.from({ length: desired }, (_, index) => `i-${push}${index}`)
  const targets: ObservedTarget[] = ids.map((instanceId, index) => ({
    instanceId,
    state: index < healthy ? 'healthy' : 'unhealthy',
    reason: index < healthy ? null : 'Target.ResponseCodeMismatch',
    description: index < healthy ? null : 'Health checks failed with these codes: [503]',
  }))
  return {
    name,
    targetGroupArn: seen.absent || seen.targetGroupGone ? null : targetArn(name),
    targetGroupAttributes: {
      'deregistration_delay.timeout_seconds': '300',
      ...(seen.attributes ?? unguarded),
    },
    launchTemplateId: seen.absent ? null : `lt-${push}`,
    launchTemplateOperationTag: seen.absent ? null : `operation-${push}`,
    autoScaling: seen.absent
      ? null
      : {
          min,
          max,
          desired,
          zones,
          instances: ids.map((instanceId, index) => ({
            instanceId,
            zone: inZones[index % inZones.length] ?? 'us-east-1a',
            lifecycleState: 'InService',
            healthStatus: 'Healthy',
          })),
          suspended,
          operationTag: `operation-${push}`,
          status: null,
        },
    targets: seen.absent || seen.targetGroupGone ? [] : targets,
    activities: seen.activities ?? [],
    requests: seen.requests ?? null,
    policies: [],
    blueprint: seen.absent || seen.unread ? null : blueprint(name),
  }
}

/** A group that has nothing but what Delling makes. */
export function blueprint(group: string, patch: Partial<Blueprint> = {}): Blueprint {
  return {
    group,
    scalingGroup: { AutoScalingGroupName: group },
    launchTemplate: { ImageId: 'ami-1' },
    targetGroup: { TargetGroupArn: targetArn(group) },
    attributes: {},
    policies: [],
    alarms: [],
    schedules: [],
    hooks: [],
    notifications: [],
    ...patch,
  }
}

export function rule(
  weights: Readonly<Record<string, number>>,
  patch: Partial<ObservedRule> = {},
): ObservedRule {
  return {
    ruleArn: 'rule-1',
    priority: 100,
    conditions: [{ field: 'path-pattern', values: ['/*'] }],
    entries: Object.entries(weights).map(([name, weight]) => ({ targetGroupArn: targetArn(name), weight })),
    sticky: false,
    otherActions: false,
    ...patch,
  }
}

export interface Scene {
  readonly cluster?: Partial<Cluster>
  readonly groups?: readonly ServerGroup[]
  readonly operations?: readonly Operation[]
  readonly obligations?: readonly Obligation[]
  readonly tickets?: readonly Ticket[]
  readonly rule?: ObservedRule | null
  readonly seen?: readonly SeenGroup[]
  readonly sightings?: Partial<Sightings>
  readonly restraints?: readonly Restraint[]
  readonly listing?: Partial<AccountListing>
  readonly at?: Date
}

/** A turn: the state, what AWS shows, what was seen before. The rule is as expected unless the test says otherwise. */
export function turn(scene: Scene = {}): Turn {
  const shown = scene.rule === undefined ? rule({ 'shop-main-v001': 100 }) : scene.rule
  const groups = scene.groups ?? [serverGroup(1)]
  const state: ClusterState = {
    cluster: cluster({
      expected: shown?.entries ?? null,
      lastPush: Math.max(...groups.map((group) => group.push), 0),
      ...scene.cluster,
    }),
    groups,
    operations: scene.operations ?? [],
    obligations: scene.obligations ?? [],
    tickets: scene.tickets ?? [],
  }
  const seenGroups = (scene.seen ?? groups.map(({ push }) => ({ push }))).map(seenGroup)
  const seen: Observed = {
    at: scene.at ?? at,
    balancer: {
      loadBalancerArn: 'lb-1',
      dnsName: 'shop.example',
      state: 'active',
      listenerArn: 'listener-1',
      zones,
      rules: shown ? [shown] : [],
    },
    rule: shown,
    groups: new Map(seenGroups.map((group) => [group.name, group])),
    usedElsewhere: [],
    listing: { readAt: scene.at ?? at, whole: true, groups: [], targetGroups: [], ...scene.listing },
  }
  return {
    state,
    seen,
    sightings: { ...noSightings, ...scene.sightings },
    restraints: scene.restraints ?? [],
    timings: awsTimings,
    owner: 'test',
    secret: 'a-secret-that-nobody-knows',
  }
}

export function obligation(patch: Partial<Obligation>): Obligation {
  return {
    id: 'obligation-1',
    kind: 'minSize',
    object: 'shop-main-v001',
    cluster: 'shop-main',
    operationId: 'operation-2',
    original: { min: 3, max: 9 },
    attempted: [{ min: 5, max: 9 }],
    openedAt: at,
    closedAt: null,
    closedAs: null,
    ...patch,
  }
}

/** A write of the rule that AWS never answered. */
export function ruleTicket(entries: readonly RuleEntry[], patch: Partial<Ticket> = {}): Ticket {
  const call: ModifyRule = {
    type: 'ModifyRule',
    ruleArn: 'rule-1',
    before: [{ targetGroupArn: targetArn('shop-main-v001'), weight: 100 }],
    entries,
    purpose: 'switch',
  }
  return {
    id: 'intent-1',
    call,
    object: 'shop-main',
    operationId: 'operation-2',
    signedAt: at,
    repeated: false,
    ...patch,
  }
}

/** A group as a listing of the account shows it, with our marks. */
export function listedGroup(push: number, patch: Partial<ListedGroup> = {}): ListedGroup {
  const name = patch.name ?? `shop-main-v${String(push).padStart(3, '0')}`
  return {
    name,
    clusterTag: 'shop-main',
    ownerTag: 'test',
    operationTag: `operation-${push}`,
    targetGroupArns: [targetArn(name)],
    classicBalancers: [],
    launchTemplateId: `lt-${push}`,
    launchTemplateName: name,
    launchTemplateVersion: '1',
    launchConfiguration: null,
    subnetIds: ['subnet-a', 'subnet-b', 'subnet-c'],
    zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    min: 3,
    max: 3,
    desired: 3,
    suspended: [],
    tags: {},
    createdAt: at,
    ...patch,
  }
}
