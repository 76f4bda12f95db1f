import { request as plainRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as tlsRequest, type RequestOptions } from 'node:https'
import type { ProbeAnswer, ProbeRequest } from '../domain/smoke-test.js'
import type { Prober } from '../engine/ports.js'

/** From the connection to the last byte that is read. */
const timeoutMs = 4000
/** More of a body is not read: what a test looks for stands before that. */
const maxBodyBytes = 65_536

/** Sends test requests over connections of their own; follows no redirect and keeps nothing. */
export function makeProber({ withinMs = timeoutMs } = {}): Prober {
  return { probe: (asked, signal) => probe(asked, signal, withinMs) }
}

function probe(asked: ProbeRequest, signal: AbortSignal, withinMs: number): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    let connected = false
    const request = open(asked)
    const done = (answer: ProbeAnswer) => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      request.destroy()
      resolve(answer)
    }
    const fail = (why: string) =>
      done(
        connected
          ? { kind: 'silent', why }
          : { kind: 'unreachable', why: `could not reach ${asked.origin}: ${why}` },
      )
    const abort = () => fail('this console gave it up')
    const timer = setTimeout(
      () => fail(connected ? `gave no whole answer within ${withinMs / 1000} s` : 'no connection in time'),
      withinMs,
    )
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
    request.on('socket', (socket) => {
      socket.once(asked.origin.startsWith('https:') ? 'secureConnect' : 'connect', () => {
        connected = true
      })
    })
    request.on('error', (error) => fail(connected ? `cut the connection (${error.message})` : error.message))
    request.on(
      'response',
      (response) =>
        void readBody(response).then(
          (body) => done({ kind: 'answered', status: response.statusCode ?? 0, body }),
          (error: Error) => fail(`cut the connection in mid-answer (${error.message})`),
        ),
    )
    request.end()
  })
}

function open({ origin, path, host, headers }: ProbeRequest): ClientRequest {
  const { protocol, hostname, port } = new URL(origin)
  const options: RequestOptions = {
    hostname: hostname.replace(/^\[|\]$/g, ''),
    port: port || undefined,
    path,
    method: 'GET',
    agent: false,
    headers: { 'user-agent': 'delling-test', ...headers, ...(host ? { host } : {}) },
  }
  if (protocol !== 'https:') return plainRequest(options)
  // A certificate is made out to the host that clients ask for, never to the load balancer’s own name.
  const named = host ? { servername: host } : { checkServerIdentity: () => undefined }
  return tlsRequest({ ...options, ...named })
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes >= maxBodyBytes) break
  }
  return Buffer.concat(chunks).subarray(0, maxBodyBytes).toString('utf8')
}
