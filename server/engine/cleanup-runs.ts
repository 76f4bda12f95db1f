import { recordedRunOf, type RunLine, type RunVerdict } from '../domain/cleanup-run.js'
import { isEnded, type Operation } from '../domain/operation.js'
import type { Parts } from './parts.js'
import type { RunFilter } from './ports.js'

/** What has become of a run so far. */
interface RunState {
  readonly ended: boolean
  /** What is left in AWS though it should be gone; empty when the looks found nothing. */
  readonly leftovers: readonly string[]
}

export interface ListedCleanupRun extends Omit<RunLine, 'runId' | 'operations'>, RunState {
  readonly id: string
}

export interface CleanupRun extends RunState {
  readonly id: string
  readonly startedAt: Date
  readonly now: Date
  readonly by: string
  readonly groups: readonly RunVerdict[]
  readonly operations: readonly Operation[]
  readonly looked: readonly string[]
}

/** A run with what has become of its operations since; null when there is no such run. */
export async function cleanupRun({ history }: Parts, runId: string): Promise<CleanupRun | null> {
  const row = await history.cleanupRun(runId)
  if (!row) return null
  const { now, groups, operations: ids } = recordedRunOf(row)
  const found = await history.operationsAmong(ids)
  const operations = ids.flatMap((id) => found.find((each) => each.id === id) ?? [])
  const looked = operations
    .filter(({ phase }) => phase === 'succeeded')
    .map(({ to, endSentence }) => `${to ?? ''}: ${endSentence ?? ''}`)
  const base = { id: runId, startedAt: row.at, now, by: row.actor.name }
  return { ...base, groups, operations, looked, ...stateOf(operations) }
}

/** Newest first. Of their operations only those are read that have not succeeded, and of all runs together. */
export async function cleanupRuns(
  { history }: Parts,
  filter: RunFilter,
): Promise<readonly ListedCleanupRun[]> {
  const lines = await history.cleanupRuns(filter)
  const open = await history.operationsAmong(
    lines.flatMap(({ operations }) => operations),
    'succeeded',
  )
  return lines.map(({ runId, operations, ...line }) => ({
    id: runId,
    ...line,
    ...stateOf(open.filter(({ id }) => operations.includes(id))),
  }))
}

function stateOf(operations: readonly Operation[]): RunState {
  const ended = operations.every(isEnded)
  const failed = operations.filter(({ phase }) => phase !== 'succeeded')
  return { ended, leftovers: ended ? failed.map(leftoverSentence) : [] }
}

function leftoverSentence({ to, endSentence, reason, phase }: Operation): string {
  return `${to ?? 'a group'} was not destroyed: ${endSentence ?? reason ?? phase}`
}
