import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { Exchange } from './exchange.js'
import { forward, type ForwardParts } from './forward.js'
import { answerError, answerFixed, answerRedirect } from './own-answers.js'
import { dimensionOf, type ListenerRecord } from './records.js'
import type { RoutingTable } from './routing-table.js'
import { TargetChoice } from './target-choice.js'
import type { TargetRegistry } from './target-registry.js'
import { refuseUpgrade, tunnel } from './tunnel.js'

export interface ProxyParts extends ForwardParts {
  readonly routing: RoutingTable
  readonly registry: TargetRegistry
}

const CLOSE_GRACE_MS = 5000

/** One listener at work: a real HTTP server on loopback. */
export class ListenerServer {
  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  /**
   * Opens the first of `ports` that is free and allowed, else any free one. Rejects only when not even that works.
   */
  static async open(listener: ListenerRecord, ports: readonly number[], parts: ProxyParts): Promise<ListenerServer> {
    for (const port of [...ports, 0]) {
      const server = serverFor(listener, parts)
      const bound = await listen(server, port)
      if (bound !== undefined) return new ListenerServer(server, bound)
    }
    throw new Error(`No port could be opened for ${listener.arn}`)
  }

  /** Takes no new connection; requests in flight end, up to a few seconds. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve())
      this.server.closeIdleConnections()
      setTimeout(() => this.server.closeAllConnections(), CLOSE_GRACE_MS).unref()
    })
  }
}

function serverFor(listener: ListenerRecord, parts: ProxyParts): Server {
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0, headersTimeout: 60_000 })
  server.on('request', (request, response) => handle(listener, parts, request, response))
  server.on('upgrade', (request, socket, head) => upgrade(listener, parts, request, socket as Socket, head))
  return server
}

function listen(server: Server, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    server.once('error', () => resolve(undefined))
    server.listen({ port, host: '127.0.0.1', backlog: 1024 }, () => {
      server.removeAllListeners('error')
      resolve((server.address() as AddressInfo).port)
    })
  })
}

function handle(listener: ListenerRecord, parts: ProxyParts, request: IncomingMessage, response: ServerResponse): void {
  response.on('error', () => undefined)
  const loadBalancer = parts.routing.loadBalancer(listener.arn)
  if (!loadBalancer) return answerError(response, 503)
  const exchange = new Exchange(listener, loadBalancer, dimensionOf(loadBalancer.arn), request, response)
  parts.meter.received(exchange.dimension)
  const route = parts.routing.route(listener.arn, exchange)
  if (route?.action.Type === 'fixed-response') return answerFixed(response, route.action.FixedResponseConfig)
  if (route?.action.Type === 'redirect') return answerRedirect(exchange, response, route.action.RedirectConfig)
  const choice = route && TargetChoice.of(route, exchange, parts.registry)
  if (!choice) {
    parts.meter.generated(exchange.dimension, 503)
    return answerError(response, 503)
  }
  forward(exchange, choice, parts)
}

function upgrade(listener: ListenerRecord, parts: ProxyParts, request: IncomingMessage, client: Socket, head: Buffer) {
  client.on('error', () => undefined)
  const loadBalancer = parts.routing.loadBalancer(listener.arn)
  if (!loadBalancer) return refuseUpgrade(client, 503)
  const exchange = new Exchange(listener, loadBalancer, dimensionOf(loadBalancer.arn), request, undefined)
  parts.meter.received(exchange.dimension)
  const route = parts.routing.route(listener.arn, exchange)
  const choice = route && TargetChoice.of(route, exchange, parts.registry)
  if (!choice) return refuseUpgrade(client, 503)
  tunnel(exchange, client, head, choice, parts)
}
