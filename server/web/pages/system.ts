import type { BudgetUse } from '../../domain/call-budget.js'
import { p95Ms, type CallFigures } from '../../domain/call-figures.js'
import { isAlive, replicaName, type LookShare, type Replica } from '../../domain/replica.js'
import type { HealthFinding } from '../../domain/health-finding.js'
import { isOverdue } from '../../domain/health-of-looks.js'
import type { UnansweredCall } from '../../engine/ports-system.js'
import type { SystemView } from '../../engine/system-view.js'
import type { Badge } from './badge.js'
import type { Fact } from './group-card.js'
import { say, strong, type Head, type Said } from './head.js'
import { capital, counted, duration } from './words.js'
import { terminal } from './terminal.js'

export interface SystemFacts {
  readonly view: SystemView
  /** Of the replica that made this page. */
  readonly replica: string
}

interface FindingRow {
  readonly badge: Badge
  readonly part: string
  readonly sentence: string
  readonly todo: string | null
  readonly href: string | null
}

interface CallRow {
  readonly api: string
  readonly count: number
  readonly throttled: number
  readonly refused: number
  readonly unanswered: number
  readonly p95: string
  readonly by: string
}

interface BudgetRow {
  readonly name: string
  readonly count: number
  readonly most: string
  readonly percent: string
  readonly width: string
  readonly k: string
}

interface ReplicaRow {
  readonly name: string
  readonly own: boolean
  readonly badge: Badge
  readonly version: string
  readonly up: string
  readonly heard: string
  readonly holds: string
  readonly calls: string
  readonly memory: string
  readonly late: string
  /** What its looks may cost. */
  readonly reads: string
  readonly pool: string
  readonly streams: number
}

interface LookRow {
  readonly name: string
  readonly href: string | null
  readonly badge: Badge
  readonly ago: string
  readonly took: string
  readonly every: string
  readonly holder: string
  readonly held: string
  readonly fault: string | null
}

interface UnansweredRow {
  readonly api: string
  readonly ago: string
  readonly why: string
  readonly cluster: string | null
  readonly operation: string | null
}

export interface SystemPage extends Head {
  readonly findings: readonly FindingRow[]
  readonly calls: readonly CallRow[]
  readonly severalReplicas: boolean
  readonly budgets: readonly BudgetRow[]
  /** How many times faster than AWS a local cloud is; null elsewhere. */
  readonly faster: number | null
  readonly callsSay: string
  readonly replicas: readonly ReplicaRow[]
  readonly looks: readonly LookRow[]
  readonly unanswered: readonly UnansweredRow[]
  readonly database: readonly Fact[]
  readonly outbox: readonly Fact[]
}

const levels: Readonly<Record<HealthFinding['level'], Badge>> = {
  good: { k: 'k-good', glyph: 'check', word: 'good' },
  care: { k: 'k-care', glyph: 'bang', word: 'look at it' },
  bad: { k: 'k-bad', glyph: 'cross', word: 'bad' },
}
const partWords: Readonly<Partial<Record<string, string>>> = {
  database: 'PostgreSQL',
  looks: 'Looks at AWS',
  unanswered: 'Unanswered requests',
}
const shownBudgets = 6

/** Is all well, and if not, what is to be done? */
export function systemPage({ view, replica }: SystemFacts): SystemPage {
  const { findings, replicas, calls, awsDivisor, looks, held, unanswered } = view
  const alive = replicas.filter(isAlive)
  return {
    title: 'System health',
    heading: 'System health',
    crumbs: [{ label: 'More', href: '/more' }, { label: 'System health' }],
    terminal: terminal('system'),
    sentence: sentenceOf(findings, alive.length),
    acts: [{ label: 'Jobs', href: '/jobs' }],
    liveMs: 5_000,
    findings: findings.map(({ level, part, sentence, todo, href }) => ({
      badge: levels[level],
      part: partWords[part] ?? capital(part),
      sentence,
      todo,
      href,
    })),
    calls: calls.figures.map((figures) => callRow(figures, alive)),
    severalReplicas: alive.length > 1,
    budgets: calls.budget.slice(0, shownBudgets).map(budgetRow),
    faster: awsDivisor > 1 ? awsDivisor : null,
    callsSay:
      alive.length === 1 ? 'in the last minute' : `in the last minute, of ${alive.length} replicas together`,
    replicas: replicas.map((each) => replicaRow(each, view, replica)),
    looks: lookRows(looks, held, replicas),
    unanswered: unanswered.map(unansweredRow),
    database: databaseFacts(view),
    outbox: outboxFacts(view),
  }
}

function sentenceOf(findings: readonly HealthFinding[], replicas: number): Said[] {
  const bad = findings.filter(({ level }) => level === 'bad').length
  const care = findings.filter(({ level }) => level === 'care').length
  if (bad + care === 0) {
    const running = replicas === 1 ? 'one replica runs' : `${counted(replicas, 'replica')} run`
    return say(strong('All is well'), `: ${running}, and nothing has to be done.`)
  }
  const said = [
    ...(bad > 0 ? [`${counted(bad, 'thing')} ${bad === 1 ? 'is' : 'are'} bad`] : []),
    ...(care > 0 ? [`${counted(care, 'thing')} should be looked at`] : []),
  ]
  return say(strong(capital(said.join(', and '))), ': the first rows say what to do.')
}

function callRow(
  { api, count, throttled, refused, unanswered, latency }: CallFigures,
  alive: readonly Replica[],
): CallRow {
  const p95 = p95Ms(latency)
  const parts = alive.flatMap((replica) => {
    const own = replica.report.calls.find((each) => each.api === api)
    return own ? [`${replicaName(replica)}: ${own.count}`] : []
  })
  return {
    api,
    count,
    throttled,
    refused,
    unanswered,
    p95: p95 === null ? '' : p95 < 1000 ? `${p95} ms` : duration(p95),
    by: alive.length > 1 ? parts.join('; ') : '',
  }
}

function budgetRow({ name, count, perMinute, assumed, share }: BudgetUse): BudgetRow {
  const percent = Math.round(share * 100)
  return {
    name,
    count,
    most: `${perMinute}${assumed ? ' (not published, taken to be safe)' : ''}`,
    percent: share > 0 && percent === 0 ? 'under 1 %' : `${percent} %`,
    width: `${Math.min(100, Math.max(1, percent))}%`,
    k: share > 1 ? 'k-bad' : share > 0.5 ? 'k-care' : 'k-good',
  }
}

function replicaRow(replica: Replica, { held }: SystemView, own: string): ReplicaRow {
  const { id, report, beatAgoMs } = replica
  const { memory, pool, callsSinceStart } = report
  const holds = held.filter(({ holder }) => holder === id)
  const [clusters, others] = [
    holds.filter(({ scope }) => scope.startsWith('cluster:')).length,
    holds.filter(({ scope }) => !scope.startsWith('cluster:')).length,
  ]
  return {
    name: replicaName(replica),
    own: id === own,
    badge: isAlive(replica)
      ? { k: 'k-good', glyph: 'check', word: 'alive' }
      : { k: 'k-care', glyph: 'bang', word: 'not heard of' },
    version: `Delling ${report.version}, Node ${report.node}`,
    up: duration(report.uptimeMs + beatAgoMs),
    heard: `${duration(beatAgoMs)} ago`,
    holds: `${counted(clusters, 'cluster')}${others > 0 ? `, ${counted(others, 'other thing')}` : ''}`,
    calls: `${report.calls.reduce((sum, { count }) => sum + count, 0)} in the last minute, ${callsSinceStart.total} since its start (${callsSinceStart.throttled} throttled)`,
    memory: `${bytes(memory.rssBytes)}; heap ${bytes(memory.heapUsedBytes)} of ${bytes(memory.heapLimitBytes)}`,
    late: `${report.lateMs} ms`,
    reads: readsWords(report.lookShare),
    pool: `${pool.open - pool.idle} of ${pool.max} in use${pool.waiting > 0 ? `, ${pool.waiting} wait` : ''}`,
    streams: report.streams,
  }
}

/** Reads of load balancing are AWS's scarcest: so many a minute of them may be spent on looks that can wait. */
function readsWords(share: LookShare | undefined): string {
  if (!share) return 'an undivided budget of looks'
  const { calmPerMinute, pagesPerMinute, replicas } = share
  const among = replicas > 1 ? `, ${partOf(replicas)} of the account’s` : ''
  return `looks: up to ${calmPerMinute} reads a minute, ${pagesPerMinute} more for pages${among}`
}

const partOf = (count: number) => ({ 2: 'half', 3: 'a third', 4: 'a quarter' })[count] ?? `a ${count}th part`

/** Everything that is looked at or held, longest ago first; what is only held comes last. */
function lookRows(
  looks: SystemView['looks'],
  held: SystemView['held'],
  replicas: readonly Replica[],
): readonly LookRow[] {
  const nameOf = (id: string | undefined) => {
    const replica = replicas.find((each) => each.id === id)
    return replica ? replicaName(replica) : (id ?? '')
  }
  const leases = new Map(held.map((lease) => [lease.scope, lease]))
  const holding = (scope: string) => {
    const lease = leases.get(scope)
    if (!lease) return { holder: 'nobody, until the next look', held: '' }
    return {
      holder: nameOf(lease.holder),
      held: lease.heldMs === null ? 'longer than is written down' : duration(lease.heldMs),
    }
  }
  const looked = looks.map((look): LookRow => ({
    ...placeOfScope(look.scope),
    badge: look.fault
      ? { k: 'k-care', glyph: 'bang', word: 'went wrong' }
      : isOverdue(look)
        ? { k: 'k-bad', glyph: 'clock', word: 'overdue' }
        : { k: 'k-good', glyph: 'check', word: 'in time' },
    ago: `${duration(look.agoMs)} ago`,
    took: duration(look.tookMs),
    every: duration(look.everyMs),
    fault: look.fault,
    ...holding(look.scope),
  }))
  const seen = new Set(looks.map(({ scope }) => scope))
  const only = held
    .filter(({ scope }) => !seen.has(scope))
    .map(({ scope }): LookRow => ({
      ...placeOfScope(scope),
      badge: { k: 'k-idle', glyph: 'later', word: scope.startsWith('job:') ? 'runs' : 'not looked at yet' },
      ago: '',
      took: '',
      every: '',
      fault: null,
      ...holding(scope),
    }))
  return [...looked, ...only]
}

function placeOfScope(scope: string): { name: string; href: string | null } {
  const [kind = '', ...rest] = scope.split(':')
  const name = rest.join(':')
  if (kind === 'cluster') return { name, href: `/clusters/${name}` }
  if (kind === 'bake') return { name: `bake ${name.slice(0, 8)}`, href: `/bakes/${name}` }
  if (kind === 'image') return { name: `image ${name}`, href: `/images/${name}` }
  return { name: `${kind} ${name}`, href: kind === 'job' ? `/jobs#${name}` : null }
}

function unansweredRow({ api, agoMs, why, cluster, operationId }: UnansweredCall): UnansweredRow {
  return {
    api,
    ago: duration(agoMs),
    why,
    cluster,
    operation: operationId && `/operations/${operationId}`,
  }
}

function databaseFacts({ database, replicas }: SystemView): readonly Fact[] {
  const pools = replicas.filter(isAlive).map(({ report }) => report.pool)
  const used = pools.reduce((sum, { open, idle }) => sum + open - idle, 0)
  const most = pools.reduce((sum, { max }) => sum + max, 0)
  return [
    { what: 'Answers in', value: `${Math.round(database.answerMs * 10) / 10} ms` },
    { what: 'PostgreSQL', value: database.version },
    { what: 'Schema', value: `${database.migration}, ${database.migrations} changes`, mono: true },
    { what: 'Size', value: bytes(database.sizeBytes) },
    { what: 'In use', value: `${used} of the ${most} connections that the replicas may have` },
    { what: 'Connections', value: `${database.connections} of the ${database.maxConnections} it takes` },
  ]
}

function outboxFacts({ outbox }: SystemView): readonly Fact[] {
  const { waiting, tried, oldestWaitingMs, delivered, givenUp } = outbox
  return [
    { what: 'Waiting', value: waiting === 0 ? 'none' : `${waiting}, ${tried} of them tried before` },
    ...(oldestWaitingMs === null
      ? []
      : [{ what: 'Oldest', value: `waits for ${duration(oldestWaitingMs)}` }]),
    { what: 'Delivered', value: `${delivered} in the last day` },
    { what: 'Given up', value: `${givenUp} in the last day` },
  ]
}

/** `184 MB`. */
function bytes(count: number): string {
  if (count < 1e6) return `${Math.round(count / 1e3)} kB`
  if (count < 1e9) return `${Math.round(count / 1e6)} MB`
  return `${Math.round(count / 1e8) / 10} GB`
}
