import type { Answer } from '../engine/ports.js'
import type { ServiceClients } from './clients.js'
import { sendOnce, type Reply, type SdkCommand } from './send.js'

/** One SDK command with the service it goes to, and what its reply teaches. */
export interface AwsRequest {
  readonly service: keyof ServiceClients
  readonly command: SdkCommand<Reply>
  readonly learnt: (reply: Reply) => Readonly<Record<string, string>>
}

/** Ties a command to what is learnt from its reply: ARNs and ids by the reply's own field names. */
export function awsRequest<Output extends Reply>(
  service: keyof ServiceClients,
  command: SdkCommand<Output>,
  learnt: (reply: Output) => Readonly<Record<string, string | undefined>> = () => ({}),
): AwsRequest {
  return { service, command, learnt: (reply) => present(learnt(reply as Output)) }
}

/** Sends a request once. Throws CallRefused, CallUnclear, or what `beforeSend` threw. */
export async function performRequest(
  writers: ServiceClients,
  { service, command, learnt }: AwsRequest,
  beforeSend: () => void,
  signal: AbortSignal,
): Promise<Answer> {
  const reply = await sendOnce(writers[service], command, beforeSend, signal)
  return { requestId: reply.$metadata.requestId ?? null, learnt: learnt(reply) }
}

function present(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined),
  )
}
