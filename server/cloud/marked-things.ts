import { paginateDescribeAutoScalingGroups, type AutoScalingGroup } from '@aws-sdk/client-auto-scaling'
import {
  ListTagsForResourceCommand,
  paginateDescribeAlarms,
  type MetricAlarm,
} from '@aws-sdk/client-cloudwatch'
import {
  paginateDescribeImages,
  paginateDescribeInstances,
  paginateDescribeLaunchTemplates,
  paginateDescribeSnapshots,
  paginateDescribeVolumes,
  type Image,
  type Tag,
} from '@aws-sdk/client-ec2'
import { paginateDescribeTargetGroups } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { MarkedThing } from '../domain/orphan.js'
import type { MarkedReader } from '../engine/ports-orphans.js'
import { tagsByArn } from './balancing-tags.js'
import type { ServiceClients } from './clients.js'
import { templatesOfGroup } from './group-templates.js'
import { inTurns } from './in-turns.js'
import { tagMap } from './read-fleet.js'
import { allPages, orNull } from './tolerant-reads.js'

const parallel = 4
const standing = ['pending', 'running', 'stopping', 'stopped']
const groupTag = 'aws:autoscaling:groupName'

/** Reads the account for marks of one owner: a dozen requests, and one for each alarm of a group that is gone. */
export function makeMarkedReader(readers: ServiceClients, owner: string): MarkedReader {
  return {
    async read(isKnown) {
      const groups = await allPages(
        paginateDescribeAutoScalingGroups({ client: readers.autoScaling }, { MaxRecords: 100 }),
        (page) => page.AutoScalingGroups,
      )
      const reading = new Reading(readers, owner, groups)
      const parts = await Promise.all([
        reading.instances(),
        reading.volumes(),
        reading.imagesAndSnapshots(),
        reading.launchTemplates(),
        reading.targetGroups(isKnown),
        reading.alarms(isKnown),
      ])
      return [...reading.serverGroups(), ...parts.flat()]
    },
  }
}

class Reading {
  private readonly mark

  constructor(
    private readonly readers: ServiceClients,
    private readonly owner: string,
    private readonly groups: readonly AutoScalingGroup[],
  ) {
    this.mark = { Name: 'tag:delling:owner', Values: [owner] }
  }

  serverGroups(): readonly MarkedThing[] {
    return this.groups
      .filter(({ Tags, Status }) => !Status && this.isOurs(tagMap(Tags)))
      .map(({ AutoScalingGroupName: name = '', CreatedTime, Tags }) =>
        thing('server group', name, name, CreatedTime, tagMap(Tags)),
      )
  }

  async instances(): Promise<readonly MarkedThing[]> {
    const reservations = await allPages(
      paginateDescribeInstances(
        { client: this.readers.ec2 },
        { Filters: [this.mark, { Name: 'instance-state-name', Values: standing }], MaxResults: 1000 },
      ),
      (page) => page.Reservations,
    )
    return reservations
      .flatMap(({ Instances = [] }) => Instances)
      .map(({ InstanceId = '', LaunchTime, Tags }) => ({ InstanceId, LaunchTime, tags: tagMap(Tags) }))
      .filter(({ tags }) => tags[groupTag] === undefined)
      .map(({ InstanceId, LaunchTime, tags }) =>
        thing(
          tags['delling:role'] === 'builder' ? 'builder' : 'instance',
          InstanceId,
          tags.Name ?? '',
          LaunchTime,
          tags,
        ),
      )
  }

  async volumes(): Promise<readonly MarkedThing[]> {
    const volumes = await allPages(
      paginateDescribeVolumes(
        { client: this.readers.ec2 },
        { Filters: [this.mark, { Name: 'status', Values: ['available'] }], MaxResults: 500 },
      ),
      (page) => page.Volumes,
    )
    return volumes.map(({ VolumeId = '', CreateTime, Tags }) => named('volume', VolumeId, CreateTime, Tags))
  }

  async imagesAndSnapshots(): Promise<readonly MarkedThing[]> {
    const { ec2 } = this.readers
    const [images, snapshots] = await Promise.all([
      allPages(
        paginateDescribeImages({ client: ec2 }, { Owners: ['self'], MaxResults: 1000 }),
        (page) => page.Images,
      ),
      allPages(
        paginateDescribeSnapshots(
          { client: ec2 },
          { OwnerIds: ['self'], Filters: [this.mark], MaxResults: 1000 },
        ),
        (page) => page.Snapshots,
      ),
    ])
    return [
      ...images
        .filter(({ Tags }) => this.isOurs(tagMap(Tags)))
        .map((image) => ({
          ...named('image', image.ImageId ?? '', dateOf(image.CreationDate), image.Tags, image.Name),
          state: image.State ?? '',
        })),
      ...snapshots.map(({ SnapshotId = '', StartTime, Tags }) => {
        const image = imageOf(SnapshotId, tagMap(Tags), images)
        return {
          ...named('snapshot', SnapshotId, StartTime, Tags),
          partOf: image?.ImageId ?? null,
          usedBy: image ? `${image.Name ?? image.ImageId} is made of it` : null,
        }
      }),
    ]
  }

  async launchTemplates(): Promise<readonly MarkedThing[]> {
    const templates = await allPages(
      paginateDescribeLaunchTemplates(
        { client: this.readers.ec2 },
        { Filters: [this.mark], MaxResults: 200 },
      ),
      (page) => page.LaunchTemplates,
    )
    return templates.map(({ LaunchTemplateId: id = '', LaunchTemplateName: name, CreateTime, Tags }) => ({
      ...named('launch template', id, CreateTime, Tags, name),
      usedBy: this.userOf(
        (group) => templatesOfGroup(group).some((each) => each.LaunchTemplateId === id),
        'launches from it',
      ),
    }))
  }

  async targetGroups(isKnown: (name: string) => boolean): Promise<readonly MarkedThing[]> {
    const { elb } = this.readers
    const all = await allPages(
      paginateDescribeTargetGroups({ client: elb }, { PageSize: 400 }),
      (page) => page.TargetGroups,
    )
    const unknown = all.filter(({ TargetGroupName = '' }) => !isKnown(TargetGroupName))
    const tags = await tagsByArn(elb, [unknown.map(({ TargetGroupArn = '' }) => TargetGroupArn)])
    return unknown
      .map((each) => ({ each, tags: tags.get(each.TargetGroupArn ?? '') ?? {} }))
      .filter((marked) => this.isOurs(marked.tags))
      .map(({ each: { TargetGroupArn: arn = '', TargetGroupName = '', LoadBalancerArns = [] }, tags }) => ({
        ...thing('target group', arn, TargetGroupName, undefined, tags),
        usedBy:
          LoadBalancerArns.length > 0
            ? `${LoadBalancerArns[0]?.split('/')[2] ?? 'a load balancer'} forwards to it`
            : this.userOf((group) => (group.TargetGroupARNs ?? []).includes(arn), 'registers with it'),
      }))
  }

  async alarms(isKnown: (name: string) => boolean): Promise<readonly MarkedThing[]> {
    const { cloudwatch } = this.readers
    const alarms = await allPages(
      paginateDescribeAlarms({ client: cloudwatch }, { AlarmTypes: ['MetricAlarm'], MaxRecords: 100 }),
      (page) => page.MetricAlarms,
    )
    const stand = new Set(this.groups.map(({ AutoScalingGroupName }) => AutoScalingGroupName))
    const deserted = alarms.filter((alarm) => {
      const group = watchedGroup(alarm)
      return group !== null && !stand.has(group) && !isKnown(group) && !isKnown(alarm.AlarmName ?? '')
    })
    const marked = await inTurns(deserted, parallel, async (alarm) => {
      const ResourceARN = alarm.AlarmArn ?? ''
      const reply = await orNull(() => cloudwatch.send(new ListTagsForResourceCommand({ ResourceARN })))
      return { alarm, tags: tagMap(reply?.Tags) }
    })
    return marked
      .filter(({ tags }) => this.isOurs(tags))
      .map(({ alarm: { AlarmName = '', AlarmConfigurationUpdatedTimestamp: since }, tags }) =>
        thing('alarm', AlarmName, AlarmName, since, tags),
      )
  }

  private userOf(uses: (group: AutoScalingGroup) => boolean, does: string): string | null {
    const user = this.groups.find(uses)
    return user ? `${user.AutoScalingGroupName} ${does}` : null
  }

  private isOurs(tags: Tags): boolean {
    return tags['delling:owner'] === this.owner
  }
}

type Tags = Readonly<Record<string, string>>

function named(
  kind: MarkedThing['kind'],
  id: string,
  since: Date | undefined,
  tags: readonly Tag[] | undefined,
  name?: string,
): MarkedThing {
  const map = tagMap(tags)
  return thing(kind, id, name ?? map.Name ?? '', since, map)
}

function thing(
  kind: MarkedThing['kind'],
  id: string,
  name: string,
  since: Date | undefined,
  tags: Tags,
): MarkedThing {
  return { kind, id, name, since: since ?? null, state: '', tags, partOf: null, usedBy: null }
}

function dateOf(text: string | undefined): Date | undefined {
  return text ? new Date(text) : undefined
}

/** The image that a snapshot is of. One that is being made shows its snapshots only at the end: until then they have a bake in common. */
function imageOf(snapshotId: string, tags: Tags, images: readonly Image[]): Image | undefined {
  const bake = tags['delling:bake']
  return images.find(
    (image) =>
      (image.BlockDeviceMappings ?? []).some(({ Ebs }) => Ebs?.SnapshotId === snapshotId) ||
      (image.State === 'pending' && bake !== undefined && tagMap(image.Tags)['delling:bake'] === bake),
  )
}

/** The Auto Scaling group whose figures an alarm watches; null where it watches something else. */
function watchedGroup({ Dimensions = [], Metrics = [] }: MetricAlarm): string | null {
  const all = [...Dimensions, ...Metrics.flatMap((each) => each.MetricStat?.Metric?.Dimensions ?? [])]
  return all.find(({ Name }) => Name === 'AutoScalingGroupName')?.Value ?? null
}
