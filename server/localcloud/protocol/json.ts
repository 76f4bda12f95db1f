import type { IncomingMessage } from 'node:http'
import { AwsFault } from '../fault.js'
import type { Codec, DecodedCall, Reply } from './codec.js'
import { checkInput } from './constraints.js'
import type { ServiceModel } from './models.js'
import { fromJson, toJson } from './shapes.js'

/** awsJson1_0 (CloudWatch, with the header of query compatibility) and awsJson1_1 (SSM). */
export class JsonCodec implements Codec {
  constructor(
    private readonly service: string,
    private readonly contentType: string,
    private readonly model: ServiceModel | undefined,
    private readonly knows: (action: string) => boolean,
  ) {}

  decode(request: IncomingMessage, body: Buffer): DecodedCall {
    const action =
      String(request.headers['x-amz-target'] ?? '')
        .split('.')
        .at(-1) ?? ''
    const operation = this.model?.operation(action)
    if (!operation || !this.knows(action))
      throw new AwsFault('UnknownOperationException', `The operation ${action} is not known.`)
    const input = fromJson(operation.input, parseBody(body)) as Record<string, unknown>
    checkInput(this.service, operation, input)
    return { action, input }
  }

  reply(action: string, output: object, _requestId: string): Reply {
    const shape = this.model?.operation(action)?.output
    const body = shape?.isStructSchema() ? JSON.stringify(toJson(shape, output)) : '{}'
    return { status: 200, headers: { 'content-type': this.contentType }, body }
  }

  error(fault: AwsFault, _requestId: string): Reply {
    const shape = this.model?.error(fault.code)?.shape ?? fault.code
    const isCloudWatch = this.service === 'monitoring'
    const type = isCloudWatch ? `com.amazonaws.cloudwatch#${shape}` : shape
    const side = fault.status >= 500 ? 'Receiver' : 'Sender'
    return {
      status: fault.status,
      headers: {
        'content-type': this.contentType,
        ...(isCloudWatch ? { 'x-amzn-query-error': `${fault.code};${side}` } : {}),
      },
      body: JSON.stringify({ __type: type, message: fault.message }),
    }
  }
}

function parseBody(body: Buffer): unknown {
  if (body.length === 0) return {}
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    throw new AwsFault('SerializationException', 'The request body is not JSON.')
  }
}
