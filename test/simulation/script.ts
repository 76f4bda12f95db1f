import type { Operation } from '../../server/domain/operation.js'
import { cancelOperation } from '../../server/engine/cancel.js'
import { deploy } from '../../server/engine/deploy.js'
import { asked, person, type World } from './world.js'

export const cluster = 'shop-main'
export const hourMs = 3_600_000
/** AWS refuses a request that is older than a quarter of an hour. */
export const tooLateMs = 1_100_000

/** One thing that people ask of Delling, from the asking to its end. */
export interface Script {
  readonly before?: (world: World) => Promise<void>
  readonly run: (world: World) => Promise<void>
  /** A death delays it so that it meets another moment: then any end that says what it is is right. */
  readonly endsByTiming?: true
  /** Long, and most of its points are other scripts' too: a test takes a part of its deaths, as of its faults. */
  readonly sampled?: true
}

export const deployed = (version: string) => async (world: World) => {
  const image = world.images.get(version)?.name ?? ''
  const { operation } = await world.asks(() => deploy(world.parts, person, { cluster, image }))
  await world.ended(operation.id)
}

export const created = async (world: World) => {
  const { id } = await world.create(cluster, world.images.get('good-1')!)
  await world.ended(id)
}

/** Asks for a deployment and lets time pass until it is in a phase, or has ended. */
export async function deployingUntil(
  world: World,
  phase: Operation['phase'],
  version = 'good-2',
): Promise<string> {
  const image = world.images.get(version)?.name ?? ''
  const { operation } = await world.asks(() => deploy(world.parts, person, { cluster, image }))
  await untilPhase(world, operation.id, phase)
  return operation.id
}

/** Lets time pass until an operation is in a phase, has ended or needs a person. Throws where none of that comes. */
export async function untilPhase(world: World, id: string, phase: Operation['phase']): Promise<void> {
  const there = () =>
    world.store.isEnded(id) ||
    world.store.isHalted(id) ||
    world.state(cluster).operations.some((each) => each.id === id && each.phase === phase)
  await world.time.runUntil(world.time.now + 2 * hourMs, there)
  if (!there()) throw new Error(`the operation is not ${phase} after two hours: the script rehearses nothing`)
}

/** What a person says of an operation, unless it has ended. Where it is halted by then, a refusal is an answer too. */
export async function saysOf(world: World, id: string, work: () => Promise<unknown>): Promise<void> {
  if (world.store.isEnded(id)) return
  await (world.store.isHalted(id) ? asked(world, work) : world.asks(work))
}

export const cancels = (world: World, id: string) =>
  saysOf(world, id, () => cancelOperation(world.parts, person, id, 'a rehearsal'))

/** Deploys, and cancels as soon as the phase is reached, or so long after. */
export const cancelledIn =
  (phase: Operation['phase'], afterMs = 0) =>
  async (world: World) => {
    const id = await deployingUntil(world, phase)
    if (afterMs > 0) await world.time.runUntil(world.time.now + afterMs)
    await cancels(world, id)
    await world.ended(id)
  }
