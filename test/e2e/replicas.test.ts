import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import { clusterView } from '../../server/engine/cluster-view.js'
import { createCluster } from '../../server/engine/create-cluster.js'
import { deploy } from '../../server/engine/deploy.js'
import { destroyGroup } from '../../server/engine/destroy.js'
import { appliedCalls, madeTwice, switchesTo } from '../support/audited-calls.js'
import { person, startEngineStack, type EngineStack } from '../support/engine-stack.js'
import { ReplicaSet } from '../support/replica-set.js'
import { steadyClient } from '../support/steady-client.js'
import { until } from '../support/until.js'

/** A few seconds in which a deployment can be met in its middle. */
const waits = { stableMs: 1500, settleMs: 1500, watchMs: 1500, quietMs: 600, goneMs: 300, unpinMs: 500 }

const name = 'sunrise-main'
let stack: EngineStack
let set: ReplicaSet
let images: readonly Image[]

const inPhase = async (id: string, ...phases: string[]) =>
  until(
    async () => phases.includes((await stack.parts.history.operation(id))?.phase ?? ''),
    60_000,
    `the deployment is ${phases.join(' or ')}`,
  )

/** Nothing was made twice, the traffic was moved once, and each epoch's requests follow those of the one before. */
async function nothingTwice(group: string, since: number): Promise<void> {
  const calls = (await appliedCalls(stack)).slice(since)
  expect(madeTwice(calls)).toEqual([])
  const target = (await clusterView(stack.parts, name, 0)).groups.find((each) => each.group.name === group)
    ?.group.targetGroupArn
  expect(switchesTo(calls, target ?? '')).toHaveLength(1)
  const { rows } = await set.database.query<{ epoch: string }>(
    `select epoch from intents where scope = $1 order by at, epoch`,
    [`cluster:${name}`],
  )
  const epochs = rows.map((row) => Number(row.epoch))
  expect(epochs).toEqual([...epochs].sort((a, b) => a - b))
}

/** The image that is not live. */
async function other(): Promise<Image> {
  const live = (await clusterView(stack.parts, name, 0)).live?.group.image.name
  const image = images.find((each) => each.name !== live)
  if (!image) throw new Error('there is no other image')
  return image
}

beforeAll(async () => {
  stack = await startEngineStack({ withoutLoop: true, timings: waits })
  set = new ReplicaSet({ ...stack, timings: waits })
  await set.start(2)
  images = await Promise.all([stack.image('1.0.0'), stack.image('1.1.0')])
  const { operation } = await createCluster(stack.parts, person, {
    name,
    image: images[0]?.name ?? '',
    listenerPort: 18_490,
  })
  expect((await stack.ended(operation.id)).phase).toBe('succeeded')
})
beforeEach(async () => {
  while (set.replicas.length < 2) await set.startReplica()
})
afterAll(async () => {
  await set.stop()
  await stack.stop()
})

const begin = async () => {
  const since = (await appliedCalls(stack)).length
  const { url } = await clusterView(stack.parts, name, 0)
  const client = steadyClient(url ?? '', 100, (body) => /\d+\.\d+\.\d+/.exec(body)?.[0] ?? 'none')
  const { operation } = await deploy(stack.parts, person, { cluster: name, image: (await other()).name })
  return { id: operation.id, since, client }
}

/** The group that was left, so that the next test starts from one group. */
async function tidy(): Promise<void> {
  const warm = (await clusterView(stack.parts, name, 0)).groups.find((group) => group.state === 'warm')
  const { operation } = await destroyGroup(stack.parts, person, { group: warm?.group.name ?? '', reason: '' })
  expect((await stack.ended(operation?.id ?? '')).phase).toBe('succeeded')
}

describe('two replicas on one database', () => {
  it.each(['registering', 'settling'])(
    'when the one that holds a cluster is killed while %s, the other goes on within 5 s and does nothing twice (P3, P4, P8)',
    async (phase) => {
      const { id, since, client } = await begin()
      await inPhase(id, phase)
      const victim = await set.holding(name)
      set.kill(victim)
      const killedAt = performance.now()
      await until(
        async () => ![null, victim.holder()].includes(await set.holderOf(name)),
        10_000,
        'the other holds it',
      )
      expect(performance.now() - killedAt).toBeLessThan(5000)
      const ended = await stack.ended(id)
      expect(ended.phase, ended.endSentence ?? '').toBe('succeeded')
      await nothingTwice(ended.to ?? '', since)
      const report = await client.stop()
      expect(report.failed).toEqual([])
      expect(report.versions).toHaveLength(2)
      await tidy()
    },
  )

  it('one that was paused and wakes up when another has taken over sends nothing and writes nothing (P4)', async () => {
    const { id, since, client } = await begin()
    await inPhase(id, 'registering')
    const paused = await set.holding(name)
    paused.child.kill('SIGSTOP')
    await until(
      async () => ![null, paused.holder()].includes(await set.holderOf(name)),
      10_000,
      'the other holds it',
    )
    await inPhase(id, 'settling', 'watching', 'succeeded')
    paused.child.kill('SIGCONT')
    const ended = await stack.ended(id)
    expect(ended.phase, ended.endSentence ?? '').toBe('succeeded')
    await nothingTwice(ended.to ?? '', since)
    const report = await client.stop()
    expect(report.failed).toEqual([])
    expect(report.versions).toHaveLength(2)
    await tidy()
  })
})
