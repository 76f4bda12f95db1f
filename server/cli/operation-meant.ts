import type { ConsoleApi } from './console-api.js'
import { CommandFailure, exits, type WayOn } from './exits.js'
import { kindWords, stateWords } from './operation-state.js'
import type { OperationDocument } from './operations.js'
import { listClusters } from './stuck.js'

type Deed = 'cancel' | 'pause' | 'approve' | 'decline'

/** Which operations a deed can be meant for: a queued one runs no step that could be paused, and waits for no approval. */
const fits: Readonly<Record<Deed, (operation: OperationDocument) => boolean>> = {
  cancel: () => true,
  pause: ({ phase }) => phase !== 'waiting',
  approve: ({ phase }) => phase === 'approving',
  decline: ({ phase }) => phase === 'approving',
}

/** An operation's id as it is, or the one operation of the cluster of that name that the deed can be meant for. */
export async function operationMeant(api: ConsoleApi, meant: string, deed: Deed): Promise<string> {
  const { operations } = await api.get<{ operations: OperationDocument[] }>('/operations', {
    cluster: meant,
    active: 'true',
  })
  const fitting = operations.filter(fits[deed])
  const traffic = fitting.filter(({ kind }) => kind !== 'destroy' && kind !== 'resize')
  const only = traffic.length > 0 ? traffic : fitting
  if (only.length > 1)
    throw new CommandFailure(
      exits.refused,
      'several',
      `Several operations run in ${meant}: name one by its id.`,
      { ways: only.map((each) => wayTo(each, `npx delling ${deed} ${each.id}`)) },
    )
  // What has operations is a cluster, never an id.
  if (only.length === 0 && operations.length > 0) throw idle(meant, deed, operations)
  return only[0]?.id ?? meant
}

/** What was no operation may be a cluster in which nothing runs. Throws either way. */
export async function refuseIdle(api: ConsoleApi, meant: string, deed: Deed, error: unknown): Promise<never> {
  if (!(error instanceof CommandFailure) || error.code !== 'UnknownOperation') throw error
  const clusters = await listClusters(api)
  if (!clusters.some(({ name }) => name === meant)) throw error
  throw idle(meant, deed, [])
}

function idle(cluster: string, deed: Deed, others: readonly OperationDocument[]): CommandFailure {
  const waits = deed === 'approve' || deed === 'decline'
  const sentence = waits ? `Nothing in ${cluster} waits for approval` : `Nothing runs in ${cluster}`
  return new CommandFailure(
    exits.refused,
    waits ? 'NotApproving' : 'NothingRuns',
    `${sentence}: there is nothing to ${deed}. Nothing was changed.`,
    { ways: others.map((each) => wayTo(each, `npx delling operations show ${each.id}`)) },
  )
}

const wayTo = (operation: OperationDocument, command: string): WayOn => ({
  label: `${kindWords(operation.kind)}, ${stateWords(operation)}`,
  command,
})
