import type { InstanceView, LaunchRequest, LocalCloud } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { ActivityLog } from './activity-log.js'
import type { GroupInstance, GroupRecord, TemplateRef } from './group-record.js'

/** Launches one instance; on failure the activity says why and the fault is thrown on. */
export function launchInstance(
  cloud: LocalCloud,
  log: ActivityLog,
  group: GroupRecord,
  zone: string,
  cause: string,
): GroupInstance {
  const subnetId = group.subnetIds.find((id) => cloud.ec2.subnet(id)?.availabilityZone === zone) ?? ''
  const activity = log.begin(group, 'Launching a new EC2 instance', cause, { subnetId, zone })
  try {
    checkAttachments(cloud, group)
    const template = resolvedTemplate(cloud, group)
    const view = cloud.ec2.launch(requestFor(group, template, subnetId))
    activity.description = `Launching a new EC2 instance: ${view.instanceId}`
    log.progress(activity.id, 'InProgress', 30)
    const instance = memberFrom(cloud, group, view, template)
    instance.activityId = activity.id
    group.instances.push(instance)
    return instance
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\.?$/, '.') : String(error)
    log.end(activity.id, 'Failed', `${reason} Launching EC2 instance failed.`)
    throw error
  }
}

/** A new member in its first state. */
export function memberFrom(
  cloud: LocalCloud,
  group: GroupRecord,
  view: InstanceView,
  template: TemplateRef,
): GroupInstance {
  return {
    id: view.instanceId,
    zone: view.availabilityZone,
    type: view.instanceType,
    imageId: view.imageId,
    lifecycle: 'Pending',
    health: 'Healthy',
    protected: group.protectNew,
    launchedAt: cloud.clock.now().getTime(),
    wasHealthy: false,
    template,
    passedHooks: [],
  }
}

/** The version that `$Latest` or `$Default` means now. Throws what EC2 would answer for a template that is gone. */
function resolvedTemplate(cloud: LocalCloud, group: GroupRecord): TemplateRef {
  const { launchTemplate } = group
  if (!launchTemplate) throw new AwsFault('ValidationError', 'The group has no launch template')
  const { id, name, version } = cloud.ec2.checkLaunchTemplate({
    id: launchTemplate.id,
    version: launchTemplate.version,
  })
  return { id, name, version }
}

function requestFor(group: GroupRecord, template: TemplateRef, subnetId: string): LaunchRequest {
  const propagated = group.tags.filter((tag) => tag.propagate).map((tag) => [tag.key, tag.value] as const)
  const override = group.kept.MixedInstancesPolicy?.LaunchTemplate?.Overrides?.find(
    (entry) => entry.InstanceType,
  )
  return {
    launchTemplate: { id: template.id, version: template.version },
    subnetId,
    tags: { ...Object.fromEntries(propagated), 'aws:autoscaling:groupName': group.name },
    ...(override?.InstanceType && { instanceType: override.InstanceType }),
  }
}

function checkAttachments(cloud: LocalCloud, group: GroupRecord): void {
  if (group.attachments.every((attachment) => cloud.elb.targetGroupExists(attachment.arn))) return
  throw new AwsFault(
    'ValidationError',
    'One or more target groups not found. Validating load balancer configuration failed.',
  )
}
