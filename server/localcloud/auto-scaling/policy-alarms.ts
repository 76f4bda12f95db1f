import { randomUUID } from 'node:crypto'
import type { TargetTrackingConfiguration } from '@aws-sdk/client-auto-scaling'
import type { LocalCloud, OwnedAlarm } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { GroupRecord, PolicyRecord } from './group-record.js'

const NAMES = { high: 'AlarmHigh', low: 'AlarmLow' } as const
/** Scaling in waits until the metric is a tenth below its target, for a quarter of an hour. */
const LOW_SHARE = 0.9
const HIGH_PERIODS = 3
const LOW_PERIODS = 15

type Watched = Pick<OwnedAlarm, 'namespace' | 'metric' | 'dimensions' | 'statistic'>

/** Gives a target tracking policy the two alarms that AWS would make for it. */
export function makeAlarms(cloud: LocalCloud, group: GroupRecord, policy: PolicyRecord): void {
  removeAlarms(cloud, policy)
  const configuration = policy.TargetTrackingConfiguration
  if (!configuration || !policy.enabled) return
  const watched = watchedMetric(cloud, group, configuration)
  const target = configuration.TargetValue ?? 0
  const put = (which: keyof typeof NAMES) => {
    const name = `TargetTracking-${group.name}-${NAMES[which]}-${randomUUID()}`
    cloud.metrics.putOwnedAlarm({
      ...watched,
      name,
      periodSeconds: 60,
      evaluationPeriods: which === 'high' ? HIGH_PERIODS : LOW_PERIODS,
      threshold: which === 'high' ? target : target * LOW_SHARE,
      comparison: which === 'high' ? 'GreaterThanThreshold' : 'LessThanThreshold',
      actionArn: policy.arn,
    })
    policy.alarms.push(name)
  }
  put('high')
  if (!configuration.DisableScaleIn) put('low')
}

export function removeAlarms(cloud: LocalCloud, policy: PolicyRecord): void {
  for (const name of policy.alarms) cloud.metrics.deleteOwnedAlarm(name)
  policy.alarms = []
}

/** Which of a policy's own alarms this is; undefined for an alarm that a person made. */
export function alarmKind(policy: PolicyRecord, alarmName: string): keyof typeof NAMES | undefined {
  if (!policy.alarms.includes(alarmName)) return undefined
  return alarmName.includes(`-${NAMES.high}-`) ? 'high' : 'low'
}

/** Throws ValidationError when the metric cannot be watched for this group. */
export function watchedMetric(
  cloud: LocalCloud,
  group: GroupRecord,
  configuration: TargetTrackingConfiguration,
): Watched {
  const predefined = configuration.PredefinedMetricSpecification
  const custom = configuration.CustomizedMetricSpecification
  if (custom) {
    if (!custom.MetricName || !custom.Namespace) {
      throw new AwsFault(
        'ValidationError',
        'Metric math in a customized metric is not supported by the local cloud',
      )
    }
    return {
      namespace: custom.Namespace,
      metric: custom.MetricName,
      dimensions: Object.fromEntries(
        (custom.Dimensions ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']),
      ),
      statistic: custom.Statistic ?? 'Average',
    }
  }
  const ofGroup = (metric: string): Watched => ({
    namespace: 'AWS/EC2',
    metric,
    dimensions: { AutoScalingGroupName: group.name },
    statistic: 'Average',
  })
  switch (predefined?.PredefinedMetricType) {
    case 'ASGAverageCPUUtilization':
    case 'ASGAverageCPUUtilizationHighResolution':
      return ofGroup('CPUUtilization')
    case 'ASGAverageNetworkIn':
      return ofGroup('NetworkIn')
    case 'ASGAverageNetworkOut':
      return ofGroup('NetworkOut')
    case 'ALBRequestCountPerTarget':
      return requestCount(cloud, group, predefined.ResourceLabel)
    case undefined:
    default:
      throw new AwsFault('ValidationError', 'A predefined or a customized metric specification must be given')
  }
}

function requestCount(cloud: LocalCloud, group: GroupRecord, label: string | undefined): Watched {
  const attached = group.attachments.flatMap((attachment) => cloud.elb.resourceLabels(attachment.arn))
  if (!label || !attached.includes(label)) {
    throw new AwsFault(
      'ValidationError',
      `The load balancer or target group of the resource label ${label} is not attached to the Auto Scaling group ${group.name}`,
    )
  }
  return {
    namespace: 'AWS/ApplicationELB',
    metric: 'RequestCountPerTarget',
    dimensions: { TargetGroup: label.slice(label.indexOf('targetgroup/')) },
    statistic: 'Sum',
  }
}
