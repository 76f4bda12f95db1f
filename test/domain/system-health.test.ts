import { describe, expect, it } from 'vitest'
import { newestLooks, type ScopeLook } from '../../server/domain/replica.js'
import { healthParts } from '../../server/domain/health-finding.js'
import { healthOf } from '../../server/domain/system-health.js'
import type { SystemFacts } from '../../server/domain/system-facts.js'
import { aReplica, aReport, aRun } from '../support/memory-system.js'

const look = (patch: Partial<ScopeLook> = {}): ScopeLook => ({
  scope: 'cluster:shop-main',
  agoMs: 20_000,
  tookMs: 400,
  everyMs: 60_000,
  held: true,
  fault: null,
  ...patch,
})

const well: SystemFacts = {
  replicas: [aReplica({ report: aReport({ looks: [look()] }) })],
  clusters: ['shop-main'],
  database: { answerMs: 2, version: '18.1', migration: '0016_system', connections: 9, maxConnections: 100 },
  unanswered: [],
  outbox: { waiting: 0, tried: 0, oldestWaitingMs: null, delivered: 3, givenUp: 0 },
  runs: [aRun()],
  wireMs: 960_000,
  awsDivisor: 1,
}
const withReport = (report: Parameters<typeof aReport>[0], beatAgoMs = 2000): SystemFacts => ({
  ...well,
  replicas: [aReplica({ beatAgoMs, report: aReport({ looks: [look()], ...report }) })],
})
const against = (facts: SystemFacts) => healthOf(facts).filter(({ level }) => level !== 'good')

describe('health', () => {
  it('says of each part that it is good, where it is', () => {
    const findings = healthOf(well)
    expect(findings.map(({ part }) => part)).toEqual(healthParts)
    expect(findings.every(({ level, todo }) => level === 'good' && todo === null)).toBe(true)
  })

  it('is not bad for so many requests in a local cloud, whose delays are a twentieth', () => {
    const reads = { api: 'elasticloadbalancing:DescribeRules', count: 1000 }
    const facts = withReport({ calls: [{ ...reads, throttled: 0, refused: 0, unanswered: 0, latency: {} }] })
    expect(against(facts)[0]?.sentence).toContain('167 % of the 600 that AWS allows')
    expect(against({ ...facts, awsDivisor: 20 })).toEqual([])
  })

  it('of something that isn’t good says why and what to do, the bad first', () => {
    const findings = healthOf({
      ...withReport({ looks: [look({ agoMs: 3_600_000 })] }),
      outbox: { ...well.outbox, givenUp: 2 },
    })
    expect(findings.slice(0, 2).map(({ level, part }) => [level, part])).toEqual([
      ['bad', 'looks'],
      ['care', 'deliveries'],
    ])
    expect(findings[0]?.sentence).toContain('The last look at cluster shop-main is 1 h')
    expect(findings.slice(0, 2).every(({ todo }) => (todo ?? '').length > 20)).toBe(true)
  })

  const bad: readonly [what: string, facts: SystemFacts, says: RegExp, level: string][] = [
    ['a slow database', { ...well, database: { ...well.database, answerMs: 900 } }, /takes 900 ms/, 'care'],
    [
      'a full pool',
      withReport({ pool: { open: 12, idle: 0, waiting: 1, max: 12 } }),
      /1 query waits/,
      'care',
    ],
    ['a silent replica', { ...withReport({}, 180_000), clusters: [] }, /not been heard of for 3 min/, 'care'],
    [
      'a cluster nobody looked at',
      { ...well, clusters: ['shop-main', 'web'] },
      /looked at cluster web/,
      'bad',
    ],
    ['a look that failed', withReport({ looks: [look({ fault: 'ExpiredToken' })] }), /ExpiredToken/, 'care'],
    ['a busy process', withReport({ lateMs: 2500 }), /2.5 s late/, 'care'],
    [
      'memory that ends',
      withReport({ memory: { rssBytes: 1, heapUsedBytes: 95, heapLimitBytes: 100 } }),
      /95 of every 100/,
      'bad',
    ],
    [
      'an upgrade under way',
      { ...well, replicas: [...well.replicas, aReplica({ id: '2', report: aReport({ version: '0.2.0' }) })] },
      /versions 0.1.0 and 0.2.0/,
      'care',
    ],
    [
      'an unanswered request',
      { ...well, unanswered: [{ api: 'elbv2:ModifyRule', cluster: 'shop-main', agoMs: 90_000 }] },
      /ModifyRule of shop-main, for 1 min 30 s/,
      'care',
    ],
    [
      'a request that should be settled',
      { ...well, unanswered: [{ api: 'elbv2:ModifyRule', cluster: null, agoMs: 7_200_000 }] },
      /for 2 h/,
      'bad',
    ],
    [
      'a job that fails',
      { ...well, runs: [aRun({ outcome: 'failed', error: 'disk full', times: 3 }), aRun()] },
      /failed as the 2 before it: disk full/,
      'bad',
    ],
    ['a run that died', { ...well, runs: [aRun({ outcome: 'lost' })] }, /never ended/, 'bad'],
    [
      'work that meets a fault',
      withReport({ pulses: [{ job: 'deliveries', agoMs: 1, tookMs: 1, fault: 'no route' }] }),
      /Deliveries met a fault.*no route/,
      'care',
    ],
  ]
  it.each(bad)('tells of %s', (_what, facts, says, level) => {
    const found = against(facts).find(({ sentence }) => says.test(sentence))
    expect(found?.level, JSON.stringify(against(facts))).toBe(level)
  })

  it('finds nothing in what is simply under way, or was good again', () => {
    expect(
      against({
        ...well,
        unanswered: [{ api: 'ec2:RunInstances', cluster: 'shop-main', agoMs: 4000 }],
        outbox: { ...well.outbox, waiting: 3, tried: 1, oldestWaitingMs: 9000 },
        runs: [aRun(), aRun({ outcome: 'failed', error: 'disk full' })],
      }),
    ).toEqual([])
  })

  it('tells throttling by its weight, and a budget before it is spent', () => {
    const calls = (throttled: number, count = 100) => [
      { api: 'elasticloadbalancing:DescribeRules', count, throttled, refused: 0, unanswered: 0, latency: {} },
    ]
    expect(against(withReport({ calls: calls(0) }))).toEqual([])
    expect(against(withReport({ calls: calls(3) }))[0]).toMatchObject({ level: 'care' })
    expect(against(withReport({ calls: calls(30) }))[0]?.level).toBe('bad')
    expect(against(withReport({ calls: calls(0, 400) }))[0]?.sentence).toContain('67 % of the 600')
  })
})

describe('a replica that died', () => {
  it('tells nothing of what has ended since: no look is overdue because of it', () => {
    const dead = aReplica({
      id: 'two',
      beatAgoMs: 7_200_000,
      report: aReport({ looks: [look({ scope: 'bake:long-ended' })] }),
    })
    const found = against({ ...well, replicas: [...well.replicas, dead] })
    expect(found.map(({ part }) => part)).toEqual(['replicas'])
  })
})

describe('the newest look of several replicas', () => {
  it('is the youngest by now, whoever made it', () => {
    const first = aReplica({
      id: 'one',
      beatAgoMs: 15_000,
      report: aReport({ looks: [look({ agoMs: 9_000 })] }),
    })
    const second = aReplica({ id: 'two', beatAgoMs: 1000, report: aReport({ looks: [look()] }) })
    expect(newestLooks([first, second])).toMatchObject([{ agoMs: 21_000, replica: 'two' }])
  })
})
