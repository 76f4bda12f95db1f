import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { consoleOver } from '../support/console-under-test.js'
import { demoSystem } from '../support/demo-system.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { byProvider, knownPerson } from '../support/known-person.js'
import { aReplica, aRun, MemorySystem } from '../support/memory-system.js'

let world: FakeWorld
let system: MemorySystem
let under: ReturnType<typeof consoleOver>
let bearer: { Authorization: string }
let people = 0
const who = async (rights: Parameters<typeof knownPerson>[2]) =>
  (await knownPerson(under, `${(people += 1)}@example.com`, rights)).bearer
const get = (path: string, as = bearer) => request(under.app).get(path).set(as)

beforeEach(async () => {
  world = demoWorld()
  system = demoSystem()
  under = consoleOver(world, { system, signIn: byProvider })
  bearer = await who([{ role: 'admin', application: null }])
})

interface System {
  findings: { level: string; part: string; sentence: string }[]
  calls: { api: string; count: number; throttled: number; p95Ms: number }[]
  budgets: { name: string; count: number }[]
  replicas: { id: string; alive: boolean; calls: unknown[] }[]
  looks: { scope: string; replica: string; agoMs: number }[]
  leases: { scope: string; holder: string }[]
  unanswered: unknown[]
}

describe('system health', () => {
  it('shows every replica, the requests of each, and the sum of those that live', async () => {
    const { body } = (await get('/api/v1/system').expect(200)) as { body: System }
    expect(body.replicas.map(({ id, alive }) => [id, alive])).toEqual([
      ['replica-1', true],
      ['replica-2', true],
      ['replica-3', false],
    ])
    expect(body.calls[0]).toMatchObject({
      api: 'elasticloadbalancing:DescribeTargetHealth',
      count: 340,
      throttled: 4,
    })
    expect(body.budgets[0]).toMatchObject({ name: 'ELB reads', count: 380 })
    expect(body.looks.find(({ scope }) => scope === 'cluster:shop-main')).toMatchObject({
      replica: 'replica-1',
      agoMs: 33_000,
    })
  })

  it('says in words what is wrong and what to do, on the page too', async () => {
    const { text } = await get('/system').expect(200)
    expect(text).toMatch(/One thing is bad, and \w+ things should be looked at/)
    expect(text).toContain('console-3, process 97 has not been heard of for 2 h 6 min')
    expect(text).toContain('The security token included in the request is expired.')
    expect(text).toContain('elasticloadbalancing:ModifyRule of shop-main, for 1 min 34 s')
    expect(text).toContain('<a href="/operations/op-1">')
  })

  it('is calm where nothing is wrong', async () => {
    under = consoleOver(world, { system: new MemorySystem(), signIn: byProvider })
    bearer = await who([{ role: 'viewer', application: null }])
    world.states.clear()
    const { text } = await get('/system').expect(200)
    expect(text).toContain('All is well')
  })

  it('shows a viewer of one application nothing of the others, and judges without it', async () => {
    const viewer = await who([{ role: 'viewer', application: 'search' }])
    const { body } = (await get('/api/v1/system', viewer).expect(200)) as { body: System }
    expect(body.looks.map(({ scope }) => scope)).toEqual(['cluster:search-main'])
    expect(body.leases.map(({ scope }) => scope)).toEqual(['cluster:search-main'])
    expect(body.unanswered).toEqual([])
    expect(body.replicas).toHaveLength(3)
    for (const path of ['/api/v1/system', '/system', '/api/v1/jobs', '/jobs']) {
      const { text } = await get(path, viewer).expect(200)
      expect(text, path).not.toMatch(/shop-main|account-web|bake-1|expired/)
    }
    expect((await get('/jobs', viewer)).text).toContain('told to whoever may see all applications')
  })

  it('is a fault of nobody where a replica’s report is all that is left', async () => {
    system.all = [aReplica({ beatAgoMs: 90_000 })]
    const { body } = (await get('/api/v1/system').expect(200)) as { body: System }
    expect(body.calls).toEqual([])
    expect(body.findings.some(({ part, level }) => part === 'replicas' && level === 'care')).toBe(true)
  })
})

describe('jobs', () => {
  it('tell what they are for, how they went and when they run next', async () => {
    const { body } = (await get('/api/v1/jobs').expect(200)) as {
      body: {
        jobs: { name: string; next: { inMs: number; why: string } | null; runs: { error: string }[] }[]
      }
    }
    const named = (name: string) => body.jobs.find((job) => job.name === name)!
    expect(named('forgetting').next?.inMs).toBe(3_600_000 - 1_148_000)
    expect(named('cleanup').next?.why).toMatch(/^the morning of /)
    expect(named('cleanup').runs[0]?.error).toContain('Rate exceeded')
    expect(named('deliveries').next).toBeNull()
    system.jobRuns[2] = aRun({ job: 'cleanup', resultId: '00000000-0000-4000-8000-0000000000c1' })
    const { text } = await get('/jobs').expect(200)
    expect(text).toContain('One job is in trouble')
    expect(text).toContain('Rate exceeded (3 times in a row)')
    expect(text).toContain('href="/tonight/runs/00000000-0000-4000-8000-0000000000c1"')
    expect(text).toContain('href="/jobs/forgetting/run"')
  })

  it('can be run by an admin, who is asked first; what it did is told', async () => {
    system.forgotten = 'Forgot 3 sessions.'
    expect((await get('/jobs/forgetting/run').expect(200)).text).toContain(
      'Run “Forgetting what is over” now?',
    )
    const done = await request(under.app).post('/api/v1/jobs/forgetting/run').set(bearer).expect(200)
    expect(done.body).toEqual({ job: 'forgetting', sentence: 'Forgot 3 sessions.', resultId: null })
    await request(under.app)
      .post('/jobs/forgetting/run')
      .set(bearer)
      .expect(303)
      .expect('Location', '/jobs#forgetting')
    await get('/jobs/cleanup/run').expect(303).expect('Location', '/tonight/run')
  })

  it('a cleanup that a person runs is among the runs, with their name and its result', async () => {
    world.states.clear()
    const { body } = (await request(under.app).post('/api/v1/jobs/cleanup/run').set(bearer).expect(200)) as {
      body: { resultId: string }
    }
    expect(system.jobRuns[0]).toMatchObject({ job: 'cleanup', outcome: 'done', resultId: body.resultId })
    expect(system.jobRuns[0]?.by).not.toBeNull()
  })

  it('that go on all the time, or that there are none of, are refused by a sentence', async () => {
    const run = (name: string, as = bearer) => request(under.app).post(`/api/v1/jobs/${name}/run`).set(as)
    expect((await run('deliveries').expect(409)).body).toMatchObject({ code: 'NotRunnable' })
    expect((await run('nothing').expect(404)).body).toMatchObject({ code: 'NotFound' })
    const viewer = await who([{ role: 'viewer', application: null }])
    expect((await run('forgetting', viewer).expect(403)).body).toMatchObject({ code: 'NotYours' })
    expect((await get('/jobs', viewer).expect(200)).text).not.toContain('href="/jobs/forgetting/run"')
  })
})

describe('metrics for monitoring', () => {
  it('are for a token that sees everything, in Prometheus’ text format', async () => {
    system.metrics.awsCall('ec2:RunInstances', 'answered', 420)
    system.metrics.awsCall('ec2:RunInstances', 'throttled', 80)
    const reply = await get('/metrics').expect(200)
    expect(reply.headers['content-type']).toContain('text/plain')
    expect(reply.text).toContain(
      'delling_aws_requests_total{service="ec2",operation="RunInstances",outcome="throttled"} 1',
    )
    expect(reply.text).toMatch(/delling_aws_request_seconds_bucket\{le="0.1",service="ec2"\} 1/)
    expect(reply.text).toContain('delling_look_age_seconds{scope="cluster:shop-main"} 31')
    expect(reply.text).toContain('delling_replicas 2')
    expect(reply.text).toContain('delling_deliveries{state="givenUp"} 1')
  })

  it('are refused to everybody else', async () => {
    const refused = await request(under.app).get('/metrics').expect(401)
    expect(refused.headers['content-type']).toContain('application/problem+json')
    await get('/metrics', await who([{ role: 'admin', application: 'shop' }])).expect(403)
  })
})
