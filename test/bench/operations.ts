import type { ConsoleApi } from '../../server/cli/console-api.js'
import { statusOf, type OperationDocument, type Started } from '../../server/cli/operations.js'

/** An operation with the moments at which the engine recorded its events. */
interface RecordedOperation extends OperationDocument {
  readonly from: string | null
  readonly to: string | null
  readonly events: readonly { readonly at: string; readonly type: string; readonly sentence: string }[]
}

export interface EndedOperation extends RecordedOperation {
  /** When the request was about to be sent, by the machine's clock, which is the local cloud's as nobody moves it. */
  readonly sentAtMs: number
}

const askEveryMs = 300
const longestMs = 180_000

/** Asks the console for an operation and follows it to its end. Throws when it did not succeed. */
export async function run(api: ConsoleApi, path: string, content: object = {}): Promise<EndedOperation> {
  const sentAtMs = Date.now()
  const { operation } = await api.post<Started>(path, content)
  return { ...(await ended(api, operation.id)), sentAtMs }
}

/** The operation once it has ended. Throws when it did not succeed. */
export async function ended(api: ConsoleApi, id: string): Promise<RecordedOperation> {
  const deadline = performance.now() + longestMs
  for (;;) {
    const seen = await api.get<RecordedOperation>(`/operations/${id}`)
    if (seen.outcome === 'succeeded') return seen
    if (seen.ended || seen.phase === 'halted' || performance.now() > deadline)
      throw new Error(
        `A ${seen.kind} did not succeed, it is ${seen.phase}: ${seen.endSentence ?? seen.reason ?? seen.wait?.sentence ?? ''}`,
      )
    await new Promise((resolve) => setTimeout(resolve, askEveryMs))
  }
}

/** When an event was recorded last; an operation may have become registered more than once. Throws where it lacks it. */
export function recordedAtMs(operation: RecordedOperation, type: string): number {
  const event = operation.events.findLast((one) => one.type === type)
  if (!event)
    throw new Error(
      `The ${operation.kind} ${operation.id} has no ${type}: ${operation.events.map((one) => one.type).join(', ')}`,
    )
  return new Date(event.at).getTime()
}

export async function liveOf(api: ConsoleApi, cluster: string): Promise<{ group: string; url: string }> {
  const { live, url } = await statusOf(api, cluster)
  if (live === null || url === null) throw new Error(`${cluster} has no live group or no address`)
  return { group: live, url }
}
