import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createPlainServer, type AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { makeProber } from '../../server/cloud/prober.js'
import type { ProbeRequest } from '../../server/domain/smoke-test.js'

const open: { close(done: () => void): void }[] = []
afterEach(() => Promise.all(open.splice(0).map((server) => new Promise<void>((done) => server.close(done)))))

const never = new AbortController().signal
const listening = async (server: Server | ReturnType<typeof createPlainServer>) => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  open.push(server)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const serving = (answer: RequestListener) => listening(createServer(answer))
const probe = (origin: string, given: Partial<ProbeRequest> = {}, signal = never) =>
  makeProber({ withinMs: 300 }).probe({ origin, path: '/', host: null, headers: {}, ...given }, signal)

describe('a test request', () => {
  it('is a GET with the path, the host and the headers that were asked for', async () => {
    const origin = await serving(({ method, url, headers }, response) =>
      response.end(JSON.stringify([method, url, headers.host, headers['x-delling-test']])),
    )
    const given = {
      path: '/healthz?deep=1',
      host: 'shop.example.com',
      headers: { 'X-Delling-Test': 'secret' },
    }
    expect(await probe(origin, given)).toEqual({
      kind: 'answered',
      status: 200,
      body: '["GET","/healthz?deep=1","shop.example.com","secret"]',
    })
  })

  it('follows no redirect', async () => {
    let asked = 0
    const origin = await serving((_request, response) => {
      asked += 1
      response.writeHead(302, { location: '/elsewhere' }).end('moved')
    })
    expect(await probe(origin)).toEqual({ kind: 'answered', status: 302, body: 'moved' })
    expect(asked).toBe(1)
  })

  it('reads no more of a body than 64 KiB, however long it goes on', async () => {
    const origin = await serving((_request, response) => {
      response.on('error', () => undefined)
      const more = () =>
        void (response.writable && response.write('x'.repeat(8192), () => setImmediate(more)))
      more()
    })
    const answer = await probe(origin)
    expect(answer).toMatchObject({ kind: 'answered', status: 200 })
    expect(answer.kind === 'answered' && answer.body.length).toBe(65_536)
  })

  it('is silent where the load balancer takes it and does not answer, or not to the end', async () => {
    expect(await probe(await serving(() => undefined))).toEqual({
      kind: 'silent',
      why: 'gave no whole answer within 0.3 s',
    })
    const half = await serving((_request, response) => void response.write('half'))
    expect(await probe(half)).toMatchObject({ kind: 'silent', why: 'gave no whole answer within 0.3 s' })
    const cutting = await listening(
      createPlainServer((socket) => socket.once('data', () => socket.destroy())),
    )
    expect(await probe(cutting)).toMatchObject({
      kind: 'silent',
      why: expect.stringContaining('cut the connection') as string,
    })
  })

  it('says exactly why nothing is reached', async () => {
    const origin = await serving(() => undefined)
    await new Promise<void>((done) => open.pop()?.close(done))
    expect(await probe(origin)).toMatchObject({
      kind: 'unreachable',
      why: expect.stringMatching(/^could not reach http:\/\/127\.0\.0\.1:\d+: .*ECONNREFUSED/) as string,
    })
    expect(await probe('http://no-such-load-balancer.invalid:80')).toMatchObject({
      kind: 'unreachable',
      why: expect.stringMatching(/ENOTFOUND|EAI_AGAIN|no connection in time/) as string,
    })
    // What speaks no TLS is no HTTPS listener.
    const plain = await serving((_request, response) => response.end())
    expect(await probe(plain.replace('http:', 'https:'))).toMatchObject({ kind: 'unreachable' })
  })

  it('is given up with its lease', async () => {
    const giveUp = new AbortController()
    const origin = await serving(() => giveUp.abort())
    expect(await probe(origin, {}, giveUp.signal)).toMatchObject({ kind: 'silent' })
    expect(await probe(origin, {}, giveUp.signal)).toMatchObject({ kind: 'unreachable' })
  })
})
