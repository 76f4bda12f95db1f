import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import { clusterView } from '../../server/engine/cluster-view.js'
import { createCluster } from '../../server/engine/create-cluster.js'
import { deploy } from '../../server/engine/deploy.js'
import { destroyGroup } from '../../server/engine/destroy.js'
import { appliedCalls, madeTwice, switchesTo } from '../support/audited-calls.js'
import { person, startEngineStack, type EngineStack } from '../support/engine-stack.js'
import type { PausePoint } from '../support/pause-note.js'
import { ReplicaSet, type Replica } from '../support/replica-set.js'
import { steadyClient } from '../support/steady-client.js'
import { until } from '../support/until.js'

const name = 'sunrise-main'
const timings = { quietMs: 600, goneMs: 300, unpinMs: 500 }
const folder = mkdtempSync(join(tmpdir(), 'delling-paused-'))
const pauseNote = join(folder, 'note')
let stack: EngineStack
let set: ReplicaSet
let images: readonly Image[]

beforeAll(async () => {
  stack = await startEngineStack({ withoutLoop: true, timings })
  set = new ReplicaSet({ ...stack, timings, pauseNote })
  await set.start(2)
  images = await Promise.all([stack.image('1.0.0'), stack.image('1.1.0')])
  const { operation } = await createCluster(stack.parts, person, {
    name,
    image: images[0]?.name ?? '',
    listenerPort: 18_495,
  })
  expect((await stack.ended(operation.id)).phase).toBe('succeeded')
})
afterAll(async () => {
  await set.stop()
  await stack.stop()
  rmSync(folder, { recursive: true })
})

/** Everything that is recorded of the cluster; the same text twice means that nothing was written in between. */
async function records(): Promise<string> {
  const { rows } = await set.database.query<{ all: string }>(
    `select jsonb_build_array(
       (select jsonb_agg(to_jsonb(e) order by seq) from events e),
       (select jsonb_agg(to_jsonb(i) order by id) from intents i),
       (select jsonb_agg(to_jsonb(o) order by id) from operations o),
       (select jsonb_agg(to_jsonb(b) order by id) from obligations b),
       (select jsonb_agg(to_jsonb(g) order by name) from server_groups g),
       (select jsonb_agg(to_jsonb(c) order by name) from clusters c))::text as all`,
  )
  return rows[0]?.all ?? ''
}

/** Ended, and what it owed for the live group is repaid: nothing is left to be written. */
async function atRest(operationId: string): Promise<string> {
  const ended = await stack.ended(operationId)
  expect(ended.phase, ended.endSentence ?? '').toBe('succeeded')
  await until(
    async () => !(await stack.parts.history.obligations()).some((row) => row.object === ended.to),
    30_000,
    'the live group owes nothing',
  )
  return ended.to ?? ''
}

async function pausedReplica(): Promise<Replica> {
  const found = () =>
    set.replicas.find((replica) => replica.said().trimEnd().split('\n').at(-1)?.startsWith('paused'))
  await until(() => found() !== undefined, 60_000, 'a replica stops itself')
  return found()!
}

async function wake(paused: Replica): Promise<void> {
  const saidBefore = paused.said().length
  paused.child.kill('SIGCONT')
  await until(
    () => paused.said().slice(saidBefore).includes(`gave up cluster:${name}`),
    60_000,
    'the woken one has ended its turn',
  )
}

const epochOf = async (requestId: string) =>
  (
    await set.database.query<{ epoch: string }>(`select epoch from intents where request_id = $1`, [
      requestId,
    ])
  ).rows[0]?.epoch

const cases: readonly [point: PausePoint, call: string][] = [
  ['recorded', 'ModifyRule switch'],
  ['signed', 'ModifyRule switch'],
  ['checked', 'ModifyRule switch'],
  ['answered', 'ModifyRule switch'],
  ['signed', 'CreateAutoScalingGroup'],
]

describe('a replica that is paused in the middle of a request and wakes up when another has done the work', () => {
  it.each(cases)('%s, %s: writes nothing and sends nothing new (P3, P4, P8)', async (point, call) => {
    writeFileSync(pauseNote, `${point}: ${call}`)
    const since = (await appliedCalls(stack)).length
    const view = await clusterView(stack.parts, name, 0)
    const client = steadyClient(view.url ?? '', 50, (body) => /\d+\.\d+\.\d+/.exec(body)?.[0] ?? 'none')
    const image = images.find((each) => each.name !== view.live?.group.image.name)
    const { operation } = await deploy(stack.parts, person, { cluster: name, image: image?.name ?? '' })

    const paused = await pausedReplica()
    await until(
      async () => ![null, paused.holder()].includes(await set.holderOf(name)),
      30_000,
      'the other holds it',
    )
    const group = await atRest(operation.id)
    const before = await records()
    const sentBefore = await appliedCalls(stack)
    await wake(paused)

    expect(await records()).toBe(before)
    // Past its last check a request is as good as on the wire. Where its connection still stands it lands, and says what
    // is so by now.
    const late = (await appliedCalls(stack)).slice(sentBefore.length)
    const onTheWire =
      point === 'checked' ? late.filter((each) => each.action === 'ModifyRule').slice(0, 1) : []
    expect(late).toEqual(onTheWire)
    const calls = (await appliedCalls(stack)).slice(since)
    expect(madeTwice(calls)).toEqual([])
    const now = await clusterView(stack.parts, name, 0)
    expect(now.live?.group.name).toBe(group)
    const switches = switchesTo(calls, now.live?.group.targetGroupArn ?? '')
    expect(switches).toHaveLength(1 + onTheWire.length)
    if (point !== 'answered')
      expect(await epochOf(switches[0]?.requestId ?? ''), 'the new holder switched').toBe(
        (
          await set.database.query<{ epoch: string }>(`select epoch from leases where scope = $1`, [
            `cluster:${name}`,
          ])
        ).rows[0]?.epoch,
      )
    const report = await client.stop()
    expect(report.failed).toEqual([])
    expect(report.versions).toHaveLength(2)
    const left = now.groups.find((each) => each.state === 'warm')?.group.name ?? ''
    const destroyed = await destroyGroup(stack.parts, person, { group: left, reason: '' })
    expect((await stack.ended(destroyed.operation?.id ?? '')).phase).toBe('succeeded')
  })
})
