import type { ListedInstance } from '../../domain/listed-instance.js'
import type { InstanceDetails, InstanceSheet } from '../../engine/instances.js'
import type { Fact } from './group-card.js'
import { say, strong, type Act, type Crumb, type Head, type Said } from './head.js'
import { instanceLook, lifeWords } from './instance-words.js'
import { belongingOf } from './instances.js'
import { lookBanner, type LookBanner } from './look-banner.js'
import { moment, momentToTheSecond, type Moment } from './moment.js'
import { targetGroupHref, targetLook, targetWord } from './target-words.js'
import { duration, withStop } from './words.js'
import { terminal } from './terminal.js'

export interface InstancePageModel extends Head {
  readonly banner: LookBanner
  readonly health: {
    readonly k: string
    readonly glyph: string
    readonly health: string
    readonly reason: string | null
  }
  readonly targets: readonly {
    readonly name: string
    readonly href: string
    readonly k: string
    readonly glyph: string
    readonly word: string
    readonly reason: string | null
  }[]
  readonly scaling: string | null
  readonly facts: readonly Fact[]
  readonly network: readonly Fact[]
  readonly tags: readonly { readonly key: string; readonly value: string }[]
  readonly userData: string | null
  readonly noUserData: string
  readonly activities: readonly {
    readonly when: Moment
    readonly description: string
    readonly status: string
    readonly cause: string
    readonly message: string | null
  }[]
  readonly detailsFault: string | null
}

interface Facts {
  readonly sheet: InstanceSheet
  readonly instance: ListedInstance
  readonly details: InstanceDetails
  readonly now: Date
  readonly zone: string
}

/** What is this instance, and how is it? */
export function instancePage({ sheet, instance, details, now, zone }: Facts): InstancePageModel {
  return {
    title: instance.instanceId,
    heading: instance.instanceId,
    crumbs: crumbsOf(instance),
    terminal: terminal('instances', instance.instanceId),
    sentence: sentence(instance, now),
    acts: actsOf(instance),
    liveMs: 15_000,
    banner: lookBanner(sheet, zone, now),
    health: { ...instanceLook(instance), reason: instance.healthReason },
    targets: instance.targets.map(({ targetGroup, state, reason }) => ({
      name: targetGroup,
      href: targetGroupHref(targetGroup),
      ...targetLook(state),
      word: targetWord(state),
      reason,
    })),
    scaling: instance.scalingHealth,
    facts: factsOf(instance, details, zone, now),
    network: networkOf(instance, details),
    tags: Object.entries(details.tags).map(([key, value]) => ({ key, value })),
    userData: details.userData,
    noUserData: reasonNoUserData(instance),
    activities: details.activities.map(({ startedAt, description, status, cause, message }) => ({
      when: momentToTheSecond(startedAt, zone, now),
      description,
      status,
      cause,
      message,
    })),
    detailsFault: details.fault,
  }
}

function crumbsOf({ instanceId, kind, cluster, group }: ListedInstance): Crumb[] {
  const last = { label: instanceId }
  if (kind !== 'group' || cluster === null || group === null)
    return [{ label: 'Instances', href: '/instances' }, last]
  return [
    { label: 'Clusters', href: '/clusters' },
    { label: cluster, href: `/clusters/${cluster}` },
    { label: group, href: `/groups/${group}` },
    last,
  ]
}

function sentence(instance: ListedInstance, now: Date): Said[] {
  const { launchedAt, healthReason, kind } = instance
  const since = launchedAt ? `, launched ${duration(now.getTime() - launchedAt.getTime())} ago` : ''
  const whose = {
    group: `an instance of ${instance.group ?? instance.cluster ?? 'a group'}`,
    builder: `the builder of ${instance.application ?? 'an image'} ${instance.version ?? ''}`.trim(),
    foreign: 'foreign: Delling did not make it and never touches it',
  }[kind]
  const { health } = instanceLook(instance)
  return say(
    strong(`It is ${lifeWords(instance)}${health === 'nobody checks it' ? '' : `, ${health}`}`),
    `${since}; ${whose}. `,
    healthReason && withStop(healthReason.charAt(0).toUpperCase() + healthReason.slice(1)),
  )
}

function actsOf({ kind, group, instanceId, bake, lifecycle }: ListedInstance): Act[] {
  if (kind === 'builder') return [{ label: 'Its bake, with the log', href: `/bakes/${bake ?? ''}` }]
  // The console of one that left its group is not asked for any more.
  return kind === 'group' && lifecycle !== null
    ? [{ label: 'Console output', href: `/groups/${group ?? ''}/instances/${instanceId}` }]
    : []
}

function factsOf(instance: ListedInstance, details: InstanceDetails, zone: string, now: Date): Fact[] {
  const { launchedAt, imageName, imageId, cluster, application, version } = instance
  const of = belongingOf(instance)
  const image = imageName !== null && instance.kind === 'group' ? { href: `/images/${imageId}` } : {}
  const template = details.launchTemplateId
  return [
    { what: 'Of', value: of.label, ...(of.href && { href: of.href }) },
    ...(cluster ? [{ what: 'Cluster', value: cluster, href: `/clusters/${cluster}` }] : []),
    ...(application
      ? [{ what: 'Application', value: application, href: `/applications/${application}` }]
      : []),
    ...(version ? [{ what: 'Version', value: version }] : []),
    { what: 'Image', value: imageName ?? imageId, ...image },
    ...(imageName ? [{ what: 'Image id', value: imageId, mono: true }] : []),
    { what: 'State', value: lifeWords(instance) },
    ...(instance.stateReason ? [{ what: 'Why', value: instance.stateReason }] : []),
    ...(launchedAt
      ? [
          {
            what: 'Launched',
            value: `, ${duration(now.getTime() - launchedAt.getTime())} ago`,
            when: moment(launchedAt, zone, now),
          },
        ]
      : []),
    { what: 'Type', value: [instance.type, details.architecture, details.bought].filter(Boolean).join(', ') },
    ...(template
      ? [
          {
            what: 'Launch template',
            value: `${template}, version ${details.launchTemplateVersion ?? '–'}`,
            mono: true,
          },
        ]
      : []),
    ...(details.protectedFromScaleIn ? [{ what: 'Protected', value: 'from being scaled in' }] : []),
    ...(details.profileArn ? [{ what: 'Instance profile', value: details.profileArn, mono: true }] : []),
    ...(details.keyName ? [{ what: 'Key pair', value: details.keyName, mono: true }] : []),
  ]
}

function networkOf(instance: ListedInstance, details: InstanceDetails): Fact[] {
  const fact = (what: string, value: string | null) => (value ? [{ what, value, mono: true }] : [])
  return [
    { what: 'Zone', value: instance.zone },
    ...fact('Private address', instance.privateIp),
    ...fact('Private name', instance.privateDns),
    ...fact('Public address', instance.publicIp),
    ...fact('Public name', instance.publicDns),
    ...fact('Subnet', details.subnetId),
    ...fact('VPC', details.vpcId),
    ...details.securityGroups.map(({ id, name }) => ({
      what: 'Security group',
      value: `${id} (${name})`,
      mono: true,
    })),
  ]
}

function reasonNoUserData({ kind }: ListedInstance): string {
  if (kind === 'foreign') return 'Not read: Delling did not make it.'
  if (kind === 'builder') return 'Not read: it holds an address of the package that needs no sign-in.'
  return 'It was launched without any, or its launch template is gone.'
}
