import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'
import type { CallOutcome } from '../domain/call-figures.js'
import { isAlive, type ReplicaReport } from '../domain/replica.js'
import type { SystemView } from '../engine/system-view.js'

const secondsBuckets = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15]

/** What monitoring reads of this replica, in the text format of Prometheus. */
export class Metrics {
  private readonly registry = new Registry()
  private readonly requests = new Counter({
    name: 'delling_aws_requests_total',
    help: 'Requests to AWS of this replica, by how they ended.',
    labelNames: ['service', 'operation', 'outcome'] as const,
    registers: [this.registry],
  })
  private readonly seconds = new Histogram({
    name: 'delling_aws_request_seconds',
    help: 'How long requests to AWS took until they ended.',
    labelNames: ['service'] as const,
    buckets: secondsBuckets,
    registers: [this.registry],
  })
  private readonly info = this.gauge('delling_info', 'Always 1.', ['version'])
  private readonly lookAge = this.gauge(
    'delling_look_age_seconds',
    'How old the last look at each cluster and bake is whose lease this replica keeps.',
    ['scope'],
  )
  private readonly streams = this.gauge('delling_event_streams', 'Who listens to the stream of events.')
  private readonly pool = this.gauge(
    'delling_database_connections',
    'This replica’s connections to PostgreSQL: open, idle, and who waits for one.',
    ['state'],
  )
  private readonly alive = this.gauge('delling_replicas', 'Replicas that are heard of.')
  private readonly unanswered = this.gauge(
    'delling_unanswered_requests',
    'Requests to AWS of all replicas that nobody knows the answer to.',
  )
  private readonly unansweredAge = this.gauge(
    'delling_unanswered_request_age_seconds',
    'How old the oldest of those is; 0 without one.',
  )
  private readonly deliveries = this.gauge(
    'delling_deliveries',
    'Messages that wait, and that were delivered or given up in the last day.',
    ['state'],
  )
  private readonly findings = this.gauge('delling_health_findings', 'What is good, and what isn’t.', [
    'level',
  ])

  constructor() {
    collectDefaultMetrics({ register: this.registry })
  }

  get contentType(): string {
    return this.registry.contentType
  }

  /** Counts one request that ended. */
  awsCall(api: string, outcome: CallOutcome, tookMs: number): void {
    const [service = '', operation = ''] = api.split(':')
    this.requests.inc({ service, operation, outcome })
    this.seconds.observe({ service }, tookMs / 1000)
  }

  /** Everything as it is now. */
  text(report: ReplicaReport, view: SystemView): Promise<string> {
    this.info.set({ version: report.version }, 1)
    this.lookAge.reset()
    for (const { scope, agoMs, held } of report.looks) if (held) this.lookAge.set({ scope }, agoMs / 1000)
    this.streams.set(report.streams)
    const { open, idle, waiting } = report.pool
    for (const [state, count] of Object.entries({ open, idle, waiting })) this.pool.set({ state }, count)
    this.alive.set(view.replicas.filter(isAlive).length)
    this.unanswered.set(view.unanswered.length)
    this.unansweredAge.set((view.unanswered[0]?.agoMs ?? 0) / 1000)
    const { delivered, givenUp } = view.outbox
    for (const [state, count] of Object.entries({ waiting: view.outbox.waiting, delivered, givenUp }))
      this.deliveries.set({ state }, count)
    for (const level of ['good', 'care', 'bad'] as const)
      this.findings.set({ level }, view.findings.filter((each) => each.level === level).length)
    return this.registry.metrics()
  }

  private gauge<Label extends string = never>(name: string, help: string, labelNames: Label[] = []) {
    return new Gauge<Label>({ name, help, labelNames, registers: [this.registry] })
  }
}
