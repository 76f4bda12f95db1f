import { AwsFault } from '../fault.js'
import { clamp, setDesired } from './capacity.js'
import { type GroupInstance, type GroupRecord, isCapacity, type PolicyRecord } from './group-record.js'
import { adjustedCapacity, trackedCapacity } from './policy-adjustment.js'
import { alarmKind } from './policy-alarms.js'
import type { Parts } from './parts.js'

const DEFAULT_WARMUP_SECONDS = 300

/** What an alarm with this policy among its actions does; does nothing for an ARN that is no policy of ours. */
export function onAlarm(parts: Parts, alarmName: string, policyArn: string): void {
  for (const group of Object.values(parts.records().groups)) {
    const policy = group.policies.find((candidate) => candidate.arn === policyArn)
    if (!policy || !policy.enabled || 'AlarmNotification' in group.suspended || group.deleting) continue
    const why = `a monitor alarm ${alarmName} in state ALARM triggered policy ${policy.name}`
    if (policy.type === 'TargetTrackingScaling') track(parts, group, policy, alarmName, why)
    else {
      const { value = 0, threshold = 0 } = parts.cloud.metrics.alarmValue(alarmName) ?? {}
      executePolicy(parts, group, policy, {
        breach: value - threshold,
        why,
        honorCooldown: policy.type === 'SimpleScaling',
      })
    }
  }
}

interface Occasion {
  readonly breach: number
  /** Follows "At <time>" in the activities' cause. */
  readonly why: string
  readonly honorCooldown: boolean
}

/** Carries out a simple or step policy. Throws ScalingActivityInProgress in a cooldown that shall be honoured by a person. */
export function executePolicy(
  parts: Parts,
  group: GroupRecord,
  policy: PolicyRecord,
  occasion: Occasion,
): void {
  const { clock } = parts.cloud
  const cooldownMs = clock.scaled((policy.Cooldown ?? group.cooldownSeconds) * 1000)
  if (occasion.honorCooldown && Date.now() < (group.scaledAt ?? 0) + cooldownMs) {
    if (occasion.why.startsWith('a monitor')) return
    throw new AwsFault('ScalingActivityInProgress', `Group ${group.name} is in cooldown`)
  }
  scale(parts, group, adjustedCapacity(policy, group.desired, occasion.breach), occasion.why)
}

function track(parts: Parts, group: GroupRecord, policy: PolicyRecord, alarmName: string, why: string): void {
  const kind = alarmKind(policy, alarmName)
  const reading = parts.cloud.metrics.alarmValue(alarmName)
  const target = policy.TargetTrackingConfiguration?.TargetValue
  if (!kind || !reading || target === undefined) return
  const serving = group.instances.filter((instance) => instance.lifecycle === 'InService')
  const wanted = trackedCapacity(serving.length, reading.value, target)
  if (kind === 'high') {
    if (wanted > group.desired) scale(parts, group, wanted, why)
    return
  }
  // Instances that warm up are no reason to scale in: their share of the load is still to come.
  const warming = group.instances.some(
    (instance) => isCapacity(instance) && !isWarm(parts, group, policy, instance),
  )
  if (!warming && wanted < group.desired) scale(parts, group, wanted, why)
}

function isWarm(parts: Parts, group: GroupRecord, policy: PolicyRecord, instance: GroupInstance): boolean {
  if (instance.lifecycle !== 'InService') return false
  const seconds = policy.EstimatedInstanceWarmup ?? group.warmupSeconds ?? DEFAULT_WARMUP_SECONDS
  return Date.now() >= (instance.inServiceAt ?? 0) + parts.cloud.clock.scaled(seconds * 1000)
}

function scale(parts: Parts, group: GroupRecord, wanted: number, why: string): void {
  const desired = clamp(group, wanted)
  if (desired === group.desired) return
  group.scaledAt = Date.now()
  setDesired(parts, group, desired, why)
  parts.changed(group)
}
