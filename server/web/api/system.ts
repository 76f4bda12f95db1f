import { z } from 'zod'
import { p95Ms, type CallFigures } from '../../domain/call-figures.js'
import { isAlive, type Replica } from '../../domain/replica.js'
import { jobsView, type JobView } from '../../engine/jobs-view.js'
import { systemView, type SystemView } from '../../engine/system-view.js'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { jobNamed, runJob } from '../run-job.js'
import { jobRan, jobs, system } from './answers/system.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

const jobName = z.string().trim().min(1).describe('A job’s name, such as `forgetting`.')

/** How all is, and the recurring work. */
export function systemApi(deps: Deps): ApiRoutes {
  const { parts, system: face } = deps
  const api = new ApiRoutes('System')
  api.get(
    '/system',
    {
      id: 'readSystem',
      summary: 'How all is: replicas, database, calls of AWS, looks, leases, what is unanswered',
      description: 'What belongs to applications that you may not see is left out, of the judgement too.',
      answers: { 200: system },
    },
    async () => reply(200, shownSystem(await systemView({ ...parts, ...face }))),
  )
  api.get(
    '/jobs',
    {
      id: 'listJobs',
      summary: 'The recurring work: what for, how it went, when it runs next',
      answers: { 200: jobs },
    },
    async () => reply(200, { jobs: (await jobsView({ ...parts, ...face })).map(shownJob) }),
  )
  api.post(
    '/jobs/:name/run',
    {
      id: 'runJob',
      summary: 'Run a job now',
      description:
        'Where its `runnable` is true. It is answered when the run has ended; what a cleanup destroys goes on after it.',
      params: { name: jobName },
      answers: { 200: jobRan },
    },
    async ({ params: { name }, request }) => reply(200, await runJob(deps, jobNamed(name), actorOf(request))),
  )
  return api
}

function shownSystem(view: SystemView): z.output<typeof system> {
  return {
    findings: view.findings,
    calls: view.calls.figures.map(shownFigures),
    budgets: view.calls.budget.map(({ name, count, perMinute, assumed, share }) => ({
      name,
      count,
      perMinute,
      assumed: assumed ?? false,
      share,
    })),
    replicas: view.replicas.map(shownReplica),
    looks: view.looks.map(({ scope, replica, agoMs, tookMs, everyMs, fault }) => ({
      scope,
      replica,
      agoMs,
      tookMs,
      everyMs,
      fault,
    })),
    leases: view.held.map(({ scope, holder, since, untilMs }) => ({ scope, holder, since, untilMs })),
    unanswered: view.unanswered,
    outbox: view.outbox,
    database: view.database,
  }
}

function shownFigures({ api, count, throttled, refused, unanswered, latency }: CallFigures) {
  return { api, count, throttled, refused, unanswered, p95Ms: p95Ms(latency) }
}

function shownReplica(replica: Replica): z.output<typeof system>['replicas'][number] {
  const { id, report, startedAt, beatAt, beatAgoMs } = replica
  const { host, pid, version, node, memory, lateMs, pool, streams, callsSinceStart } = report
  return {
    id,
    host,
    pid,
    version,
    node,
    alive: isAlive(replica),
    startedAt,
    lastHeardAt: beatAt,
    lastHeardAgoMs: beatAgoMs,
    ...memory,
    lateMs,
    connections: pool,
    streams,
    lookReads: report.lookShare ?? null,
    callsSinceStart: callsSinceStart.total,
    throttledSinceStart: callsSinceStart.throttled,
    calls: report.calls.map(shownFigures),
  }
}

function shownJob(job: JobView): z.output<typeof jobs>['jobs'][number] {
  const { name, title, purpose, rhythm, kind, next, runs, pulses } = job
  return {
    name,
    title,
    purpose,
    rhythm,
    kind,
    runnable: job.onRequest !== null,
    next,
    runs: runs.map(({ job: _job, ...run }) => run),
    replicas: pulses.map(({ replica, agoMs, tookMs, fault }) => ({ replica, agoMs, tookMs, fault })),
  }
}
