import type { Bake } from '../../server/domain/bake.js'
import { isBakeEnded } from '../../server/domain/bake-transitions.js'
import { cancelBake } from '../../server/engine/request-bake.js'
import { askForBake, bakeAsked, bakeIs } from './bakes.js'
import type { BuilderBehaviour } from './builders.js'
import { person, type World } from './world.js'

const version = '7.0.0'

const baked = (behaviour: BuilderBehaviour) => async (world: World) => {
  await bakeIs(world, await bakeAsked(world, version, behaviour))
}

/** Asks for a bake, and cancels it as soon as it is so far. */
const cancelledOnce = (reached: (bake: Bake) => boolean) => async (world: World) => {
  const id = await bakeAsked(world, version, 'tags')
  const bake = await bakeIs(world, id, reached)
  const tooLate = isBakeEnded(bake) || bake.phase === 'finishing'
  if (!tooLate) await world.asks(() => cancelBake(world.parts, person, id))
  await bakeIs(world, id)
}

/** AWS fails to make the image, so that it is baked once more; or the second time too. */
const imageFails = (times: number) => async (world: World) => {
  world.cloud.model.knobs.change({ failNextImages: times })
  await baked('tags')(world)
  world.cloud.model.knobs.change({ failNextImages: 0 })
}

/** Somebody terminates the builder in the middle of its work. */
const vanished = async (world: World) => {
  const id = await bakeAsked(world, version, 'tags')
  const { builderId, phase } = await bakeIs(world, id, (each) => each.log.includes('BAKE-BEGIN'))
  if (builderId && phase === 'building')
    await world.cloud.asStranger('ec2', 'TerminateInstances', { InstanceIds: [builderId] })
  await bakeIs(world, id)
}

/** A launch takes four minutes to arrive; sent again meanwhile it is refused for want of room, so another place is tried. */
const launchedTwice = async (world: World) => {
  const { knobs } = world.cloud.model
  const code = 'InsufficientInstanceCapacity'
  const noRoom = { code, message: 'We currently do not have sufficient capacity.', status: 500 }
  knobs.plan({ action: 'RunInstances', kind: 'late', delayMs: 240_000 })
  knobs.plan({ action: 'RunInstances', kind: 'error', ...noRoom })
  await baked('tags')(world)
  knobs.dropFaults()
}

/** Two ask for the same at the same moment, a third while it is on its way, a fourth afterwards: one bake serves them all. */
const shared = async (world: World) => {
  const [first, second] = await world.asks(() =>
    Promise.all([askForBake(world, version), askForBake(world, version)]),
  )
  const { id } = first.bake
  if (second.bake.id !== id) throw new Error('two that asked at the same moment have two bakes')
  const underway = await bakeIs(world, id, (each) => each.phase === 'building')
  const third = isBakeEnded(underway) ? null : await world.asks(() => askForBake(world, version))
  if (third && third.bake.id !== id) throw new Error('the third that asked has another bake')
  const { phase } = await bakeIs(world, id)
  const fourth = await world.asks(() => askForBake(world, version))
  if (fourth.reused !== (phase === 'baked')) throw new Error(`reused is ${fourth.reused} after ${phase}`)
  await bakeIs(world, fourth.bake.id)
}

/** What people ask of Delling about images, from the asking to its end. */
export const bakeScripts = {
  bake: { run: baked('tags') },
  'bake reported on the console only': { run: baked('prints') },
  'bake that fails': { run: baked('fails') },
  'bake that reports nothing': { run: baked('silent') },
  'bake that never ends': { run: baked('hangs') },
  'bake whose builder vanishes': { run: vanished },
  'bake whose image fails once': { run: imageFails(1) },
  'bake whose image fails twice': { run: imageFails(2) },
  'bake launched once more than known': { run: launchedTwice },
  'cancel a bake not yet launched': { run: cancelledOnce(() => true) },
  'cancel a bake while launching': { run: cancelledOnce((bake) => bake.attemptAt !== null) },
  'cancel a bake while building': { run: cancelledOnce((bake) => bake.log.includes('BAKE-BEGIN')) },
  'cancel a bake while imaging': { run: cancelledOnce((bake) => bake.imageSentAt !== null) },
  'bake asked for four times': { run: shared },
} as const
