import { budgetUse, type BudgetUse } from './call-budget.js'
import { summedFigures, type CallFigures } from './call-figures.js'
import { jobs, type JobRun } from './job.js'
import { lengthText } from './length-text.js'
import { isAlive, newestLooks, replicaName, type Replica, type ScopeLook } from './replica.js'

/** One part of how all is: good, or what isn't and what to do. */
export interface HealthFinding {
  readonly level: 'good' | 'care' | 'bad'
  readonly part: HealthPart
  /** What is, with its reason. */
  readonly sentence: string
  /** What to do; null where nothing is to be done. */
  readonly todo: string | null
  /** Where more of it is. */
  readonly href: string | null
}

export const healthParts = [
  'database',
  'replicas',
  'looks',
  'AWS calls',
  'unanswered',
  'deliveries',
  'jobs',
] as const
export type HealthPart = (typeof healthParts)[number]

/** What is judged. */
export interface SystemFacts {
  readonly replicas: readonly Replica[]
  /** Clusters that should be looked at. */
  readonly clusters: readonly string[]
  readonly database: {
    readonly answerMs: number
    readonly version: string
    readonly migration: string
    readonly connections: number
    readonly maxConnections: number
  }
  readonly unanswered: readonly {
    readonly api: string
    readonly cluster: string | null
    readonly agoMs: number
  }[]
  readonly outbox: {
    readonly waiting: number
    readonly tried: number
    readonly oldestWaitingMs: number | null
    readonly delivered: number
    readonly givenUp: number
  }
  /** The newest first. */
  readonly runs: readonly JobRun[]
  /** How long an unanswered request may still take effect. */
  readonly wireMs: number
}

const slowDatabaseMs = 250
/** Over what was due, so much is no delay yet: a turn that sends a request takes its time. */
const lateLookMs = 30_000
const longTurnMs = 1000
/** Answers take so long that a younger request is simply under way. */
const underWayMs = 30_000
const longWaitMs = 5 * 60_000

/** Everything judged, what is bad first. */
export function healthOf(facts: SystemFacts): readonly HealthFinding[] {
  const parts: Readonly<Record<HealthPart, (facts: SystemFacts) => readonly HealthFinding[]>> = {
    database: ofDatabase,
    replicas: ofReplicas,
    looks: ofLooks,
    'AWS calls': ofCalls,
    unanswered: ofUnanswered,
    deliveries: ofDeliveries,
    jobs: ofJobs,
  }
  const weight = { bad: 0, care: 1, good: 2 }
  return healthParts.flatMap((part) => parts[part](facts)).sort((a, b) => weight[a.level] - weight[b.level])
}

/** The AWS requests of all living replicas together. */
export function callsOf(replicas: readonly Replica[]): {
  readonly figures: readonly CallFigures[]
  readonly budget: readonly BudgetUse[]
} {
  const figures = summedFigures(replicas.filter(isAlive).map(({ report }) => report.calls))
  return { figures, budget: budgetUse(figures) }
}

/** True where the next look should have come long since. */
export function isOverdue({ agoMs, everyMs }: Pick<ScopeLook, 'agoMs' | 'everyMs'>): boolean {
  return agoMs > everyMs + lateLookMs
}

const good = (part: HealthPart, sentence: string, href: string | null = null): HealthFinding => ({
  level: 'good',
  part,
  sentence,
  todo: null,
  href,
})
const care = (
  part: HealthPart,
  sentence: string,
  todo: string,
  href: string | null = null,
): HealthFinding => ({
  ...good(part, sentence, href),
  level: 'care',
  todo,
})
const bad = (
  part: HealthPart,
  sentence: string,
  todo: string,
  href: string | null = null,
): HealthFinding => ({
  ...care(part, sentence, todo, href),
  level: 'bad',
})
/** Those that speak against a part, else the one that it is good. */
const orGood = (
  against: readonly (HealthFinding | false)[],
  fine: HealthFinding,
): readonly HealthFinding[] => {
  const found = against.filter((each) => each !== false)
  return found.length > 0 ? found : [fine]
}
const plural = (count: number, noun: string, nouns = `${noun}s`) => `${count} ${count === 1 ? noun : nouns}`

function ofDatabase({ database, replicas }: SystemFacts): readonly HealthFinding[] {
  const { answerMs, connections, maxConnections, version, migration } = database
  const waiting = replicas.filter((each) => isAlive(each) && each.report.pool.waiting > 0)
  return orGood(
    [
      answerMs > slowDatabaseMs &&
        care(
          'database',
          `PostgreSQL takes ${lengthText(answerMs)} to answer a query that does nothing.`,
          'Every step waits for it several times. Look at its load, its disk and the network to it.',
        ),
      connections > 0.8 * maxConnections &&
        care(
          'database',
          `${connections} of PostgreSQL’s ${maxConnections} connections are in use.`,
          'Raise max_connections, or run fewer replicas: each takes up to 13.',
        ),
      ...waiting.map((each) =>
        care(
          'database',
          `In ${replicaName(each)} ${plural(each.report.pool.waiting, 'query waits', 'queries wait')} for a connection: all ${each.report.pool.max} are in use.`,
          'It passes by itself after a burst. Where it stays, PostgreSQL is slow or a lock is held: look at pg_stat_activity.',
        ),
      ),
    ],
    good(
      'database',
      `PostgreSQL ${version} answers in ${lengthText(answerMs)}; its schema is at ${migration}.`,
    ),
  )
}

function ofReplicas({ replicas }: SystemFacts): readonly HealthFinding[] {
  const alive = replicas.filter(isAlive)
  const versions = [...new Set(alive.map(({ report }) => report.version))].sort()
  const left = alive.flatMap(({ report }) => report.leftAlone)
  return orGood(
    [
      ...replicas
        .filter((each) => !isAlive(each))
        .map((each) =>
          care(
            'replicas',
            `${replicaName(each)} has not been heard of for ${lengthText(each.beatAgoMs)}: it died, or can’t reach the database.`,
            'Others go on with its clusters. If it is meant to run, look at its log and start it again; else nothing: it is forgotten after a day.',
          ),
        ),
      ...alive.flatMap(troublesOf),
      versions.length > 1 &&
        care(
          'replicas',
          `Replicas of versions ${versions.join(' and ')} run side by side.`,
          'That is fine while one version replaces another. Stop the older ones when the newer ones are up.',
        ),
      left.length > 0 &&
        care(
          'replicas',
          `${plural(new Set(left.map(({ scope }) => scope)).size, 'cluster or bake is', 'clusters and bakes are')} left to replicas of a newer version.`,
          'Finish the upgrade: only replicas of the newer version advance them.',
          '/more',
        ),
    ],
    good(
      'replicas',
      alive.length === 1
        ? 'One replica runs. A second one would go on within seconds if it died.'
        : `${alive.length} replicas run and are heard of every few seconds.`,
    ),
  )
}

function troublesOf(replica: Replica): readonly HealthFinding[] {
  const { memory, lateMs } = replica.report
  const share = memory.heapUsedBytes / memory.heapLimitBytes
  return [
    ...(share > 0.85
      ? [
          bad(
            'replicas',
            `${replicaName(replica)} uses ${Math.round(share * 100)} of every 100 bytes of the memory that Node may have.`,
            'Restart it now, in order (SIGTERM): others go on. If it grows again, give Node more with --max-old-space-size.',
          ),
        ]
      : []),
    ...(lateMs > longTurnMs
      ? [
          care(
            'replicas',
            `${replicaName(replica)} is ${lengthText(lateMs)} late with what is due: its processor is too busy.`,
            'Leases last 4 seconds: later than 3 and it loses them to others. Give it more processor, or run another replica.',
          ),
        ]
      : []),
  ]
}

function ofLooks({ replicas, clusters }: SystemFacts): readonly HealthFinding[] {
  const looks = newestLooks(replicas)
  const named = (scope: string) => scope.replace(':', ' ')
  const pageOf = (scope: string) =>
    `/${scope.slice(0, scope.indexOf(':'))}s/${scope.slice(scope.indexOf(':') + 1)}`
  const seen = new Set(looks.map(({ scope }) => scope))
  const settled = replicas.some((each) => isAlive(each) && each.report.uptimeMs > lateLookMs)
  const unseen = settled ? clusters.filter((name) => !seen.has(`cluster:${name}`)) : []
  const slowest = looks.reduce((most, { tookMs }) => Math.max(most, tookMs), 0)
  return orGood(
    [
      ...unseen.map((name) =>
        bad(
          'looks',
          `No replica has looked at cluster ${name}.`,
          'Look for a fault with its name in the logs, and whether it is left to a newer version.',
          `/clusters/${name}`,
        ),
      ),
      ...looks
        .filter(isOverdue)
        .map(({ scope, agoMs, everyMs }) =>
          bad(
            'looks',
            `The last look at ${named(scope)} is ${lengthText(agoMs)} old; one was due every ${lengthText(everyMs)}.`,
            'See below who holds its lease. If that replica is not heard of, its lease ends within seconds; if it is, restart it.',
            pageOf(scope),
          ),
        ),
      ...looks
        .filter(({ fault }) => fault !== null)
        .map(({ scope, fault, agoMs }) =>
          care(
            'looks',
            `The last look at ${named(scope)}, ${lengthText(agoMs)} ago, went wrong: ${fault ?? ''}`,
            'It is tried again by itself. If it stays, mend what it says: rights, credentials, the network to AWS.',
            pageOf(scope),
          ),
        ),
    ],
    good(
      'looks',
      looks.length === 0
        ? 'There is no cluster to look at.'
        : `${plural(looks.length, 'cluster or bake', 'clusters and bakes')} looked at in time: the longest ago ${lengthText(looks[0]?.agoMs ?? 0)}, the slowest look took ${lengthText(slowest)}.`,
    ),
  )
}

function ofCalls({ replicas }: SystemFacts): readonly HealthFinding[] {
  const { figures, budget } = callsOf(replicas)
  const sum = (key: 'count' | 'throttled' | 'unanswered') =>
    figures.reduce((total, each) => total + each[key], 0)
  const [sent, throttled, unanswered] = [sum('count'), sum('throttled'), sum('unanswered')]
  const worst = figures.filter((each) => each.throttled > 0).map(({ api }) => api)
  const silent = figures.filter((each) => each.unanswered > 0).map(({ api }) => api)
  const [fullest] = budget
  return orGood(
    [
      throttled > 0 &&
        (throttled > 0.1 * sent ? bad : care)(
          'AWS calls',
          `AWS throttled ${throttled} of ${sent} requests in the last minute: ${worst.join(', ')}.`,
          'Nothing is lost: reads are repeated, changes are looked for and sent again. Find who else asks so much of the account, or ask AWS for more.',
        ),
      unanswered > 0 &&
        care(
          'AWS calls',
          `AWS did not answer ${unanswered} of ${sent} requests in the last minute, or with a fault of its own: ${silent.join(', ')}.`,
          'Look at the network and AWS’s own health page. What may have taken effect is looked for before anything else is done.',
        ),
      ...budget
        .filter(({ share }) => share > 0.5)
        .map((each) =>
          (each.share > 1 ? bad : care)(
            'AWS calls',
            `${each.name}: ${each.count} requests in the last minute are ${Math.round(each.share * 100)} % of the ${each.perMinute} that ${each.assumed ? 'are taken to be safe' : 'AWS allows'} in this region, for everybody in the account.`,
            'Above 100 % AWS throttles everybody, Auto Scaling scripts of others too. Deploy fewer clusters at once, or ask AWS for more.',
          ),
        ),
    ],
    good(
      'AWS calls',
      sent === 0
        ? 'No request to AWS in the last minute.'
        : `${plural(sent, 'request')} to AWS in the last minute, none throttled${fullest ? `; of no budget is more than ${Math.max(1, Math.ceil(fullest.share * 100))} % used` : ''}.`,
    ),
  )
}

function ofUnanswered({ unanswered, wireMs }: SystemFacts): readonly HealthFinding[] {
  const open = unanswered.filter(({ agoMs }) => agoMs > underWayMs)
  const oldest = open[0]
  if (!oldest)
    return [good('unanswered', 'Every request to AWS that changes something was answered, or is under way.')]
  const where = oldest.cluster === null ? '' : ` of ${oldest.cluster}`
  const sentence = `${plural(open.length, 'request')} to AWS ${open.length === 1 ? 'has' : 'have'} no answer; the oldest, ${oldest.api}${where}, for ${lengthText(oldest.agoMs)}.`
  return [
    oldest.agoMs > 2 * wireMs
      ? bad(
          'unanswered',
          sentence,
          'It can’t take effect any more, and should have been settled: see whether its cluster is looked at.',
          '/system#unanswered',
        )
      : care(
          'unanswered',
          sentence,
          `Nothing: Delling looks for its effect, and does nothing that it could undo, for up to ${lengthText(wireMs)}.`,
          '/system#unanswered',
        ),
  ]
}

function ofDeliveries({ outbox }: SystemFacts): readonly HealthFinding[] {
  const { waiting, tried, oldestWaitingMs, delivered, givenUp } = outbox
  const href = '/settings/notifications'
  return orGood(
    [
      givenUp > 0 &&
        care(
          'deliveries',
          `${plural(givenUp, 'message')} ${givenUp === 1 ? 'was' : 'were'} given up in the last day: the receiver did not take them.`,
          'See what the receiver answered, mend it, and send them again.',
          href,
        ),
      tried > 0 &&
        (oldestWaitingMs ?? 0) > longWaitMs &&
        care(
          'deliveries',
          `${plural(tried, 'message')} ${tried === 1 ? 'was' : 'were'} tried and not taken; the oldest waits for ${lengthText(oldestWaitingMs ?? 0)}.`,
          'They are tried for a day. See what the receiver answers.',
          href,
        ),
    ],
    good(
      'deliveries',
      waiting === 0
        ? `No message waits; ${delivered} ${delivered === 1 ? 'was' : 'were'} delivered in the last day.`
        : `${plural(waiting, 'message')} wait to be delivered, none for long.`,
    ),
  )
}

function ofJobs({ runs, replicas }: SystemFacts): readonly HealthFinding[] {
  const last = jobs.flatMap(({ name }) => runs.find(({ job }) => job === name) ?? [])
  const titleOf = (name: string) => jobs.find((job) => job.name === name)?.title ?? name
  const failing = replicas.filter(isAlive).flatMap(({ report }) => report.pulses.filter(({ fault }) => fault))
  return orGood(
    [
      ...last
        .filter(({ outcome }) => outcome === 'failed' || outcome === 'lost')
        .map((run) =>
          bad(
            'jobs',
            run.outcome === 'lost'
              ? `${titleOf(run.job)}: the last run, ${lengthText(run.agoMs)} ago, never ended, because its process died.`
              : `${titleOf(run.job)}: the last run, ${lengthText(run.agoMs)} ago, failed${run.times > 1 ? ` as the ${run.times - 1} before it` : ''}${run.error === null ? '' : `: ${run.error}`}`,
            'It is tried again by itself. If it fails again, mend what it says.',
            '/jobs',
          ),
        ),
      ...failing.map(({ job, fault, agoMs }) =>
        care(
          'jobs',
          `${titleOf(job)} met a fault ${lengthText(agoMs)} ago: ${fault ?? ''}`,
          'It goes on by itself. If it stays, mend what it says; the log has the whole of it.',
          '/jobs',
        ),
      ),
    ],
    good('jobs', 'No job has failed in its last run.', '/jobs'),
  )
}
