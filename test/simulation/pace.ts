import { isBakeEnded } from '../../server/domain/bake-transitions.js'
import type { Bake } from '../../server/domain/bake.js'
import type { ClusterState } from '../../server/domain/cluster-state.js'
import { isActive, type Operation } from '../../server/domain/operation.js'
import type { ServerGroup } from '../../server/domain/server-group.js'
import { openTestValues } from '../../server/domain/test-rules.js'
import type { GroupRecord } from '../../server/localcloud/auto-scaling/group-record.js'
import type { MemoryStore } from './memory-store.js'
import type { SimulatedCloud } from './simulated-cloud.js'
import type { VirtualTime } from './virtual-time.js'

/**
 * `busy`: something moves, so every second counts. `idle`: only waits for minutes are left. `ailing`: nothing but what has
 * long been wrong and repeats itself, or was paused. `quiet`: nothing is awaited but the next morning.
 */
export type Pace = 'busy' | 'idle' | 'ailing' | 'quiet'

/** Phases in which only time is awaited, for minutes. */
const standsStill = new Set(['halted', 'draining', 'quieting', 'approving'])
/** Long enough for AWS to replace an instance, and for the engine to see it twice. */
const newTroubleMs = 120_000
/** What is wrong again after so short a time has been so all along: instances that never come up come and go. */
const sameTroubleMs = 1_200_000
const oldTroubleMs = 600_000
/** Until then a builder that comes to its end has come to it; later it is one that never does. */
const buildsForMs = 180_000
/** What was sent before a pause is answered by then, and what was held is released. */
const pausingMs = 180_000
/** Two failed health checks, and the look that sees them. */
const sickeningMs = 120_000
/** So long around the arrival of a late request every second counts. */
const arrivalMs = 15_000

/** What tells whether something can come of the next seconds. */
export interface PacedWorld {
  readonly store: MemoryStore
  readonly cloud: SimulatedCloud
  readonly time: VirtualTime
  readonly replicas: readonly { readonly isUp: boolean }[]
  readonly stirredUntil: number
  readonly strangersDeleted: ReadonlySet<string>
}

/** How fast time may pass in a world without anything being passed over. */
export class Pacing {
  private readonly troubles = new Map<string, { readonly since: number; last: number }>()

  constructor(private readonly world: PacedWorld) {}

  /** How it is now. */
  pace(): Pace {
    const { store } = this.world
    const states = store.allStates()
    const bakes = store.allBakes().filter((bake) => !isBakeEnded(bake))
    const retiring = store.allImages().some(({ retirement }) => retirement && retirement.phase !== 'retired')
    const trouble = this.troubleInCloud()
    if (this.moves(states, bakes) || trouble === 'new') return 'busy'
    if (bakes.length > 0 || retiring || trouble === 'known' || this.isSickening()) return 'idle'
    if (states.some(waitsForMinutes)) return 'idle'
    const paused = states.some(({ operations }) => operations.some((each) => each.paused))
    return trouble === 'old' || paused ? 'ailing' : 'quiet'
  }

  /** A leap must end there: a late request is about to arrive, or a release falls sick. */
  nextEventAt(): number {
    const { cloud, time } = this.world
    const arrivals = cloud.arrivals.map((at) => at - arrivalMs)
    return Math.min(...[...arrivals, ...cloud.sicknesses()].filter((at) => at > time.now))
  }

  private moves(states: readonly ClusterState[], bakes: readonly Bake[]): boolean {
    const { world } = this
    const { now } = world.time
    return (
      now < world.stirredUntil ||
      world.cloud.arrivals.some((at) => at - arrivalMs <= now) ||
      now < world.cloud.arrivedAt + arrivalMs ||
      !world.replicas.every((replica) => replica.isUp) ||
      states.some((state) => state.operations.some((each) => isActive(each) && this.isUnderWay(each))) ||
      bakes.some((bake) => this.isWorkedOn(bake)) ||
      // That either is gone must be seen by one holder, who would lose the cluster in a leap.
      states.some((state) => openTestValues(state).length > 0) ||
      states.some((state) => state.groups.some((group) => this.isMissed(group)))
    )
  }

  /** Deleted by somebody else, and not known to be. */
  private isMissed({ name, role }: ServerGroup): boolean {
    return (role === 'live' || role === 'warm') && this.world.strangersDeleted.has(name)
  }

  private isUnderWay({ phase, paused }: Operation): boolean {
    if (paused) return this.world.time.now - paused.since.getTime() < pausingMs
    return !standsStill.has(phase)
  }

  private isWorkedOn({ phase, phaseSince }: Bake): boolean {
    if (phase === 'building') return this.world.time.now - phaseSince.getTime() < buildsForMs
    return phase !== 'discarding'
  }

  private isSickening(): boolean {
    const { cloud, time } = this.world
    return cloud.sicknesses().some((at) => at <= time.now && time.now - at < sickeningMs)
  }

  /** How long ago the youngest began of dark zones and groups that are not whole. */
  private troubleInCloud(): 'none' | 'new' | 'known' | 'old' {
    const { cloud, time } = this.world
    const unsteady = Object.values(cloud.groups).filter((group) => !isSteady(group))
    const troubles = [
      ...cloud.model.knobs.settings.zonesOut,
      ...unsteady.map(({ name, desired, deleting }) => `${name} ${desired} ${deleting}`),
    ]
    if (troubles.length === 0) return 'none'
    const youngestMs = time.now - Math.max(...troubles.map((each) => this.since(each)))
    if (youngestMs < newTroubleMs) return 'new'
    return youngestMs < oldTroubleMs ? 'known' : 'old'
  }

  private since(trouble: string): number {
    const { now } = this.world.time
    const known = this.troubles.get(trouble)
    const same = known && now - known.last < sameTroubleMs ? known : { since: now, last: now }
    same.last = now
    this.troubles.set(trouble, same)
    return same.since
  }
}

function waitsForMinutes(state: ClusterState): boolean {
  return (
    state.operations.some(({ phase }) => ['draining', 'quieting', 'approving'].includes(phase)) ||
    state.tickets.length > 0 ||
    state.obligations.some(({ kind }) => kind === 'testRule') ||
    state.obligations.some((row) =>
      state.groups.some((group) => group.name === row.object && group.role === 'live'),
    )
  )
}

function isSteady(group: GroupRecord): boolean {
  return (
    !group.deleting &&
    group.instances.length === group.desired &&
    group.instances.every((instance) => instance.lifecycle === 'InService' && instance.health === 'Healthy')
  )
}
