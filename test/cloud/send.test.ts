import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeClients, type Clients } from '../../server/cloud/clients.js'
import { makeMeter, type Meter } from '../../server/cloud/meter.js'
import { sendOnce } from '../../server/cloud/send.js'
import { CallRefused, CallUnclear } from '../../server/engine/ports.js'

let server: Server
let clients: Clients
let meter: Meter
let requests: IncomingMessage[]
let answer: (request: IncomingMessage, response: ServerResponse) => void

const never = new AbortController().signal
const command = () => new CreateTargetGroupCommand({ Name: 'shop' })

beforeEach(async () => {
  requests = []
  server = createServer((request, response) => {
    requests.push(request)
    request.resume().on('end', () => answer(request, response))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  meter = makeMeter()
  clients = makeClients({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    meter,
    requestTimeoutMs: 300,
  })
})

afterEach(async () => {
  clients.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

const fault =
  (status: number, code: string, message = 'no') =>
  (_: IncomingMessage, response: ServerResponse) => {
    response.writeHead(status, { 'x-amzn-requestid': 'req-1', 'content-type': 'text/xml' })
    response.end(
      `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
    )
  }

const sendAndCatch = (beforeSend: () => void = () => {}, signal: AbortSignal = never) =>
  sendOnce(clients.writers.elb, command(), beforeSend, signal).then(
    () => null,
    (error: unknown) => error,
  )

describe('sendOnce', () => {
  it('asks before the socket is touched: what beforeSend throws is rethrown and nothing arrives', async () => {
    answer = fault(400, 'ValidationError')
    const fenced = new Error('another replica holds the lease')
    const thrown = await sendAndCatch(() => {
      throw fenced
    })
    expect(thrown).toBe(fenced)
    expect(requests).toHaveLength(0)
    expect(meter.counts().total).toBe(0)
  })

  it('asks after signing', async () => {
    let headers: Record<string, string> = {}
    const probed = command()
    answer = fault(400, 'ValidationError')
    probed.middlewareStack.add(
      (next) => (args) => {
        headers = { ...(args.request as { headers: Record<string, string> }).headers }
        return next(args)
      },
      { step: 'finalizeRequest', priority: 'low', name: 'probe' },
    )
    let signedWhenAsked: string | undefined
    await sendOnce(clients.writers.elb, probed, () => (signedWhenAsked = headers.authorization), never).catch(
      () => null,
    )
    expect(signedWhenAsked).toMatch(/^AWS4-HMAC-SHA256 Credential=key\//)
  })

  it('sends exactly once, whatever goes wrong', async () => {
    answer = fault(500, 'InternalFailure')
    await sendAndCatch()
    expect(requests).toHaveLength(1)
  })

  it.each([
    [400, 'TargetGroupNotFound', 'gone'],
    [400, 'DuplicateTargetGroupName', 'exists'],
    [400, 'ResourceInUse', 'busy'],
    [500, 'ResourceContention', 'busy'],
    [400, 'Throttling', 'busy'],
    [503, 'RequestLimitExceeded', 'busy'],
    [500, 'InsufficientInstanceCapacity', 'refused'],
    [403, 'AccessDenied', 'refused'],
  ])('takes %i %s as a refusal that means %s', async (status, code, means) => {
    answer = fault(status, code)
    const thrown = await sendAndCatch()
    expect(thrown).toBeInstanceOf(CallRefused)
    expect(thrown).toMatchObject({ code, means, requestId: 'req-1', message: 'no' })
  })

  it.each([
    [403, 'ExpiredToken'],
    [400, 'RequestExpired'],
    [403, 'InvalidClientTokenId'],
    [403, 'SignatureDoesNotMatch'],
    [401, 'AuthFailure'],
  ])('takes %i %s for a reason to wait, because it says nothing about the call', async (status, code) => {
    answer = fault(status, code, 'AWS was not able to validate the provided access credentials')
    expect(await sendAndCatch()).toMatchObject({ code, means: 'busy' })
  })

  it('does not take an image that is not shared for credentials to wait for', async () => {
    answer = fault(401, 'AuthFailure', 'Not authorized for images: [ami-1]')
    expect(await sendAndCatch()).toMatchObject({ code: 'AuthFailure', means: 'refused' })
  })

  it('reads “AutoScalingGroup name not found” as gone', async () => {
    answer = fault(
      400,
      'ValidationError',
      'AutoScalingGroup name not found - AutoScalingGroup: shop-v001 not found',
    )
    expect(await sendAndCatch()).toMatchObject({ means: 'gone' })
  })

  it.each([
    ['a server error', fault(500, 'InternalFailure')],
    [
      'a proxy in between',
      (_: IncomingMessage, response: ServerResponse) => void response.writeHead(403).end('<html>no</html>'),
    ],
    [
      'a broken reply',
      (_: IncomingMessage, response: ServerResponse) => void response.writeHead(200).end('<Create'),
    ],
    ['a reset connection', (request: IncomingMessage) => void request.socket.resetAndDestroy()],
    ['no answer in time', () => {}],
  ])('is unclear after %s', async (_, reply) => {
    answer = reply
    expect(await sendAndCatch()).toBeInstanceOf(CallUnclear)
    expect(requests).toHaveLength(1)
  })

  it('is unclear when given up after sending, and not sent when given up before', async () => {
    const controller = new AbortController()
    answer = () => controller.abort()
    expect(await sendAndCatch(() => {}, controller.signal)).toBeInstanceOf(CallUnclear)
    requests.length = 0
    expect(await sendAndCatch(() => {}, controller.signal)).toMatchObject({
      name: 'CallRefused',
      means: 'busy',
    })
    expect(requests).toHaveLength(0)
  })

  it('says that nothing was sent where nobody listens', async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    expect(await sendAndCatch()).toMatchObject({ name: 'CallRefused', means: 'busy', code: 'ECONNREFUSED' })
  })
})

describe('the meter', () => {
  it('counts every attempt by its IAM name, and throttling', async () => {
    answer = fault(400, 'Throttling')
    await sendAndCatch()
    expect(meter.counts()).toEqual({
      perMinute: { 'elasticloadbalancing:CreateTargetGroup': 1 },
      throttled: 1,
      total: 1,
    })
  })

  it('forgets what is older than a minute', () => {
    let nowMs = 0
    const own = makeMeter(() => nowMs)
    own.count('ec2:RunInstances')
    nowMs = 59_000
    own.count('ec2:RunInstances')
    expect(own.counts().perMinute).toEqual({ 'ec2:RunInstances': 2 })
    nowMs = 61_000
    expect(own.counts()).toMatchObject({ perMinute: { 'ec2:RunInstances': 1 }, total: 2 })
  })
})
