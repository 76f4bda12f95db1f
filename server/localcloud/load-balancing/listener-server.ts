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

/** How long requests in flight may go on after their listener was closed. */
const CLOSE_GRACE_MS = 1000

/** One listener at work: a real HTTP server on loopback. */
export class ListenerServer {
  private constructor(
    private readonly server: Server,
    private readonly tunnels: ReadonlySet<Socket>,
    readonly port: number,
  ) {}

  /**
   * Opens the first of `ports` that is free and allowed, else any free one. Rejects only when not even that works.
   */
  static async open(
    listener: ListenerRecord,
    ports: readonly number[],
    parts: ProxyParts,
  ): Promise<ListenerServer> {
    for (const port of [...ports, 0]) {
      const tunnels = new Set<Socket>()
      const server = serverFor(listener, parts, tunnels)
      const bound = await listen(server, port)
      if (bound !== undefined) return new ListenerServer(server, tunnels, bound)
    }
    throw new Error(`No port could be opened for ${listener.arn}`)
  }

  /** The port is closed at once; resolves when the last request has ended or was cut off after a moment's grace. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve())
      this.server.closeIdleConnections()
      for (const socket of this.tunnels) socket.destroy()
      setTimeout(() => this.server.closeAllConnections(), CLOSE_GRACE_MS).unref()
    })
  }
}

function serverFor(listener: ListenerRecord, parts: ProxyParts, tunnels: Set<Socket>): Server {
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0, headersTimeout: 60_000 })
  server.on('request', (request, response) => handle(listener, parts, request, response))
  server.on('upgrade', (request, stream, head) => {
    const socket = stream as Socket
    tunnels.add(socket)
    socket.once('close', () => tunnels.delete(socket))
    upgrade(listener, parts, request, socket, head)
  })
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

function handle(
  listener: ListenerRecord,
  parts: ProxyParts,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  response.on('error', () => undefined)
  const loadBalancer = parts.routing.loadBalancer(listener.arn)
  if (!loadBalancer) return answerError(response, 503)
  const exchange = new Exchange(listener, loadBalancer, dimensionOf(loadBalancer.arn), request, response)
  parts.meter.received(exchange.dimension)
  const route = parts.routing.route(listener.arn, exchange)
  if (route?.action.Type === 'fixed-response') return answerFixed(response, route.action.FixedResponseConfig)
  if (route?.action.Type === 'redirect')
    return answerRedirect(exchange, response, route.action.RedirectConfig)
  const choice = route && TargetChoice.of(route, exchange, parts.registry)
  if (!choice) {
    parts.meter.generated(exchange.dimension, 503)
    return answerError(response, 503)
  }
  forward(exchange, choice, parts)
}

function upgrade(
  listener: ListenerRecord,
  parts: ProxyParts,
  request: IncomingMessage,
  client: Socket,
  head: Buffer,
) {
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
