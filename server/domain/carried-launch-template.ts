import type { Blueprint } from './blueprint.js'
import { isReservedTag } from './tags.js'
import { fieldsOf, listOf, omitted, textOf, withTexts, type Fields } from './fields.js'

/** Set anew for each group: by its image, its cluster's settings and its name. */
const madeAnew = [
  'ImageId',
  'InstanceType',
  'SecurityGroupIds',
  'SecurityGroups',
  'IamInstanceProfile',
  'UserData',
]

/** Devices that an image boots from: their snapshot is the old image's. */
const rootDevices = ['/dev/xvda', '/dev/sda1', '/dev/sda']

/** Everything of a launch template that the new one takes over, with its names; and what it can't. */
export function carriedLaunchTemplate(
  { launchTemplate, group }: Blueprint,
  rename: (text: string) => string,
): { readonly fields: Fields; readonly left: readonly string[] } {
  if (!launchTemplate)
    return {
      fields: {},
      left: [
        `${group} does not launch from a launch template that AWS still shows; only the cluster’s settings say what the new one is.`,
      ],
    }
  const disks = carriedDisks(launchTemplate)
  const tags = carriedTagSpecifications(launchTemplate)
  const cards = carriedInterfaces(launchTemplate)
  const metadata = omitted(fieldsOf(launchTemplate.MetadataOptions), ['State'])
  const rest = omitted(launchTemplate, [
    ...madeAnew,
    'BlockDeviceMappings',
    'TagSpecifications',
    'NetworkInterfaces',
    'MetadataOptions',
    'Operator',
  ])
  const fields: Fields = {
    ...withoutEmpty(rest),
    ...(disks.fields.length > 0 ? { BlockDeviceMappings: disks.fields } : {}),
    ...(tags.length > 0 ? { TagSpecifications: tags } : {}),
    ...(cards.length > 0 ? { NetworkInterfaces: cards } : {}),
    ...(Object.keys(metadata).length > 0 ? { MetadataOptions: metadata } : {}),
  }
  const operator = fieldsOf(launchTemplate.Operator).Managed === true
  return {
    fields: withTexts(fields, rename),
    left: [
      ...disks.left,
      ...(operator
        ? ['The launch template is managed by another AWS service, which the new one is not.']
        : []),
    ],
  }
}

function carriedDisks({ BlockDeviceMappings }: Fields) {
  const left: string[] = []
  const fields = listOf(BlockDeviceMappings).map((mapping) => {
    const ebs = fieldsOf(mapping.Ebs)
    const device = textOf(mapping.DeviceName)
    if (!ebs.SnapshotId || !rootDevices.includes(device)) return mapping
    left.push(
      `The snapshot ${textOf(ebs.SnapshotId)} of ${device} stays behind: the new image brings its own.`,
    )
    return { ...mapping, Ebs: omitted(ebs, ['SnapshotId']) }
  })
  return { fields, left }
}

function carriedTagSpecifications({ TagSpecifications }: Fields): readonly Fields[] {
  return listOf(TagSpecifications)
    .map((specification) => ({
      ...specification,
      Tags: listOf(specification.Tags).filter(
        ({ Key }) => !isReservedTag(textOf(Key)) && !(Key === 'Name' && isOurs(specification)),
      ),
    }))
    .filter(({ Tags }) => Tags.length > 0)
}

/** Instances and volumes get their group's name as theirs. */
function isOurs({ ResourceType }: Fields): boolean {
  return ResourceType === 'instance' || ResourceType === 'volume'
}

/** The first interface is in the settings' security groups, and each in the subnet that the group chooses. */
function carriedInterfaces({ NetworkInterfaces }: Fields): readonly Fields[] {
  return listOf(NetworkInterfaces).map((card, index) =>
    omitted(card, ['SubnetId', 'NetworkInterfaceId', 'PrivateIpAddress', ...(index === 0 ? ['Groups'] : [])]),
  )
}

function withoutEmpty(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== null && !(Array.isArray(value) && value.length === 0),
    ),
  )
}
