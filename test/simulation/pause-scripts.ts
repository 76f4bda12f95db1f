import { isDeepStrictEqual } from 'node:util'
import type { Operation, Phase } from '../../server/domain/operation.js'
import { isPausable } from '../../server/domain/pausable-phases.js'
import { Refusal } from '../../server/domain/refusal.js'
import { approveOperation } from '../../server/engine/approval.js'
import { placeHold, release } from '../../server/engine/holds.js'
import { deploy } from '../../server/engine/deploy.js'
import { endPause, pauseOperation } from '../../server/engine/pause.js'
import { switchBack } from '../../server/engine/switch-back.js'
import type { TrialsInput } from '../../server/engine/trial-settings.js'
import { cluster, created, deployed, deployingUntil, hourMs, untilPhase, type Script } from './script.js'
import { carrying, truthOf } from './truth.js'
import { person, type World } from './world.js'

const trials: TrialsInput = {
  smokeTestPath: '/shop-main/healthz',
  smokeTestWithinSec: 60,
  canarySteps: [10, 50],
  canaryHoldSec: 60,
  approvalWithinMin: 600,
}
const createdWithTrials = async (world: World) => {
  const { id } = await world.create(cluster, world.images.get('good-1')!, 3, 80, trials)
  await world.ended(id)
}

const untilSwitch: readonly Phase[] = [
  'launching',
  'registering',
  'testing',
  'canary',
  'approving',
  'pinning',
]

/** Longer than every deadline of a deployment. */
const standsMs = 0.75 * hourMs

const open = (world: World, id: string) =>
  world.state(cluster).operations.find((operation) => operation.id === id) ?? null

/** Lets time pass, in which what is paused must neither end nor move: its traffic and its groups are as before. */
async function standStill(world: World, id: string): Promise<void> {
  const settled = () => !open(world, id) || (open(world, id)?.paused ?? null) !== null
  await world.time.runUntil(world.time.now + hourMs / 6, settled)
  // What was sent before the pause is answered, and what was held for the switch is released.
  await world.time.runUntil(world.time.now + hourMs / 6)
  const paused = open(world, id)
  if (!paused?.paused) return
  const before = stand(world, paused)
  await passSlowly(world, standsMs)
  const after = open(world, id)
  // Somebody has called it off meanwhile.
  if (!after || after.cancelRequested) return
  if (!after.paused) throw new Error(`P1: ${id} did not stay paused in ${paused.phase}`)
  if (!isDeepStrictEqual(stand(world, after), before))
    throw new Error(
      `P1: paused in ${paused.phase}, yet ${JSON.stringify(before)} became ${JSON.stringify(stand(world, after))}`,
    )
}

/** Most of it in leaps of a minute with some seconds between them: nothing is to come of it, and looking shows that. */
async function passSlowly(world: World, ms: number): Promise<void> {
  const until = world.time.now + ms
  while (world.time.now < until) {
    if (world.pace() !== 'busy') await world.leap(60_000)
    await world.time.runUntil(world.time.now + 15_000)
  }
}

function stand(world: World, { phase }: Operation): object {
  const groups = Object.values(world.cloud.groups).map(({ name, min, max }) => `${name} ${min} to ${max}`)
  return { phase, traffic: carrying(truthOf(world.cloud, world.state(cluster))), groups: groups.sort() }
}

/** What a refusal answers is an answer: something that went wrong came first. */
async function unlessRefused(work: () => Promise<unknown>): Promise<void> {
  await work().catch((error: unknown) => {
    if (!(error instanceof Refusal)) throw error
  })
}

/** Says the word where it is waited for; what somebody ended meanwhile has its end. */
async function toItsEnd(world: World, id: string): Promise<void> {
  const approving = () => !open(world, id) || open(world, id)?.phase === 'approving'
  await world.time.runUntil(world.time.now + hourMs, approving)
  const operation = open(world, id)
  if (operation?.phase === 'approving') {
    await unlessRefused(() => world.asks(() => approveOperation(world.parts, person, id, 'a rehearsal')))
  }
  await world.ended(id)
}

/** Deploys until a phase is reached, with the word of whoever is asked on the way there. */
async function deployingPastApproval(world: World, phase: Phase): Promise<string> {
  const asksFirst = phase !== 'approving' && untilSwitch.indexOf(phase) > untilSwitch.indexOf('approving')
  const id = await deployingUntil(world, asksFirst ? 'approving' : phase)
  if (!asksFirst) return id
  await unlessRefused(() => world.asks(() => approveOperation(world.parts, person, id, 'a rehearsal')))
  await untilPhase(world, id, phase)
  return id
}

/** A person pauses a deployment as soon as it is in a phase, and much later lets it go on. */
const pausedIn = (phase: Phase) => async (world: World) => {
  const id = await deployingPastApproval(world, phase)
  await unlessRefused(() => world.asks(() => pauseOperation(world.parts, person, id, 'a rehearsal')))
  await standStill(world, id)
  await unlessRefused(() => world.asks(() => endPause(world.parts, person, id, undefined)))
  await toItsEnd(world, id)
}

/** Somebody stops everything as soon as a deployment is in a phase, and much later takes that back. */
const stoppedIn = (phase: Phase) => async (world: World) => {
  const id = await deployingPastApproval(world, phase)
  const stop = await world.asks(() =>
    placeHold(world.parts, person, { kind: 'stop', scope: 'all', reason: 'a rehearsal' }),
  )
  const operation = open(world, id)
  if (operation && !isPausable(operation) && operation.phase !== 'switching') await world.ended(id)
  else await standStill(world, id)
  await world.asks(() =>
    release(world.parts, person, { id: stop.id, reason: 'a rehearsal', kinds: ['stop'] }),
  )
  await toItsEnd(world, id)
}

/** At three in the morning, with everything stopped: a reason is all that it takes. */
const backWhileStopped = async (world: World) => {
  const stop = await world.asks(() =>
    placeHold(world.parts, person, { kind: 'stop', scope: `cluster:${cluster}`, reason: 'a rehearsal' }),
  )
  const { operation } = await world.asks(() =>
    switchBack(world.parts, person, { cluster, reason: 'the release is bad' }),
  )
  await world.ended(operation.id)
  await world.asks(() =>
    release(world.parts, person, { id: stop.id, reason: 'a rehearsal', kinds: ['stop'] }),
  )
}

/** Asked for under a hold, it waits in the queue until that is over. */
const waitsForAHold = async (world: World) => {
  const until = new Date(world.time.now + hourMs)
  await world.asks(() =>
    placeHold(world.parts, person, { kind: 'hold', scope: 'all', reason: 'a rehearsal', until }),
  )
  const image = world.images.get('good-2')?.name ?? ''
  const { operation } = await world.asks(() => deploy(world.parts, person, { cluster, image, queue: true }))
  await world.ended(operation.id)
}

const script = (before: Script['before'], run: Script['run']): Script => ({
  ...(before && { before }),
  run,
  endsByTiming: true,
  sampled: true,
})
const twice = async (world: World) => {
  await created(world)
  await deployed('good-2')(world)
}

/** Standing still in every phase. */
export const everyPause: Readonly<Record<string, Script>> = {
  ...named('pause in', untilSwitch, (phase) => script(createdWithTrials, pausedIn(phase))),
  ...named('stop everything in', untilSwitch, (phase) => script(createdWithTrials, stoppedIn(phase))),
  ...named('stop everything in', ['switching', 'settling', 'watching'], (phase) =>
    script(created, stoppedIn(phase)),
  ),
  'switch back while everything is stopped': script(twice, backWhileStopped),
  'deploy that waits for a hold': script(created, waitsForAHold),
}

function named(
  what: string,
  phases: readonly Phase[],
  make: (phase: Phase) => Script,
): Record<string, Script> {
  return Object.fromEntries(phases.map((phase): [string, Script] => [`${what} ${phase}`, make(phase)]))
}

/** Those that deaths and faults are tried on: nothing moved yet, a share of the traffic out, and held for the switch. */
const disturbed = [
  'pause in registering',
  'stop everything in canary',
  'stop everything in pinning',
  'deploy that waits for a hold',
]

export const pauseScripts: Readonly<Record<string, Script>> = Object.fromEntries(
  Object.entries(everyPause).filter(([name]) => disturbed.includes(name)),
)
