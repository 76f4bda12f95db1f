import {
  DescribeLifecycleHooksCommand,
  paginateDescribeNotificationConfigurations,
  paginateDescribeScheduledActions,
  type AutoScalingGroup,
  type NotificationConfiguration,
  type ScalingPolicy,
} from '@aws-sdk/client-auto-scaling'
import { paginateDescribeAlarms, type MetricAlarm } from '@aws-sdk/client-cloudwatch'
import { DescribeLaunchTemplateVersionsCommand, type ResponseLaunchTemplateData } from '@aws-sdk/client-ec2'
import { DescribeTargetGroupsCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { Blueprint } from '../domain/blueprint.js'
import { alarmNamesOf } from '../domain/carried.js'
import type { Fields } from '../domain/fields.js'
import type { ServiceClients } from './clients.js'
import { plainFields, plainList } from './plain-fields.js'
import { allPages, orNull } from './tolerant-reads.js'

interface Known {
  readonly group: AutoScalingGroup
  readonly policies: readonly ScalingPolicy[]
  readonly targetGroupArn: string
  readonly attributes: Readonly<Record<string, string>>
}

/** How a group is made, read now: five requests, and one for alarms where a policy has any. */
export async function readBlueprint(
  clients: ServiceClients,
  { group, policies, targetGroupArn, attributes }: Known,
  signal: AbortSignal,
): Promise<Blueprint | null> {
  const name = group.AutoScalingGroupName ?? ''
  const plainPolicies = plainList([...policies])
  const [launchTemplate, targetGroup, schedules, hooks, notifications, alarms] = await Promise.all([
    readLaunchTemplate(clients, group, signal),
    orNull(() =>
      clients.elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroupArn] }), {
        abortSignal: signal,
      }),
    ),
    readSchedules(clients, name, signal),
    orNull(() =>
      clients.autoScaling.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName: name }), {
        abortSignal: signal,
      }),
    ),
    readNotifications(clients, name, signal),
    readAlarms(clients, alarmNamesOf(plainPolicies), signal),
  ])
  const target = targetGroup?.TargetGroups?.[0]
  if (!target || !schedules || !hooks || !notifications) return null
  return {
    group: name,
    scalingGroup: plainFields(group),
    launchTemplate,
    targetGroup: plainFields(target),
    attributes,
    policies: plainPolicies,
    alarms: plainList(alarms),
    schedules,
    hooks: plainList(hooks.LifecycleHooks),
    notifications: plainList(notifications),
  }
}

/** The version that the group launches from; null where it or its template is gone. */
async function readLaunchTemplate(
  { ec2 }: ServiceClients,
  group: AutoScalingGroup,
  signal: AbortSignal,
): Promise<Fields | null> {
  const template =
    group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification
  if (!template?.LaunchTemplateId) return null
  const command = new DescribeLaunchTemplateVersionsCommand({
    LaunchTemplateId: template.LaunchTemplateId,
    Versions: [template.Version ?? '$Default'],
  })
  const reply = await orNull(() => ec2.send(command, { abortSignal: signal }))
  const data = reply?.LaunchTemplateVersions?.[0]?.LaunchTemplateData
  return data ? templateFields(data) : null
}

function templateFields(data: ResponseLaunchTemplateData): Fields {
  const { UserData } = data
  return {
    ...plainFields(data),
    ...(UserData ? { UserData: Buffer.from(UserData, 'base64').toString('utf8') } : {}),
  }
}

/** Scheduled actions of a group; null where the group is not there. */
export async function readSchedules(
  { autoScaling: client }: ServiceClients,
  name: string,
  signal: AbortSignal,
): Promise<readonly Fields[] | null> {
  const pages = () =>
    allPages(
      paginateDescribeScheduledActions({ client }, { AutoScalingGroupName: name }, { abortSignal: signal }),
      (page) => page.ScheduledUpdateGroupActions,
    )
  const actions = await orNull(pages)
  return actions && plainList(actions)
}

/** Who is told of a group's instances; null where the group is not there. */
export async function readNotifications(
  { autoScaling: client }: ServiceClients,
  name: string,
  signal: AbortSignal,
): Promise<readonly NotificationConfiguration[] | null> {
  const input = { AutoScalingGroupNames: [name] }
  return orNull(() =>
    allPages(
      paginateDescribeNotificationConfigurations({ client }, input, { abortSignal: signal }),
      (page) => page.NotificationConfigurations,
    ),
  )
}

/** Those of the named alarms that exist; AWS takes a hundred names at once. */
export async function readAlarms(
  { cloudwatch: client }: ServiceClients,
  names: readonly string[],
  signal: AbortSignal,
): Promise<MetricAlarm[]> {
  const alarms: MetricAlarm[] = []
  for (let start = 0; start < names.length; start += 100) {
    const input = { AlarmNames: names.slice(start, start + 100) }
    const pages = paginateDescribeAlarms({ client }, input, { abortSignal: signal })
    alarms.push(...(await allPages(pages, (page) => page.MetricAlarms)))
  }
  return alarms
}
