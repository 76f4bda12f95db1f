import type { Actor } from '../domain/operation.js'
import { runCleanup } from './cleanup.js'
import type { Parts } from './parts.js'
import { recordedRun, type RunKeeper } from './recorded-run.js'

/** A cleanup whose run is among those of the jobs too, also where it fails before it has a plan. */
export function recordedCleanup(
  parts: Parts,
  keeper: RunKeeper,
  actor: Actor,
  now?: Date,
): ReturnType<typeof runCleanup> {
  return recordedRun(keeper, 'cleanup', actor.via === 'job' ? null : actor.name, async () => {
    const result = await runCleanup(parts, actor, now)
    const stay = result.plan.groups.length - result.operations.length
    const unseen = result.plan.unseen.length
    const did = [
      `${result.operations.length} ${result.operations.length === 1 ? 'group goes' : 'groups go'}, ${stay} stay`,
      ...(unseen > 0 ? [`${unseen} ${unseen === 1 ? 'cluster' : 'clusters'} could not be looked at`] : []),
    ].join('; ')
    return { did: `${did}.`, resultId: result.runId, result }
  })
}
