import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { consoleOver } from '../support/console-under-test.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'

interface Problem {
  readonly type: string
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly faults?: readonly { readonly field: string }[]
}

describe('a problem of the API (P9)', () => {
  let world: FakeWorld
  let under: ReturnType<typeof consoleOver>
  let token: string
  beforeEach(async () => {
    world = demoWorld()
    under = consoleOver(world)
    token = await under.credentials.issueToken({ name: 'Ada' })
  })
  const bearer = () => ({ Authorization: `Bearer ${token}` })
  const urn = (name: string) => `urn:delling:problem:${name}`
  const told = (reply: { body: unknown; headers: Record<string, string> }) => {
    expect(reply.headers['content-type']).toContain('application/problem+json')
    return reply.body as Problem
  }

  it('says of an address that is none, and of a thing that is none, that it is not there', async () => {
    for (const path of [
      '/nothing',
      '/clusters/nope/nothing',
      '/clusters/nope',
      '/operations/nope',
      '/bakes/nope',
    ]) {
      const problem = told(await request(under.app).get(`/api/v1${path}`).set(bearer()).expect(404))
      expect(problem).toMatchObject({ type: urn('not-found'), status: 404 })
    }
  })

  it('names the methods that an address takes where it takes another', async () => {
    const asked = [
      ['delete', '/clusters/shop-main', 'GET, HEAD'],
      ['put', '/applications', 'GET, HEAD, POST'],
      ['get', '/clusters/shop-main/deployments', 'POST'],
      ['patch', '/packages', 'POST'],
    ] as const
    for (const [method, path, allow] of asked) {
      const reply = await request(under.app)[method](`/api/v1${path}`).set(bearer()).expect(405)
      expect(reply.headers.allow).toBe(allow)
      expect(told(reply)).toMatchObject({ type: urn('method-not-allowed') })
    }
    await request(under.app)
      .delete('/api/v1/clusters/shop-main')
      .set('Sec-Fetch-Site', 'same-origin')
      .expect(401)
  })

  it('refuses a body that is too large, of another kind, or not well-formed, and changes nothing', async () => {
    const post = () => request(under.app).post('/api/v1/applications').set(bearer())
    const large = { name: 'media', owner: 'x'.repeat(1_100_000) }
    expect(told(await post().send(large).expect(413)).type).toBe(urn('too-large'))
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'application/xml'])
      expect(told(await post().type(type).send('name=media').expect(415)).type).toBe(
        urn('unsupported-media-type'),
      )
    const latin = await post()
      .set('Content-Type', 'application/json; charset=latin1')
      .send('{"name":"media"}')
    expect([latin.status, told(latin).type]).toEqual([415, urn('unsupported-media-type')])
    const upload = request(under.app)
      .post('/api/v1/packages')
      .set({ ...bearer(), 'X-File-Name': 'shop.tgz' })
    expect(told(await upload.type('text/plain').send('x').expect(415)).type).toBe(
      urn('unsupported-media-type'),
    )
    expect(told(await post().type('json').send('{').expect(400)).type).toBe(urn('unreadable'))
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`
      expect(told(await post().type('json').send(deep).expect(400)).code).toBe('TooDeep')
    }
    expect(told(await post().send({ name: 'media' }).expect(400)).faults?.map(({ field }) => field)).toEqual([
      'owner',
    ])
    expect(world.applications.map(({ name }) => name)).not.toContain('media')
  })

  it('refuses a field where no body is taken, and a parameter that is none, twice there, or out of its bounds', async () => {
    await request(under.app)
      .post('/api/v1/operations/op-1/approve')
      .set(bearer())
      .send({ who: 'me' })
      .expect(400)
    await request(under.app)
      .post('/api/v1/clusters/shop-main/restore')
      .set(bearer())
      .send({ x: 1 })
      .expect(400)
    for (const query of [
      'clutser=shop-main',
      'cluster=a&cluster=b',
      'limit=0',
      'limit=501',
      'limit=1.5',
      'limit=x',
      'kind=x',
      'active=yes',
    ]) {
      const problem = told(
        await request(under.app).get(`/api/v1/operations?${query}`).set(bearer()).expect(400),
      )
      expect(problem.faults, query).toHaveLength(1)
      expect(problem.faults?.[0]?.field).toBe(query.split('=')[0])
    }
    for (const path of [
      '/log?before=x',
      '/audit?from=yesterday',
      '/audit?to=2026',
      '/me?x=1',
      '/events?after=x',
    ])
      told(await request(under.app).get(`/api/v1${path}`).set(bearer()).expect(400))
  })

  it('stops an address that tries one token after another, and no one else', async () => {
    const wrong = () => request(under.app).get('/api/v1/me').set('Authorization', 'Bearer dlg_wrong')
    for (let nth = 1; nth <= 60; nth += 1) await wrong().expect(401)
    const stopped = await wrong().expect(429)
    expect(told(stopped)).toMatchObject({ type: urn('too-many-requests'), code: 'TooManyTries' })
    expect(Number(stopped.headers['retry-after'])).toBeGreaterThan(0)
    await request(under.app).get('/api/v1/me').set(bearer()).expect(200)
    await request(under.app).get('/api/v1/me').expect(401)
  })

  it('says under another host name, as a problem too, that it is not this console', async () => {
    const reply = await request(under.app)
      .get('/api/v1/me')
      .set({ ...bearer(), Host: 'evil.example' })
      .expect(421)
    expect(told(reply)).toMatchObject({ type: urn('misdirected'), code: 'NotOurHost' })
  })
})
