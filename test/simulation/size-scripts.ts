import { decommission } from '../../server/engine/decommission.js'
import { resizeGroup } from '../../server/engine/resize.js'
import { scale } from './scaling.js'
import { cancels, cluster, created, deployed, hourMs, untilPhase, type Script } from './script.js'
import { person, type World } from './world.js'

const createdLarge = async (world: World) => {
  const { id } = await world.create(cluster, world.images.get('good-1')!, 5)
  await world.ended(id)
}

/** Gives a group another size and waits until it has it. */
const resized =
  (asked: { size?: number; min?: number; max?: number }, push = 'v001') =>
  async (world: World) => {
    const group = `${cluster}-${push}`
    const { operation } = await world.asks(() => resizeGroup(world.parts, person, { group, ...asked }))
    await world.ended(operation.id)
  }

const decommissioned = async (world: World): Promise<string> => {
  const asked = { cluster, name: cluster, reason: 'a rehearsal' }
  const { operation } = await world.asks(() => decommission(world.parts, person, asked))
  return operation.id
}

/** Sizes, the end of a cluster, and what its policies do in the night. */
export const sizeScripts: Readonly<Record<string, Script>> = {
  'resize up': { before: created, run: resized({ min: 5, max: 12 }) },
  'resize down': { before: createdLarge, run: resized({ min: 3, max: 6 }) },
  'resize a warm group': {
    before: async (world) => {
      await created(world)
      await deployed('good-2')(world)
    },
    run: resized({ size: 5 }, 'v001'),
  },
  decommission: {
    before: async (world) => {
      await created(world)
      await deployed('good-2')(world)
    },
    run: async (world) => {
      await world.ended(await decommissioned(world))
    },
  },
  'cancel of a decommission': {
    before: created,
    run: async (world) => {
      const id = await decommissioned(world)
      await untilPhase(world, id, 'quieting')
      await cancels(world, id)
      await world.ended(id)
    },
    endsByTiming: true,
  },
  'night watch switches back': {
    before: async (world) => {
      const { id } = await world.create(cluster, world.images.get('good-1')!, 3, 80, {
        switchBack: 'automatic',
      })
      await world.ended(id)
      await deployed('good-2')(world)
    },
    run: async (world) => {
      const live = () => world.state(cluster).groups.find((group) => group.role === 'live')?.name
      const deadline = world.time.now + hourMs
      while (live() !== `${cluster}-v001` && world.time.now < deadline) {
        for (const { id } of world.cloud.groups[`${cluster}-v002`]?.instances ?? []) world.cloud.sicken(id)
        await world.time.runUntil(world.time.now + 15_000)
      }
    },
  },
  'warm follows live': {
    before: async (world) => {
      const { id } = await world.create(cluster, world.images.get('good-1')!, 3, 80, { warm: 'follow' })
      await world.ended(id)
      await deployed('good-2')(world)
    },
    run: async (world) => {
      await scale(world, cluster, 'AlarmNotification', 5)
      const follows = () => world.cloud.groups[`${cluster}-v001`]?.desired === 5
      await world.time.runUntil(world.time.now + hourMs, follows)
    },
  },
}
