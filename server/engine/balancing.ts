import { balancingView, type BalancerView, type BalancingView } from '../domain/balancing-view.js'
import { remembering } from '../domain/remembering.js'
import {
  targetGroupSettings,
  targetGroupView,
  type TargetGroupSettings,
  type TargetGroupView,
} from '../domain/target-group-view.js'
import type { Parts } from './parts.js'
import { surroundingsOf } from './surroundings-of.js'

/** How old what is shown is, and why it is not younger. */
export interface Age {
  /** Null: AWS could not be looked at yet. */
  readonly seenAt: Date | null
  /** Why the last look failed; null while what is shown is what AWS showed last. */
  readonly fault: string | null
}

export interface BalancingSeen extends BalancingView, Age {
  /** True where the reader sees only what belongs to the applications that they may see. */
  readonly partial: boolean
}

/** Readers of so many different rights get what was made for the one before, while nothing is changed. */
const viewOf = remembering(balancingView, 3)
const nothingSeen: BalancingView = { balancers: [], others: 0, targetGroups: [] }

/** Load balancers and target groups as far as the reader of these records may see them. */
export async function readBalancing(parts: Parts, maxAgeMs?: number): Promise<BalancingSeen> {
  const { balancing, around, ...told } = await looked(parts, maxAgeMs)
  return { ...(balancing ? viewOf(balancing, around) : nothingSeen), ...told }
}

async function looked(parts: Parts, maxAgeMs?: number) {
  const [look, fleet] = await Promise.all([
    parts.observer.balancing(maxAgeMs),
    parts.observer.fleet(maxAgeMs),
  ])
  const around = await surroundingsOf(parts, fleet.seen)
  return {
    balancing: look.seen,
    around,
    seenAt: look.at,
    // Without a look at the instances only the zones of targets are missing.
    fault: look.fault ?? (fleet.seen ? null : fleet.fault),
    partial: !around.seesForeign,
  }
}

export type BalancerSeen = Age & {
  readonly partial: boolean
  /** Null: there is none of this name that the reader may see. */
  readonly balancer: BalancerView | null
  /** Those that its shown rules forward to. */
  readonly targetGroups: readonly TargetGroupView[]
}

export async function readBalancer(parts: Parts, name: string): Promise<BalancerSeen> {
  const { balancers, targetGroups, seenAt, fault, partial } = await readBalancing(parts)
  const balancer = balancers.find((each) => each.name === name) ?? null
  const led = new Set(
    (balancer?.listeners ?? []).flatMap(({ rules }) =>
      rules.flatMap(({ forwards }) => forwards.map(({ arn }) => arn)),
    ),
  )
  return {
    balancer,
    targetGroups: targetGroups.filter(({ arn }) => led.has(arn)),
    ...{ seenAt, fault, partial },
  }
}

export type TargetGroupSeen = Age & {
  readonly partial: boolean
  readonly targetGroup: TargetGroupView | null
  /** Null: they could not be read. */
  readonly settings: TargetGroupSettings | null
}

/** One target group with what costs requests of its own: its settings, and its health as it is now. */
export async function readTargetGroup(parts: Parts, name: string): Promise<TargetGroupSeen> {
  const { balancing, around, ...told } = await looked(parts)
  const listed = balancing?.targetGroups.find((each) => each.name === name)
  const view = balancing && listed ? targetGroupView(listed, balancing, around) : null
  if (!balancing || !listed || !view) return { targetGroup: null, settings: null, ...told }
  const { seen, fault } = await parts.observer.targetGroup(listed.arn)
  return {
    targetGroup: seen ? targetGroupView({ ...listed, targets: seen.targets }, balancing, around) : view,
    settings: seen && targetGroupSettings(seen.attributes),
    ...told,
    fault: told.fault ?? fault,
  }
}
