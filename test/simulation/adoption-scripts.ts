import { makeForeignCluster } from '../support/foreign-cluster.js'
import { adoptWholeCluster } from '../../server/engine/adopt-cluster.js'
import { giveClusterBack } from '../../server/engine/give-back.js'
import type { Phase } from '../../server/domain/operation.js'
import { cancels, cluster, created, deployed, hourMs, untilPhase, type Script } from './script.js'
import { person, type World } from './world.js'

const named = { cluster, name: cluster, reason: 'a rehearsal' }

/** What somebody else has made, with a name that can be ours. */
export async function foreignCluster(world: World, name: string, port: number): Promise<void> {
  const ask = async (service: string, action: string, input: object) =>
    world.cloud.asStranger(service, action, input)
  await world.asks(() => makeForeignCluster(ask, `${name}-v007`, port, hourMs), hourMs)
}

const foreign = (world: World) => foreignCluster(world, cluster, 80)

const adopting = async (world: World): Promise<string> => {
  const { operation } = await world.asks(() => adoptWholeCluster(world.parts, person, named))
  return operation.id
}

const givingBack = async (world: World): Promise<string> => {
  const { operation } = await world.asks(() => giveClusterBack(world.parts, person, named))
  return operation.id
}

const toItsEnd = (begin: (world: World) => Promise<string>) => async (world: World) => {
  await world.ended(await begin(world))
}

/** Called off in the middle, which takes calls that are not answered at once. */
const calledOff = (begin: (world: World) => Promise<string>, phase: Phase) => async (world: World) => {
  world.latencyMs = () => 2000
  const id = await begin(world)
  await untilPhase(world, id, phase)
  await world.time.runUntil(world.time.now + 5000)
  await cancels(world, id)
  await world.ended(id)
  world.latencyMs = () => 0
}

const foreignAdopted = async (world: World) => {
  await foreign(world)
  await toItsEnd(adopting)(world)
}

/** With a warm group, whose pins are owed. */
const withDebts = async (world: World) => {
  await created(world)
  await deployed('good-2')(world)
}

/** What others made becomes ours, what is ours becomes theirs; and each thought better of. */
export const adoptionScripts: Readonly<Record<string, Script>> = {
  adopt: { before: foreign, run: toItsEnd(adopting) },
  'cancel of an adoption': { before: foreign, run: calledOff(adopting, 'marking'), endsByTiming: true },
  'deploy to an adopted cluster': { before: foreignAdopted, run: deployed('good-2'), sampled: true },
  'give back': { before: withDebts, run: toItsEnd(givingBack) },
  'give back what was adopted': { before: foreignAdopted, run: toItsEnd(givingBack), sampled: true },
  'cancel of a giving back': {
    before: withDebts,
    run: calledOff(givingBack, 'unmarking'),
    endsByTiming: true,
  },
}
