import { replacements } from './launch-failure.js'
import type { ObservedGroup } from './observation.js'

/** Where the image does well in so many zones, one in which it does not is the zone's fault. */
const wholeZonesThatClear = 2

/**
 * Whether what a group that never got registered shows is its image's fault: instances that ran and were not healthy, in more
 * than one zone of three. No room, a quota, a permission or a dark zone says nothing of the image.
 */
export function speaksAgainstImage(group: ObservedGroup): boolean {
  const zones = zonesOf(group)
  const isFailing = zones.sick.size > 0 || replacements(group.activities).length > 0
  return isFailing && !(zones.sick.size <= 1 && zones.whole.size >= wholeZonesThatClear)
}

function zonesOf({ autoScaling, targets }: ObservedGroup) {
  const sick = new Set<string>()
  const healthy = new Set<string>()
  for (const { instanceId, zone } of autoScaling?.instances ?? []) {
    const state = targets.find((target) => target.instanceId === instanceId)?.state
    if (state === 'unhealthy') sick.add(zone)
    if (state === 'healthy') healthy.add(zone)
  }
  return { sick, whole: new Set([...healthy].filter((zone) => !sick.has(zone))) }
}
