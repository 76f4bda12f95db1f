import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { setTimeout as passed } from 'node:timers/promises'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { makeClients, type Clients } from '../../server/cloud/clients.js'
import { refuseUnlessAllowedAccount, refuseUnlessLoopback } from '../../server/cloud/guards.js'
import { makeMeter } from '../../server/cloud/meter.js'

const identity = `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/ada</Arn>
  <Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`

let server: Server
let clients: Clients
let seen: { url: string; authorization: string }[]

beforeEach(async () => {
  seen = []
  server = createServer((request, response) => {
    seen.push({ url: request.url ?? '', authorization: request.headers.authorization ?? '' })
    response.end(request.method === 'GET' ? 'file' : identity)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  clients = makeClients({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'local-key', secretAccessKey: 'secret' },
    meter: makeMeter(),
  })
})

afterEach(async () => {
  vi.unstubAllEnvs()
  clients.close()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

async function* slowly(pieces: number, pauseMs: number) {
  for (let piece = 0; piece < pieces; piece += 1) {
    await passed(pauseMs)
    yield Buffer.alloc(1000, 'x')
  }
}

describe('clients of a given endpoint', () => {
  it('ask there with the given key whatever the environment says', async () => {
    const distractions = {
      AWS_PROFILE: 'somebody-else',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'foreign-key',
      AWS_SECRET_ACCESS_KEY: 'foreign',
      AWS_SESSION_TOKEN: 'foreign',
      AWS_ENDPOINT_URL: 'http://192.0.2.1:1',
      AWS_ENDPOINT_URL_STS: 'http://192.0.2.1:1',
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_MAX_ATTEMPTS: '1',
      AWS_RETRY_MODE: 'nonsense',
      AWS_DEFAULTS_MODE: 'mobile',
      AWS_CONFIG_FILE: '/nowhere/config',
    }
    for (const [name, value] of Object.entries(distractions)) vi.stubEnv(name, value)
    for (const set of [clients.readers, clients.writers]) {
      const answer = await set.sts.send(new GetCallerIdentityCommand({}))
      expect(answer.Account).toBe('123456789012')
    }
    expect(seen).toHaveLength(2)
    for (const { authorization } of seen)
      expect(authorization).toMatch(/Credential=local-key\/\d+\/us-east-1\/sts\//)
    await refuseUnlessLoopback(clients)
  })

  it('address a bucket by path, which needs no name service', async () => {
    await clients.readers.s3.send(new GetObjectCommand({ Bucket: 'uploads', Key: 'shop.tgz' }))
    expect(seen[0]?.url).toMatch(/^\/uploads\/shop\.tgz/)
  })

  it('repeat a failed read, and never a failed write', async () => {
    server.removeAllListeners('request')
    server.on('request', (_, response) => {
      seen.push({ url: '', authorization: '' })
      response
        .writeHead(500)
        .end('<ErrorResponse><Error><Code>InternalFailure</Code></Error></ErrorResponse>')
    })
    await expect(clients.writers.sts.send(new GetCallerIdentityCommand({}))).rejects.toThrow()
    expect(seen).toHaveLength(1)
    await expect(clients.readers.sts.send(new GetCallerIdentityCommand({}))).rejects.toThrow()
    expect(seen).toHaveLength(1 + 4)
  })

  it('give an upload all the time it takes while bytes move, and give up one that stands still', async () => {
    const requestTimeoutMs = 400
    const quick = makeClients({
      region: 'us-east-1',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
      meter: makeMeter(),
      requestTimeoutMs,
    })
    let stored = 0
    server.removeAllListeners('request')
    server.on('request', (request, response) => {
      request.on('data', (part: Buffer) => (stored += part.length)).on('end', () => response.end())
    })
    const pieces = 10
    const put = (pauseMs: number) =>
      quick.writers.s3.send(
        new PutObjectCommand({
          Bucket: 'uploads',
          Key: 'shop.tgz',
          ContentLength: pieces * 1000,
          Body: Readable.from(slowly(pieces, pauseMs)),
        }),
      )
    await put(requestTimeoutMs / 5)
    expect(stored).toBe(pieces * 1000)
    await expect(put(requestTimeoutMs * 3)).rejects.toThrow(/timed out after 400 ms of inactivity/)
    quick.close()
  })

  it('are constructed once', () => {
    expect(clients.readers.ec2).toBe(clients.readers.ec2)
    expect(clients.readers.ec2).not.toBe(clients.writers.ec2)
  })
})

describe('refuseUnlessLoopback', () => {
  it.each([
    'http://192.0.2.1:4566',
    'https://ec2.us-east-1.amazonaws.com',
    'http://127.0.0.1.example.com',
    undefined,
  ])('refuses %s with a sentence', async (endpoint) => {
    const elsewhere = makeClients({ region: 'us-east-1', endpoint, meter: makeMeter() })
    await expect(refuseUnlessLoopback(elsewhere)).rejects.toThrow(
      /The local cloud is on this machine, but .*nothing was sent/,
    )
  })

  it.each(['http://localhost:1', 'http://127.0.0.1:1', 'http://[::1]:1'])('takes %s', async (endpoint) => {
    await refuseUnlessLoopback(makeClients({ region: 'us-east-1', endpoint, meter: makeMeter() }))
  })
})

describe('refuseUnlessAllowedAccount', () => {
  it('says whose credentials they are when the account is on the list', async () => {
    expect(await refuseUnlessAllowedAccount(clients.readers.sts, ['111111111111', '123456789012'])).toEqual({
      account: '123456789012',
      arn: 'arn:aws:iam::123456789012:user/ada',
    })
  })

  it.each([[['111111111111']], [[]]])('refuses an account that is not in %j, naming it', async (accounts) => {
    await expect(refuseUnlessAllowedAccount(clients.readers.sts, accounts)).rejects.toThrow(
      /123456789012.*not in the list/,
    )
  })
})
