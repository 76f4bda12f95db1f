import { randomUUID } from 'node:crypto'
import type { GroupInstance, GroupRecord } from '../auto-scaling/group-record.js'
import { baseImages } from '../ec2/first-state.js'
import { newId } from '../ec2/ids.js'
import type { ImageRecord, InstanceRecord, SubnetRecord, TemplateRecord } from '../ec2/records.js'
import { defaultAttributes } from '../load-balancing/attributes.js'
import { firstHealthCheck } from '../load-balancing/health-check-settings.js'
import { newId as newTargetGroupId } from '../load-balancing/parts.js'
import type { Ground } from './ground.js'
import { instancesOfGroup } from './layout.js'
import { arnIn, marks, recordTag } from './marks.js'

export interface BigGroup {
  readonly application: string
  readonly cluster: string
  readonly group: string
  readonly push: number
  /** It has the traffic; the others are warm. */
  readonly live: boolean
  readonly subnets: readonly SubnetRecord[]
}

const instanceType = 't3.micro'
const applicationPort = 8080
const dayMs = 86_400_000
/** Rarely enough that twenty thousand checks leave the machine its processors. */
const checkEverySeconds = 120

/** A server group with everything that a push makes. Returns its target group's ARN. */
export function addGroup(ground: Ground, big: BigGroup): string {
  const { autoScaling } = ground
  const operation = randomUUID()
  const image = imageOf(ground, big)
  const template = templateOf(ground, big, image, operation)
  const ids = big.subnets.length
  const made = Array.from({ length: instancesOfGroup }, (_, index) =>
    instanceOf(ground, big, big.subnets[index % ids] as SubnetRecord, image, operation),
  )
  const targetGroupArn = targetGroupOf(ground, big, made, operation)
  autoScaling.groups[big.group] = scalingGroupOf(ground, big, { template, made, targetGroupArn, operation })
  return targetGroupArn
}

/** Pushes are a day apart; the newest one's was yesterday. */
function madeAt({ place }: Ground, { push }: BigGroup): number {
  return place.now - (5 - push) * dayMs
}

/** All clusters of an application run the same few images. */
function imageOf(ground: Ground, big: BigGroup): ImageRecord {
  const { ec2, place } = ground
  const name = `${big.application}-${big.push}.0.0-generated`
  const known = Object.values(ec2.images).find((image) => image.name === name)
  if (known) return known
  const [base] = baseImages
  const image: ImageRecord = {
    imageId: newId('ami'),
    name,
    ownerId: place.accountId,
    ownerAlias: undefined,
    createdAt: madeAt(ground, big),
    snapshotId: newId('snap'),
    sourceInstanceId: undefined,
    sourceImageId: base?.imageId,
    disk: ec2.images[base?.imageId ?? '']?.disk ?? '',
    isPublic: false,
    description: 'Generated for a big account: nothing is in it',
    state: 'available',
    stateReason: undefined,
    imdsV2: true,
    launchUsers: [],
    deprecatedAt: undefined,
    lastLaunchedAt: madeAt(ground, big),
    visibleAt: 0,
  }
  ec2.images[image.imageId] = image
  ec2.tags[image.imageId] = { ...marks(big.application), 'delling:version': `${big.push}.0.0` }
  return image
}

function templateOf(ground: Ground, big: BigGroup, image: ImageRecord, operation: string): TemplateRecord {
  const { ec2, securityGroupId } = ground
  const template: TemplateRecord = {
    templateId: newId('lt'),
    name: big.group,
    createdAt: madeAt(ground, big),
    defaultVersion: 1,
    latestVersion: 1,
    versions: [
      {
        number: 1,
        description: undefined,
        createdAt: madeAt(ground, big),
        data: {
          ImageId: image.imageId,
          InstanceType: instanceType,
          SecurityGroupIds: [securityGroupId],
          MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
        },
      },
    ],
  }
  ec2.templates[template.templateId] = template
  ec2.tags[template.templateId] = marks(big.application, big.cluster, operation)
  return template
}

function instanceOf(
  ground: Ground,
  big: BigGroup,
  subnet: SubnetRecord,
  image: ImageRecord,
  operation: string,
): InstanceRecord {
  const { ec2, securityGroupId, instancesIn } = ground
  const at = madeAt(ground, big)
  const nth = instancesIn.get(subnet.subnetId) ?? 0
  instancesIn.set(subnet.subnetId, nth + 1)
  const port = [...instancesIn.values()].reduce((sum, each) => sum + each, 0)
  const instance: InstanceRecord = {
    instanceId: newId('i'),
    reservationId: newId('r'),
    imageId: image.imageId,
    instanceType,
    subnetId: subnet.subnetId,
    vpcId: subnet.vpcId,
    availabilityZone: subnet.availabilityZone,
    privateIp: addressIn(subnet, nth),
    groupIds: [securityGroupId],
    volumeId: newId('vol'),
    networkInterfaceId: newId('eni'),
    keyName: undefined,
    profileArn: undefined,
    clientToken: undefined,
    launchIndex: 0,
    monitoring: false,
    httpTokens: 'required',
    hopLimit: 2,
    userData: undefined,
    shutdownBehavior: 'stop',
    terminationProtected: false,
    launchedAt: at,
    state: 'running',
    stateReason: undefined,
    transitionReason: '',
    runningAt: at,
    terminatedAt: undefined,
    alive: true,
    provisioned: true,
    port,
    visibleAt: 0,
  }
  ec2.instances[instance.instanceId] = instance
  ec2.tags[instance.instanceId] = {
    Name: big.group,
    ...marks(big.application, big.cluster, operation),
    ...recordTag,
    'aws:autoscaling:groupName': big.group,
  }
  return instance
}

/** The addresses of a /20 one after the other; AWS keeps the first four. */
function addressIn({ cidrBlock }: SubnetRecord, nth: number): string {
  const [a = 0, b = 0, c = 0] = (cidrBlock.split('/')[0] ?? '').split('.').map(Number)
  const host = 4 + nth
  return `${a}.${b}.${c + Math.floor(host / 256)}.${host % 256}`
}

function targetGroupOf(
  { place, balancing }: Ground,
  { application, cluster, group, subnets }: BigGroup,
  made: readonly InstanceRecord[],
  operation: string,
): string {
  const arn = arnIn(place, `targetgroup/${group}/${newTargetGroupId()}`)
  balancing.targetGroups[arn] = {
    arn,
    name: group,
    protocol: 'HTTP',
    protocolVersion: 'HTTP1',
    port: applicationPort,
    vpcId: subnets[0]?.vpcId ?? '',
    targetType: 'instance',
    ipAddressType: 'ipv4',
    healthCheck: {
      ...firstHealthCheck('HTTP'),
      intervalSeconds: checkEverySeconds,
      healthyThreshold: 2,
      unhealthyThreshold: 3,
    },
    attributes: defaultAttributes('target group'),
    tags: marks(application, cluster, operation),
    targets: made.map(({ instanceId }) => ({ id: instanceId, port: applicationPort, draining: false })),
  }
  return arn
}

interface Made {
  readonly template: TemplateRecord
  readonly made: readonly InstanceRecord[]
  readonly targetGroupArn: string
  readonly operation: string
}

function scalingGroupOf(ground: Ground, big: BigGroup, parts: Made): GroupRecord {
  const { place } = ground
  const { group, application, cluster } = big
  const { template, made, targetGroupArn, operation } = parts
  const carries = big.live
  const ref = { id: template.templateId, name: template.name, version: '1' }
  const tags = { Name: group, ...marks(application, cluster, operation), ...recordTag }
  return {
    name: group,
    arn: `arn:aws:autoscaling:${place.region}:${place.accountId}:autoScalingGroup:${randomUUID()}:autoScalingGroupName/${group}`,
    createdAt: madeAt(ground, big),
    min: instancesOfGroup,
    max: 2 * instancesOfGroup,
    desired: instancesOfGroup,
    cooldownSeconds: 300,
    launchTemplate: ref,
    subnetIds: big.subnets.map(({ subnetId }) => subnetId),
    healthCheckType: 'ELB',
    graceSeconds: 300,
    terminationPolicies: ['Default'],
    protectNew: false,
    deletionProtection: 'prevent-force-deletion',
    warmupSeconds: 0,
    kept: {},
    tags: Object.entries(tags).map(([key, value]) => ({ key, value, propagate: true })),
    // A warm group is held at its size.
    suspended: carries ? {} : { AlarmNotification: 'User suspended', ScheduledActions: 'User suspended' },
    attachments: [{ arn: targetGroupArn, family: 'target-groups', state: 'InService' }],
    enabledMetrics: [],
    hooks: [],
    policies: [],
    schedules: [],
    notifications: [],
    instances: made.map((instance): GroupInstance => ({
      id: instance.instanceId,
      zone: instance.availabilityZone,
      type: instanceType,
      imageId: instance.imageId,
      lifecycle: 'InService',
      health: 'Healthy',
      protected: false,
      launchedAt: instance.launchedAt,
      inServiceAt: instance.launchedAt,
      wasHealthy: true,
      template: ref,
      passedHooks: [],
    })),
    deleting: false,
    cause: '',
  }
}
