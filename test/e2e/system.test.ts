import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalCloud } from '../../server/localcloud/assemble.js'
import { startConsoleProcess, type ConsoleProcess } from '../support/console-process.js'
import { freshDatabase, type FreshDatabase } from '../support/database.js'
import { until } from '../support/until.js'

let home: string
let cloud: Awaited<ReturnType<typeof startLocalCloud>>
let database: FreshDatabase
let first: ConsoleProcess
let second: ConsoleProcess

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'delling-system-'))
  cloud = await startLocalCloud({ home, port: 0, pace: 'zero' })
  database = await freshDatabase()
  const shared = { databaseUrl: database.url, cloudUrl: cloud.url }
  ;[first, second] = await Promise.all([startConsoleProcess(shared), startConsoleProcess(shared)])
})
afterAll(async () => {
  await first.stop()
  await database.drop()
  await cloud.stop()
  await rm(home, { recursive: true, force: true })
  await rm(cloud.instancesDir, { recursive: true, force: true })
})

interface Calls {
  readonly api: string
  readonly count: number
}
interface System {
  readonly findings: readonly { part: string; level: string; sentence: string }[]
  readonly calls: readonly Calls[]
  readonly replicas: readonly { pid: number; alive: boolean; streams: number; calls: readonly Calls[] }[]
}
interface Jobs {
  readonly jobs: readonly {
    name: string
    runs: readonly { outcome: string }[]
    replicas: readonly object[]
  }[]
}
const systemBy = (web: ConsoleProcess) => web.api<System>('GET', '/system')

describe('two replicas of the program', () => {
  it('are both shown by each, with the AWS calls of both and their sum', async () => {
    const pids = [first.pid, second.pid].sort()
    for (const web of [first, second]) {
      await until(
        async () => (await systemBy(web)).calls.length > 0,
        30_000,
        'the calls of the start were told',
      )
      const { replicas, calls } = await systemBy(web)
      expect(replicas.map(({ pid }) => pid).sort()).toEqual(pids)
      expect(replicas.every(({ alive }) => alive)).toBe(true)
      for (const { api, count } of calls) {
        const each = replicas.flatMap((replica) => replica.calls.filter((own) => own.api === api))
        expect(each.reduce((sum, own) => sum + own.count, 0)).toBe(count)
      }
    }
    expect((await first.get('/system')).status).toBe(200)
  })

  it('forget what is over once for both, and tell of their work', async () => {
    const jobs = async () => (await first.api<Jobs>('GET', '/jobs')).jobs
    const named = async (name: string) => (await jobs()).find((job) => job.name === name)
    await until(
      async () => (await named('forgetting'))?.runs[0]?.outcome === 'done',
      30_000,
      'what is over is forgotten',
    )
    expect((await named('forgetting'))?.runs).toHaveLength(1)
    await until(
      async () => (await named('deliveries'))?.replicas.length === 2,
      30_000,
      'both tell of deliveries',
    )
    await first.api('POST', '/jobs/forgetting/run')
    expect((await named('forgetting'))?.runs).toHaveLength(2)
  })

  it('answer monitoring, each with its own figures', async () => {
    const reply = await first.get('/metrics')
    expect(reply.status).toBe(200)
    const text = await reply.text()
    expect(text).toMatch(
      /delling_aws_requests_total\{service="sts",operation="GetCallerIdentity",outcome="answered"\} \d/,
    )
    expect(text).toContain('delling_replicas 2')
    expect((await fetch(`${first.url}/metrics`)).status).toBe(401)
  })

  it('miss the one that dies, and say so', async () => {
    const dead = second.pid
    await second.kill()
    await until(
      async () => (await systemBy(first)).replicas.some(({ pid, alive }) => pid === dead && !alive),
      60_000,
      'it is not heard of',
    )
    const { findings, replicas } = await systemBy(first)
    expect(replicas).toHaveLength(2)
    expect(findings.find(({ part, level }) => part === 'replicas' && level === 'care')?.sentence).toContain(
      `process ${dead} has not been heard of`,
    )
  })
})
