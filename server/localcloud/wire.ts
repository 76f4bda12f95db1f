import { createHash, randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { LocalCloud } from './cloud.js'
import { CutConnection, type Dispatcher } from './dispatcher.js'
import { AwsFault } from './fault.js'
import type { Codec, DecodedCall, Reply } from './protocol/codec.js'
import { JsonCodec } from './protocol/json.js'
import { type ServiceModel, serviceModel } from './protocol/models.js'
import { QueryCodec } from './protocol/query.js'
import { readBody, unpacked } from './request-body.js'
import { S3Codec } from './s3/rest.js'
import {
  type AccessKey,
  checkFresh,
  checkSignature,
  type Credential,
  readCredential,
  signedAtMs,
} from './signature.js'

export interface WireParts {
  readonly cloud: LocalCloud
  readonly dispatcher: Dispatcher
  /** Without one, any key is taken. */
  readonly key: AccessKey | undefined
}

/** Takes one AWS request from its signature to its reply. */
export class Wire {
  constructor(private readonly parts: WireParts) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID()
    let codec: Codec = new QueryCodec('', undefined, () => false)
    let model: ServiceModel | undefined
    try {
      const claim = readCredential(requestLine(request))
      const service = claim?.service ?? ''
      model = await serviceModel(service)
      codec = this.codecFor(request, service, model)
      if (!claim)
        throw new AwsFault('MissingAuthenticationToken', 'Request is missing Authentication Token', 403)
      const call = await this.admit(request, claim, codec)
      const signedAt = signedAtMs(claim.timestamp)
      const output = await this.parts.dispatcher.carryOut({ service, ...call, requestId, signedAt })
      send(request, response, requestId, codec.reply(call.action, output, requestId))
    } catch (error) {
      if (error instanceof CutConnection) request.socket.destroy()
      else send(request, response, requestId, codec.error(this.asFault(error, requestId, model), requestId))
    }
  }

  /** Signature first, then the shape of the call. */
  private async admit(request: IncomingMessage, claim: Credential, codec: Codec): Promise<DecodedCall> {
    checkFresh(claim, [Date.now(), this.parts.cloud.clock.now().getTime()])
    const isS3 = claim.service === 's3'
    const raw = isS3 ? Buffer.alloc(0) : await readBody(request)
    if (this.parts.key) {
      const declared =
        claim.expiresS === undefined ? request.headers['x-amz-content-sha256'] : 'UNSIGNED-PAYLOAD'
      const hash = isS3 ? String(declared ?? '') : createHash('sha256').update(raw).digest('hex')
      checkSignature(requestLine(request), claim, this.parts.key, hash)
    }
    const body = isS3 ? raw : await unpacked(raw, request.headers['content-encoding'])
    return codec.decode(request, body)
  }

  private codecFor(request: IncomingMessage, service: string, model: ServiceModel | undefined): Codec {
    const knows = (action: string) => {
      const known = this.parts.dispatcher.knows(service, action)
      if (!known) this.parts.cloud.log('unknown operation', { service, action })
      return known
    }
    if (service === 's3') return new S3Codec()
    const type = request.headers['content-type'] ?? ''
    if (request.headers['x-amz-target'] !== undefined) return new JsonCodec(service, type, model, knows)
    return new QueryCodec(service, model, knows)
  }

  /** A fault that names no status of its own gets the one its model has. */
  private asFault(error: unknown, requestId: string, model: ServiceModel | undefined): AwsFault {
    if (error instanceof AwsFault)
      return error.status === 400
        ? new AwsFault(error.code, error.message, model?.error(error.code)?.status)
        : error
    this.parts.cloud.log('internal error', {
      requestId,
      error: error instanceof Error ? error.stack : String(error),
    })
    return new AwsFault('InternalError', 'An internal error has occurred', 500)
  }
}

const requestLine = (request: IncomingMessage) => ({
  method: request.method ?? 'GET',
  url: request.url ?? '/',
  headers: request.headers,
})

function send(request: IncomingMessage, response: ServerResponse, requestId: string, reply: Reply): void {
  if (response.destroyed || response.headersSent) return
  // An upload that was refused half-way is not read to its end.
  if (!request.complete) response.setHeader('connection', 'close')
  const { body } = reply
  const whole = typeof body === 'string' || Buffer.isBuffer(body)
  response.writeHead(reply.status, {
    'x-amzn-RequestId': requestId,
    'x-amz-request-id': requestId,
    ...(whole ? { 'content-length': Buffer.byteLength(body) } : {}),
    ...reply.headers,
  })
  if (whole) {
    response.end(body)
    return
  }
  body.on('error', () => response.destroy())
  response.on('close', () => body.destroy())
  body.pipe(response)
}
