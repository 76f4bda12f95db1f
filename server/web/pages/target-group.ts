import type { TargetGroupSettings, TargetGroupView } from '../../domain/target-group-view.js'
import type { TargetGroupSeen } from '../../engine/balancing.js'
import type { Fact, SameState, ZoneWell } from './group-card.js'
import { say, strong, type Head, type Said } from './head.js'
import { lookBanner, type LookBanner } from './look-banner.js'
import { targetRows, type TargetRow } from './target-rows.js'
import {
  balancerHref,
  notAskedYet,
  ownerHref,
  secondsOr,
  shortZone,
  targetLook,
  targetWord,
} from './target-words.js'
import { capital, counted } from './words.js'

export interface TargetGroupPage extends Head {
  readonly banner: LookBanner
  readonly warnings: readonly string[]
  readonly zones: readonly ZoneWell[]
  readonly states: readonly SameState[]
  readonly targets: readonly TargetRow[]
  /** Why none is shown, where none is. */
  readonly noTargets: string
  readonly rules: readonly {
    readonly loadBalancer: string
    readonly href: string
    readonly port: number
    readonly priority: string
    readonly when: string
    readonly weight: number
    readonly owner: string
    readonly ownerHref: string | null
  }[]
  readonly facts: readonly Fact[]
}

/** How are its targets, who fills it, and what leads here? */
export function targetGroupPage(
  view: TargetGroupView,
  seen: TargetGroupSeen,
  zone: string,
  now: Date,
): TargetGroupPage {
  return {
    title: view.name,
    heading: view.name,
    crumbs: [
      { label: 'Load balancers', href: '/load-balancers' },
      { label: 'Target groups', href: '/target-groups' },
      { label: view.name },
    ],
    sentence: sentence(view),
    acts: [],
    liveMs: 15_000,
    banner: lookBanner(seen, zone, now),
    warnings: view.warnings,
    zones: zoneWells(view),
    states: view.states.map(({ state, reason, count }) => ({
      count,
      ...targetLook(state),
      state: targetWord(state),
      reason,
    })),
    targets: targetRows(view.targets),
    noTargets: view.isHealthSeen ? 'No target is registered.' : `${capital(notAskedYet)}.`,
    rules: view.rules.map(({ loadBalancer, port, priority, when, weight, owner }) => ({
      loadBalancer,
      href: balancerHref(loadBalancer),
      port,
      priority: priority === null ? 'default' : String(priority),
      when,
      weight,
      owner: owner.words,
      ownerHref: ownerHref(owner),
    })),
    facts: factsOf(view, seen.settings),
  }
}

function sentence({ isHealthSeen, counts, targets, group, rules }: TargetGroupView): Said[] {
  const healthy = counts.find(({ state }) => state === 'healthy')?.count ?? 0
  const led = rules.filter(({ weight }) => weight > 0)
  const from =
    led.length === 0
      ? 'No rule sends it a share'
      : `${capital(counted(led.length, 'rule'))} ${led.length === 1 ? 'sends' : 'send'} it requests`
  return say(
    strong(targetsSay(isHealthSeen, healthy, targets.length)),
    group ? `; ${group} fills it. ` : '; it is none of ours. ',
    `${from}.`,
  )
}

function targetsSay(isHealthSeen: boolean, healthy: number, targets: number): string {
  if (!isHealthSeen) return capital(notAskedYet)
  if (targets === 0) return 'It has no target'
  return `${healthy} of ${targets} targets ${healthy === 1 ? 'is' : 'are'} healthy`
}

const mostCells = 60

function zoneWells({ zones, targets }: TargetGroupView): ZoneWell[] {
  return zones.map(({ zone, healthy, targets: count }) => ({
    zone: shortZone(zone),
    count: `${healthy} of ${count}`,
    cells:
      targets.length > mostCells
        ? []
        : targets
            .filter((target) => target.zone === zone)
            .map(({ id, state, reason }) => ({
              id,
              ...targetLook(state),
              says: `${id}: ${targetWord(state)}${reason ? `: ${reason}` : ''}`,
            })),
  }))
}

function factsOf(view: TargetGroupView, settings: TargetGroupSettings | null): Fact[] {
  return [
    ...(view.group ? [{ what: 'Filled by', value: view.group, href: `/groups/${view.group}` }] : []),
    ...(view.cluster ? [{ what: 'Cluster', value: view.cluster, href: `/clusters/${view.cluster}` }] : []),
    {
      what: 'Takes',
      value: `${view.protocol}${view.port === null ? '' : ` on port ${view.port}`}, targets are of type ${view.targetType}`,
    },
    { what: 'Health check', value: view.healthCheck },
    ...(settings ? settingFacts(settings) : []),
    ...(view.vpcId ? [{ what: 'VPC', value: view.vpcId, mono: true }] : []),
    { what: 'ARN', value: view.arn, mono: true },
  ]
}

function settingFacts({
  deregistrationDelaySec,
  slowStartSec,
  stickiness,
  algorithm,
}: TargetGroupSettings): Fact[] {
  return [
    { what: 'Deregistration delay', value: secondsOr(deregistrationDelaySec) },
    { what: 'Slow start', value: slowStartSec === 0 ? 'off' : secondsOr(slowStartSec) },
    { what: 'Stickiness', value: stickiness },
    ...(algorithm ? [{ what: 'Algorithm', value: algorithm.replaceAll('_', ' ') }] : []),
  ]
}
