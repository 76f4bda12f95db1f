import type { Blueprint } from './blueprint.js'
import {
  fieldsOf,
  listOf,
  omitted,
  renaming,
  textOf,
  textsOf,
  type Fields,
  type FieldValue,
} from './fields.js'
import { isReservedTag } from './tags.js'
import { environmentOf } from './user-data.js'
import { shownValue, withoutSecrets } from './without-secrets.js'

/** A group laid out for comparison: by section, each field by its path; its own names and ids written as any group's. */
export type Sheet = ReadonlyMap<string, ReadonlyMap<string, string>>

/** What says which group it is, or what AWS gave it, and not how it is made. */
const identity = new Set([
  'AutoScalingGroupName',
  'AutoScalingGroupARN',
  'PolicyARN',
  'ScheduledActionARN',
  'AlarmArn',
  'AlarmConfigurationUpdatedTimestamp',
  'StateValue',
  'StateReason',
  'StateReasonData',
  'StateUpdatedTimestamp',
  'StateTransitionedTimestamp',
  'EvaluationState',
  'Alarms',
  'Time',
  'GlobalTimeout',
  'LaunchTemplateSpecification',
])
/** Sizes move by themselves and have a row of their own; the rest is shown in other sections, or is no setting. */
const elsewhere = [
  'MinSize',
  'MaxSize',
  'DesiredCapacity',
  'PredictedCapacity',
  'Instances',
  'CreatedTime',
  'Status',
  'Tags',
  'EnabledMetrics',
  'SuspendedProcesses',
  'WarmPoolConfiguration',
  'WarmPoolSize',
  'LaunchTemplate',
  'TargetGroupARNs',
  'TrafficSources',
  'AvailabilityZones',
  'AvailabilityZoneIds',
  'DeletionProtection',
  'LoadBalancerNames',
  'ServiceLinkedRoleARN',
]

/** Lays a group out. Values of what sounds like a secret are hidden. */
export function sheetOf(blueprint: Blueprint): Sheet {
  const { scalingGroup, attributes } = blueprint
  const template = blueprint.launchTemplate ?? {}
  const neutral = neutralTexts(blueprint)
  const section = (...parts: readonly (readonly [string, FieldValue | undefined])[]) => {
    const rows = new Map<string, string>()
    for (const [path, value] of parts) lay(value, path, rows, neutral)
    return rows
  }
  const named = (list: readonly Fields[], key: string) =>
    list.map((each) => [neutral(textOf(each[key])), omitted(each, [key])] as const)
  const tags = listOf(scalingGroup.Tags).filter(({ Key }) => !isReservedTag(textOf(Key)))
  const variables = environmentOf(textOf(template.UserData))
  return new Map([
    ['Image', section(['image', template.ImageId])],
    [
      'Launch template',
      section(['', withoutOurMarks(omitted(template, ['ImageId', 'UserData', ...security]))]),
    ],
    ['Security groups', section(['', securityOf(template)])],
    [
      'Environment',
      new Map(Object.entries(variables).map(([name, value]) => [name, neutral(shownValue(name, value))])),
    ],
    ['Auto Scaling group', section(['', omitted(scalingGroup, elsewhere)])],
    [
      'Tags',
      new Map(
        tags.map(({ Key, Value, PropagateAtLaunch }) => [
          textOf(Key),
          `${neutral(textOf(Value))}${PropagateAtLaunch === true ? ', given to instances' : ''}`,
        ]),
      ),
    ],
    ['Scaling policies', section(...named(blueprint.policies, 'PolicyName'))],
    ['Alarms', section(...named(blueprint.alarms, 'AlarmName'))],
    ['Scheduled actions', section(...named(blueprint.schedules, 'ScheduledActionName'))],
    ['Lifecycle hooks', section(...named(blueprint.hooks, 'LifecycleHookName'))],
    ['Notifications', section(...topics(blueprint))],
    [
      'Metrics, warm pool, processes',
      section(
        ['collected metrics', names(scalingGroup.EnabledMetrics, 'Metric')],
        ['suspended processes', names(scalingGroup.SuspendedProcesses, 'ProcessName')],
        ['warm pool', omitted(fieldsOf(scalingGroup.WarmPoolConfiguration), ['Status'])],
      ),
    ],
    [
      'Target group and health check',
      section([
        '',
        omitted(blueprint.targetGroup, ['TargetGroupArn', 'TargetGroupName', 'LoadBalancerArns']),
      ]),
    ],
    ['Target group attributes', section(['', withoutGuard(attributes)])],
  ])
}

/** What is run on first boot, with the same names as in the sheet and without what sounds like a secret. */
export function shownUserData(blueprint: Blueprint): string {
  return withoutSecrets(neutralTexts(blueprint)(textOf(blueprint.launchTemplate?.UserData)))
}

const security = ['SecurityGroupIds', 'SecurityGroups']

/** Security groups stand beside the interfaces or in the first of them. */
function securityOf({ SecurityGroupIds, NetworkInterfaces }: Fields): Fields {
  const ids = [...textsOf(SecurityGroupIds), ...textsOf(listOf(NetworkInterfaces)[0]?.Groups)]
  return { 'security groups': ids.sort().join(', ') }
}

function withoutOurMarks(template: Fields): Fields {
  const cards = listOf(template.NetworkInterfaces).map((card, index) =>
    index === 0 ? omitted(card, ['Groups']) : card,
  )
  const tagged = listOf(template.TagSpecifications).map(({ ResourceType, Tags }) => [
    textOf(ResourceType),
    Object.fromEntries(
      listOf(Tags)
        .filter(({ Key }) => !isReservedTag(textOf(Key)))
        .map(({ Key, Value }) => [textOf(Key), textOf(Value)]),
    ),
  ])
  return {
    ...omitted(template, ['NetworkInterfaces', 'TagSpecifications']),
    ...(cards.length > 0 ? { NetworkInterfaces: cards } : {}),
    tags: Object.fromEntries(tagged) as Fields,
  }
}

/** It follows the traffic. */
function withoutGuard(attributes: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(
    Object.entries(attributes).filter(([key, value]) => value !== '' && !key.includes('dns_failover')),
  )
}

function topics({ notifications }: Blueprint): readonly (readonly [string, string])[] {
  const byTopic = new Map<string, string[]>()
  for (const { TopicARN, NotificationType } of notifications)
    byTopic.set(textOf(TopicARN), [...(byTopic.get(textOf(TopicARN)) ?? []), textOf(NotificationType)])
  return [...byTopic].map(([topic, types]) => [topic, types.sort().join(', ')])
}

function names(list: FieldValue | undefined, key: string): string {
  return listOf(list)
    .map((each) => textOf(each[key]))
    .sort()
    .join(', ')
}

/** The group, its target group and its policies by what they are, so that only real differences differ. */
function neutralTexts({ group, targetGroup, policies }: Blueprint): (text: string) => string {
  const arn = textOf(targetGroup.TargetGroupArn)
  const place = arn.split(':').slice(5).join(':')
  const rename = renaming(group, '{group}')
  return (text) => {
    let rest = text
    for (const { PolicyARN, PolicyName } of policies)
      if (textOf(PolicyARN) !== '') rest = rest.replaceAll(textOf(PolicyARN), `policy ${textOf(PolicyName)}`)
    if (place !== '') rest = rest.replaceAll(arn, '{target group}').replaceAll(place, '{target group}')
    return rename(rest)
  }
}

/** One row for each value that is not a structure. */
function lay(
  value: FieldValue | undefined,
  path: string,
  rows: Map<string, string>,
  neutral: (text: string) => string,
): void {
  const inner = (name: string) => (path === '' ? name : `${path} · ${name}`)
  if (value === undefined || value === null || value === '') return
  if (Array.isArray(value)) {
    const list = value as readonly FieldValue[]
    if (list.every((each) => typeof each !== 'object')) {
      if (list.length > 0) rows.set(path, list.map((each) => neutral(String(each))).join(', '))
    } else list.forEach((each, index) => lay(each, inner(String(index + 1)), rows, neutral))
  } else if (typeof value === 'object')
    for (const [name, each] of Object.entries(value as Fields)) {
      if (!identity.has(name)) lay(each, inner(name), rows, neutral)
    }
  else rows.set(path, typeof value === 'string' ? neutral(value) : String(value))
}
