import type { LocalCloud } from '../cloud.js'
import type { AttachmentRecord, GroupRecord } from './group-record.js'

/** Adding → Added when all are registered → InService when one is healthy; Removing → gone when all have drained. */
export function advanceAttachments(cloud: LocalCloud, group: GroupRecord): void {
  for (const attachment of [...group.attachments]) {
    const before = attachment.state
    advance(cloud, group, attachment)
    if (attachment.state !== before) cloud.state.changed()
  }
}

function advance(cloud: LocalCloud, group: GroupRecord, attachment: AttachmentRecord): void {
  const serving = group.instances.filter((instance) => instance.lifecycle === 'InService')
  const states = serving.map((instance) => cloud.elb.targetState(attachment.arn, instance.id))
  if (attachment.state === 'Adding' && !states.includes(undefined)) attachment.state = 'Added'
  if (attachment.state === 'Added' && (states.includes('healthy') || serving.length === 0))
    attachment.state = 'InService'
  if (attachment.state === 'Removing' && states.every((state) => state === undefined)) {
    group.attachments.splice(group.attachments.indexOf(attachment), 1)
    cloud.state.changed()
  }
}
