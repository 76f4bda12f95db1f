import { listOf, omitted, textOf, textsOf, withTexts, type Fields } from './fields.js'

/** A tag of an Auto Scaling group, with whether its instances get it. */
export interface GroupTag {
  readonly key: string
  readonly value: string
  readonly propagate: boolean
}

export interface CarriedPolicy {
  readonly name: string
  /** Of the policy it is made after: alarms that call that one call this one. */
  readonly fromArn: string
  readonly fields: Fields
  /** AWS takes it only once a listener rule forwards to the group's target group. */
  readonly needsRule: boolean
}

export interface CarriedAlarm {
  readonly name: string
  readonly fields: Fields
}

/**
 * What a new group takes from the one that has the traffic, beyond what its cluster's settings say: fixed, with every name,
 * when the launch is recorded, so that whoever goes on makes the same.
 */
export interface Carried {
  readonly fromTargetGroupArn: string
  readonly targetGroup: Fields
  readonly attributes: Readonly<Record<string, string>>
  readonly launchTemplate: Fields
  readonly scalingGroup: Fields
  readonly tags: readonly GroupTag[]
  /** Processes that somebody suspended, for a reason that holds for the new group too. */
  readonly suspended: readonly string[]
  readonly policies: readonly CarriedPolicy[]
  readonly alarms: readonly CarriedAlarm[]
  readonly schedules: readonly Fields[]
  readonly notifications: readonly { readonly topic: string; readonly types: readonly string[] }[]
  readonly metrics: readonly string[]
  readonly warmPool: Fields | null
  /** What is not taken along, each in a sentence with its reason. */
  readonly left: readonly string[]
}

/** The name of the policy that a cluster's settings ask for. */
export function ownPolicyName(group: string): string {
  return `${group}-cpu`
}

/** The policy itself: target tracking on mean processor use. */
export function ownPolicy(targetPercent: number): Fields {
  return {
    PolicyType: 'TargetTrackingScaling',
    TargetTrackingConfiguration: {
      PredefinedMetricSpecification: { PredefinedMetricType: 'ASGAverageCPUUtilization' },
      TargetValue: targetPercent,
    },
  }
}

/** Name ARNs of policies, which are known only once those are made. */
export const alarmActions = ['OKActions', 'AlarmActions', 'InsufficientDataActions'] as const

/** Names of the alarms that call a simple or step policy. */
export function alarmNamesOf(policies: readonly Fields[]): readonly string[] {
  const called = policies.filter(({ PolicyType }) =>
    ['SimpleScaling', 'StepScaling'].includes(textOf(PolicyType)),
  )
  return [
    ...new Set(called.flatMap(({ Alarms }) => listOf(Alarms).map(({ AlarmName }) => textOf(AlarmName)))),
  ]
}

/** How many things of each kind are taken along, for a sentence. */
export function carriedCount(carried: Carried): number {
  const { policies, alarms, schedules, notifications, metrics, tags, suspended, warmPool } = carried
  const lists = [policies, alarms, schedules, notifications, metrics, tags, suspended]
  const fields = [carried.launchTemplate, carried.scalingGroup]
  return (
    lists.reduce((sum, list) => sum + list.length, 0) +
    fields.reduce((sum, each) => sum + Object.keys(each).length, 0) +
    (warmPool ? 1 : 0)
  )
}

/** A scheduled action as it may be put at a moment: AWS takes no start in the past. Null: its time is over. */
export function dueSchedule(action: Fields, at: Date): Fields | null {
  const soon = at.getTime() + startMarginMs
  const isPast = (value: unknown) => typeof value === 'string' && new Date(value).getTime() <= soon
  if (isPast(action.EndTime)) return null
  if (!isPast(action.StartTime)) return action
  return action.Recurrence ? omitted(action, ['StartTime']) : null
}

/** A start so close could be past before AWS reads it. */
const startMarginMs = 60_000

/** Texts that name the old group's target group, its ARN or its place in a metric, naming the new one’s. */
export function withTargetGroup(fields: Fields, fromArn: string, toArn: string): Fields {
  const place = (arn: string) => arn.split(':').slice(5).join(':')
  if (fromArn === '' || place(fromArn) === '') return fields
  return withTexts(fields, (text) =>
    text.replaceAll(fromArn, () => toArn).replaceAll(place(fromArn), () => place(toArn)),
  )
}

/** The alarms' actions with the policies of the new group in place of the old one's. */
export function withPolicies(
  { fields }: CarriedAlarm,
  policies: readonly CarriedPolicy[],
  arnOf: (policy: string) => string | null,
): Fields {
  const actions = alarmActions.map((name) => [
    name,
    textsOf(fields[name]).flatMap((arn) => {
      const policy = policies.find(({ fromArn }) => fromArn === arn)
      return policy ? (arnOf(policy.name) ?? []) : arn
    }),
  ])
  return { ...fields, ...(Object.fromEntries(actions) as Fields) }
}
