import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { errors, type Dispatcher } from 'undici'
import { type Exchange, headersForClient } from './exchange.js'
import { answerError, answerSick } from './own-answers.js'
import { stickyCookies } from './stickiness.js'
import type { Target } from './target.js'
import type { TargetChoice } from './target-choice.js'
import type { TargetPools } from './target-pools.js'
import type { TrafficMeter } from './traffic-meter.js'

/** Methods that may be sent again on a fresh connection when an idle one turns out to be closed (RFC 9110 §9.2.2). */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS'])

export interface ForwardParts {
  readonly pools: TargetPools
  readonly meter: TrafficMeter
}

/** Sends the request to a target of the chosen group and its answer to the client. */
export function forward(exchange: Exchange, choice: TargetChoice, parts: ForwardParts): void {
  const target = choice.next()
  if (!target) {
    const status = choice.hasTried ? 502 : 503
    parts.meter.generated(exchange.dimension, status)
    answerError(exchange.response!, status)
    return
  }
  if (target.port === undefined) {
    parts.meter.connectionError(exchange.dimension, choice.dimension)
    forward(exchange, choice, parts)
    return
  }
  parts.meter.routed(exchange.dimension, choice.dimension, choice.group.failsOpen)
  if (target.isSick()) {
    parts.meter.answered(exchange.dimension, choice.dimension, 503, 0)
    answerSick(exchange.response!)
    return
  }
  new Attempt(exchange, choice, target, parts).send(target.port)
}

/** One request to one target. */
class Attempt implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined
  private answered = false
  private bodySeen = false
  private readonly sentAt = performance.now()
  private readonly onClientGone = () => {
    if (!this.exchange.response!.writableFinished) this.controller?.abort(new Error('The client has gone'))
  }

  constructor(
    private readonly exchange: Exchange,
    private readonly choice: TargetChoice,
    private readonly target: Target,
    private readonly parts: ForwardParts,
  ) {}

  send(port: number): void {
    const { exchange } = this
    const idleMs = Number(exchange.loadBalancer.attributes['idle_timeout.timeout_seconds'] ?? 60) * 1000
    this.target.inFlight++
    exchange.response!.once('close', this.onClientGone)
    this.parts.pools.to(port).dispatch(
      {
        path: exchange.request.url ?? '/',
        method: exchange.method,
        headers: exchange.headersForTarget(),
        // Undici takes any iterable of bytes, which its types don't say.
        body: exchange.hasBody ? (this.body(exchange.request) as unknown as Readable) : null,
        headersTimeout: idleMs,
        bodyTimeout: idleMs,
      },
      this,
    )
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    if (this.exchange.response!.destroyed) controller.abort(new Error('The client has gone'))
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _: unknown,
    message?: string,
  ): void {
    if (status < 200) return
    const { exchange, choice } = this
    this.answered = true
    const seconds = (performance.now() - this.sentAt) / 1000
    this.parts.meter.answered(exchange.dimension, choice.dimension, status, seconds)
    const headers = headersForClient(controller.rawHeaders as Buffer[])
    for (const cookie of stickyCookies(choice.route, choice.group, this.target))
      headers.push('Set-Cookie', cookie)
    exchange.response!.writeHead(status, message ?? '', headers)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const response = this.exchange.response!
    if (response.write(chunk)) return
    controller.pause()
    response.once('drain', () => controller.resume())
  }

  onResponseEnd(): void {
    this.release()
    this.exchange.response!.end()
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.release()
    const { exchange, choice, parts } = this
    const response = exchange.response!
    if (response.destroyed) return
    if (this.answered) {
      response.destroy()
      return
    }
    const timedOut = error instanceof errors.HeadersTimeoutError || error instanceof errors.BodyTimeoutError
    if (!timedOut) parts.meter.connectionError(exchange.dimension, choice.dimension)
    if (!timedOut && this.mayRetry(error)) {
      forward(exchange, choice, parts)
      return
    }
    const status = timedOut ? 504 : 502
    parts.meter.generated(exchange.dimension, status)
    answerError(response, status)
  }

  /** Nothing has reached the target, or it was an idle connection that the target had closed meanwhile. */
  private mayRetry(error: Error): boolean {
    if (this.bodySeen) return false
    if (!this.controller) return true
    const closed =
      error instanceof errors.SocketError || (error as NodeJS.ErrnoException).code === 'ECONNRESET'
    return closed && !this.exchange.hasBody && repeatable.has(this.exchange.method)
  }

  /** Undici starts to read only once it is connected, so that an attempt which never connects leaves the body whole. */
  private async *body(request: IncomingMessage): AsyncGenerator<Buffer> {
    this.bodySeen = true
    for await (const chunk of request) yield chunk as Buffer
  }

  private release(): void {
    this.target.inFlight--
    this.exchange.response!.off('close', this.onClientGone)
  }
}
