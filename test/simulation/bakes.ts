import { createHash } from 'node:crypto'
import type { Bake } from '../../server/domain/bake.js'
import { isBakeEnded } from '../../server/domain/bake-transitions.js'
import { requestBake } from '../../server/engine/request-bake.js'
import type { BuilderBehaviour } from './builders.js'
import { person, type World } from './world.js'

/** A person's request for a bake of the shop; the same version is the same package, so the same key. */
export function askForBake(world: World, version: string) {
  return requestBake(world.parts, person, {
    application: 'shop',
    version,
    package: {
      address: `https://packages.example/shop-${version}.tgz`,
      sha256: createHash('sha256').update(version).digest('hex'),
    },
  })
}

/** The same, of a version whose builder ends so; answers once it is recorded. */
export async function bakeAsked(world: World, version: string, behaviour: BuilderBehaviour): Promise<string> {
  world.cloud.builders.set(version, behaviour)
  const { bake } = await world.asks(() => askForBake(world, version))
  return bake.id
}

/** Lets time pass until the bake has ended, or is so as `reached` says. */
export async function bakeIs(
  world: World,
  id: string,
  reached: (bake: Bake) => boolean = isBakeEnded,
): Promise<Bake> {
  const now = () => world.store.allBakes().find((bake) => bake.id === id)
  const there = () => {
    const bake = now()
    return bake !== undefined && (reached(bake) || isBakeEnded(bake))
  }
  await world.time.runUntil(world.time.now + longestMs, there)
  const bake = now()
  if (!bake || !there()) throw new Error(`the bake ${id} is ${bake?.phase ?? 'nowhere'} after six hours`)
  return bake
}

const longestMs = 6 * 3_600_000
