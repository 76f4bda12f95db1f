import { Router } from 'express'
import { Refusal } from '../../domain/refusal.js'
import type { CleanupPlan } from '../../engine/cleanup.js'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { cleanupInput } from '../inputs/group.js'
import { parse } from '../inputs/parse.js'
import { found } from './not-found.js'
import { queryText } from './query.js'
import { shownOperation } from './shown.js'

export function cleanupApi({ engine, localCloud }: Deps): Router {
  const api = Router()
  api.get('/cleanup', async (request, response) => {
    const now = clockOf({ now: queryText(request, 'now') }, localCloud)
    const plan = await engine.planCleanup(now)
    response.json({ now: plan.now, groups: shownPlan(plan), unseen: plan.unseen, leftovers: [] })
  })
  api.post('/cleanup', async (request, response) => {
    const now = clockOf(request.body, localCloud)
    const { runId, plan, operations } = await engine.runCleanup(actorOf(request), now)
    response
      .status(202)
      .json({ run: { id: runId }, operations: operations.map(({ id }) => id), groups: shownPlan(plan) })
  })
  api.get('/cleanup/runs/:id', async (request, response) => {
    const { id } = request.params
    const run = found(await engine.cleanupRun(id), 'cleanup run', id)
    response.json({ ...run, operations: run.operations.map(shownOperation) })
  })
  return api
}

/** The moment that a run is to take as now; refused where the clock is not ours to set. */
export function clockOf(asked: unknown, localCloud: boolean): Date | undefined {
  const { now } = parse(cleanupInput, asked)
  if (now && !localCloud)
    throw new Refusal(
      'ClockIsReal',
      'Only the local cloud takes another time as now. Nothing was changed; leave “now” out.',
      'invalid',
      { faults: [{ field: 'now', sentence: 'Only the local cloud takes another time as now.' }] },
    )
  return now
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
