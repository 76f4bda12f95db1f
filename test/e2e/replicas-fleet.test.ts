import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import { createCluster } from '../../server/engine/create-cluster.js'
import { deploy } from '../../server/engine/deploy.js'
import { registerApplication } from '../../server/engine/register-application.js'
import { appliedCalls, madeTwice, switchesTo } from '../support/audited-calls.js'
import { person, startEngineStack, type EngineStack } from '../support/engine-stack.js'
import { ReplicaSet } from '../support/replica-set.js'

/** Their instances are records: three hundred processes would say more of the machine than of us. */
const clusters = Array.from({ length: 50 }, (_, index) => `sunrise-f${String(index + 1).padStart(2, '0')}`)
const replicaCount = 3
const size = 3
/** Many clusters share what one replica may read, so that each is looked at less often. */
const timings = { pollMs: 250, stewardMs: 2000, quietMs: 600, goneMs: 300, unpinMs: 500 }
let stack: EngineStack
let set: ReplicaSet
let images: readonly Image[]

beforeAll(async () => {
  stack = await startEngineStack({ withoutLoop: true, timings, instances: 'records' })
  set = new ReplicaSet({ ...stack, timings })
  await set.start(replicaCount)
  await registerApplication(stack.parts, person, {
    name: 'sunrise',
    owner: 'Tests',
    port: 8080,
    healthPath: '/',
    email: null,
    startCommand: null,
  })
  images = await Promise.all([stack.image('1.0.0'), stack.image('1.1.0')])
  const [first = '', ...others] = clusters
  // It makes the load balancer that the others share, and its application.
  await created(first)
  await Promise.all(others.map(created))
})
afterAll(async () => {
  await set.stop()
  await stack.stop()
})

async function created(name: string): Promise<void> {
  const { operation } = await createCluster(stack.parts, person, {
    name,
    image: images[0]?.name ?? '',
    size,
    listenerPort: 18_600,
    // One vCPU each: two groups of every cluster stay within the account's quota.
    instanceType: 't2.micro',
    path: [`/${name}/*`],
  })
  const ended = await stack.ended(operation.id, 120_000)
  expect(ended.phase, `${name}: ${ended.endSentence ?? ''}`).toBe('succeeded')
}

interface SentIntent {
  readonly scope: string
  readonly epoch: string
  readonly holder: string
  readonly request_id: string
}

describe(`${clusters.length} clusters deployed at once by ${replicaCount} replicas`, () => {
  it('each is advanced by one replica at a time, nothing is done twice, and all replicas take their share (P3, P4)', async () => {
    const since = (await appliedCalls(stack)).length
    await set.database.query(`
      create table held as select scope, epoch, holder from leases;
      create function note_holder() returns trigger language plpgsql as $$
        begin insert into held values (new.scope, new.epoch, new.holder); return new; end $$;
      create trigger note_holder after insert or update of epoch on leases for each row execute function note_holder();`)
    const operations = await Promise.all(
      clusters.map(
        async (cluster) =>
          (await deploy(stack.parts, person, { cluster, image: images[1]?.name ?? '' })).operation,
      ),
    )
    const ended = await Promise.all(operations.map(({ id }) => stack.ended(id, 200_000)))
    expect(
      ended.map(({ cluster, phase, endSentence }) => [
        cluster,
        phase,
        phase === 'succeeded' ? '' : endSentence,
      ]),
    ).toEqual(clusters.map((name) => [name, 'succeeded', '']))

    const calls = (await appliedCalls(stack)).slice(since)
    expect(madeTwice(calls)).toEqual([])
    for (const { to } of ended) {
      const target = (await stack.parts.history.serverGroup(to ?? ''))?.targetGroupArn ?? ''
      expect(switchesTo(calls, target), to ?? '').toHaveLength(1)
    }

    const { rows } = await set.database.query<SentIntent>(
      `select distinct on (request_id) i.scope, i.epoch, h.holder, i.request_id
       from intents i join held h on h.scope = i.scope and h.epoch = i.epoch where request_id is not null`,
    )
    const byRequest = new Map(rows.map((row) => [row.request_id, row]))
    // Nothing reached AWS that was not recorded first, by a holder, under an epoch.
    expect(calls.filter((call) => !byRequest.has(call.requestId))).toEqual([])
    const share = new Map<string, Set<string>>()
    const lastEpoch = new Map<string, number>()
    for (const { requestId } of calls) {
      const { scope, epoch, holder } = byRequest.get(requestId)!
      // Once a later holder has sent something, none before it does: by the order in which AWS applied it.
      expect(Number(epoch), scope).toBeGreaterThanOrEqual(lastEpoch.get(scope) ?? 0)
      lastEpoch.set(scope, Number(epoch))
      share.set(holder, (share.get(holder) ?? new Set()).add(scope))
    }
    const shares = [...share.values()].map((scopes) => scopes.size)
    expect(shares).toHaveLength(replicaCount)
    expect(Math.min(...shares)).toBeGreaterThanOrEqual(Math.floor(clusters.length / replicaCount / 2))
  })
})
