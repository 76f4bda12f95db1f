import { destroyGroup } from '../../server/engine/destroy.js'
import { furnish } from '../support/furnish.js'
import { cancelledIn, cluster, created, deployed, type Script } from './script.js'
import { person, type World } from './world.js'

/** The live group has one of everything that AWS can give a group. */
const furnished = async (world: World) => {
  await created(world)
  await furnish(async (service, action, input) => {
    const answer = await world.cloud.asStranger(service, action, input)
    await world.time.runUntil(world.time.now + 1000)
    return answer
  }, `${cluster}-v001`)
  await world.time.runUntil(world.time.now + 120_000)
}

/** What a new group takes from the one before it, and what goes with it. */
export const carryScripts: Readonly<Record<string, Script>> = {
  'deploy of a furnished group': { before: furnished, run: deployed('good-2'), sampled: true },
  'cancel while a furnished group is made': {
    before: furnished,
    run: cancelledIn('registering'),
    endsByTiming: true,
    sampled: true,
  },
  'destroy of a furnished group': {
    sampled: true,
    before: async (world) => {
      await furnished(world)
      await deployed('good-2')(world)
      await deployed('good-3')(world)
    },
    run: async (world) => {
      const asked = { group: `${cluster}-v002`, reason: 'a rehearsal' }
      const { operation } = await world.asks(() => destroyGroup(world.parts, person, asked))
      await world.ended(operation?.id ?? '')
    },
  },
}
