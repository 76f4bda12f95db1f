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
    return { did: cleanupDid(result), resultId: result.runId, result }
  })
}

/** What a cleanup did, as the list of jobs says it. */
export function cleanupDid({ plan, operations }: Awaited<ReturnType<typeof runCleanup>>): string {
  const unseen = plan.unseen.length
  const did = [
    `${operations.length} ${operations.length === 1 ? 'group goes' : 'groups go'}, ${plan.groups.length - operations.length} stay`,
    ...(unseen > 0 ? [`${unseen} ${unseen === 1 ? 'cluster' : 'clusters'} could not be looked at`] : []),
  ].join('; ')
  return `${did}.`
}
