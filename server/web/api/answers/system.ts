import { z } from 'zod'
import { healthParts } from '../../../domain/health-finding.js'
import { count, listOf, moment, text, wordOf } from './values.js'

const milliseconds = z.number()

const finding = z
  .object({
    level: z.enum(['good', 'care', 'bad']),
    part: wordOf(healthParts),
    sentence: text.describe('What is, with its reason.'),
    todo: text.nullable().describe('What to do; null where nothing is to be done.'),
    href: text.nullable(),
  })
  .meta({ id: 'HealthFinding' })

const calls = z
  .object({
    api: text.describe('`ec2:RunInstances`, as IAM policies spell it.'),
    count,
    throttled: count,
    refused: count.describe('AWS said no: also where something looked for is not there.'),
    unanswered: count.describe('A fault of AWS, or no answer at all.'),
    p95Ms: milliseconds.nullable().describe('Within which 95 of 100 ended.'),
  })
  .meta({ id: 'CallFigures', description: 'Requests to one API of AWS in the last minute.' })

const budget = z
  .object({
    name: text,
    count,
    perMinute: count.describe('What AWS refills in a minute for everybody in the account and region.'),
    assumed: z.boolean().describe('AWS publishes no rate: this one is taken to be safe.'),
    share: z.number().describe('Of what is refilled; above 1 AWS begins to throttle.'),
  })
  .meta({ id: 'CallBudget' })

const replica = z
  .object({
    id: text,
    host: text,
    pid: count,
    version: text,
    node: text,
    alive: z.boolean().describe('It has been heard of within 20 seconds.'),
    startedAt: moment,
    lastHeardAt: moment,
    lastHeardAgoMs: milliseconds,
    rssBytes: count,
    heapUsedBytes: count,
    heapLimitBytes: count,
    lateMs: milliseconds.describe(
      'How late it was with what was due, in the slowest hundredth of the last seconds.',
    ),
    connections: z.object({ open: count, idle: count, waiting: count, max: count }),
    streams: count.describe('Who listens to its stream of events.'),
    lookReads: z
      .object({
        replicas: count.describe('Among so many the account’s budget of looks is divided.'),
        calmPerMinute: count.describe('Load balancing’s reads for looks at clusters in which nothing runs.'),
        pagesPerMinute: count.describe('For looks that pages ask for, of the whole account too.'),
      })
      .nullable()
      .describe('What its looks may cost; null of a version that divides nothing.'),
    callsSinceStart: count,
    throttledSinceStart: count,
    calls: listOf(calls),
  })
  .meta({ id: 'Replica', description: 'A process that shares the database; its times are the database’s.' })

const look = z
  .object({
    scope: text.describe('`cluster:<name>` or `bake:<id>`.'),
    replica: text,
    agoMs: milliseconds,
    tookMs: milliseconds,
    everyMs: milliseconds.describe('How soon after it the next one was due.'),
    fault: text.nullable(),
  })
  .meta({ id: 'Look' })

const lease = z
  .object({
    scope: text,
    holder: text.describe('A replica’s id.'),
    since: moment.nullable().describe('Null: since before this was written down.'),
    untilMs: milliseconds.describe('Unrenewed, another replica may have it after so long.'),
  })
  .meta({ id: 'Lease', description: 'Who advances something now.' })

const unanswered = z
  .object({
    id: text,
    api: text,
    why: text,
    object: text,
    cluster: text.nullable(),
    operationId: text.nullable(),
    agoMs: milliseconds,
  })
  .meta({ id: 'UnansweredCall', description: 'A request of which nobody knows whether it took effect.' })

export const system = z
  .object({
    findings: listOf(finding).describe('What is bad first.'),
    calls: listOf(calls).describe('Of all replicas together.'),
    budgets: listOf(budget).describe('The fullest first.'),
    replicas: listOf(replica),
    looks: listOf(look).describe('The newest at each cluster and bake, longest ago first.'),
    leases: listOf(lease),
    unanswered: listOf(unanswered).describe('Oldest first.'),
    outbox: z
      .object({
        waiting: count,
        tried: count,
        oldestWaitingMs: milliseconds.nullable(),
        delivered: count,
        givenUp: count,
      })
      .describe('What waits to be told to people, and what became of the rest in the last day.'),
    database: z.object({
      answerMs: milliseconds,
      version: text,
      sizeBytes: count,
      connections: count,
      maxConnections: count,
      migration: text,
      migrations: count,
    }),
  })
  .meta({ id: 'System', description: 'How all is, of what you may see.' })

const run = z
  .object({
    id: text,
    replica: text,
    by: text.nullable().describe('Who asked for it; null: it was its time.'),
    startedAt: moment,
    agoMs: milliseconds,
    tookMs: milliseconds.nullable(),
    outcome: wordOf(['running', 'done', 'failed', 'lost']),
    did: text.nullable(),
    error: text.nullable(),
    times: count.describe('How often in a row it has failed in this way.'),
    resultId: text.nullable().describe('The id of a cleanup run.'),
  })
  .meta({ id: 'JobRun' })

const job = z
  .object({
    name: text,
    title: text,
    purpose: text,
    rhythm: text,
    kind: z.enum(['runs', 'always']),
    runnable: z.boolean(),
    next: z
      .object({ inMs: milliseconds, why: text })
      .nullable()
      .describe('Null where it goes on all the time, or has nothing to run for.'),
    runs: listOf(run).describe('The last five, newest first.'),
    replicas: listOf(
      z.object({ replica: text, agoMs: milliseconds, tookMs: milliseconds, fault: text.nullable() }),
    ).describe('How it went the last time in each replica.'),
  })
  .meta({ id: 'Job' })

export const jobs = z.object({ jobs: listOf(job) })

export const jobRan = z.object({
  job: text,
  sentence: text,
  resultId: text.nullable().describe('The id of a cleanup run: see /cleanup/runs/{id}.'),
})
