import {
  DescribeLaunchConfigurationsCommand,
  paginateDescribeAutoScalingGroups,
  type AutoScalingGroup,
} from '@aws-sdk/client-auto-scaling'
import {
  DescribeLaunchTemplateVersionsCommand,
  paginateDescribeInstances,
  paginateDescribeLaunchTemplateVersions,
  type LaunchTemplateVersion,
} from '@aws-sdk/client-ec2'
import type { ImageReference, ImageReferences } from '../domain/image-references.js'
import type { ServiceClients } from './clients.js'
import { templatesOfGroup } from './group-templates.js'
import { allPages, orNull } from './tolerant-reads.js'

const standing = ['pending', 'running', 'stopping', 'stopped', 'shutting-down']

/**
 * What of the account refers to which image: instances, the first and the newest version of each launch template, the very
 * versions that Auto Scaling groups name, and their launch configurations. A part that can't be read fails the whole.
 */
export async function readImageReferences(readers: ServiceClients, readAt: Date): Promise<ImageReferences> {
  const { ec2, autoScaling } = readers
  const [reservations, versions, groups] = await Promise.all([
    allPages(
      paginateDescribeInstances(
        { client: ec2 },
        { Filters: [{ Name: 'instance-state-name', Values: standing }], MaxResults: 1000 },
      ),
      (page) => page.Reservations,
    ),
    allPages(
      paginateDescribeLaunchTemplateVersions(
        { client: ec2 },
        { Versions: ['$Latest', '$Default'], ResolveAlias: true, MaxResults: 200 },
      ),
      (page) => page.LaunchTemplateVersions,
    ),
    allPages(
      paginateDescribeAutoScalingGroups({ client: autoScaling }, { MaxRecords: 100 }),
      (page) => page.AutoScalingGroups,
    ),
  ])
  const instances = reservations.flatMap(({ Instances = [] }) => Instances)
  const named = await versionsOfGroups(readers, groups, versions)
  const found: ImageReference[] = [
    ...instances.map(({ ImageId = '', InstanceId = '' }) => reference(ImageId, 'instance', InstanceId)),
    ...[...versions, ...named].map((version) =>
      reference(
        version.LaunchTemplateData?.ImageId ?? '',
        'launch template',
        version.LaunchTemplateName ?? version.LaunchTemplateId ?? '',
      ),
    ),
    ...(await ofLaunchConfigurations(readers, groups)),
  ]
  return {
    readAt,
    references: [...new Map(found.filter(isImage).map((each) => [keyOf(each), each])).values()],
    groups: groups.map(({ AutoScalingGroupName = '' }) => AutoScalingGroupName),
    unresolved: found
      .filter(({ imageId }) => imageId !== '' && !imageId.startsWith('ami-'))
      .map(({ kind, name, imageId }) => `The ${kind} ${name} names its image as ${imageId}.`),
  }
}

function reference(imageId: string, kind: ImageReference['kind'], name: string): ImageReference {
  return { imageId, kind, name }
}

function isImage({ imageId }: ImageReference): boolean {
  return imageId.startsWith('ami-')
}

function keyOf({ imageId, kind, name }: ImageReference): string {
  return `${imageId} ${kind} ${name}`
}

/** The versions that groups name by number, where they are neither their template's first nor its newest. */
async function versionsOfGroups(
  { ec2 }: ServiceClients,
  groups: readonly AutoScalingGroup[],
  known: readonly LaunchTemplateVersion[],
): Promise<readonly LaunchTemplateVersion[]> {
  const have = new Set(known.map((each) => `${each.LaunchTemplateId} ${each.VersionNumber}`))
  const wanted = new Map<string, Set<string>>()
  for (const { LaunchTemplateId: id, Version: version } of groups.flatMap(templatesOfGroup))
    if (id && version && /^\d+$/.test(version) && !have.has(`${id} ${version}`))
      wanted.set(id, (wanted.get(id) ?? new Set()).add(version))
  const found: LaunchTemplateVersion[] = []
  for (const [LaunchTemplateId, numbers] of wanted) {
    const Versions = [...numbers]
    // A template that is gone launches nothing any more.
    const reply = await orNull(() =>
      ec2.send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions, ResolveAlias: true })),
    )
    found.push(...(reply?.LaunchTemplateVersions ?? []))
  }
  return found
}

/** Old groups have these instead of templates; they are only asked for where a group names one. */
async function ofLaunchConfigurations(
  { autoScaling }: ServiceClients,
  groups: readonly AutoScalingGroup[],
): Promise<readonly ImageReference[]> {
  const names = [...new Set(groups.flatMap((each) => each.LaunchConfigurationName ?? []))]
  const found: ImageReference[] = []
  for (let at = 0; at < names.length; at += 50) {
    const { LaunchConfigurations = [] } = await autoScaling.send(
      new DescribeLaunchConfigurationsCommand({ LaunchConfigurationNames: names.slice(at, at + 50) }),
    )
    for (const { ImageId = '', LaunchConfigurationName = '' } of LaunchConfigurations)
      found.push(reference(ImageId, 'launch configuration', LaunchConfigurationName))
  }
  return found
}
