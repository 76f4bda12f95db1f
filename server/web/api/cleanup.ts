import { Refusal } from '../../domain/refusal.js'
import type { CleanupRun } from '../../engine/cleanup-runs.js'
import type { CleanupPlan } from '../../engine/cleanup.js'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { cleanupInput } from '../inputs/group.js'
import { parse } from '../inputs/parse.js'
import { cleanupPlan, cleanupRun, listedCleanupRun, startedCleanup } from './answers/cleanup.js'
import { paged, pageOf, pageQuery, seqAfterOf } from './cursor.js'
import { found } from './not-found.js'
import { aMomentInTime, runId } from './parameters.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'
import { shownOperation } from './shown.js'

export function cleanupApi({ engine, localCloud }: Deps): ApiRoutes {
  const api = new ApiRoutes('Cleanup')
  api.get(
    '/cleanup',
    {
      id: 'planCleanup',
      summary: 'What a cleanup would destroy and what stays, with the reason of each; changes nothing',
      query: {
        now: aMomentInTime.optional().describe('As if it were this moment; only where the local cloud runs.'),
      },
      answers: { 200: cleanupPlan },
    },
    async ({ query }) => {
      const plan = await engine.planCleanup(refuseRealClock(query.now, localCloud))
      return reply(200, { now: plan.now, groups: shownPlan(plan), unseen: plan.unseen, leftovers: [] })
    },
  )
  api.post(
    '/cleanup',
    {
      id: 'runCleanup',
      summary: 'Destroy what has expired',
      body: cleanupInput,
      answers: { 202: startedCleanup },
    },
    async ({ body, request }) => {
      const now = refuseRealClock(body.now, localCloud)
      const { runId: id, plan, operations } = await engine.runCleanup(actorOf(request), now)
      return reply(202, {
        run: { id },
        operations: operations.map((operation) => operation.id),
        groups: shownPlan(plan),
      })
    },
  )
  api.get(
    '/cleanup/runs',
    {
      id: 'listCleanupRuns',
      summary: 'Cleanup runs, newest first, without what each said of the groups that stay',
      query: pageQuery,
      answers: { 200: pageOf('runs', listedCleanupRun) },
    },
    async ({ query: { limit, cursor }, request }) => {
      const beforeSeq = seqAfterOf('runs', cursor)
      const rows = await engine.cleanupRuns({ limit: limit + 1, ...(beforeSeq && { beforeSeq }) })
      const page = paged(request, { list: 'runs', rows, limit, keyOf: ({ seq }) => String(seq) })
      return reply(200, { runs: page.rows.map(({ seq: _seq, ...run }) => run), next: page.next })
    },
  )
  api.get(
    '/cleanup/runs/:id',
    {
      id: 'readCleanupRun',
      summary: 'A cleanup run and what has become of it',
      params: { id: runId },
      answers: { 200: cleanupRun },
    },
    async ({ params: { id } }) => reply(200, shownRun(found(await engine.cleanupRun(id), 'cleanup run', id))),
  )
  return api
}

/** The moment that a run is to take as now; refused where the clock is not ours to set. */
export function clockOf(asked: unknown, localCloud: boolean): Date | undefined {
  return refuseRealClock(parse(cleanupInput, asked).now, localCloud)
}

function refuseRealClock(now: Date | undefined, localCloud: boolean): Date | undefined {
  if (now && !localCloud)
    throw new Refusal(
      'ClockIsReal',
      'Only the local cloud takes another time as now. Nothing was changed; leave “now” out.',
      'invalid',
      { faults: [{ field: 'now', sentence: 'Only the local cloud takes another time as now.' }] },
    )
  return now
}

function shownRun(run: CleanupRun) {
  return { ...run, operations: run.operations.map(shownOperation) }
}

function shownPlan(plan: CleanupPlan) {
  return plan.groups.map(({ group, state, verdict, why }) => ({
    group: group.name,
    cluster: group.cluster,
    verdict,
    why,
    expiresAt: group.expiresAt,
    state,
  }))
}
