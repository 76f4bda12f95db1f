import { guardedAttributes } from '../../server/domain/group-steps.js'
import { destroyGroup } from '../../server/engine/destroy.js'
import { furnish } from '../support/furnish.js'
import { besideGroups } from './beside-groups.js'
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

/** What a group has beside its instances, and of its template and its target group, without its own name. */
function furnitureOf(world: World, group: string): readonly string[] {
  const { balancing, ec2 } = world.cloud
  const targetGroupArn = world.state(cluster).groups.find(({ name }) => name === group)?.targetGroupArn ?? ''
  // The guard of the load balancer's name is set by where the traffic is.
  const attributes = Object.entries(balancing.targetGroups[targetGroupArn]?.attributes ?? {}).filter(
    ([key]) => !(key in guardedAttributes),
  )
  const template = Object.values(ec2.templates).find(({ name }) => name === group)
  return [
    ...besideGroups(world).filter((line) => line.startsWith(`${group} `)),
    ...attributes.map(([key, value]) => `attribute ${key} ${value}`),
    ...Object.keys(template?.versions.at(-1)?.data ?? {}).map((field) => `template ${field}`),
  ].map((line) => line.replaceAll(group, 'it'))
}

/** Nothing of the group before is lost silently; a deployment that did not come so far has lost nothing. */
const keepsItsFurniture = async (world: World) => {
  await deployed('good-2')(world)
  const [before, next] = [`${cluster}-v001`, `${cluster}-v002`]
  const live = world.state(cluster).groups.find(({ role }) => role === 'live')?.name
  if (live !== next) return
  const carried = furnitureOf(world, next)
  const lost = furnitureOf(world, before).filter((line) => !carried.includes(line))
  if (lost.length > 0) throw new Error(`P17: ${next} lacks what ${before} has: ${lost.join(', ')}`)
}

/** What a new group takes from the one before it, and what goes with it. */
export const carryScripts: Readonly<Record<string, Script>> = {
  'deploy of a furnished group': { before: furnished, run: keepsItsFurniture, sampled: true },
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
