import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import type { Operation } from '../../server/domain/operation.js'
import { cancelOperation } from '../../server/engine/cancel.js'
import { runCleanup } from '../../server/engine/cleanup.js'
import { createCluster } from '../../server/engine/create-cluster.js'
import { deploy } from '../../server/engine/deploy.js'
import { destroyGroup } from '../../server/engine/destroy.js'
import { requestBake } from '../../server/engine/request-bake.js'
import { switchBack } from '../../server/engine/switch-back.js'
import { person, startEngineStack, type EngineStack } from '../support/engine-stack.js'
import { ReplicaSet } from '../support/replica-set.js'
import { until } from '../support/until.js'
import { makeLook, type WhatIsThere } from './crash-what-is-there.js'

const timings = {
  switchDeadlineMs: 30_000,
  registerDeadlineMs: 180_000,
  quietMs: 600,
  goneMs: 300,
  unpinMs: 500,
  visibilityMs: 3000,
}
const longestMs = 240_000

let stack: EngineStack
let set: ReplicaSet
let look: ReturnType<typeof makeLook>
let images: readonly Image[]
let over = false
const deaths = mkdtempSync(join(tmpdir(), 'delling-deaths-'))

/** One process at a time: after each death the time of its lease is over at once, and the next one starts. */
async function keepOneAlive(): Promise<void> {
  while (!over) {
    const { child } = await set.startReplica()
    if (child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => child.once('exit', resolve))
    await set.database.query('update leases set until = clock_timestamp()').catch(() => undefined)
  }
}

beforeAll(async () => {
  stack = await startEngineStack({ withoutLoop: true, timings })
  set = new ReplicaSet({ ...stack, timings, deaths })
  await set.database.connect()
  void keepOneAlive()
  look = makeLook(stack)
  images = await Promise.all([stack.image('1.0.0'), stack.image('1.1.0')])
})
afterAll(async () => {
  over = true
  await set.stop()
  look.close()
  await stack.stop()
  rmSync(deaths, { recursive: true, force: true })
})

const met = () => {
  const path = join(deaths, 'met')
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : []
}

/** Dies once at every point that is passed while `work` runs; resolves to the points. */
async function storm(work: () => Promise<unknown>): Promise<readonly string[]> {
  writeFileSync(join(deaths, 'armed'), '')
  try {
    await work()
  } finally {
    rmSync(join(deaths, 'armed'))
  }
  const points = met()
  rmSync(join(deaths, 'met'), { force: true })
  return points
}

const ends = async (operation: Operation | null, phase = 'succeeded') => {
  const ended = await stack.ended(operation?.id ?? '', longestMs)
  expect(ended.phase, `${ended.kind}: ${ended.endSentence ?? ''}`).toBe(phase)
}

async function cancelledIn(name: string, phase: string, end: string): Promise<void> {
  const { operation } = await deploy(stack.parts, person, { cluster: name, image: images[1]?.name ?? '' })
  const now = async () => (await stack.parts.history.operation(operation.id))?.phase
  await until(async () => (await now()) === phase, longestMs, `the deployment is ${phase}`)
  await cancelOperation(stack.parts, person, operation.id, 'a test')
  await ends(operation, end)
}

const newest = async (name: string) =>
  (await stack.parts.history.clusterState(name))?.groups.findLast((group) => group.role !== 'live')?.name ??
  ''
const destroyed = async (name: string) =>
  ends((await destroyGroup(stack.parts, person, { group: await newest(name), reason: '' })).operation)

/** Everything that Delling does to a cluster, in an order in which each finds what it needs. */
const acts: readonly { readonly what: string; readonly run: (name: string) => Promise<void> }[] = [
  {
    what: 'create',
    run: async (name) => {
      const image = images[0]?.name ?? ''
      const path = [`/${name}/*`]
      const asked = { name, image, size: 3, listenerPort: 18_610, path }
      await ends((await createCluster(stack.parts, person, asked)).operation)
    },
  },
  {
    what: 'deploy',
    run: async (name) =>
      ends((await deploy(stack.parts, person, { cluster: name, image: images[1]?.name ?? '' })).operation),
  },
  {
    what: 'switch back',
    run: async (name) =>
      ends((await switchBack(stack.parts, person, { cluster: name, reason: 'a test' })).operation),
  },
  { what: 'destroy', run: destroyed },
  { what: 'cancel before the switch', run: (name) => cancelledIn(name, 'registering', 'cancelled') },
  { what: 'destroy of what was cancelled', run: destroyed },
  { what: 'cancel after the switch', run: (name) => cancelledIn(name, 'settling', 'rolledBack') },
  { what: 'destroy of what was rolled back', run: destroyed },
  {
    what: 'cleanup',
    run: async (name) => {
      await ends(
        (await deploy(stack.parts, person, { cluster: name, image: images[1]?.name ?? '' })).operation,
      )
      const morning = new Date(stack.parts.clock.now().getTime() + 3 * 86_400_000)
      const { operations } = await runCleanup(stack.parts, { name: 'nightly cleanup', via: 'job' }, morning)
      const own = operations.filter((operation) => operation.cluster === name)
      expect(own).toHaveLength(1)
      await ends(own[0] ?? null)
    },
  },
]

/** What is there once nothing changes any more, by names that are the same for every cluster. */
async function atRest(name: string): Promise<WhatIsThere> {
  const seen = await look.atRest(name, 3000)
  return JSON.parse(JSON.stringify(seen).replaceAll(name, 'cluster')) as WhatIsThere
}

describe('kill -9 of a real engine process', () => {
  const calm: WhatIsThere[] = []

  it('is compared with a run in which nothing dies', async () => {
    for (const { run } of acts) {
      await run('sunrise-calm')
      calm.push(await atRest('sunrise-calm'))
    }
    expect(calm.at(-1)).toMatchObject({ ledger: [], needsPerson: null })
  })

  it.each(acts.map(({ what }, index) => ({ what, index })))(
    'at every point of a $what, before and after every record and call, changes nothing of its end (P3, P5)',
    async ({ what, index }) => {
      const name = 'sunrise-storm'
      const points = await storm(() => acts[index]!.run(name))
      process.stdout.write(`kill -9: ${what} was killed at each of its ${points.length} points\n`)
      expect(points.length).toBeGreaterThan(8)
      // While the process that follows the last death still starts, nothing changes either.
      await expect.poll(() => atRest(name), { timeout: 90_000 }).toEqual(calm[index])
    },
    600_000,
  )

  it('at every point of a bake makes one image and leaves no builder (P3, P5)', async () => {
    const { package: source, application } = (await stack.parts.history.bakes({ limit: 1 }))[0]!.request
    const points = await storm(async () => {
      const { bake } = await requestBake(stack.parts, person, {
        application,
        version: '7.0.0',
        package: source,
      })
      const now = () => stack.parts.history.bake(bake.id)
      await until(
        async () => ['baked', 'failed', 'cancelled'].includes((await now())?.phase ?? ''),
        longestMs,
        'the bake ends',
      )
      expect(await now(), (await now())?.log).toMatchObject({ phase: 'baked' })
      const there = async () => look.bakes((await now())?.imageName ?? '')
      await until(async () => (await there()).builders === 0, 60_000, 'no builder is left')
      expect((await there()).images).toEqual(['available'])
    })
    process.stdout.write(`kill -9: bake was killed at each of its ${points.length} points\n`)
    expect(points).toEqual(expect.arrayContaining(['RunBuilder sent', 'CreateImage sent']))
  })
})
