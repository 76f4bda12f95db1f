import { CallRefused, CallUnclear } from '../engine/ports.js'
import { codeOf, isUnclear, meaningOf, requestIdOf } from './faults.js'

/** What every reply of the SDK has. */
export interface Reply {
  readonly $metadata: { readonly requestId?: string | undefined }
}

/** As much of an SDK command as is needed to gate it and to know what its reply is. */
export interface SdkCommand<Output> {
  readonly middlewareStack: {
    add(middleware: never, options: { step: 'finalizeRequest'; priority: 'low'; name: string }): void
  }
  resolveMiddleware(...args: never[]): (args: never) => Promise<{ output: Output }>
}

interface Sender<Output> {
  send(command: SdkCommand<Output>, options: { abortSignal: AbortSignal }): Promise<Output>
}

/**
 * Sends one command once. `beforeSend` runs when the request is signed and before it reaches the socket; what it throws
 * is rethrown as it is, and nothing has been sent. Throws CallRefused when nothing was changed (refused by AWS, or never
 * sent), CallUnclear when nobody can tell. `client` must be a writer: one that repeats by itself would sign twice.
 */
export async function sendOnce<Output extends Reply>(
  client: { send: unknown },
  command: SdkCommand<Output>,
  beforeSend: () => void,
  signal: AbortSignal,
): Promise<Output> {
  const sent = { began: false, stoppedBy: null as { error: unknown } | null }
  const gate = (next: (args: object) => Promise<object>) => async (args: object) => {
    signal.throwIfAborted()
    try {
      beforeSend()
    } catch (error) {
      sent.stoppedBy = { error }
      throw error
    }
    sent.began = true
    return next(args)
  }
  command.middlewareStack.add(gate as never, {
    step: 'finalizeRequest',
    priority: 'low',
    name: 'dellingBeforeSend',
  })
  try {
    return await (client as Sender<Output>).send(command, { abortSignal: signal })
  } catch (error) {
    if (sent.stoppedBy) throw sent.stoppedBy.error
    throw asCallError(error, sent.began)
  }
}

/** The engine's two kinds of failure, from whatever the SDK threw. */
export function asCallError(error: unknown, began: boolean): CallRefused | CallUnclear {
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  if (!began) return new CallRefused(code || 'NotSent', `The request was not sent: ${message}`, null, 'busy')
  if (isUnclear(error)) return new CallUnclear(`No clear answer from AWS: ${message}`, error)
  return new CallRefused(code, message, requestIdOf(error), meaningOf(code, message))
}
