import type { ConsoleApi } from './console-api.js'
import { exits, type Exit } from './exits.js'
import type { Output } from './output.js'
import { waitForEnd, type Progress } from './wait-for-end.js'

/** An operation as the API tells it, as far as the command line looks into it. */
export interface OperationDocument extends Progress {
  readonly id: string
  readonly kind: string
  readonly cluster: string
  readonly phase: string
  readonly outcome: string | null
  readonly reason: string | null
  readonly endSentence: string | null
  readonly requestedAt: string
}

export interface Started {
  readonly operation: OperationDocument
  readonly href?: string
  readonly cluster?: string
}

/** A group as the status document has it. */
export interface GroupDocument {
  readonly name: string
  readonly state: string
  readonly weight: number
  readonly image: string
  readonly version: string
  readonly size: number
  readonly healthy: number
  readonly zones: readonly string[]
  readonly warmUntil: string | null
  readonly readyToSwitchBack: boolean
  readonly reason: string | null
}

export interface StatusDocument {
  readonly cluster: string
  readonly live: string | null
  readonly url: string | null
  readonly operation: { readonly id: string; readonly kind: string; readonly phase: string } | null
  readonly needsPerson: string | null
  readonly statement: string
  readonly serverGroups: readonly GroupDocument[]
}

export const statusOf = (api: ConsoleApi, cluster: string): Promise<StatusDocument> =>
  api.get(`/clusters/${encodeURIComponent(cluster)}`)

/**
 * What a verb that starts an operation does afterwards: with `wait` follows it to its end and shows the cluster as it is
 * then; without it prints the id.
 */
export async function finishStarted(
  api: ConsoleApi,
  output: Output,
  started: Started,
  wait: boolean,
): Promise<Exit> {
  const { id } = started.operation
  if (!wait) {
    output.result({ ...started, id }, id)
    return exits.done
  }
  const ended = await followOperation(api, output, id)
  const status = await statusOf(api, ended.cluster)
  // The operation as it ended goes before the status document's own field, which names what runs now.
  output.result(
    { ...status, operation: summary(ended), outcome: ended.outcome ?? ended.phase },
    endText(ended, status),
  )
  return exitOf(ended)
}

export function followOperation(api: ConsoleApi, output: Output, id: string): Promise<OperationDocument> {
  return waitForEnd(() => api.get<OperationDocument>(`/operations/${encodeURIComponent(id)}`), output)
}

/** A halted one waits for a person, which is no success. */
export function exitOf({ outcome }: OperationDocument): Exit {
  if (outcome === 'succeeded') return exits.done
  return outcome === 'refused' ? exits.refused : exits.failed
}

/** Without its events and calls, which `operations show` prints. */
export function summary(operation: OperationDocument): object {
  return Object.fromEntries(
    Object.entries(operation).filter(([name]) => name !== 'events' && name !== 'calls'),
  )
}

function endText(operation: OperationDocument, status: StatusDocument): string[] {
  const end = operation.endSentence ?? operation.reason ?? status.statement
  const halted =
    operation.phase === 'halted' ? [`It needs a person: delling operations show ${operation.id}`] : []
  return [
    `${operation.kind} of ${operation.cluster}: ${operation.outcome ?? operation.phase}. ${end}`,
    ...halted,
  ]
}
