import { connect, type Socket } from 'node:net'
import { STATUS_CODES } from 'node:http'
import type { Exchange } from './exchange.js'
import type { ForwardParts } from './forward.js'
import type { TargetChoice } from './target-choice.js'

/** Joins an upgraded client connection (WebSocket) to a target; it counts as in flight until either side ends. */
export function tunnel(
  exchange: Exchange,
  client: Socket,
  head: Buffer,
  choice: TargetChoice,
  parts: ForwardParts,
) {
  const target = choice.next()
  if (target?.port === undefined) {
    const status = choice.hasTried ? 502 : 503
    parts.meter.generated(exchange.dimension, status)
    refuseUpgrade(client, status)
    return
  }
  parts.meter.routed(exchange.dimension, choice.dimension, choice.group.failsOpen)
  const upstream = connect(target.port, '127.0.0.1')
  let joined = false
  target.inFlight++
  upstream.once('connect', () => {
    joined = true
    upstream.write(`${requestHead(exchange)}\r\n\r\n`, 'latin1')
    if (head.length > 0) upstream.write(head)
    upstream.pipe(client).pipe(upstream)
  })
  upstream.on('error', () => {
    if (joined) client.destroy()
    else parts.meter.connectionError(exchange.dimension, choice.dimension)
  })
  upstream.once('close', () => {
    target.inFlight--
    if (joined) client.destroySoon()
    else if (!client.destroyed) tunnel(exchange, client, head, choice, parts)
  })
  client.on('error', () => upstream.destroy())
  client.once('close', () => upstream.destroy())
}

export function refuseUpgrade(client: Socket, status: number): void {
  client.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`)
}

function requestHead(exchange: Exchange): string {
  const headers = exchange.headersForTarget()
  const lines = [`${exchange.method} ${exchange.request.url ?? '/'} HTTP/1.1`]
  for (let at = 0; at + 1 < headers.length; at += 2) lines.push(`${headers[at]}: ${headers[at + 1]}`)
  lines.push('Connection: Upgrade', `Upgrade: ${exchange.header('upgrade') ?? 'websocket'}`)
  return lines.join('\r\n')
}
