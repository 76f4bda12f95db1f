import type { PlannedCall } from './call.js'
import type { Carried } from './carried.js'
import { textOf } from './fields.js'
import type { ClusterSettings, GroupSize } from './cluster.js'
import { pushLabel } from './names.js'
import { warmUntil } from './morning.js'
import type { ClusterPolicy } from './cluster.js'
import { zonedTime } from './decide-after-switch.js'
import type { SmokeTest } from './smoke-test.js'

const call = (api: string, what: string): PlannedCall => ({ api, what, kind: 'call' })
const waiting = (what: string): PlannedCall => ({ api: 'wait', what, kind: 'wait' })

/** The calls that make a server group, in order: what the engine's turns will decide one by one. */
function launchCalls(
  group: string,
  targetGroup: string,
  settings: ClusterSettings,
  size: GroupSize,
): readonly PlannedCall[] {
  const zones = settings.subnets.map((subnet) => subnet.zone).join(', ')
  return [
    call(
      'ELBv2 CreateTargetGroup',
      `${targetGroup}: port ${settings.port}, health check ${settings.healthCheck.path}`,
    ),
    call(
      'ELBv2 ModifyTargetGroupAttributes',
      `drain ${settings.deregistrationDelaySec} s; not counted in DNS while idle`,
    ),
    call('EC2 CreateLaunchTemplate', `${group}: ${settings.instanceType}, version pinned`),
    call('Auto Scaling CreateAutoScalingGroup', `${group}: ${size.desired} instances over ${zones}`),
    call(
      'Auto Scaling SuspendProcesses',
      'AlarmNotification, ScheduledActions: nothing resizes it before the switch',
    ),
    ...(settings.scaling
      ? [call('Auto Scaling PutScalingPolicy', `mean processor use near ${settings.scaling.targetPercent} %`)]
      : []),
  ]
}

/** What the engine does once the group carries the traffic, until nothing is owed. */
function releaseCalls(group: string, size: GroupSize): readonly PlannedCall[] {
  return [
    call('Auto Scaling ResumeProcesses', `${pushLabel(group)} may grow and shrink again`),
    call(
      'Auto Scaling UpdateAutoScalingGroup',
      `MinSize of ${pushLabel(group)} back to ${size.min}, if it was raised`,
    ),
  ]
}

/** A cluster's first group: made, registered behind a parked rule, then given its conditions in one call. */
export function createPlan(
  group: string,
  targetGroup: string,
  settings: ClusterSettings,
): readonly PlannedCall[] {
  const { balancer, size } = settings
  const conditions = balancer.conditions.map((condition) => condition.values.join(' or ')).join(' and ')
  return [
    ...(balancer.loadBalancerArn
      ? []
      : [
          call(
            'ELBv2 CreateLoadBalancer',
            `${balancer.loadBalancerName}, internet-facing, over ${settings.subnets.length} zones`,
          ),
        ]),
    ...(balancer.listenerArn
      ? []
      : [
          call(
            'ELBv2 CreateListener',
            `HTTP on port ${balancer.listenerPort}, answering 503 until a rule matches`,
          ),
        ]),
    ...launchCalls(group, targetGroup, settings, size),
    call('ELBv2 CreateRule', 'parked: its condition matches no request'),
    waiting(`until ${size.desired} instances are registered over ${settings.subnets.length} zones`),
    call('ELBv2 ModifyTargetGroupAttributes', 'counted in DNS from now on'),
    { api: 'ELBv2 ModifyRule', what: `${group} takes the traffic for ${conditions}`, kind: 'switch' },
    ...(balancer.ruleArn ? [call('ELBv2 DeleteRule', 'the parked rule, which has done its work')] : []),
    ...releaseCalls(group, size),
  ]
}

interface DeployPlanned {
  readonly from: string
  readonly to: string
  readonly targetGroup: string
  readonly settings: ClusterSettings
  readonly policy: ClusterPolicy
  readonly size: GroupSize
  readonly now: Date
  /** What is taken over; null where it is not known. */
  readonly carried: Carried | null
}

/** What is taken over by calls of its own: before the group joins the rule, and what AWS takes only after. */
function carriedCalls(
  carried: Carried,
  from: string,
): readonly [readonly PlannedCall[], readonly PlannedCall[]] {
  const as = `, as ${pushLabel(from)} has it`
  const policies = (late: boolean) =>
    carried.policies
      .filter(({ needsRule }) => needsRule === late)
      .map(({ name }) => call('Auto Scaling PutScalingPolicy', `${name}${as}`))
  const early = [
    ...(carried.suspended.length > 0
      ? [call('Auto Scaling SuspendProcesses', `${carried.suspended.join(', ')}${as}`)]
      : []),
    ...policies(false),
    ...carried.alarms.map(({ name }) => call('CloudWatch PutMetricAlarm', name)),
    ...carried.schedules.map(({ ScheduledActionName }) =>
      call('Auto Scaling PutScheduledUpdateGroupAction', `${textOf(ScheduledActionName)}${as}`),
    ),
    ...carried.notifications.map(({ topic }) => call('Auto Scaling PutNotificationConfiguration', topic)),
    ...(carried.metrics.length > 0
      ? [call('Auto Scaling EnableMetricsCollection', carried.metrics.join(', '))]
      : []),
    ...(carried.warmPool ? [call('Auto Scaling PutWarmPool', `the warm pool${as}`)] : []),
  ]
  return [early, policies(true)]
}

/** A deployment: launch, register at weight 0, pin the previous group, switch in one call, keep it warm. */
export function deployPlan(planned: DeployPlanned): readonly PlannedCall[] {
  const { from, to, targetGroup, settings, policy, size, now, carried } = planned
  const [early, late] = carried ? carriedCalls(carried, from) : [[], []]
  const until = zonedTime(warmUntil(policy, now), policy.timeZone)
  return [
    ...launchCalls(to, targetGroup, settings, size),
    ...early,
    call('ELBv2 ModifyRule', `${pushLabel(to)} joins at weight 0, so that it is health-checked`),
    ...late,
    waiting(`until ${size.desired} instances are registered over three zones`),
    ...untilSwitch(from, to, policy),
    {
      api: 'ELBv2 ModifyRule',
      what: `all traffic from ${pushLabel(from)} to ${pushLabel(to)}`,
      kind: 'switch',
    },
    {
      api: 'Auto Scaling SuspendProcesses',
      what: `AlarmNotification of ${pushLabel(from)}: it is warm until ${until}`,
      kind: 'warm',
    },
    {
      api: 'ELBv2 ModifyTargetGroupAttributes',
      what: `${pushLabel(from)} is not counted in DNS while idle`,
      kind: 'warm',
    },
    ...releaseCalls(to, size),
  ]
}

/** What holds the previous group, and the trials that the policy asks for. A canary needs the hold before its first share. */
function untilSwitch(
  from: string,
  to: string,
  { smokeTest, canary, approval }: ClusterPolicy,
): readonly PlannedCall[] {
  const [previous, next] = [pushLabel(from), pushLabel(to)]
  const pin: readonly PlannedCall[] = [
    { api: 'Auto Scaling SuspendProcesses', what: `ScheduledActions of ${previous}`, kind: 'warm' },
    {
      api: 'Auto Scaling UpdateAutoScalingGroup',
      what: `MinSize of ${previous} to what it carries now, if it is lower`,
      kind: 'warm',
    },
    call('ELBv2 ModifyTargetGroupAttributes', `${next} is counted in DNS`),
  ]
  const steps = (canary?.steps ?? []).flatMap((percent) => [
    call('ELBv2 ModifyRule', `${percent} % of the traffic to ${next}, the rest stays on ${previous}`),
    waiting(`${(canary?.holdMs ?? 0) / 1000} s at ${percent} %: the answers of both are compared`),
  ])
  const asked = approval
    ? [
        waiting(
          `for a person to approve, at most ${approval.withinMs / 60_000} min; then ${atDeadline[approval.atDeadline]}`,
        ),
      ]
    : []
  const tested = smokeTest ? testCalls(next, smokeTest) : []
  return [...tested, ...(canary ? [...pin, ...steps, ...asked] : [...asked, ...pin])]
}

function testCalls(next: string, test: SmokeTest): readonly PlannedCall[] {
  const { path, status, successes, withinMs, text } = test
  const said = text === null ? '' : ` with “${text}” in its body`
  return [
    call('ELBv2 CreateRule', `the test rule: requests with a secret header reach ${next} alone`),
    waiting(
      `until ${path} of ${next} answers ${status}${said} ${successes} times in a row, at most ${withinMs / 1000} s`,
    ),
    call('ELBv2 DeleteRule', 'the test rule, which has done its work'),
  ]
}

const atDeadline = { abort: 'it gives up', switch: 'it switches' } as const

/** A switch back: resized first if it is short, then one call. */
export function switchBackPlan(
  from: string,
  to: string,
  needed: number,
  short: boolean,
): readonly PlannedCall[] {
  return [
    ...(short
      ? [
          call('Auto Scaling UpdateAutoScalingGroup', `MinSize of ${pushLabel(to)} to ${needed}`),
          waiting(`until ${needed} targets are healthy`),
        ]
      : []),
    { api: 'Auto Scaling SuspendProcesses', what: `ScheduledActions of ${pushLabel(from)}`, kind: 'warm' },
    {
      api: 'ELBv2 ModifyRule',
      what: `all traffic from ${pushLabel(from)} to ${pushLabel(to)}`,
      kind: 'switch',
    },
    call('Auto Scaling ResumeProcesses', `${pushLabel(to)} may grow and shrink again`),
  ]
}
