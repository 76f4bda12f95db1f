import { AutoScalingClient } from '@aws-sdk/client-auto-scaling'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { EC2Client } from '@aws-sdk/client-ec2'
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import { S3Client } from '@aws-sdk/client-s3'
import { SSMClient } from '@aws-sdk/client-ssm'
import { STSClient } from '@aws-sdk/client-sts'
import type { Clients, ServiceClients } from '../../server/cloud/clients.js'
import { CutConnection, SIGNATURE_LIFE_MS, type Dispatcher } from '../../server/localcloud/dispatcher.js'
import { AwsFault } from '../../server/localcloud/fault.js'

interface Command {
  readonly input: object
  readonly middlewareStack: {
    resolve(handler: (args: { input: object }) => Promise<object>, context: object): Handler
    identify(): readonly string[]
  }
}
type Handler = (args: { input: object; request: object }) => Promise<{ output: object }>

/** What may happen between a request's signature and its reaching AWS: the process may be stopped there, or die. */
export type OnTheWire = (action: string) => Promise<void>

interface ClientOptions {
  readonly dispatcher: Dispatcher
  readonly sleep: (ms: number) => Promise<void>
  /** How long a change takes to be answered. */
  readonly latencyMs: () => number
  /** How long a read takes. */
  readonly readLatencyMs: () => number
  readonly onTheWire?: OnTheWire
}

const timeoutMs = 15_000
const attempts = 4
const firstRetryMs = 100

const services = [
  ['ec2', 'ec2', EC2Client],
  ['autoScaling', 'autoscaling', AutoScalingClient],
  ['elb', 'elasticloadbalancing', ElasticLoadBalancingV2Client],
  ['cloudwatch', 'monitoring', CloudWatchClient],
  ['sts', 'sts', STSClient],
  ['ssm', 'ssm', SSMClient],
  ['s3', 's3', S3Client],
] as const

/**
 * SDK clients whose commands go straight to the local cloud's operations: no socket, no wire format, the same inputs,
 * outputs, errors, time-outs and repetitions.
 */
export function inProcessClients(options: ClientOptions): Clients {
  return {
    readers: clientsOf(options, 'reader'),
    writers: clientsOf(options, 'writer'),
    close: () => undefined,
  }
}

let requests = 0

function clientsOf(options: ClientOptions, role: 'reader' | 'writer'): ServiceClients {
  const made = services.map(([field, name, Client]) => {
    const send =
      role === 'reader'
        ? (command: Command) => readAgain(options, name, command)
        : (command: Command, { abortSignal }: { abortSignal?: AbortSignal } = {}) =>
            sendOnce(options, name, command, abortSignal)
    // The SDK's own paginators insist on one of its clients.
    return [field, Object.assign(Object.create(Client.prototype as object) as object, { send })]
  })
  return Object.fromEntries(made) as ServiceClients
}

async function readAgain(options: ClientOptions, service: string, command: Command): Promise<object> {
  for (let attempt = 1; ; attempt++) {
    try {
      const answer = carryOut(options, service, command, command.input)
      return await withTimeout(options, answer, undefined, options.readLatencyMs())
    } catch (error) {
      if (attempt === attempts || !isWorthRepeating(error)) throw error
      await options.sleep(firstRetryMs * 2 ** attempt)
    }
  }
}

function isWorthRepeating(error: unknown): boolean {
  const { $metadata, name } = error as { $metadata?: { httpStatusCode?: number }; name?: string }
  const status = $metadata?.httpStatusCode
  return status === undefined || status >= 500 || name === 'Throttling'
}

async function sendOnce(
  options: ClientOptions,
  service: string,
  command: Command,
  signal: AbortSignal | undefined,
): Promise<object> {
  const send = async ({ input }: { input: object }) => {
    const signedAt = Date.now()
    await options.onTheWire?.(actionOf(command))
    const output = await withTimeout(options, carryOut(options, service, command, input, signedAt), signal)
    return { output }
  }
  const { output } = await command.middlewareStack.resolve(send, {})({ input: command.input, request: {} })
  return output
}

/** A caller that gives up does not take back what it sent. */
function withTimeout<T>(
  options: ClientOptions,
  answer: Promise<T>,
  signal: AbortSignal | undefined,
  latency = options.latencyMs(),
): Promise<T> {
  return new Promise((resolve, reject) => {
    const giveUp = (why: string) => reject(Object.assign(new Error(why), { name: 'TimeoutError' }))
    const abort = () => giveUp('the request was aborted')
    const timer = setTimeout(() => giveUp('the connection timed out'), timeoutMs)
    signal?.addEventListener('abort', abort, { once: true })
    const later = latency > 0 ? answer.finally(() => options.sleep(latency)) : answer
    const over = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
    later.then(
      (output) => {
        over()
        resolve(output)
      },
      (error: Error) => {
        over()
        reject(error)
      },
    )
  })
}

async function carryOut(
  { dispatcher }: ClientOptions,
  service: string,
  command: Command,
  input: object,
  signedAt = Date.now(),
): Promise<object> {
  const requestId = `request-${++requests}`
  const action = actionOf(command)
  try {
    // As the wire's own check of signatures does for a sender that slept before its socket.
    if (Date.now() - signedAt > SIGNATURE_LIFE_MS)
      throw new AwsFault('RequestExpired', 'Request has expired.')
    const output = await dispatcher.carryOut({ service, action, input, requestId, signedAt })
    return { ...output, $metadata: { httpStatusCode: 200, requestId } }
  } catch (error) {
    if (error instanceof CutConnection)
      throw Object.assign(new Error('socket hang up'), { name: 'Error', code: 'ECONNRESET' })
    if (error instanceof AwsFault)
      throw Object.assign(new Error(error.message), {
        name: error.code,
        Code: error.code,
        $metadata: { httpStatusCode: error.status, requestId },
      })
    throw error
  }
}

function actionOf(command: Command): string {
  return command.constructor.name.replace(/Command$/, '')
}
