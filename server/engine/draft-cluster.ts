import type { ListedGroup } from '../domain/account-listing.js'
import { adoptedSettings } from '../domain/adopted-settings.js'
import type { Blueprint } from '../domain/blueprint.js'
import { reasonTooFewZones, unmadeCluster, type Cluster } from '../domain/cluster.js'
import type { ClusterState } from '../domain/cluster-state.js'
import { textOf } from '../domain/fields.js'
import { parseClusterName, parseServerGroupName } from '../domain/names.js'
import type { Observed } from '../domain/observation.js'
import { installsByHook } from '../domain/other-holders.js'
import { untouchedGroup, type ServerGroup } from '../domain/server-group.js'
import { adoptedImage } from './adopted-image.js'
import { notAdoptable, type Chosen } from './choose-groups.js'
import { policyFor } from './cluster-settings.js'
import type { Parts } from './parts.js'
import type { ClusterQuery } from './ports.js'

/** The cluster as it would be recorded, and what it was made from. */
export interface Draft {
  readonly state: ClusterState
  readonly seen: Observed
  readonly live: ServerGroup
  /** How the live group is made. */
  readonly blueprint: Blueprint
  /** What the settings can’t say of it. */
  readonly left: readonly string[]
  readonly warnings: readonly string[]
}

/** Reads how the groups are made and what serves them, and derives the cluster. Throws Refusal. */
export async function draftCluster(parts: Parts, chosen: Chosen, keepUserData: boolean): Promise<Draft> {
  const { catalog, rule, live, groups } = chosen
  const seen = await parts.cloud.observe(queryOf(chosen), AbortSignal.timeout(15_000))
  const blueprint = seen.groups.get(live.name)?.blueprint
  if (!blueprint) throw notAdoptable(live.name, [unread])
  for (const group of groups) refuseMaking(group, seen)
  const vpcId = textOf(blueprint.targetGroup.VpcId)
  const { settings, left } = adoptedSettings(blueprint, {
    rule: { ...rule, conditions: seen.rule?.conditions ?? rule.conditions },
    size: { min: live.min, max: live.max, desired: live.desired },
    subnets: catalog.subnets.map(({ subnetId, zone }) => ({ subnetId, zone })),
    standard: {
      instanceType: parts.defaults.instanceType,
      securityGroupId:
        catalog.securityGroups.find((group) => group.vpcId === vpcId && group.name === 'default')?.groupId ??
        null,
    },
    keepUserData,
  })
  const few = reasonTooFewZones(settings.subnets.map(({ zone }) => zone))
  if (few)
    throw notAdoptable(live.name, [{ sentence: few, mend: 'Name subnets in three zones in the group.' }])
  const at = parts.clock.now()
  const cluster = clusterOf(parts, chosen, settings, seen, at)
  const rows = await Promise.all(groups.map((group) => groupOf(parts, cluster, group, chosen, at)))
  const carrier = rows.find(({ name }) => name === live.name)
  if (!carrier) throw new Error(`${live.name} was chosen and is not among the groups`)
  return {
    state: { cluster, groups: rows, operations: [], obligations: [], tickets: [] },
    seen: { ...seen, at },
    live: carrier,
    blueprint,
    left,
    warnings: [
      ...chosen.warnings,
      ...rows
        .filter(({ adopted }) => adopted?.templateStays)
        .map(
          ({ name, adopted }) =>
            `${name} launches from ${adopted?.launchTemplateName ?? ''}, which is not its own alone: the template is not marked, and stays when the group goes.`,
        ),
    ],
  }
}

const unread = {
  sentence: 'AWS does not show how it is made: it, its target group or its rule is gone, or on its way.',
  mend: 'Look again in a moment.',
}

function queryOf({ cluster, rule, groups, listing }: Chosen): ClusterQuery {
  const nameOf = new Map(listing.targetGroups.map(({ arn, name }) => [arn, name]))
  return {
    cluster,
    ruleArn: rule.ruleArn,
    parkedValue: null,
    loadBalancerName: rule.loadBalancerName,
    loadBalancerArn: rule.loadBalancerArn,
    listenerPort: rule.port,
    listenerArn: rule.listenerArn,
    testValues: [],
    groups: groups.map((group) => ({
      name: group.name,
      targetGroupName: nameOf.get(group.targetGroupArns[0] ?? '') ?? '',
      targetGroupArn: group.targetGroupArns[0] ?? null,
      ...(group.launchTemplateName === null ? {} : { launchTemplateName: group.launchTemplateName }),
      activities: false,
      requestsSince: null,
      answersSince: null,
      settings: true,
      blueprint: true,
    })),
  }
}

/** What only a close look at a group shows. */
function refuseMaking(
  { name, targetGroupArns }: ListedGroup,
  { groups, rule, usedElsewhere }: Observed,
): void {
  const blueprint = groups.get(name)?.blueprint
  if (!rule || !blueprint) throw notAdoptable(name, [unread])
  if (!blueprint.launchTemplate)
    throw notAdoptable(name, [
      {
        sentence:
          'Its launch template is gone, so that it neither heals nor says what the next one is made of.',
        mend: 'Give the group a launch template: its running instances stay.',
      },
    ])
  const hook = installsByHook(blueprint.hooks)
  if (hook)
    throw notAdoptable(name, [
      {
        sentence: `CodeDeploy installs on each new instance of it, by the hook ${hook}.`,
        mend: 'Take the group out of its deployment group: an image brings its own.',
      },
    ])
  const { Protocol, TargetType } = blueprint.targetGroup
  if (!['HTTP', 'HTTPS'].includes(textOf(Protocol)) || textOf(TargetType) !== 'instance')
    throw notAdoptable(name, [
      {
        sentence: `Its target group takes ${textOf(TargetType)} targets by ${textOf(Protocol)}; instances by HTTP or HTTPS are handled.`,
        mend: 'Attach one that does, and let the rule forward to that.',
      },
    ])
  if (usedElsewhere.includes(targetGroupArns[0] ?? ''))
    throw notAdoptable(name, [
      {
        sentence:
          'Another rule of the load balancer forwards to its target group too, and would stay behind at a switch.',
        mend: 'Let that rule redirect to the one that stays, or answer by itself.',
      },
    ])
}

function clusterOf(
  parts: Parts,
  { cluster: name, rule, groups }: Chosen,
  settings: Cluster['settings'],
  seen: Observed,
  at: Date,
): Cluster {
  return {
    name,
    application: parseClusterName(name)?.application ?? name,
    account: parts.place.account,
    region: parts.place.region,
    settings,
    policy: policyFor(parts, {}),
    ...unmadeCluster,
    ruleArn: rule.ruleArn,
    listenerArn: rule.listenerArn,
    loadBalancerArn: rule.loadBalancerArn,
    lastPush: Math.max(...groups.map((group) => parseServerGroupName(group.name)?.push ?? 0)),
    expected: seen.rule?.entries ?? rule.entries,
    expectedSince: at,
    statement: 'being adopted',
    createdAt: at,
  }
}

async function groupOf(
  parts: Parts,
  cluster: Cluster,
  group: ListedGroup,
  { live, listing }: Chosen,
  at: Date,
): Promise<ServerGroup> {
  const [targetGroupArn = ''] = group.targetGroupArns
  const template = group.launchTemplateName ?? ''
  const shared = listing.groups.some(
    (other) => other.name !== group.name && other.launchTemplateId === group.launchTemplateId,
  )
  return {
    name: group.name,
    cluster: cluster.name,
    push: parseServerGroupName(group.name)?.push ?? 0,
    image: await adoptedImage(parts, group, cluster.application),
    size: { min: group.min, max: group.max, desired: group.desired },
    role: 'adopting',
    roleSince: at,
    operationId: '',
    targetGroupName: listing.targetGroups.find(({ arn }) => arn === targetGroupArn)?.name ?? '',
    targetGroupArn,
    launchTemplateId: group.launchTemplateId,
    ...untouchedGroup,
    createdAt: group.createdAt ?? at,
    ...(group.suspended.length > 0 ? { suspendedFromStart: [...group.suspended].sort() } : {}),
    adopted: {
      as: group === live ? 'live' : 'warm',
      launchTemplateName: template,
      // One that was made for this group alone bears its name; any other may be in somebody’s files, or for somebody else.
      templateStays: shared || !template.startsWith(group.name),
    },
  }
}
