import type { PutCompositeAlarmInput, PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch'
import type { LocalCloud, OwnedAlarm } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { AlarmRecord, CompositeAlarmRecord, MetricAlarmRecord } from './alarm-record.js'
import { comparisons } from './alarm-verdict.js'
import { compositeRule } from './composite-rule.js'
import { withTags } from './alarm-tags.js'
import { dimensionsFrom } from './metric-operations.js'
import { checkStatistic } from './statistic.js'

const treatments = ['missing', 'ignore', 'breaching', 'notBreaching'] as const

/** The alarm that PutMetricAlarm asks for. Its evaluation begins anew; an existing alarm keeps tags and history. */
export function metricAlarmFrom(
  cloud: LocalCloud,
  input: PutMetricAlarmInput,
  before: AlarmRecord | undefined,
): MetricAlarmRecord {
  const isMath = (input.Metrics?.length ?? 0) > 0
  if (isMath === (input.MetricName !== undefined))
    throw new AwsFault('ValidationError', 'Exactly one of MetricName or Metrics must be specified.')
  if (isMath) checkMath(input)
  if (input.Threshold === undefined)
    throw new AwsFault('ValidationError', 'A Threshold must be specified for this comparison operator.')
  if (!comparisons[input.ComparisonOperator ?? '']) {
    throw new AwsFault(
      'InvalidParameterValue',
      `ComparisonOperator '${input.ComparisonOperator}' is not supported.`,
    )
  }
  const evaluationPeriods = positive('EvaluationPeriods', input.EvaluationPeriods)
  const datapointsToAlarm = positive('DatapointsToAlarm', input.DatapointsToAlarm ?? evaluationPeriods)
  if (datapointsToAlarm > evaluationPeriods) {
    throw new AwsFault(
      'ValidationError',
      'DatapointsToAlarm must be less than or equal to EvaluationPeriods.',
    )
  }
  const treatMissing = treatments.find((treatment) => treatment === (input.TreatMissingData ?? 'missing'))
  if (!treatMissing) {
    throw new AwsFault(
      'ValidationError',
      `Option ${input.TreatMissingData} is not supported. Supported options for parameter TreatMissingData are breaching, notBreaching, ignore, and missing.`,
    )
  }
  const lowSamples = input.EvaluateLowSampleCountPercentile
  if (lowSamples !== undefined && lowSamples !== 'evaluate' && lowSamples !== 'ignore') {
    throw new AwsFault(
      'ValidationError',
      `Option ${lowSamples} is not supported. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore.`,
    )
  }
  const periodSeconds = checkedPeriod(
    input.Period ?? input.Metrics?.find((query) => query.MetricStat)?.MetricStat?.Period ?? 60,
    evaluationPeriods,
  )
  const statistic = input.Statistic ?? input.ExtendedStatistic
  if (!isMath && !input.Namespace)
    throw new AwsFault('ValidationError', 'A Namespace must be specified with MetricName.')
  if (!isMath && (!statistic || (input.Statistic && input.ExtendedStatistic))) {
    throw new AwsFault('ValidationError', 'Exactly one of Statistic or ExtendedStatistic must be specified.')
  }
  return {
    ...common(cloud, input, before),
    kind: 'metric',
    ...(input.Namespace && { namespace: input.Namespace }),
    ...(input.MetricName && { metric: input.MetricName }),
    dimensions: dimensionsFrom(input.Dimensions),
    statistic: checkStatistic(statistic ?? 'Average'),
    extended: input.Statistic === undefined,
    ...(input.Unit && { unit: input.Unit }),
    periodSeconds,
    ...(input.Metrics?.length && { queries: input.Metrics }),
    evaluationPeriods,
    datapointsToAlarm,
    datapointsGiven: input.DatapointsToAlarm !== undefined,
    threshold: input.Threshold,
    comparison: input.ComparisonOperator ?? '',
    treatMissing,
    owned: false,
  }
}

const DAY_SECONDS = 86_400

function checkedPeriod(seconds: number, evaluationPeriods: number): number {
  if (![10, 20, 30].includes(seconds) && (seconds < 60 || seconds % 60 !== 0))
    throw new AwsFault('ValidationError', 'Period must be 10, 20, 30 or a multiple of 60')
  // Periods of an hour and more may look back a week.
  const [span, most] = seconds >= 3600 ? ['a week', 7 * DAY_SECONDS] : ['a day', DAY_SECONDS]
  if (seconds * evaluationPeriods > most) {
    throw new AwsFault(
      'ValidationError',
      `Metrics cannot be checked across more than ${span} (EvaluationPeriods * Period must be <= ${most}).`,
    )
  }
  return seconds
}

/** An alarm on expressions says everything about its metrics in its queries, one of which gives the result. */
function checkMath(input: PutMetricAlarmInput): void {
  const own = ['Namespace', 'Dimensions', 'Statistic', 'ExtendedStatistic', 'Period', 'Unit'] as const
  const foreign = own.find((name) => {
    const value = input[name]
    return value !== undefined && !(Array.isArray(value) && value.length === 0)
  })
  if (foreign)
    throw new AwsFault('ValidationError', `${foreign} must not be specified if Metrics is specified.`)
  const returned = input.Metrics?.filter((query) => query.ReturnData !== false).length ?? 0
  if (returned !== 1) {
    throw new AwsFault(
      'ValidationError',
      `Metrics list must contain exactly one metric that returns data, but ${returned} do.`,
    )
  }
}

export function compositeAlarmFrom(
  cloud: LocalCloud,
  input: PutCompositeAlarmInput,
  alarms: Readonly<Record<string, AlarmRecord>>,
): CompositeAlarmRecord {
  const rule = input.AlarmRule ?? ''
  const { children } = compositeRule(rule)
  const unknown = children.find((name) => !Object.hasOwn(alarms, name))
  if (unknown) {
    throw new AwsFault(
      'ValidationError',
      `Unable to update Composite Alarm, [${unknown}] in the rule does not exist.`,
    )
  }
  if (children.includes(input.AlarmName ?? '')) {
    throw new AwsFault('ValidationError', 'A composite alarm cannot depend on itself.')
  }
  return { ...common(cloud, input, alarms[input.AlarmName ?? '']), kind: 'composite', rule }
}

/** The alarm that a target tracking policy keeps for itself. */
export function ownedAlarmFrom(cloud: LocalCloud, asked: OwnedAlarm): MetricAlarmRecord {
  const input: PutMetricAlarmInput = {
    AlarmName: asked.name,
    AlarmDescription: `DO NOT EDIT OR DELETE. For TargetTrackingScaling policy ${asked.actionArn}.`,
    AlarmActions: [asked.actionArn],
    Namespace: asked.namespace,
    MetricName: asked.metric,
    Dimensions: Object.entries(asked.dimensions).map(([Name, Value]) => ({ Name, Value })),
    Statistic: asked.statistic as PutMetricAlarmInput['Statistic'],
    Period: asked.periodSeconds,
    EvaluationPeriods: asked.evaluationPeriods,
    Threshold: asked.threshold,
    ComparisonOperator: asked.comparison,
  }
  return { ...metricAlarmFrom(cloud, input, undefined), owned: true }
}

function common(
  cloud: LocalCloud,
  input: PutMetricAlarmInput | PutCompositeAlarmInput,
  before: AlarmRecord | undefined,
): Omit<CompositeAlarmRecord, 'kind' | 'rule'> {
  const name = input.AlarmName ?? ''
  if (name.length < 1 || name.length > 255) {
    throw new AwsFault('ValidationError', 'The alarm name must have 1 to 255 characters.')
  }
  const actions = [input.OKActions, input.AlarmActions, input.InsufficientDataActions].flatMap(
    (list) => list ?? [],
  )
  const noArn = actions.find((action) => !action.startsWith('arn:'))
  if (noArn !== undefined) throw new AwsFault('ValidationError', `Invalid arn syntax: ${noArn}`)
  const now = cloud.clock.now().getTime()
  return {
    name,
    arn: `arn:aws:cloudwatch:${cloud.region}:${cloud.accountId}:alarm:${name}`,
    ...(input.AlarmDescription && { description: input.AlarmDescription }),
    actionsEnabled: input.ActionsEnabled ?? true,
    actions: {
      OK: [...(input.OKActions ?? [])],
      ALARM: [...(input.AlarmActions ?? [])],
      INSUFFICIENT_DATA: [...(input.InsufficientDataActions ?? [])],
    },
    tags: before?.tags ?? withTags({}, input.Tags),
    state: before?.state ?? 'INSUFFICIENT_DATA',
    reason: before?.reason ?? 'Unchecked: Initial alarm creation',
    stateSince: before?.stateSince ?? now,
    configuredAt: now,
    history: before?.history ?? [],
  }
}

function positive(what: string, value: number | undefined): number {
  if (value !== undefined && Number.isInteger(value) && value >= 1) return value
  throw new AwsFault(
    'ValidationError',
    `The value '${value}' for parameter ${what} must be a positive integer.`,
  )
}
