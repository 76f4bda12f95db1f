import type { IncomingMessage, ServerResponse } from 'node:http'
import { randomBytes } from 'node:crypto'
import type { ListenerRecord, LoadBalancerRecord } from './records.js'
import type { RequestFacts } from './rule-match.js'

/** Headers that belong to one connection and are never passed on (RFC 9110 §7.6.1); undici writes its own. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
])
const rewritten = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port', 'x-amzn-trace-id'])

/** One request on its way through a listener. */
export class Exchange implements RequestFacts {
  readonly path: string
  readonly query: string
  readonly startedAt = performance.now()

  constructor(
    readonly listener: ListenerRecord,
    readonly loadBalancer: LoadBalancerRecord,
    /** The load balancer as CloudWatch names it. */
    readonly dimension: string,
    readonly request: IncomingMessage,
    readonly response: ServerResponse | undefined,
  ) {
    const url = request.url ?? '/'
    const at = url.indexOf('?')
    this.path = at < 0 ? url : url.slice(0, at)
    this.query = at < 0 ? '' : url.slice(at + 1)
  }

  get method(): string {
    return this.request.method ?? 'GET'
  }

  get host(): string {
    return (this.request.headers.host ?? '').replace(/:\d+$/, '')
  }

  get sourceIp(): string {
    return (this.request.socket.remoteAddress ?? '127.0.0.1').replace(/^::ffff:/, '')
  }

  get hasBody(): boolean {
    const { headers } = this.request
    const length = headers['content-length']
    return headers['transfer-encoding'] !== undefined || (length !== undefined && length !== '0')
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name]
    return Array.isArray(value) ? value.join(',') : value
  }

  /** The request's headers for the target, as flat names and values, with what the load balancer adds. */
  headersForTarget(): string[] {
    const raw = this.request.rawHeaders
    const headers: string[] = []
    for (let at = 0; at + 1 < raw.length; at += 2) {
      const name = raw[at]!
      const lower = name.toLowerCase()
      if (hopByHop.has(lower) || rewritten.has(lower)) continue
      if (lower === 'content-length' && !this.hasBody) continue
      headers.push(name, raw[at + 1]!)
    }
    const forwardedFor = this.forwardedFor()
    if (forwardedFor) headers.push('X-Forwarded-For', forwardedFor)
    headers.push('X-Forwarded-Proto', this.listener.protocol.toLowerCase())
    headers.push('X-Forwarded-Port', String(this.listener.port))
    headers.push('X-Amzn-Trace-Id', this.traceId())
    return headers
  }

  private forwardedFor(): string | undefined {
    const before = this.header('x-forwarded-for')
    switch (this.loadBalancer.attributes['routing.http.xff_header_processing.mode']) {
      case 'preserve':
        return before
      case 'remove':
        return undefined
      case undefined:
      default:
        return before ? `${before}, ${this.sourceIp}` : this.sourceIp
    }
  }

  private traceId(): string {
    const own = `1-${Math.floor(Date.now() / 1000).toString(16)}-${randomBytes(12).toString('hex')}`
    const before = this.header('x-amzn-trace-id')
    return before ? `Self=${own};${before}` : `Root=${own}`
  }
}

/** A target's raw response headers without those that belong to its connection. */
export function headersForClient(raw: readonly Buffer[]): string[] {
  const headers: string[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]!.toString('latin1')
    if (!hopByHop.has(name.toLowerCase())) headers.push(name, raw[at + 1]!.toString('latin1'))
  }
  return headers
}
