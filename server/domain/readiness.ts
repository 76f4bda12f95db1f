import type { ObservedGroup, ObservedInstance, ObservedTarget } from './observation.js'

/** The healthy part of a group: instances in service whose target is healthy, by id, and their zones. */
export interface Registered {
  readonly instanceIds: readonly string[]
  readonly zones: readonly string[]
}

/** Whether a warm group could take the traffic back now. */
export interface Readiness {
  readonly state: 'ready' | 'degraded' | 'lost'
  readonly healthy: number
  readonly needed: number
  readonly zones: readonly string[]
  readonly sentence: string
  readonly checks: readonly { readonly ok: boolean; readonly sentence: string }[]
  /** About how long mending takes; null when it is ready or can't be mended. */
  readonly mendMs: number | null
  /** It is held at a size below what is needed: it grows only when a switch back asks for it. */
  readonly held: boolean
}

const inService = (instance: ObservedInstance) =>
  instance.lifecycleState === 'InService' && instance.healthStatus.toLowerCase() === 'healthy'

/** Compared by id, never by count alone: a healthy target of an instance that is leaving counts for nothing. */
export function registeredPart(group: ObservedGroup): Registered {
  const healthy = new Set(
    group.targets.filter((target) => target.state === 'healthy').map((target) => target.instanceId),
  )
  const instances = (group.autoScaling?.instances ?? []).filter(
    (instance) => inService(instance) && healthy.has(instance.instanceId),
  )
  return {
    instanceIds: instances.map((instance) => instance.instanceId),
    zones: [...new Set(instances.map((instance) => instance.zone))].sort(),
  }
}

/** How many instances a group carries its load with now: what a group that takes its place must have. */
export function neededFor(group: ObservedGroup | null | undefined): number {
  if (!group?.autoScaling) return 0
  const serving = group.autoScaling.instances.filter(
    (instance) => instance.lifecycleState === 'InService',
  ).length
  return Math.max(group.autoScaling.desired, serving)
}

const plural = (count: number, noun: string) => `${count} ${noun}${count === 1 ? '' : 's'}`

/** What AWS says about a target that is not healthy, as part of a sentence. */
export function targetComplaint(target: ObservedTarget): string {
  const words = target.description ?? target.reason
  return `${target.instanceId} is ${target.state}${words ? `: ${words}` : ''}`
}

/** What keeps the present targets from being healthy. Those that drain are on their way out and say nothing of the rest. */
function unhealthyTargets(group: ObservedGroup): string {
  const leaving = group.targets.filter((target) => target.state === 'draining').length
  const complaints = group.targets
    .filter((target) => target.state !== 'healthy' && target.state !== 'draining')
    .map(targetComplaint)
  const more = complaints.length > 2 ? [`and ${complaints.length - 2} more`] : []
  const drains = leaving > 0 ? [`${leaving} ${leaving === 1 ? 'is' : 'are'} draining`] : []
  const parts = [...complaints.slice(0, 2), ...more, ...drains]
  return parts.length > 0 ? `: ${parts.join('; ')}` : ''
}

/**
 * The sentence that says what a group still lacks to be registered with `needed` instances over `zonesNeeded` zones; null
 * when it lacks nothing. An empty list of targets is never ready.
 */
export function reasonNotRegistered(
  group: ObservedGroup,
  needed: number,
  zonesNeeded: number,
): string | null {
  const autoScaling = group.autoScaling
  if (!autoScaling) return `The Auto Scaling group ${group.name} is not visible yet`
  const serving = autoScaling.instances.filter(inService)
  const expected = Math.max(needed, autoScaling.desired, 1)
  if (serving.length < expected)
    return `${serving.length} of ${plural(expected, 'instance')} are in service${unhealthyTargets(group)}`
  const arriving = autoScaling.instances.filter((instance) => instance.lifecycleState.startsWith('Pending'))
  if (arriving.length > 0) return `${plural(arriving.length, 'further instance')} still on the way`
  const { instanceIds, zones } = registeredPart(group)
  if (instanceIds.length < expected)
    return `${instanceIds.length} of ${plural(expected, 'target')} are healthy${unhealthyTargets(group)}`
  if (zones.length < zonesNeeded)
    return `Healthy targets stand in ${plural(zones.length, 'zone')} (${zones.join(', ')}), ${zonesNeeded} are needed${missingZones(group, zones)}`
  return null
}

function missingZones(group: ObservedGroup, healthyZones: readonly string[]): string {
  const known = group.autoScaling?.zones ?? []
  const missing = known.filter((zone) => !healthyZones.includes(zone)).sort()
  return missing.length > 0 ? `; missing: ${missing.join(', ')}` : ''
}

/** Where its target group, template or Auto Scaling group is gone or going, nothing that is missing comes back. */
function canHeal(group: ObservedGroup | null): boolean {
  return (
    group !== null &&
    group.targetGroupArn !== null &&
    group.launchTemplateId !== null &&
    group.autoScaling !== null &&
    group.autoScaling.status === null
  )
}

/** Judges a warm group against what live carries now. `listed`: it stands in the rule, so that its health is known. */
export function warmReadiness(
  group: ObservedGroup | null,
  needed: number,
  listed: boolean,
  launchMs: number,
): Readiness {
  const { instanceIds, zones } = group ? registeredPart(group) : { instanceIds: [], zones: [] }
  const healthy = instanceIds.length
  const enough = healthy >= Math.max(1, needed)
  const held = group?.autoScaling != null && group.autoScaling.desired < needed
  const checks = [
    { ok: healthy >= 1, sentence: `${healthy} of ${Math.max(1, needed)} needed targets are healthy` },
    {
      ok: zones.length >= 3 && (!group || missingZones(group, zones) === ''),
      sentence:
        zones.length > 0
          ? `they stand in ${plural(zones.length, 'zone')}: ${zones.join(', ')}${group ? missingZones(group, zones) : ''}`
          : 'in no zone',
    },
    {
      ok: listed,
      sentence: listed
        ? 'in the rule at weight 0, so it is health-checked'
        : 'not in the rule, so its health is not known',
    },
    {
      ok: Boolean(group?.launchTemplateId),
      sentence: group?.launchTemplateId
        ? 'its launch template is still there'
        : 'its launch template is gone: it cannot heal',
    },
  ].map((check, index) => (index === 0 ? { ...check, ok: enough } : check))
  if (healthy === 0)
    return {
      state: 'lost',
      healthy,
      needed,
      zones,
      checks,
      mendMs: canHeal(group) ? launchMs : null,
      held,
      sentence: 'It has no healthy target: switching to it would turn requests into errors.',
    }
  if (!enough || !listed)
    return {
      state: 'degraded',
      healthy,
      needed,
      zones,
      checks,
      mendMs: canHeal(group) ? launchMs : null,
      held,
      sentence: enough
        ? 'It is not in the rule, so its health is not known.'
        : `It has ${healthy} healthy of ${needed} needed: ${needed - healthy} short.`,
    }
  return {
    state: 'ready',
    healthy,
    needed,
    zones,
    checks,
    mendMs: null,
    held,
    sentence: `${healthy} healthy of ${needed} needed in ${plural(zones.length, 'zone')}.`,
  }
}
