import { afterEach, describe, expect, it } from 'vitest'
import { stubConsole } from '../support/stub-console.js'

let console_: Awaited<ReturnType<typeof stubConsole>> | undefined
async function start(answers: Parameters<typeof stubConsole>[0]) {
  console_ = await stubConsole(answers)
  return console_
}
afterEach(() => console_?.close())

const finding = { level: 'good', part: 'database', sentence: 'It answers in 2 ms.', todo: null, href: null }
const system = {
  findings: [finding],
  calls: [
    { api: 'ec2:RunInstances', count: 3, throttled: 1, refused: 0, unanswered: 0, p95Ms: 420 },
    { api: 's3:PutObject', count: 1, throttled: 0, refused: 0, unanswered: 0, p95Ms: null },
  ],
  replicas: [
    {
      id: 'a1',
      host: 'console-1',
      pid: 4711,
      version: '0.1.0',
      alive: true,
      lastHeardAgoMs: 2100,
      rssBytes: 184_000_000,
      streams: 2,
    },
  ],
  looks: [{ scope: 'cluster:shop-main', agoMs: 31_000, tookMs: 400, fault: null }],
  leases: [{ scope: 'cluster:shop-main', holder: 'a1' }],
}

describe('delling system', () => {
  it('tells how all is, with what to do', async () => {
    const { run } = await start({ 'GET /system': { body: system } })
    const { exit, stdout } = await run('system')
    expect(exit).toBe(0)
    expect(stdout).toContain('good: database: It answers in 2 ms.')
    expect(stdout).toMatch(/console-1\/4711 +0\.1\.0 +alive +2 s ago +184 MB +2/)
    expect(stdout).toMatch(/cluster:shop-main +31 s ago +400 ms +console-1\/4711 +–/)
    expect(stdout).toMatch(/ec2:RunInstances +3 +1 +0 +0 +420 ms/)
  })

  it('ends with 1 where something is bad, so that a script notices', async () => {
    const bad = { ...finding, level: 'bad', sentence: 'Nobody looks.', todo: 'Restart it.' }
    const { run } = await start({ 'GET /system': { body: { ...system, findings: [bad, finding] } } })
    const { exit, stdout } = await run('system')
    expect(exit).toBe(1)
    expect(stdout).toContain('BAD: database: Nobody looks.\n  Restart it.\n')
    expect(JSON.parse((await run('system', '--json')).stdout)).toMatchObject({ findings: [bad, finding] })
  })
})

describe('delling jobs', () => {
  const jobs = [
    {
      name: 'forgetting',
      kind: 'runs',
      next: { inMs: 2_400_000 },
      runs: [{ agoMs: 1_200_000, tookMs: 40, outcome: 'failed', did: null, error: 'disk full' }],
      replicas: [],
    },
    { name: 'cleanup', kind: 'runs', next: null, runs: [], replicas: [] },
    {
      name: 'deliveries',
      kind: 'always',
      next: null,
      runs: [],
      replicas: [{ agoMs: 900, fault: null }],
    },
  ]

  it('lists them with how they went, and when they run next', async () => {
    const { run } = await start({ 'GET /jobs': { body: { jobs } } })
    const { stdout } = await run('jobs')
    expect(stdout).toMatch(/forgetting +20 min ago +40 ms +failed +in 40 min +disk full/)
    expect(stdout).toMatch(/cleanup +never/)
    expect(stdout).toMatch(/deliveries +900 ms ago +– +goes on +always/)
  })

  it('runs one, and says what it did', async () => {
    const { run, asked } = await start({
      'POST /jobs/forgetting/run': {
        body: { job: 'forgetting', sentence: 'Forgot 3 sessions.', resultId: null },
      },
    })
    const { exit, stdout } = await run('jobs', 'run', 'forgetting')
    expect([exit, stdout]).toEqual([0, 'Forgot 3 sessions.\n'])
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(['POST /jobs/forgetting/run'])
  })
})
