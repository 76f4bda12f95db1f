import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { forgettingWork } from '../../server/jobs/forgetting.js'
import { PeriodicJob } from '../../server/jobs/periodic-job.js'
import { Heartbeat } from '../../server/jobs/heartbeat.js'
import { testNotification } from '../../server/domain/notification.js'
import { claimLease, releaseLease } from '../../server/store/leases.js'
import { PgChannels } from '../../server/store/channels.js'
import { PgCredentials } from '../../server/store/credentials.js'
import { Database } from '../../server/store/database.js'
import { PgForgetting } from '../../server/store/forgetting.js'
import { PgJobRuns } from '../../server/store/job-runs.js'
import { Seal } from '../../server/store/seal.js'
import { PgSystem } from '../../server/store/system.js'
import { freshDatabase, type FreshDatabase } from '../support/database.js'
import { aReport } from '../support/memory-system.js'
import { until } from '../support/until.js'
import { aChannel, aDoor, channelEvent } from './channel-contract.js'

let fresh: FreshDatabase
let database: Database
let system: PgSystem
let runs: PgJobRuns
const faults: unknown[] = []
const log = { fault: (_job: string, error: unknown) => void faults.push(error), looked: () => undefined }

beforeAll(async () => {
  fresh = await freshDatabase()
  database = new Database(fresh.url, () => undefined)
  system = new PgSystem(database)
  runs = new PgJobRuns(database)
})
afterAll(async () => {
  await database.close()
  await fresh.drop()
})
beforeEach(async () => {
  faults.length = 0
  await database.rows(`truncate replicas, job_runs, leases`)
})
const silentFor = (id: string, text: string) =>
  database.rows(`update replicas set beat_at = clock_timestamp() - $2::interval where id = $1`, [id, text])

describe('replicas', () => {
  it('all show with what they said last, those that died for a day, and those that stopped not at all', async () => {
    const beat = (id: string, pid: number) => system.beat(id, aReport({ pid }))
    await beat('one', 1)
    await beat('two', 2)
    await beat('three', 3)
    await beat('one', 11)
    await system.leave('three')
    await silentFor('two', '1 hour')
    const seen = await system.replicas()
    expect(seen.map(({ id, report }) => [id, report.pid])).toEqual([
      ['one', 11],
      ['two', 2],
    ])
    expect(seen[1]?.beatAgoMs).toBeGreaterThan(3_500_000)
    await silentFor('two', '25 hours')
    expect((await system.replicas()).map(({ id }) => id)).toEqual(['one'])
  })

  it('beat by themselves until they stop, and are then not missed; each hears how many are alive', async () => {
    const alive = new Map<string, number>()
    const bothHear = (replicas: number) => [...alive.values()].every((each) => each === replicas)
    const pulse = (replica: string) =>
      new Heartbeat(
        {
          records: system,
          replica,
          report: () => aReport(),
          alive: (replicas) => void alive.set(replica, replicas),
        },
        log,
        20,
      )
    const [first, second] = [pulse('first'), pulse('second')]
    await Promise.all([first.start(), second.start()])
    expect(await system.replicas()).toHaveLength(2)
    await until(() => bothHear(2), 5000, 'each hears of the other')
    await silentFor('first', '1 minute')
    await until(
      async () => (await system.replicas()).every(({ beatAgoMs }) => beatAgoMs < 10_000),
      5000,
      'beaten',
    )
    await first.stop()
    expect((await system.replicas()).map(({ id }) => id)).toEqual(['second'])
    await until(() => alive.get('second') === 1, 5000, 'the other is gone')
    await second.stop()
    expect(faults).toEqual([])
  })
})

describe('leases', () => {
  it('tell who holds what and since when: a renewal changes nothing, another holder begins anew', async () => {
    const claim = (holder: string) => claimLease(database, 'cluster:shop', holder, 60_000)
    const lease = await claim('one')
    const [first] = await system.heldScopes()
    await claim('one')
    const [renewed] = await system.heldScopes()
    expect(renewed).toMatchObject({ scope: 'cluster:shop', holder: 'one', since: first?.since })
    await releaseLease(database, lease!)
    expect(await system.heldScopes()).toEqual([])
    await claim('two')
    const [other] = await system.heldScopes()
    expect(other?.holder).toBe('two')
    expect(other!.since!.getTime()).toBeGreaterThan(first!.since!.getTime())
    expect(other!.untilMs).toBeGreaterThan(50_000)
  })
})

describe('the database', () => {
  it('says how it is', async () => {
    const state = await system.databaseState()
    expect(state.migration).toMatch(/^\d{4}_/)
    expect(state.sizeBytes).toBeGreaterThan(1_000_000)
    expect(state.connections).toBeGreaterThan(0)
    expect(database.poolState()).toMatchObject({ waiting: 0, max: 12 })
  })
})

describe('requests without an answer', () => {
  it('are those never answered or unclear, oldest first', async () => {
    const ids = [randomUUID(), randomUUID(), randomUUID()]
    for (const [index, answered] of [null, 'unclear', 'ok'].entries())
      await database.rows(
        `insert into intents (id, scope, epoch, object, cluster, api, why, call, at, answered)
         values ($1, 'cluster:shop', 1, 'x', 'shop', 'ModifyRule', 'the switch', '{}', now(), $2)`,
        [ids[index], answered],
      )
    expect((await system.unansweredCalls()).map(({ id, cluster }) => [id, cluster])).toEqual([
      [ids[0], 'shop'],
      [ids[1], 'shop'],
    ])
  })

  it('of a bake or an image are so while they may still take effect: nobody settles them, a look shows what they did', async () => {
    const [young, old] = [randomUUID(), randomUUID()]
    for (const [id, age] of [
      [young, '15 minutes'],
      [old, '17 minutes'],
    ])
      await database.rows(
        `insert into intents (id, scope, epoch, object, cluster, api, why, call, at, answered, created_at)
         values ($1, 'bake:b1', 1, 'x', null, 'CreateImage', 'the image', '{}', now(), 'unclear', now() - $2::interval)`,
        [id, age],
      )
    const calls = await system.unansweredCalls()
    expect(calls.filter(({ cluster }) => cluster === null).map(({ id }) => id)).toEqual([young])
  })
})

describe('runs of jobs', () => {
  const begin = async (by: string | null = null) => {
    const id = randomUUID()
    await runs.begin({ id, job: 'forgetting', replica: 'one', by })
    return id
  }

  it('say how they ended, and the last so many of each are read', async () => {
    await runs.end(await begin(), { outcome: 'done', did: 'a', resultId: 'r' })
    await runs.end(await begin('Ada'), { outcome: 'failed', error: 'b' })
    await begin()
    const last = await runs.lastRuns(2)
    expect(last.map(({ outcome, error, by }) => [outcome, error, by])).toEqual([
      ['running', null, null],
      ['failed', 'b', 'Ada'],
    ])
    expect((await runs.lastRuns(5))[2]).toMatchObject({ did: 'a', resultId: 'r', times: 1 })
  })

  it('that fail in the same way again take the place of the one before', async () => {
    for (let turn = 0; turn < 3; turn += 1) await runs.end(await begin(), { outcome: 'failed', error: 'b' })
    await runs.end(await begin(), { outcome: 'failed', error: 'c' })
    const last = await runs.lastRuns(9)
    expect(last.map(({ error, times }) => [error, times])).toEqual([
      ['c', 1],
      ['b', 3],
    ])
  })

  it('whose process died are told from those that run', async () => {
    await system.beat('one', aReport())
    await begin()
    await database.rows(`update job_runs set started_at = clock_timestamp() - interval '1 hour'`)
    expect((await runs.lastRuns(1))[0]?.outcome).toBe('running')
    await silentFor('one', '1 minute')
    expect((await runs.lastRuns(1))[0]?.outcome).toBe('lost')
  })
})

describe('forgetting what is over', () => {
  const forgetting = () => new PgForgetting(database)
  const job = (replica: string, does = forgetting()) => {
    const recorded: unknown[] = []
    const store = {
      claim: (scope: string, holder: string, leaseMs: number) => claimLease(database, scope, holder, leaseMs),
      release: (lease: Parameters<typeof releaseLease>[1]) => releaseLease(database, lease),
      record: async (change: unknown) => void recorded.push(change),
    }
    const keeper = { runs, replica, newId: randomUUID }
    return { job: new PeriodicJob(forgettingWork(store, does), { store, keeper }, log), recorded }
  }

  it('deletes exactly that', async () => {
    const credentials = new PgCredentials(database)
    const channels = new PgChannels(
      database,
      { now: () => new Date() },
      new Seal('a secret of 32 bytes or more…'),
    )
    await credentials.issueLink({ name: 'Ada' }, 60_000)
    await credentials.issueLink({ name: 'Ada' }, -2 * 86_400_000)
    await credentials.issueToken({ name: 'CI' }, null)
    await credentials.issueToken({ name: 'CI' }, -31 * 86_400_000)
    await credentials.beginOnce('old', 'x')
    await database.rows(`update idempotent_answers set created_at = clock_timestamp() - interval '25 hours'`)
    await credentials.beginOnce('new', 'x')
    await database.rows(
      `insert into sessions values ('over', '{}', localtimestamp - interval '1 minute'), ('open', '{}', localtimestamp + interval '1 hour')`,
    )
    const channel = aChannel()
    await channels.add(channel, aDoor, channelEvent(channel.id))
    const enqueue = () =>
      channels.enqueue(
        channel.id,
        testNotification('Ada', null, new Date()),
        channelEvent(channel.id, 'ChannelTested'),
      )
    const [old, waiting] = [await enqueue(), await enqueue()]
    await database.rows(
      `update deliveries set state = 'delivered', ended_at = clock_timestamp() - interval '31 days' where id = $1`,
      [old],
    )
    expect(await forgetting().forget()).toMatchObject({
      sessions: 1,
      'sign-in links': 1,
      tokens: 1,
      'idempotency keys': 1,
      deliveries: 1,
    })
    const rows = await database.rows<{ sid: string }>(`select sid from sessions`)
    expect(rows.map(({ sid }) => sid)).toEqual(['open'])
    expect(await channels.delivery(waiting)).not.toBeNull()
    expect(await forgetting().forget()).toMatchObject({ sessions: 0, tokens: 0, deliveries: 0 })
  })

  it('runs once an hour on one of several replicas', async () => {
    const [one, two] = [job('one').job, job('two').job]
    await Promise.all([one.tick(), two.tick()])
    await one.tick()
    expect(await runs.lastRuns(9)).toHaveLength(1)
    await database.rows(`update job_runs set started_at = clock_timestamp() - interval '61 minutes'`)
    await two.tick()
    expect((await runs.lastRuns(9)).map(({ outcome }) => outcome)).toEqual(['done', 'done'])
    expect(faults).toEqual([])
  })

  it('can be asked for, which is written down, and not while it runs', async () => {
    const { job: asked, recorded } = job('one')
    expect(await asked.runNow({ name: 'Ada', via: 'console' })).toMatch(/^(Forgot|Nothing)/)
    expect(recorded).toMatchObject([
      { events: [{ stream: 'job:forgetting', actor: { name: 'Ada' }, event: { type: 'Forgotten' } }] },
    ])
    expect((await runs.lastRuns(1))[0]).toMatchObject({ by: 'Ada', outcome: 'done' })
    await claimLease(database, 'job:forgetting', 'two', 60_000)
    await expect(asked.runNow({ name: 'Ada', via: 'console' })).rejects.toThrow('at this moment')
  })

  it('that fails says why, and is tried again after a minute, then after two', async () => {
    const broken = Object.assign(forgetting(), { forget: () => Promise.reject(new Error('disk full')) })
    const { job: failing } = job('one', broken)
    const minutesGoBy = (minutes: number) =>
      database.rows(`update job_runs set started_at = started_at - $1 * interval '1 minute'`, [minutes])
    await expect(failing.tick()).rejects.toThrow('disk full')
    await failing.tick()
    await minutesGoBy(1.1)
    await expect(failing.tick()).rejects.toThrow('disk full')
    await minutesGoBy(2.1)
    expect(await runs.lastRuns(9)).toMatchObject([{ outcome: 'failed', error: 'disk full', times: 2 }])
    await job('one').job.tick()
    expect((await runs.lastRuns(1))[0]?.outcome).toBe('done')
  })
})
