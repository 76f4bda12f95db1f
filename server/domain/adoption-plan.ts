import type { Blueprint } from './blueprint.js'
import type { PlannedCall } from './call.js'
import { carriedFrom } from './carry-over.js'
import { carriedCount } from './carried.js'
import { changesBetween, type Changes } from './changes.js'
import type { ClusterState } from './cluster-state.js'
import { sizingProcesses } from './group-steps.js'
import { markedParts } from './marks.js'
import { pushLabel, serverGroupName } from './names.js'
import type { Observed } from './observation.js'
import { plannedBlueprint } from './planned-blueprint.js'
import { entriesSentence, groupsByTarget, isListed } from './rule-lists.js'
import type { ImageRef } from './server-group.js'
import { launchUserData } from './user-data.js'

/** Every request of an adoption, in order, and what follows of itself because a group becomes warm. */
export function adoptionCalls(state: ClusterState, seen: Observed): readonly PlannedCall[] {
  const marks = markedParts(state).map(({ api, of }): PlannedCall => ({
    api: `${api} ${apiOf[api] ?? ''}`,
    what: `our marks on ${of}`,
    kind: 'call',
  }))
  const warm = state.groups.filter(({ adopted }) => adopted?.as === 'warm')
  return [...marks, ...warm.flatMap((group) => holding(group.name, group.targetGroupArn, seen))]
}

const apiOf: Readonly<Record<string, string>> = {
  'Auto Scaling': 'CreateOrUpdateTags',
  ELBv2: 'AddTags',
  EC2: 'CreateTags',
}

/** A warm group is held at its size, and named in the rule so that it is health-checked. */
function holding(name: string, targetGroupArn: string | null, { rule, groups }: Observed): PlannedCall[] {
  const present = groups.get(name)?.autoScaling
  if (!present) return []
  const label = pushLabel(name)
  const running = sizingProcesses.filter((process) => !present.suspended.includes(process))
  const say = (api: string, what: string): PlannedCall => ({ api, what, kind: 'warm' })
  return [
    ...(running.length > 0
      ? [say('Auto Scaling SuspendProcesses', `${label}, once it is ours and warm: ${running.join(', ')}`)]
      : []),
    ...(present.min < present.desired
      ? [
          say(
            'Auto Scaling UpdateAutoScalingGroup',
            `${label}: MinSize ${present.min} → ${present.desired}, so that it does not shrink`,
          ),
        ]
      : []),
    ...(isListed(rule, targetGroupArn)
      ? []
      : [say('ELBv2 ModifyRule', `${label} joins the rule at weight 0, so that it is health-checked`)]),
  ]
}

/** What the next group would have otherwise than the one that carries the traffic, if the same image were deployed. */
export interface AfterAdoption extends Changes {
  readonly carriedCount: number
  /** What is never taken along, each in a sentence. */
  readonly left: readonly string[]
}

export function afterAdoption(state: ClusterState, blueprint: Blueprint, image: ImageRef): AfterAdoption {
  const { settings, name, lastPush } = state.cluster
  const to = serverGroupName(name, lastPush + 1)
  const carried = carriedFrom(blueprint, {
    to,
    scaling: settings.scaling,
    scalingOfFrom: settings.scaling,
    suspendedByUs: [],
  })
  const userData = launchUserData(settings, name, to, image.version)
  const will = plannedBlueprint({ group: to, settings, imageId: image.imageId, userData, carried })
  return { ...changesBetween(blueprint, will), carriedCount: carriedCount(carried), left: carried.left }
}

/** What is expected of AWS from then on, and what the first deployment makes of the rule. */
export function expectations(state: ClusterState, seen: Observed): readonly string[] {
  const names = groupsByTarget(state)
  const entries = seen.rule?.entries ?? []
  const shown = entriesSentence(entries, names)
  const next = pushLabel(serverGroupName(state.cluster.name, state.cluster.lastPush + 1))
  return [
    `The rule goes on as it is (${shown}); what somebody else changes of it is shown as a difference from then on.`,
    `The first deployment writes the rule in its weighted form: ${shown}, ${next} 0 %. Its conditions, and what it does before it forwards, stay.`,
    `${state.groups.map(({ name }) => pushLabel(name)).join(', ')} ${state.groups.length === 1 ? 'is' : 'are'} kept until somebody says otherwise: no cleanup destroys what Delling did not make.`,
  ]
}

/** The derived settings, as rows. */
export function settingRows({
  cluster,
}: ClusterState): readonly { readonly what: string; readonly value: string }[] {
  const { settings, policy } = cluster
  const { size, healthCheck: check, balancer } = settings
  const rows: readonly (readonly [string, string])[] = [
    ['Size', `${size.desired} (${size.min} to ${size.max})`],
    ['Zones', settings.subnets.map(({ zone, subnetId }) => `${zone} (${subnetId})`).join(', ')],
    ['VPC', settings.vpcId],
    ['Instance type', settings.instanceType],
    ['Security groups', settings.securityGroupIds.join(', ') || 'the VPC’s default one'],
    ['Instance profile', settings.instanceProfile ?? 'none'],
    ['Port', String(settings.port)],
    [
      'Health check',
      `${check.path} every ${check.intervalSec} s, ${check.timeoutSec} s each, ${check.healthyThreshold} well or ${check.unhealthyThreshold} ill in a row, ${check.matcher}`,
    ],
    ['Grace', `${settings.healthCheckGraceSec} s`],
    ['Drain time', `${settings.deregistrationDelaySec} s`],
    [
      'Listener rule',
      `${balancer.loadBalancerName}, port ${balancer.listenerPort}: ${balancer.conditions.map(({ field, values }) => `${field} ${values.join(' or ')}`).join(' and ')}`,
    ],
    ['Night', `until ${policy.morning} ${policy.timeZone}, at least ${policy.minWarmHours} hours`],
  ]
  return rows.map(([what, value]) => ({ what, value }))
}
