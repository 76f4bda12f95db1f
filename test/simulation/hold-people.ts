import { isActive } from '../../server/domain/operation.js'
import { isOver, type Restraint } from '../../server/domain/restraint.js'
import { placeHold, release } from '../../server/engine/holds.js'
import { endPause, pauseOperation } from '../../server/engine/pause.js'
import type { Deed } from './deed.js'
import type { Random } from './random.js'
import { person, type World } from './world.js'

const reason = 'the engine is simulated'
const hourMs = 3_600_000

const pauses: Deed = {
  what: 'pauses what runs',
  run: async (world, cluster, random) => {
    const running = world.store.peek(cluster)?.operations.filter(isActive) ?? []
    return running.length > 0 ? pauseOperation(world.parts, person, random.pick(running).id, reason) : null
  },
}

/** Lets what a person paused go on; now and then in spite of a stop. */
export const letsGoOn: Deed = {
  what: 'lets go on what is paused',
  run: async (world, cluster, random) => {
    const paused = world.store.peek(cluster)?.operations.find((operation) => operation.paused)
    const override = random.chance(0.3) ? reason : undefined
    return paused ? endPause(world.parts, person, paused.id, override) : null
  },
}

const holds = (kind: 'hold' | 'stop', longestHours: number): Deed => ({
  what: kind === 'stop' ? 'stops everything' : 'puts a cluster on hold',
  run: (world, cluster, random) =>
    placeHold(world.parts, person, {
      kind,
      scope: random.chance(0.7) ? `cluster:${cluster}` : 'all',
      reason,
      until: new Date(world.time.now + random.between(300_000, longestHours * hourMs)),
    }),
})

/** What stands in the way of anybody now. */
export function openRestraints(world: World): readonly Restraint[] {
  return world.store.allRestraints().filter((each) => !isOver(each, new Date(world.time.now)))
}

export const lifts: Deed = {
  what: 'takes a hold back',
  run: async (world, _cluster, random: Random) => {
    const open = openRestraints(world)
    if (open.length === 0) return null
    const { id, kind } = random.pick(open)
    return release(world.parts, person, { id, reason, kinds: [kind] })
  },
}

/** What people do who want a moment to think. */
export const holdClicks: readonly Deed[] = [
  pauses,
  pauses,
  pauses,
  letsGoOn,
  letsGoOn,
  holds('hold', 5),
  holds('stop', 3),
  holds('stop', 1),
  lifts,
  lifts,
]
