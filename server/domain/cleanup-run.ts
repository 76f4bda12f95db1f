/** The stream that cleanup runs are recorded in. */
export const cleanupStream = 'job:cleanup'

export interface RunVerdict {
  readonly group: string
  readonly cluster: string
  readonly verdict: 'goes' | 'stays'
  readonly why: string
}

/** What is recorded of a run: every group that it judged, which in a big account are a thousand. */
export interface RecordedRun {
  readonly runId: string
  readonly now: Date
  readonly groups: readonly RunVerdict[]
  /** Ids of the destroys that it asked for. */
  readonly operations: readonly string[]
}

/** A run as a list has it, without its verdicts. */
export interface RunLine {
  /** Its number in the deploy log. */
  readonly seq: number
  readonly runId: string
  readonly startedAt: Date
  readonly now: Date
  readonly by: string
  /** The groups that it asked to have destroyed. */
  readonly goes: readonly string[]
  readonly stays: number
  readonly operations: readonly string[]
}

/** What an event of the stream says of its run. */
export function recordedRunOf(event: { readonly data: Readonly<Record<string, unknown>> }): RecordedRun {
  const data = event.data['data'] as Omit<RecordedRun, 'now'> & { readonly now: Date | string }
  return { ...data, now: new Date(data.now) }
}

export function runLineOf(event: {
  readonly seq: number
  readonly at: Date
  readonly actor: { readonly name: string }
  readonly data: Readonly<Record<string, unknown>>
}): RunLine {
  const { runId, now, groups, operations } = recordedRunOf(event)
  const goes = groups.filter(({ verdict }) => verdict === 'goes').map(({ group }) => group)
  const { seq, at: startedAt, actor } = event
  return { seq, runId, startedAt, now, by: actor.name, goes, stays: groups.length - goes.length, operations }
}
