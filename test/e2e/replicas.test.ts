import { spawn, type ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import { clusterView } from '../../server/engine/cluster-view.js'
import { createCluster } from '../../server/engine/create-cluster.js'
import { deploy } from '../../server/engine/deploy.js'
import { destroyGroup } from '../../server/engine/destroy.js'
import { person, startEngineStack, type EngineStack } from '../support/engine-stack.js'
import { steadyClient } from '../support/steady-client.js'
import { until } from '../support/until.js'

/** A few seconds in which a deployment can be met in its middle. */
const waits = { stableMs: 1500, settleMs: 1500, watchMs: 1500, quietMs: 600, goneMs: 300, unpinMs: 500 }

interface Replica {
  readonly child: ChildProcess
  /** As whom the leases know it; '' before its first claim. */
  holder(): string
}

const name = 'sunrise-main'
let stack: EngineStack
let database: pg.Client
let images: readonly Image[]
const replicas: Replica[] = []

async function startReplica(): Promise<Replica> {
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      join(import.meta.dirname, 'replicas-process.ts'),
      stack.cloudUrl,
      stack.databaseUrl,
      JSON.stringify(waits),
    ],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  )
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const replica = { child, holder: () => /holder (\S+)/.exec(output)?.[1] ?? '' }
  replicas.push(replica)
  await until(() => output.includes('ready') || child.exitCode !== null, 60_000, 'a replica is ready')
  return replica
}

/** Who holds the cluster now, by the database's clock. */
async function holder(): Promise<string | null> {
  const { rows } = await database.query<{ holder: string }>(
    `select holder from leases where scope = $1 and until > clock_timestamp()`,
    [`cluster:${name}`],
  )
  return rows[0]?.holder ?? null
}

const inPhase = async (id: string, ...phases: string[]) =>
  until(
    async () => phases.includes((await stack.parts.history.operation(id))?.phase ?? ''),
    60_000,
    `the deployment is ${phases.join(' or ')}`,
  )

interface AuditedCall {
  readonly action: string
  readonly error?: string
  readonly input: Readonly<Record<string, unknown>>
}
const applied = async () =>
  ((await stack.control('GET', '/calls')) as { calls: AuditedCall[] }).calls.filter((call) => !call.error)

/** Nothing was made twice, the traffic was moved once, and each epoch's requests follow those of the one before. */
async function nothingTwice(group: string, since: number): Promise<void> {
  const calls = (await applied()).slice(since)
  const made = calls
    .filter((call) => call.action.startsWith('Create'))
    .map((call) => `${call.action} ${JSON.stringify(call.input)}`)
  expect(new Set(made).size).toBe(made.length)
  const target = (await clusterView(stack.parts, name, 0)).groups.find((each) => each.group.name === group)
    ?.group.targetGroupArn
  const switches = calls.filter(
    (call) =>
      call.action === 'ModifyRule' &&
      JSON.stringify(call.input).includes(`"TargetGroupArn":"${target}","Weight":100`),
  )
  expect(switches).toHaveLength(1)
  const { rows } = await database.query<{ epoch: string }>(
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
  database = new pg.Client({ connectionString: stack.databaseUrl })
  await database.connect()
  await Promise.all([startReplica(), startReplica()])
  images = await Promise.all([stack.image('1.0.0'), stack.image('1.1.0')])
  const { operation } = await createCluster(stack.parts, person, {
    name,
    image: images[0]?.name ?? '',
    listenerPort: 18_490,
  })
  expect((await stack.ended(operation.id)).phase).toBe('succeeded')
})
beforeEach(async () => {
  while (replicas.length < 2) await startReplica()
})
afterAll(async () => {
  for (const { child } of replicas) child.kill('SIGKILL')
  await database.end()
  await stack.stop()
})

const begin = async () => {
  const since = (await applied()).length
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
      let held: string | null = null
      await until(async () => (held = await holder()) !== null, 5000, 'the cluster is held')
      const victim = replicas.findIndex((replica) => replica.holder() === held)
      replicas[victim]?.child.kill('SIGKILL')
      const killedAt = performance.now()
      replicas.splice(victim, 1)
      await until(async () => ![null, held].includes(await holder()), 10_000, 'the other holds it')
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
    let held: string | null = null
    await until(async () => (held = await holder()) !== null, 5000, 'the cluster is held')
    const paused = replicas.find((replica) => replica.holder() === held)
    paused?.child.kill('SIGSTOP')
    await until(async () => ![null, held].includes(await holder()), 10_000, 'the other holds it')
    await inPhase(id, 'settling', 'watching', 'succeeded')
    paused?.child.kill('SIGCONT')
    const ended = await stack.ended(id)
    expect(ended.phase, ended.endSentence ?? '').toBe('succeeded')
    await nothingTwice(ended.to ?? '', since)
    const report = await client.stop()
    expect(report.failed).toEqual([])
    expect(report.versions).toHaveLength(2)
    await tidy()
  })
})
