import { createServer, request as httpRequest } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { setTimeout as rest } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeCloudWatch } from '../../server/localcloud/cloudwatch/service.js'
import {
  type LoadBalancingService,
  makeLoadBalancing,
} from '../../server/localcloud/load-balancing/service.js'
import { ask, type FakeCloud, fakeCloud, until } from './unit/fake-cloud.js'
import { makeStack, type Stack } from './unit/stack.js'

let cloud: FakeCloud
let elb: LoadBalancingService
let stack: Stack

beforeEach(async () => {
  cloud = await fakeCloud()
  makeCloudWatch(cloud)
  elb = makeLoadBalancing(cloud)
  await elb.start()
  stack = await makeStack(cloud, elb)
})

afterEach(async () => {
  await elb.stop()
  for (const { instanceId } of cloud.fake.all.values()) cloud.fake.terminate(instanceId)
})

const textOf = async (path = '/', init?: RequestInit) => (await fetch(new URL(path, stack.url), init)).text()

describe('weights', () => {
  it('decide for each request which group answers, and zero means none', async () => {
    const [a, b] = [await stack.group('a', 1), await stack.group('b', 1)]
    await stack.weights([a, 100], [b, 0])
    await stack.healthy(a)
    await stack.healthy(b)
    const first = await Promise.all(Array.from({ length: 50 }, () => textOf()))
    expect(new Set(first)).toEqual(new Set(a.instances))

    await stack.weights([a, 0], [b, 100])
    const second = await Promise.all(Array.from({ length: 50 }, () => textOf()))
    expect(new Set(second)).toEqual(new Set(b.instances))
  })

  it('share the requests in proportion', async () => {
    const [a, b] = [await stack.group('a', 1), await stack.group('b', 1)]
    await stack.weights([a, 75], [b, 25])
    await stack.healthy(a)
    await stack.healthy(b)
    let toA = 0
    for (let at = 0; at < 400; at++) if ((await textOf()) === a.instances[0]) toA++
    expect(toA).toBeGreaterThan(240)
    expect(toA).toBeLessThan(355)
  })

  it('lose no request of a busy client while they move to and fro and a target drains', async () => {
    const [a, b] = [await stack.group('a', 3), await stack.group('b', 3)]
    await stack.weights([a, 100], [b, 0])
    await stack.healthy(a)
    await stack.healthy(b)
    let running = true
    const statuses = new Map<number | string, number>()
    const client = async () => {
      while (running) {
        const status = await fetch(stack.url)
          .then(async (response) => (await response.arrayBuffer(), response.status))
          .catch((error: Error) => error.message)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
      }
    }
    const clients = Array.from({ length: 8 }, client)
    for (let turn = 0; turn < 10; turn++) {
      await stack.weights([a, turn % 2 === 0 ? 0 : 100], [b, turn % 2 === 0 ? 100 : 0])
      await rest(50)
    }
    const leaving = b.instances[0]!
    await cloud.elb.deregister(b.arn, leaving)
    cloud.fake.terminate(leaving)
    await stack.weights([a, 0], [b, 100])
    await rest(200)
    running = false
    await Promise.all(clients)
    expect([...statuses.keys()]).toEqual([200])
    expect(statuses.get(200)).toBeGreaterThan(100)
  })
})

describe('a group', () => {
  it('without targets answers 503', async () => {
    const empty = await stack.group('empty', 0)
    await stack.weights([empty, 1])
    expect((await fetch(stack.url)).status).toBe(503)
  })

  it('fails open when all its targets are unhealthy', async () => {
    const a = await stack.group('a', 2)
    cloud.fake.app = (request, response, id) => {
      response.statusCode = request.headers['user-agent']?.startsWith('ELB-HealthChecker') ? 500 : 200
      response.end(id)
    }
    await stack.weights([a, 1])
    await until('both are unhealthy', async () => {
      const states = await stack.states(a)
      return states.length === 2 && states.every((state) => state === 'unhealthy')
    })
    const answers = await Promise.all(Array.from({ length: 10 }, () => textOf()))
    expect(new Set(answers)).toEqual(new Set(a.instances))
  })

  it('sends nothing to an unhealthy target while another is healthy', async () => {
    const a = await stack.group('a', 2)
    const [sick] = a.instances
    cloud.fake.app = (_request, response, id) => {
      response.statusCode = id === sick ? 500 : 200
      response.end(id)
    }
    await stack.weights([a, 1])
    await until('one is unhealthy', async () => (await stack.states(a)).sort().join() === 'healthy,unhealthy')
    const answers = await Promise.all(Array.from({ length: 20 }, () => textOf()))
    expect(new Set(answers)).toEqual(new Set([a.instances[1]]))
  })

  it('is retried on another target when one refuses the connection', async () => {
    const a = await stack.group('a', 2)
    await stack.weights([a, 1])
    await stack.healthy(a)
    const closed = createTcpServer()
    await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve))
    const { port } = closed.address() as AddressInfo
    await new Promise((resolve) => closed.close(resolve))
    cloud.fake.all.get(a.instances[0]!)!.port = port
    // Any change of an instance makes the load balancer look at all addresses again.
    cloud.fake.change(a.instances[1]!, {})
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => textOf('/', { method: 'POST', body: 'must arrive whole' })),
    )
    expect(new Set(answers)).toEqual(new Set([a.instances[1]]))
  })

  it('that is in no rule is not checked at all', async () => {
    let checks = 0
    cloud.fake.app = (_request, response) => {
      checks++
      response.end()
    }
    const parked = await stack.group('parked', 1)
    await rest(300)
    expect(await stack.states(parked)).toEqual(['unused'])
    expect(checks).toBe(0)

    await stack.weights([parked, 0])
    await stack.healthy(parked)
    expect(checks).toBeGreaterThan(0)
  })
})

describe('the proxy', () => {
  it('passes method, path, body and headers, and adds its own', async () => {
    const a = await stack.group('a', 1)
    cloud.fake.app = (request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        response.writeHead(201, { 'x-own': 'kept', 'set-cookie': ['one=1', 'two=2'] })
        response.end(
          JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }),
        )
      })
    }
    await stack.weights([a, 1])
    const response = await fetch(new URL('/deep/path?q=%20x', stack.url), {
      method: 'PUT',
      body: 'hello',
      headers: { 'x-forwarded-for': '9.9.9.9', 'x-custom': 'yes' },
    })
    const seen = (await response.json()) as {
      method: string
      url: string
      body: string
      headers: Record<string, string>
    }
    expect(response.status).toBe(201)
    expect(response.headers.get('x-own')).toBe('kept')
    expect(response.headers.getSetCookie()).toEqual(['one=1', 'two=2'])
    expect(seen).toMatchObject({ method: 'PUT', url: '/deep/path?q=%20x', body: 'hello' })
    expect(seen.headers).toMatchObject({
      'x-custom': 'yes',
      'x-forwarded-for': '9.9.9.9, 127.0.0.1',
      'x-forwarded-proto': 'http',
      'x-forwarded-port': String(stack.port),
      host: new URL(stack.url).host,
    })
    expect(seen.headers['x-amzn-trace-id']).toMatch(/^Root=1-[0-9a-f]+-[0-9a-f]{24}$/)
  })

  it('streams: the first bytes arrive before the last are written', async () => {
    const a = await stack.group('a', 1)
    let finish = () => undefined as void
    cloud.fake.app = (request, response) => {
      if (request.url !== '/slow') return response.end()
      response.write('first')
      finish = () => void response.end('last')
    }
    await stack.weights([a, 1])
    const response = await fetch(new URL('/slow', stack.url))
    const reader = (response.body as ReadableStream<Uint8Array>).getReader()
    const chunk = async () => Buffer.from((await reader.read()).value ?? []).toString()
    expect(await chunk()).toBe('first')
    finish()
    expect(await chunk()).toBe('last')
  })

  it('carries a megabyte both ways', async () => {
    const a = await stack.group('a', 1)
    cloud.fake.app = (request, response) => void request.pipe(response)
    await stack.weights([a, 1])
    const sent = Buffer.alloc(1_000_000, 'x')
    const response = await fetch(stack.url, { method: 'POST', body: sent })
    expect(Buffer.from(await response.arrayBuffer()).equals(sent)).toBe(true)
  })

  it('answers 502 when the target breaks off', async () => {
    const a = await stack.group('a', 1)
    cloud.fake.app = (request, response) => {
      if (request.url === '/break') request.socket.destroy()
      else response.end()
    }
    await stack.weights([a, 1])
    expect((await fetch(new URL('/break', stack.url), { method: 'POST', body: 'x' })).status).toBe(502)
  })

  it('answers 504 when the target stays silent longer than the idle timeout', async () => {
    const a = await stack.group('a', 1)
    cloud.fake.app = (request, response) => {
      if (request.url !== '/silent') response.end()
    }
    await stack.weights([a, 1])
    await ask(elb, 'ModifyLoadBalancerAttributes', {
      LoadBalancerArn: stack.loadBalancerArn,
      Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '1' }],
    })
    expect((await fetch(new URL('/silent', stack.url))).status).toBe(504)
  })

  it('lets a draining target finish what it is busy with and gives it nothing new', async () => {
    const a = await stack.group('a', 1)
    let finish = () => undefined as void
    cloud.fake.app = (request, response, id) => {
      if (request.url === '/long') finish = () => void response.end(id)
      else response.end(id)
    }
    await stack.weights([a, 1])
    await stack.healthy(a)
    const long = textOf('/long')
    await until('the long request is under way', () => String(finish).includes('response'))
    let drained = false
    const drain = cloud.elb.deregister(a.arn, a.instances[0]!).then(() => (drained = true))
    expect((await fetch(stack.url)).status).toBe(503)
    expect(drained).toBe(false)
    finish()
    expect(await long).toBe(a.instances[0])
    await drain
    expect(await stack.states(a)).toEqual([])
  })

  it('joins WebSocket clients to a target', async () => {
    const a = await stack.group('a', 1)
    await stack.weights([a, 1])
    const server = cloud.fake.all.get(a.instances[0]!)?.server
    server!.on('upgrade', (_request, socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n')
      socket.pipe(socket)
    })
    const upgrade = httpRequest(stack.url, { headers: { connection: 'Upgrade', upgrade: 'websocket' } })
    const echoed = new Promise<string>((resolve, reject) => {
      upgrade.on('error', reject)
      upgrade.on('upgrade', (_response, socket) => {
        socket.once('data', (data: Buffer) => {
          socket.destroy()
          resolve(data.toString())
        })
        socket.write('over here')
      })
    })
    upgrade.end()
    expect(await echoed).toBe('over here')
  })
})

describe('a listener', () => {
  it('takes another port when its own is taken, and says so in a tag', async () => {
    const blocker = createServer((_request, response) => response.end('not the load balancer'))
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve))
    const { port } = blocker.address() as AddressInfo
    const { Listeners } = await ask<{ Listeners: { ListenerArn: string; Port: number }[] }>(
      elb,
      'CreateListener',
      {
        LoadBalancerArn: stack.loadBalancerArn,
        Protocol: 'HTTP',
        Port: port,
        DefaultActions: [
          { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'moved' } },
        ],
      },
    )
    const { ListenerArn, Port } = Listeners[0]!
    const { TagDescriptions } = await ask<{ TagDescriptions: { Tags: { Key: string; Value: string }[] }[] }>(
      elb,
      'DescribeTags',
      { ResourceArns: [ListenerArn] },
    )
    const url = TagDescriptions[0]!.Tags.find((tag) => tag.Key === 'localcloud:url')!.Value
    expect(Port).toBe(port)
    expect(new URL(url).port).not.toBe(String(port))
    expect(await (await fetch(url)).text()).toBe('moved')
    expect(elb.listenerAddresses()).toContainEqual({
      listenerArn: ListenerArn,
      loadBalancerName: 'lb',
      port,
      url,
    })
    blocker.close()
  })

  it('is closed when it is deleted', async () => {
    await ask(elb, 'DeleteListener', { ListenerArn: stack.listenerArn })
    await expect(fetch(stack.url)).rejects.toThrow()
    const socket = connect(stack.port, '127.0.0.1')
    await expect(
      new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject)),
    ).rejects.toThrow()
  })
})
