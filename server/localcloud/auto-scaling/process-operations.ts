import type { ScalingProcessQuery } from '@aws-sdk/client-auto-scaling'
import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { groupOf, type Parts, stamp } from './parts.js'

const processTypes = [
  'AZRebalance',
  'AddToLoadBalancer',
  'AlarmNotification',
  'HealthCheck',
  'InstanceRefresh',
  'Launch',
  'ReplaceUnhealthy',
  'ScheduledActions',
  'Terminate',
]

export function processOperations(parts: Parts): Record<string, Operation> {
  return {
    SuspendProcesses: (input: ScalingProcessQuery) => {
      const group = groupOf(parts, input.AutoScalingGroupName)
      for (const name of named(input)) group.suspended[name] ??= `User suspended at ${stamp(parts.cloud)}`
      parts.changed(group)
      return {}
    },
    ResumeProcesses: (input: ScalingProcessQuery) => {
      const group = groupOf(parts, input.AutoScalingGroupName)
      for (const name of named(input)) delete group.suspended[name]
      parts.changed(group)
      return {}
    },
    DescribeScalingProcessTypes: () => ({ Processes: processTypes.map((ProcessName) => ({ ProcessName })) }),
  }
}

/** None named means all. */
function named(input: ScalingProcessQuery): string[] {
  const names = input.ScalingProcesses?.length ? input.ScalingProcesses : processTypes
  const unknown = names.filter((name) => !processTypes.includes(name))
  if (unknown.length === 0) return names
  throw new AwsFault(
    'ValidationError',
    `Invalid process(es): [${unknown.join(', ')}]. Valid: ${processTypes.join(', ')}`,
  )
}
