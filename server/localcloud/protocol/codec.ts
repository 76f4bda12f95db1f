import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import type { AwsFault } from '../fault.js'

export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: string | Buffer | Readable
}

export interface DecodedCall {
  readonly action: string
  readonly input: Record<string, unknown>
}

/** One of AWS's protocols over one request: reads the call, writes the reply or the error. */
export interface Codec {
  /** Throws AwsFault for an action that AWS, or this cloud, does not know. */
  decode(request: IncomingMessage, body: Buffer): DecodedCall
  reply(action: string, output: object, requestId: string): Reply
  error(fault: AwsFault, requestId: string): Reply
}
