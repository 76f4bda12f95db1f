import type { LocalCloud } from '../cloud.js'
import type { GroupInstance, GroupRecord } from './group-record.js'

/** Applications boot at the machine's speed whatever the pace: a booting one gets at least this much of its grace. */
const MIN_BOOT_GRACE_MS = 15_000

/**
 * What health checks say of an instance in service: why it must be replaced, in the words of an activity's cause, or
 * undefined while it is well or in its grace period.
 */
export function sicknessOf(
  cloud: LocalCloud,
  group: GroupRecord,
  instance: GroupInstance,
): string | undefined {
  const view = cloud.ec2.instance(instance.id)
  if (!view || ['shutting-down', 'terminated', 'stopping', 'stopped'].includes(view.state)) {
    return 'an EC2 health check indicating it has been terminated or stopped'
  }
  const serving = group.attachments.filter((attachment) => attachment.state === 'InService')
  const states = serving.map((attachment) => cloud.elb.targetState(attachment.arn, instance.id))
  if (states.length > 0 && states.every((state) => state === 'healthy')) instance.wasHealthy = true
  const age = Date.now() - (instance.inServiceAt ?? Date.now())
  const graceMs = group.graceSeconds * 1000
  if (age < cloud.clock.scaled(graceMs)) return undefined
  if (view.state === 'running' && !view.alive) return 'an EC2 instance status checks failure'
  if (!group.healthCheckType.split(',').includes('ELB') || !states.includes('unhealthy')) return undefined
  if (!instance.wasHealthy && age < Math.min(graceMs, MIN_BOOT_GRACE_MS)) return undefined
  return 'an ELB system health check failure'
}
