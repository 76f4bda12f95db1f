import type {
  DisableMetricsCollectionQuery,
  EnableMetricsCollectionQuery,
} from '@aws-sdk/client-auto-scaling'
import type { LocalCloud, Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { GroupRecord } from './group-record.js'
import { groupOf, type Parts } from './parts.js'

const count = (group: GroupRecord, prefix: string) =>
  group.instances.filter((instance) => instance.lifecycle.startsWith(prefix)).length

const readings: Record<string, (group: GroupRecord) => number> = {
  GroupMinSize: (group) => group.min,
  GroupMaxSize: (group) => group.max,
  GroupDesiredCapacity: (group) => group.desired,
  GroupInServiceInstances: (group) => count(group, 'InService'),
  GroupPendingInstances: (group) => count(group, 'Pending'),
  GroupStandbyInstances: (group) => count(group, 'Standby'),
  GroupTerminatingInstances: (group) => count(group, 'Terminating'),
  GroupTotalInstances: (group) => group.instances.length,
}

export const metricTypes = Object.keys(readings)

export function metricOperations(parts: Parts): Record<string, Operation> {
  return {
    EnableMetricsCollection: (input: EnableMetricsCollectionQuery) => {
      const group = groupOf(parts, input.AutoScalingGroupName)
      if (input.Granularity !== '1Minute') {
        throw new AwsFault('ValidationError', "Granularity must be '1Minute'")
      }
      group.enabledMetrics = [...new Set([...group.enabledMetrics, ...named(input.Metrics)])]
      parts.changed(group)
      return {}
    },
    DisableMetricsCollection: (input: DisableMetricsCollectionQuery) => {
      const group = groupOf(parts, input.AutoScalingGroupName)
      const gone = named(input.Metrics)
      group.enabledMetrics = group.enabledMetrics.filter((metric) => !gone.includes(metric))
      parts.changed(group)
      return {}
    },
  }
}

/** Puts the enabled metrics of a group. */
export function putGroupMetrics(cloud: LocalCloud, group: GroupRecord): void {
  for (const metric of group.enabledMetrics) {
    const value = readings[metric]?.(group)
    if (value === undefined) continue
    cloud.metrics.put('AWS/AutoScaling', metric, { AutoScalingGroupName: group.name }, value, 'None')
  }
}

function named(metrics: readonly string[] | undefined): string[] {
  const unknown = metrics?.find((metric) => !metricTypes.includes(metric))
  if (unknown) throw new AwsFault('ValidationError', `Metric '${unknown}' is not a valid metric`)
  return metrics?.length ? [...metrics] : metricTypes
}
