import { lookup } from 'node:dns/promises'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { literalOf, reasonBadUrl, reasonClosed, type OutboundLeave } from '../domain/outbound-address.js'

/** Every address that a host name has now. */
export type Resolve = (hostname: string) => Promise<readonly { address: string; family: number }[]>

export interface Posted {
  readonly status: number
  /** The beginning of what it said. */
  readonly said: string
  readonly retryAfter: string | null
}

/** Nothing was sent, and why. */
export class NotSent extends Error {
  constructor(sentence: string) {
    super(sentence)
    this.name = 'NotSent'
  }
}

const mostReadBytes = 4096

export const resolveByDns: Resolve = (hostname) => lookup(hostname, { all: true, verbatim: true })

/**
 * Sends a body by POST to an address that somebody typed in. The name is resolved once, every address that it has must be
 * open to us, and the connection goes to one of just these: a name that changes between look and use changes nothing.
 * Redirects are not followed; of the answer little is read. Throws NotSent, or the connection's own error.
 */
export async function post(
  address: string,
  { body, headers }: { body: string; headers: Readonly<Record<string, string>> },
  { leave, resolve, signal }: { leave: OutboundLeave; resolve: Resolve; signal: AbortSignal },
): Promise<Posted> {
  const bad = reasonBadUrl(address, leave)
  if (bad) throw new NotSent(bad)
  const url = new URL(address)
  const open = await openAddress(url.hostname, leave, resolve)
  const send = url.protocol === 'https:' ? requestHttps : requestHttp
  return new Promise((done, fail) => {
    const sent = send(
      url,
      {
        method: 'POST',
        agent: false,
        lookup: alwaysTo(open),
        signal,
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
      },
      (reply) => {
        readBeginning(reply).then(
          (said) =>
            done({ status: reply.statusCode ?? 0, said, retryAfter: reply.headers['retry-after'] ?? null }),
          fail,
        )
      },
    )
    sent.on('error', fail)
    sent.end(body)
  })
}

async function openAddress(
  hostname: string,
  leave: OutboundLeave,
  resolve: Resolve,
): Promise<{ address: string; family: number }> {
  const literal = literalOf(hostname)
  const addresses = literal
    ? [{ address: literal, family: literal.includes(':') ? 6 : 4 }]
    : await resolve(hostname)
  for (const { address } of addresses) {
    const closed = reasonClosed(address, leave)
    if (closed) throw new NotSent(`not sent: ${closed}`)
  }
  const first = addresses[0]
  if (!first) throw new NotSent(`not sent: ${hostname} has no address`)
  return first
}

/** Node asks for one address or for all of them, as it likes; it gets the one that was looked at. */
function alwaysTo({ address, family }: { address: string; family: number }): LookupFunction {
  return (_hostname, options, callback) => {
    if (options.all) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
}

/** A receiver that talks on is hung up on; what it has said by then is enough. */
async function readBeginning(reply: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of reply as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= mostReadBytes) break
  }
  reply.destroy()
  return Buffer.concat(chunks).subarray(0, mostReadBytes).toString('utf8')
}
