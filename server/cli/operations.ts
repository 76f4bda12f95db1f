import type { ConsoleApi } from './console-api.js'
import { exits, type Exit } from './exits.js'
import type { Output } from './output.js'
import { kindWords, phaseWords, waysOn, type Standing } from './operation-state.js'
import { whyStuck, type Stuck } from './stuck.js'
import { waitForEnd, type Progress } from './wait-for-end.js'

/** An operation as the API tells it, as far as the command line looks into it. */
export interface OperationDocument extends Progress, Standing {
  readonly id: string
  readonly phase: string
  readonly wait?: { readonly sentence: string; readonly until?: string | null } | null
  readonly cluster: string
  readonly outcome: string | null
  readonly reason: string | null
  readonly endSentence: string | null
  readonly requestedAt: string
}

/** One operation with all that happened. */
export interface WholeOperation extends OperationDocument {
  readonly events: readonly { readonly at: string; readonly sentence: string }[]
}

export interface Started {
  readonly operation: OperationDocument
  readonly href?: string
  readonly cluster?: string
  /** What is worth knowing beside it; absent where its verb warns of nothing. */
  readonly warnings?: readonly string[]
}

/** A group as the status document has it. */
export interface GroupDocument {
  readonly name: string
  readonly state: string
  readonly weight: number
  readonly share: number
  readonly image: string
  readonly version: string
  readonly size: number
  readonly healthy: number
  readonly zones: readonly string[]
  readonly warmUntil: string | null
  readonly readyToSwitchBack: boolean
  readonly reason: string | null
}

/** What differs from the records, as the API tells it. */
export interface DifferenceDocument {
  readonly kind: string
  readonly subject: string
  readonly what: string
  readonly expected: string
  readonly found: string
  readonly who: string | null
  readonly since: string | null
  readonly leftBy: string | null
  readonly undoAskedBy: string | null
  readonly ways: readonly {
    readonly act: 'adopt' | 'undo' | 'leave'
    readonly effect: string
    readonly possible: boolean
    readonly reason: string | null
  }[]
}

export interface StatusDocument {
  readonly cluster: string
  readonly live: string | null
  readonly url: string | null
  readonly operation: Standing | null
  /** What waits behind it, the first first; absent from a console of before, as `queueStands`. */
  readonly queue?: readonly Standing[]
  /** Why the queue stands still until a person lets it go on. */
  readonly queueStands?: string | null
  readonly needsPerson: string | null
  /** Absent from a console of before. */
  readonly onHold?: string | null
  /** Absent from a console of before. */
  readonly differences?: readonly DifferenceDocument[]
  /** Absent from a console of before. */
  readonly retired?: { readonly givenBack: boolean } | null
  readonly sentence?: string
  readonly statement: string
  readonly serverGroups: readonly GroupDocument[]
}

export const statusOf = (api: ConsoleApi, cluster: string): Promise<StatusDocument> =>
  api.get(`/clusters/${encodeURIComponent(cluster)}`)

/** What was followed, as it ended or as it stands still. */
export interface Followed extends OperationDocument {
  readonly stuck: Stuck | null
}

/**
 * What a verb that starts an operation does afterwards: with `wait` follows it to its end and shows the cluster as it is
 * then; without it prints the id. `askedPort` is the listener port that was asked for.
 */
export async function finishStarted(
  api: ConsoleApi,
  output: Output,
  started: Started,
  wait: boolean,
  askedPort?: number,
): Promise<Exit> {
  const { id, kind, cluster, phase } = started.operation
  for (const warning of started.warnings ?? []) output.note(`Mind: ${warning}`)
  if (!wait) {
    output.note(
      `${askedWords[phase] ?? 'Begun'}: ${kindWords(kind)} of ${cluster}. Follow it: npx delling operations wait ${id}`,
    )
    output.result({ ...started, id }, id)
    return exits.done
  }
  const ended = await followOperation(api, output, id)
  const status = await statusOf(api, ended.cluster)
  const outcome = ended.outcome ?? ended.phase
  // The operation as it ended goes before the status document's own field, which names what runs now.
  output.result({ ...status, operation: summary(ended), outcome, ...stuckFields(ended) }, [
    ...endText(ended, status.statement),
    ...addressText(ended, status.url, askedPort),
  ])
  return exitOf(ended)
}

/** How it stands when it has been asked for, where it does not begin at once. */
const askedWords: Readonly<Record<string, string>> = { waiting: 'Queued' }

/** Follows it to its end; where it waits for a person's word, the commands that give it are said once. */
export async function followOperation(api: ConsoleApi, output: Output, id: string): Promise<Followed> {
  let told = ''
  return waitForEnd(async () => {
    const operation = await api.get<OperationDocument>(`/operations/${encodeURIComponent(id)}`)
    const ways = waysOn(operation).map(({ label, command }) => `${label}: ${command ?? ''}`)
    if (ways.length > 0 && ways.join('\n') !== told) output.note(ways.join('\n'))
    told = ways.join('\n')
    return { ...operation, stuck: await whyStuck(api, operation) }
  }, output)
}

/** One that stands still waits for a person, which is no success. */
export function exitOf({ outcome }: OperationDocument): Exit {
  if (outcome === 'succeeded') return exits.done
  return outcome === 'refused' ? exits.refused : exits.failed
}

/** For a document: why it stands still and the ways on. */
export const stuckFields = ({ stuck }: Followed): object =>
  stuck ? { stuck: stuck.sentence, ways: stuck.ways } : {}

/** How it ended; where it stands still, why, and the command that lets it go on. */
export function endText(operation: Followed, statement = ''): string[] {
  const { kind, cluster, outcome, phase, endSentence, reason, stuck } = operation
  const end = stuck?.sentence ?? endSentence ?? reason ?? statement
  return [
    `${kindWords(kind)} of ${cluster}: ${phaseWords(outcome ?? phase)}. ${end}`.trim(),
    ...(stuck?.ways ?? []).map(({ label, command }) => `${label}: ${command ?? ''}`),
    ...(phase === 'halted' ? [`All that happened: npx delling operations show ${operation.id}`] : []),
  ]
}

/** Where it answers. On this machine a listener port that is taken is replaced by another one, which is said. */
function addressText({ kind, outcome }: Followed, url: string | null, askedPort?: number): string[] {
  if (
    ['destroy', 'resize', 'decommission', 'adopt', 'giveBack'].includes(kind) ||
    outcome !== 'succeeded' ||
    url === null ||
    !URL.canParse(url)
  )
    return []
  const { hostname, port } = new URL(url)
  const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
  const isOther = isHere && askedPort !== undefined && Number(port || 80) !== askedPort
  return [`It answers at ${url}${isOther ? `, as port ${askedPort} was taken here` : ''}`]
}

/** Without its events and calls, which `operations show` prints. */
export function summary(operation: OperationDocument): object {
  return Object.fromEntries(
    Object.entries(operation).filter(([name]) => !['events', 'calls', 'stuck'].includes(name)),
  )
}
