import {
  DescribeScalingActivitiesCommand,
  paginateDescribeAutoScalingGroups,
  paginateDescribePolicies,
  type Activity,
  type AutoScalingGroup,
  type ScalingPolicy,
} from '@aws-sdk/client-auto-scaling'
import { paginateDescribeLaunchTemplates, type LaunchTemplate } from '@aws-sdk/client-ec2'
import type { ObservedActivity, ObservedAutoScalingGroup, ObservedGroup } from '../domain/observation.js'
import { textOf } from '../domain/fields.js'
import type { GroupQuery } from '../engine/ports.js'
import type { ServiceClients } from './clients.js'
import { readAlarms, readBlueprint, readNotifications, readSchedules } from './observe-blueprint.js'
import { sharedRead, type SharedRead } from './shared-reads.js'
import { marksOf, type BalancerReads } from './observe-balancer.js'
import { ownMarks, tagValue } from './tags.js'
import { readTargetGroup, targetGroupReads, type TargetGroupReads } from './observe-targets.js'
import { allPages, orNull } from './tolerant-reads.js'

interface GroupReads {
  readonly scalingGroups: SharedRead<AutoScalingGroup>
  readonly launchTemplates: SharedRead<LaunchTemplate>
  readonly targetGroups: TargetGroupReads
  readonly clients: ServiceClients
}

/** Names that don't exist are no error in either service, so many go into one request. */
export function groupReads(clients: ServiceClients): GroupReads {
  return {
    clients,
    targetGroups: targetGroupReads(clients.elb),
    scalingGroups: sharedRead(
      async (names) => {
        const input = { AutoScalingGroupNames: [...names], MaxRecords: 100 }
        const pages = paginateDescribeAutoScalingGroups({ client: clients.autoScaling }, input)
        const groups = await allPages(pages, (page) => page.AutoScalingGroups)
        return new Map(groups.map((group) => [group.AutoScalingGroupName ?? '', group]))
      },
      { batch: 100 },
    ),
    launchTemplates: sharedRead(
      async (names) => {
        const input = { Filters: [{ Name: 'launch-template-name', Values: [...names] }], MaxResults: 200 }
        const templates = await allPages(
          paginateDescribeLaunchTemplates({ client: clients.ec2 }, input),
          (page) => page.LaunchTemplates,
        )
        return new Map(templates.map((template) => [template.LaunchTemplateName ?? '', template]))
      },
      { batch: 100 },
    ),
  }
}

/**
 * Everything of one group but its requests, which are read for all groups at once.
 *
 * @param balancer reads the tags of load balancing; null where our marks are not asked for
 */
export async function observeGroup(
  reads: GroupReads,
  group: GroupQuery,
  balancer: Pick<BalancerReads, 'tags'> | null,
  signal: AbortSignal,
): Promise<Omit<ObservedGroup, 'requests'>> {
  const { clients } = reads
  const templateName = group.launchTemplateName ?? group.name
  const [scalingGroups, templates, targetGroup, activities, policies, extras] = await Promise.all([
    reads.scalingGroups.get([group.name], signal),
    reads.launchTemplates.get([templateName], signal),
    readTargetGroup(reads.targetGroups, group, signal),
    group.activities ? readActivities(clients, group.name, signal) : [],
    group.settings ? readPolicies(clients, group.name, signal) : [],
    readExtras(clients, group, signal),
  ])
  const scalingGroup = scalingGroups.get(group.name)
  const template = templates.get(templateName)
  const known = targetGroup && scalingGroup && { group: scalingGroup, policies, ...targetGroup }
  const blueprint =
    group.blueprint && known
      ? await readBlueprint(clients, { ...known, targetGroupArn: known.arn }, signal)
      : null
  return {
    name: group.name,
    targetGroupArn: targetGroup?.arn ?? null,
    targetGroupAttributes: targetGroup?.attributes ?? {},
    targets: targetGroup?.targets ?? [],
    launchTemplateId: template?.LaunchTemplateId ?? null,
    launchTemplateOperationTag: tagValue(template?.Tags, 'delling:op'),
    autoScaling: scalingGroup ? observedScalingGroup(scalingGroup) : null,
    activities,
    policies: policies.map(({ PolicyName = '', PolicyARN = '' }) => ({ name: PolicyName, arn: PolicyARN })),
    ...extras,
    ...(group.blueprint ? { blueprint } : {}),
    ...(balancer
      ? {
          marks: {
            scalingGroup: scalingGroup ? ownMarks(scalingGroup.Tags) : null,
            targetGroup: targetGroup ? await marksOf(balancer, targetGroup.arn, signal) : null,
            launchTemplate: template ? ownMarks(template.Tags) : null,
          },
        }
      : {}),
  }
}

/** What a group has beside itself, as far as it is asked about. */
async function readExtras(
  clients: ServiceClients,
  group: GroupQuery,
  signal: AbortSignal,
): Promise<Pick<ObservedGroup, 'alarms' | 'schedules' | 'topics'>> {
  const [alarms, schedules, notifications] = await Promise.all([
    group.alarms ? readAlarms(clients, group.alarms, signal) : null,
    group.schedules ? readSchedules(clients, group.name, signal) : null,
    group.notifications ? readNotifications(clients, group.name, signal) : null,
  ])
  const topics: Record<string, string[]> = {}
  for (const { TopicARN = '', NotificationType = '' } of notifications ?? [])
    topics[TopicARN] = [...(topics[TopicARN] ?? []), NotificationType]
  return {
    ...(alarms ? { alarms: alarms.map(({ AlarmName = '' }) => AlarmName) } : {}),
    ...(schedules
      ? { schedules: schedules.map(({ ScheduledActionName }) => textOf(ScheduledActionName)) }
      : {}),
    ...(notifications ? { topics } : {}),
  }
}

function observedScalingGroup(group: AutoScalingGroup): ObservedAutoScalingGroup {
  return {
    min: group.MinSize ?? 0,
    max: group.MaxSize ?? 0,
    desired: group.DesiredCapacity ?? 0,
    zones: group.AvailabilityZones ?? [],
    instances: (group.Instances ?? []).map((instance) => ({
      instanceId: instance.InstanceId ?? '',
      zone: instance.AvailabilityZone ?? '',
      lifecycleState: instance.LifecycleState ?? '',
      healthStatus: instance.HealthStatus ?? '',
    })),
    suspended: (group.SuspendedProcesses ?? []).map(({ ProcessName }) => ProcessName ?? ''),
    operationTag: tagValue(group.Tags, 'delling:op'),
    status: group.Status ?? null,
    metrics: (group.EnabledMetrics ?? []).map(({ Metric = '' }) => Metric),
    ...warmPoolOf(group),
  }
}

function warmPoolOf({ WarmPoolConfiguration }: AutoScalingGroup): Pick<ObservedAutoScalingGroup, 'warmPool'> {
  if (!WarmPoolConfiguration) return {}
  return { warmPool: WarmPoolConfiguration.Status === 'PendingDelete' ? 'going' : 'there' }
}

/** The newest hundred: a launch that keeps failing repeats itself. Names are never reused, so all are this group's. */
export async function readActivities(
  { autoScaling }: ServiceClients,
  name: string,
  signal: AbortSignal,
): Promise<ObservedActivity[]> {
  const command = new DescribeScalingActivitiesCommand({ AutoScalingGroupName: name, MaxRecords: 100 })
  const reply = await orNull(() => autoScaling.send(command, { abortSignal: signal }))
  return (reply?.Activities ?? [])
    .map(observedActivity)
    .sort((a, b) => b.startedAt.getTime() - a.startedAt.getTime())
}

function observedActivity(activity: Activity): ObservedActivity {
  return {
    activityId: activity.ActivityId ?? '',
    startedAt: activity.StartTime ?? new Date(0),
    status: activity.StatusCode ?? '',
    description: activity.Description ?? '',
    cause: activity.Cause ?? '',
    message: activity.StatusMessage || null,
  }
}

async function readPolicies(
  { autoScaling }: ServiceClients,
  name: string,
  signal: AbortSignal,
): Promise<ScalingPolicy[]> {
  const pages = () =>
    allPages(
      paginateDescribePolicies(
        { client: autoScaling },
        { AutoScalingGroupName: name },
        { abortSignal: signal },
      ),
      (page) => page.ScalingPolicies,
    )
  return (await orNull(pages)) ?? []
}
