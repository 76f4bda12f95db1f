import type { Image } from '../../domain/bake.js'
import type { Catalog } from '../../engine/ports.js'
import type { Choice, Filled } from './field.js'

export function imageChoices(images: readonly Image[]) {
  return images.length > 0
    ? images.map((image) => ({ value: image.name, label: `${image.name}${image.bad ? ', marked bad' : ''}` }))
    : [{ value: '', label: 'no image is baked yet' }]
}

export function typeChoices(catalog: Catalog, usual: string) {
  return [...new Set([usual, ...catalog.instanceTypes])].map((type) => ({
    value: type,
    label: type,
  }))
}

export function balancerChoices(catalog: Catalog) {
  const usable = catalog.loadBalancers.filter((each) => each.type === 'application')
  return [
    { value: '', label: 'a new one, made by us' },
    ...usable.map((each) => ({
      value: each.name,
      label: `${each.name}: ${each.listeners.map((listener) => listener.port).join(', ') || 'no listener'}`,
    })),
  ]
}

/** Rules that answer by themselves so far: nobody lives behind them. */
export function ruleChoices(catalog: Catalog) {
  const listeners = catalog.loadBalancers.flatMap((each) =>
    each.listeners.map((listener) => ({ each, listener })),
  )
  return [
    { value: '', label: 'a new one, made by us' },
    ...listeners.flatMap(({ each, listener }) =>
      listener.rules
        .filter((rule) => rule.priority !== 'default' && !rule.forwards && !rule.sticky)
        .map((rule) => ({
          value: rule.arn,
          label: `${each.name} ${listener.port}, rule ${rule.priority}: ${rule.summary}`,
        })),
    ),
  ]
}

export function zoneChoices(fallback: string) {
  const zones = Intl.supportedValuesOf('timeZone')
  return [...new Set([fallback, 'UTC', ...zones])].map((zone) => ({ value: zone, label: zone }))
}

/** One subnet for each zone is chosen to begin with: the one with the most room. */
export function subnetChoices(catalog: Catalog, filled: Filled): Choice[] {
  const vpc = catalog.vpcs.find((each) => each.isDefault)?.vpcId ?? catalog.vpcs[0]?.vpcId
  const picked = filled.values.subnets as readonly string[] | undefined
  const roomiest = new Map<string, (typeof catalog.subnets)[number]>()
  for (const subnet of catalog.subnets.filter((each) => each.vpcId === vpc)) {
    const known = roomiest.get(subnet.zone)
    if (!known || subnet.freeAddresses > known.freeAddresses) roomiest.set(subnet.zone, subnet)
  }
  const first = [...roomiest.values()].sort((a, b) => a.zone.localeCompare(b.zone)).slice(0, 3)
  return [...catalog.subnets]
    .sort((a, b) => a.zone.localeCompare(b.zone))
    .map((subnet) => ({
      value: subnet.subnetId,
      label: subnet.zone,
      sub: `${subnet.subnetId}${subnet.name ? ` ${subnet.name}` : ''}, ${subnet.freeAddresses.toLocaleString('en-GB')} addresses free`,
      chosen: picked ? picked.includes(subnet.subnetId) : first.includes(subnet),
    }))
}
