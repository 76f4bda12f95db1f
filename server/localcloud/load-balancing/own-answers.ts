import type { Action } from '@aws-sdk/client-elastic-load-balancing-v2'
import { STATUS_CODES, type ServerResponse } from 'node:http'
import type { Exchange } from './exchange.js'

/** An error that the load balancer answers by itself, with AWS's page. */
export function answerError(response: ServerResponse, status: number): void {
  const title = `${status} ${STATUS_CODES[status] === 'Gateway Timeout' ? 'Gateway Time-out' : STATUS_CODES[status]}`
  const body =
    `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n` +
    `<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`
  response.writeHead(status, {
    'content-type': 'text/html',
    'content-length': body.length,
    server: 'awselb/2.0',
  })
  response.end(body)
}

/** What an application that is sick on request answers: a target's answer, not the load balancer's. */
export function answerSick(response: ServerResponse): void {
  const body = 'This instance is sick on request: the local cloud answers in place of its application.\n'
  response.writeHead(503, { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) })
  response.end(body)
}

export function answerFixed(response: ServerResponse, config: Action['FixedResponseConfig']): void {
  const body = Buffer.from(config?.MessageBody ?? '')
  response.writeHead(Number(config?.StatusCode ?? 503), {
    'content-type': config?.ContentType ?? 'text/plain',
    'content-length': body.length,
    server: 'awselb/2.0',
  })
  response.end(body)
}

export function answerRedirect(
  exchange: Exchange,
  response: ServerResponse,
  config: Action['RedirectConfig'],
): void {
  response.writeHead(config?.StatusCode === 'HTTP_301' ? 301 : 302, {
    location: redirectTarget(exchange, config),
    'content-length': 0,
    server: 'awselb/2.0',
  })
  response.end()
}

function redirectTarget(exchange: Exchange, config: Action['RedirectConfig']): string {
  const own: Record<string, string> = {
    protocol: exchange.listener.protocol.toLowerCase(),
    host: exchange.host,
    port: String(exchange.listener.port),
    path: exchange.path.replace(/^\//, ''),
    query: exchange.query,
  }
  const filled = (template: string | undefined, otherwise: string) =>
    (template ?? otherwise).replace(
      /#\{(protocol|host|port|path|query)\}/g,
      (_, name: string) => own[name] ?? '',
    )
  const query = filled(config?.Query, '#{query}')
  const base =
    `${filled(config?.Protocol, '#{protocol}').toLowerCase()}://` +
    `${filled(config?.Host, '#{host}')}:${filled(config?.Port, '#{port}')}${filled(config?.Path, '/#{path}')}`
  return query ? `${base}?${query}` : base
}
