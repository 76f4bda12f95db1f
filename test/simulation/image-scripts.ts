import { deploy } from '../../server/engine/deploy.js'
import { retireImage } from '../../server/engine/retire-image.js'
import { bakeAsked, bakeIs } from './bakes.js'
import { cluster, created, hourMs, type Script } from './script.js'
import { asked, person, type World } from './world.js'

const version = '8.0.0'

const baked = async (world: World) => {
  await bakeIs(world, await bakeAsked(world, version, 'tags'))
}

const imageOf = (world: World) => world.store.allImages().find((image) => image.version === version)

const retiring = async (world: World) => {
  const name = imageOf(world)?.name ?? ''
  await asked(world, () => retireImage(world.parts, person, { image: name, name, reason: 'a rehearsal' }))
}

/** Until it is gone, or its retirement was called off. */
const settled = async (world: World) => {
  const over = () => {
    const retirement = imageOf(world)?.retirement ?? null
    return retirement === null || retirement.phase === 'retired'
  }
  await world.time.runUntil(world.time.now + 2 * hourMs, over)
  if (!over()) throw new Error('P14: the image is being retired for ever')
}

const retired = async (world: World) => {
  await retiring(world)
  await settled(world)
}

/** Somebody launches an instance from it in the minutes before its end, past Delling: it must stay. */
const usedMeanwhile = async (world: World) => {
  await retiring(world)
  const imageId = imageOf(world)?.imageId
  await world.cloud.asStranger('ec2', 'RunInstances', {
    ImageId: imageId,
    InstanceType: 't3.micro',
    MinCount: 1,
    MaxCount: 1,
  })
  await settled(world)
}

/** The image of the live group is asked for, and then of one that was live. */
const inUse = async (world: World) => {
  const name = imageOf(world)?.name ?? ''
  await asked(world, () => deploy(world.parts, person, { cluster, image: name }))
  await world.time.runUntil(world.time.now + hourMs / 2)
  await retiring(world)
  await settled(world)
}

/** The end of an image, with its snapshots. */
export const imageScripts: Readonly<Record<string, Script>> = {
  'retire an image': { before: baked, run: retired },
  'retire an image that somebody launches from': { before: baked, run: usedMeanwhile },
  'retire an image in use': {
    before: async (world) => {
      await created(world)
      await baked(world)
    },
    run: inUse,
    endsByTiming: true,
    sampled: true,
  },
}
