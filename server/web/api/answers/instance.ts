import { z } from 'zod'
import { age } from './balancing.js'
import { listOf, moment, text, wordOf } from './values.js'

const fields = {
  instanceId: text,
  kind: wordOf(['group', 'builder', 'foreign']).describe(
    'Whether it is of a server group, bakes an image, or is nobody’s here.',
  ),
  state: text.describe('EC2’s: pending, running, stopping, stopped, shutting-down, terminated.'),
  stateReason: text.nullable(),
  health: wordOf(['healthy', 'unhealthy', 'starting', 'draining', 'unchecked', 'unknown']),
  healthReason: text.nullable(),
  lifecycle: text.nullable().describe('Auto Scaling’s, such as InService; null where no group holds it.'),
  scalingHealth: text.nullable(),
  group: text.nullable().describe('The Auto Scaling group that holds it, or held it.'),
  cluster: text.nullable(),
  application: text.nullable(),
  version: text.nullable(),
  bake: text.nullable(),
  imageId: text,
  imageName: text.nullable(),
  type: text,
  zone: text,
  privateIp: text.nullable(),
  publicIp: text.nullable(),
  privateDns: text.nullable(),
  publicDns: text.nullable(),
  launchedAt: moment.nullable(),
  targets: listOf(z.object({ targetGroup: text, state: text, reason: text.nullable() })).describe(
    'What each target group says of it.',
  ),
}

export const foundInstance = z
  .object(fields)
  .meta({ id: 'FoundInstance', description: 'An instance of the account.' })

const activity = z.object({
  activityId: text,
  startedAt: moment,
  status: text,
  description: text,
  cause: text,
  message: text.nullable(),
})

const details = z.object({
  architecture: text.nullable(),
  bought: text.describe('on-demand, spot or another way that AWS sells it.'),
  vpcId: text.nullable(),
  subnetId: text.nullable(),
  profileArn: text.nullable(),
  keyName: text.nullable(),
  securityGroups: listOf(z.object({ id: text, name: text })),
  tags: z.record(z.string(), z.string()).readonly(),
  launchTemplateId: text.nullable(),
  launchTemplateVersion: text.nullable(),
  protectedFromScaleIn: z.boolean(),
  userData: text
    .nullable()
    .describe(
      'With what sounds like a secret hidden; null where it is not read, as of what is not a group of ours.',
    ),
  activities: listOf(activity).describe('The latest scaling activities that name it, newest first.'),
  fault: text.nullable().describe('Why user data or activities could not be read.'),
})

export const instanceSheet = z
  .object({ ...fields, details, ...age })
  .meta({ id: 'InstanceSheet', description: 'Everything that is known of one instance.' })
