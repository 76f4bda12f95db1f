import type { RouteDeps } from './route-deps.js'

/** When, where and in which zone: what many page models begin with. */
export function placeOf(parts: RouteDeps['parts']) {
  const { clock, defaults, place } = parts
  return { now: clock.now(), zone: defaults.timeZone, region: place.region, paceDivisor: place.paceDivisor }
}
