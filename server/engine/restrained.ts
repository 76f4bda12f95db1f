import type { Cluster } from '../domain/cluster.js'
import { freeFrom, obstaclesTo, obstacleSentence, stopsAt } from '../domain/may-start.js'
import type { Startable, Obstacle } from '../domain/may-start.js'
import { NewerRecords } from '../domain/newer-records.js'
import type { Actor, Override } from '../domain/operation.js'
import { Refusal, type WayOn } from '../domain/refusal.js'
import type { Restraint } from '../domain/restraint.js'
import { whereIs, type Where } from '../domain/scope.js'
import { refuseUnlessMayHold } from './hold-permission.js'
import type { Parts } from './parts.js'
import { invalid } from './validate.js'

/** What stands in the way of a change now, and until when; `obstacles` is empty where it may start. */
export interface MayStart {
  readonly obstacles: readonly Obstacle[]
  readonly sentence: string
  /** When nothing stands in the way any more; null where that depends on a person. */
  readonly until: Date | null
}

/** What a plan says about its own start. */
export interface PlannedStart {
  /** What stands in the way now; empty: it may start. */
  readonly obstacles: readonly Obstacle[]
  /** From when on nothing stands in the way; null where that depends on a person. */
  readonly mayStartAt: Date | null
}

/** Whether what is planned might start now, as a part of its plan. */
export async function plannedStart(parts: Parts, change: Startable, where: Where): Promise<PlannedStart> {
  const { obstacles, until } = await mayStart(parts, change, where)
  return { obstacles, mayStartAt: until }
}

/** May this start now? Changes nothing. */
export async function mayStart(parts: Parts, change: Startable, where: Where): Promise<MayStart> {
  const at = parts.clock.now()
  const restraints = await openRestraints(parts)
  const obstacles = obstaclesTo(change, restraints, where, at)
  const until = obstacles.length > 0 ? freeFrom(change, restraints, where, at) : at
  return { obstacles, sentence: obstacleSentence(obstacles), until }
}

/** What is placed now. Throws Refusal where a newer version placed what this one does not understand. */
export async function openRestraints(parts: Parts): Promise<readonly Restraint[]> {
  try {
    return await parts.store.openRestraints(parts.clock.now())
  } catch (error) {
    if (!(error instanceof NewerRecords)) throw error
    throw new Refusal('NewerRecords', `${error.message} Ask a console of the newer version.`)
  }
}

/** The same for a cluster by its name; there is nothing in the way of one that is not recorded. */
export async function mayStartIn(parts: Parts, change: Startable, cluster: string): Promise<MayStart> {
  const state = await parts.history.clusterState(cluster)
  if (!state) return { obstacles: [], sentence: '', until: parts.clock.now() }
  return mayStart(parts, change, whereIs(state.cluster))
}

/** Where what has no cluster is, such as a bake. */
export function whereOfApplication(parts: Parts, application: string): Where {
  const { place, defaults } = parts
  return { cluster: null, application, region: place.region, timeZone: defaults.timeZone }
}

/**
 * Throws a refusal with who, why and until when, unless nothing stands in the way or a person has written down why it starts all
 * the same; that word is given back to be recorded with what was asked.
 */
export async function refuseRestrained(
  parts: Parts,
  actor: Actor,
  asked: {
    readonly change: Startable
    readonly where: Where
    readonly override?: string | undefined
    readonly ways?: readonly WayOn[]
  },
): Promise<{ readonly override?: Override }> {
  const may = await mayStart(parts, asked.change, asked.where)
  return overriddenBy(actor, may.obstacles, asked.override, asked.ways)
}

/** The word of somebody who overrides, to be recorded. Throws Refusal without one. */
export function overriddenBy(
  actor: Actor,
  obstacles: readonly Obstacle[],
  reason: string | undefined,
  ways: readonly WayOn[] = [],
): { readonly override?: Override } {
  const [first] = obstacles
  if (!first) return {}
  const over = obstacleSentence(obstacles)
  if (reason === undefined) throw onHold(first, over, ways)
  if (!reason.trim()) throw invalid('override', 'Write down why this must not wait.')
  refuseUnlessMayHold(actor, 'override')
  return { override: { by: actor.name, reason, ids: obstacles.flatMap(({ ids }) => ids), over } }
}

const codes = { stop: 'Stopped', hold: 'OnHold', freeze: 'Frozen', window: 'OutsideWindow' } as const

function onHold({ kind }: Obstacle, over: string, ways: readonly WayOn[]): Refusal {
  return new Refusal(
    codes[kind],
    `${over} Nothing was changed. Wait, or override it with a written reason.`,
    'conflict',
    {
      ways: [
        ...ways,
        {
          label: 'Override it, which takes the role admin',
          command: 'the same command with --override "why it must not wait"',
        },
        { label: 'See what is on hold', href: '/holds', command: 'delling holds list' },
      ],
    },
  )
}

/**
 * A switch back may always be asked for. Where everything is stopped it takes a written reason, which is recorded as the word
 * that overrides the stop.
 */
export async function reasonUnderStop(
  parts: Parts,
  actor: Actor,
  cluster: Cluster,
  reason: string | undefined,
): Promise<{ readonly override?: Override }> {
  const at = parts.clock.now()
  const where = whereIs(cluster)
  const stops = stopsAt(await openRestraints(parts), where, at)
  if (stops.length === 0) return {}
  const over = obstacleSentence(obstaclesTo('deploy', stops, where, at))
  if (!reason?.trim())
    throw new Refusal(
      'ReasonNeeded',
      `${over} A switch back takes a written reason meanwhile. Nothing was changed.`,
      'invalid',
      { faults: [{ field: 'reason', sentence: 'Everything is stopped: say why it can’t wait.' }] },
    )
  refuseUnlessMayHold(actor, 'override')
  return { override: { by: actor.name, reason, ids: stops.map(({ id }) => id), over } }
}
