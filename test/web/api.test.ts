import { createHash } from 'node:crypto'
import { readdirSync } from 'node:fs'
import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { consoleOver } from '../support/console-under-test.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'

interface ProblemBody {
  code: string
  detail: string
  faults?: { field: string; sentence: string }[]
}

describe('the API', () => {
  let world: FakeWorld
  let under: ReturnType<typeof consoleOver>
  let token: string
  beforeEach(async () => {
    world = demoWorld()
    under = consoleOver(world, { maxUploadBytes: 1000 })
    token = await under.credentials.issueToken({ name: 'Ada' })
  })
  const call = (method: 'get' | 'post', path: string) =>
    request(under.app)[method](`/api/v1${path}`).set('Authorization', `Bearer ${token}`)

  it('says who and where', async () => {
    const body: unknown = (await call('get', '/me').expect(200)).body
    expect(body).toMatchObject({
      name: 'Ada',
      account: '123456789012',
      region: 'eu-west-1',
      mode: 'local',
      pace: 20,
      localCloud: true,
    })
  })

  it('registers an application with defaults and refuses bad fields by name', async () => {
    const made = await call('post', '/applications').send({ name: 'media', owner: 'Media team' }).expect(201)
    expect(made.body).toMatchObject({ name: 'media', port: 8080, healthPath: '/', startCommand: null })
    const refused = await call('post', '/applications')
      .send({ name: 'Bad-Name', owner: '', port: 70_000, color: 'red' })
      .expect(400)
    const { faults } = refused.body as ProblemBody
    expect(faults?.map((fault) => fault.field).sort()).toEqual(['color', 'name', 'owner', 'port'])
    expect(world.applications.map((each) => each.name)).not.toContain('Bad-Name')
  })

  it('tells a cluster as the status document', async () => {
    const body: unknown = (await call('get', '/clusters/shop-main').expect(200)).body
    expect(body).toMatchObject({
      cluster: 'shop-main',
      live: 'shop-main-v012',
      url: 'http://127.0.0.1:8090/',
    })
    const groups = (
      body as { serverGroups: { name: string; state: string; weight: number; readyToSwitchBack: boolean }[] }
    ).serverGroups
    expect(groups.find((group) => group.name === 'shop-main-v011')).toMatchObject({
      state: 'warm',
      weight: 0,
      readyToSwitchBack: true,
    })
    expect(groups.find((group) => group.name === 'shop-main-v012')).toMatchObject({
      state: 'live',
      weight: 100,
    })
    await call('get', '/clusters/nope').expect(404)
  })

  it('plans a cluster without changing anything, and refuses two zones by name', async () => {
    const before = world.states.size
    const planned = await call('post', '/clusters/plan')
      .send({ name: 'shop-new', image: 'shop-4.13.0-9c1f2ab0', size: 3, listenerPort: 8091 })
      .expect(200)
    expect(planned.body).toMatchObject({ names: { cluster: 'shop-new', serverGroup: 'shop-new-v001' } })
    const refused = await call('post', '/clusters').send({
      name: 'shop-new',
      image: 'shop-4.13.0-9c1f2ab0',
      zones: ['eu-west-1a', 'eu-west-1b'],
    })
    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect((refused.body as ProblemBody).detail).toContain('eu-west-1c')
    expect(world.states.size).toBe(before)
  })

  it('refuses a second deployment while one runs, and takes it into the queue when asked', async () => {
    const body = { image: 'shop-4.11.2-9c1f2ab0' }
    const refused = await call('post', '/clusters/shop-main/deployments').send(body).expect(409)
    expect((refused.body as { ways: { label: string }[] }).ways.length).toBeGreaterThan(0)
    const queued = await call('post', '/clusters/shop-main/deployments')
      .send({ ...body, queue: true })
      .expect(202)
    expect(queued.body).toMatchObject({ operation: { phase: 'waiting', cluster: 'shop-main' } })
  })

  it('answers what begins with what its plan warns of', async () => {
    const deploy = await call('post', '/clusters/shop-main/deployments')
      .send({ image: 'shop-4.11.1-9c1f2ab0', queue: true })
      .expect(202)
    const { warnings } = deploy.body as { warnings: string[] }
    expect(warnings).toEqual(['shop-4.11.1-9c1f2ab0 is marked bad: p95 doubled'])
    const back = await call('post', '/clusters/account-web/rollback').send({ reason: 'errors' }).expect(202)
    expect((back.body as { warnings: string[] }).warnings).toEqual([])
  })

  it('does a request with one idempotency key once, and refuses the key for another request', async () => {
    const send = (image: string) =>
      call('post', '/clusters/account-web/deployments').set('Idempotency-Key', 'k1').send({ image })
    const first = await send('account-6.40.1-9c1f2ab0').expect(202)
    const again = await send('account-6.40.1-9c1f2ab0').expect(202)
    expect(again.body).toEqual(first.body)
    expect(world.states.get('account-web')?.operations).toHaveLength(1)
    await send('account-6.40.2-9c1f2ab0').expect(422)
  })

  it('switches back, cancels, and tells the operation with its events and calls', async () => {
    const back = await call('post', '/clusters/account-web/rollback')
      .send({ to: 'account-web-v115', reason: 'errors' })
      .expect(202)
    expect(back.body).toMatchObject({ operation: { kind: 'switchBack', ended: false } })
    await call('post', '/operations/op-1/cancel').send({}).expect(202)
    const body: unknown = (await call('get', '/operations/op-1').expect(200)).body
    const { events, calls } = body as { events: { sentence: string }[]; calls: unknown[] }
    expect(events[1]?.sentence).toBe('v013 is being launched; v012 carries the traffic.')
    expect(calls).toHaveLength(5)
    await call('get', '/operations/none').expect(404)
  })

  it('answers a second cancel as the first one, and says why nothing is left to cancel', async () => {
    const state = world.states.get('shop-main')!
    const running = state.operations.find(({ id }) => id === 'op-1')!
    const becomes = (patch: Partial<typeof running>) =>
      world.states.set('shop-main', { ...state, operations: [{ ...running, kind: 'adopt', ...patch }] })
    const cancelRequested = { by: 'Ada', at: new Date() }
    becomes({ phase: 'aborting', cancelRequested })
    const again = await call('post', '/operations/op-1/cancel').send({}).expect(202)
    expect(JSON.stringify(again.body)).toContain('nothing is adopted')
    becomes({ phase: 'aborting', cancelRequested: null })
    const late = await call('post', '/operations/op-1/cancel').send({}).expect(409)
    expect((late.body as ProblemBody).detail).toContain('it is being called off already')
  })

  it('refuses to destroy the live group and leaves it as it is', async () => {
    const refused = await call('post', '/groups/shop-main-v012/destroy').send({}).expect(409)
    expect((refused.body as ProblemBody).detail).toContain('shop-main-v012')
    expect(world.states.get('shop-main')?.operations).toHaveLength(1)
  })

  it('keeps a group until a moment or for ever, and wants to know why', async () => {
    await call('post', '/groups/shop-main-v011/keep').send({ hours: 24 }).expect(400)
    const kept = await call('post', '/groups/shop-main-v011/keep')
      .send({ until: null, why: 'audit' })
      .expect(200)
    expect(kept.body).toMatchObject({ keep: { until: null, why: 'audit' } })
  })

  it('takes another time as now only in the local cloud', async () => {
    const later = '?now=2026-11-25T10:00:00Z'
    const plan = await call('get', `/cleanup${later}`).expect(200)
    const { groups } = plan.body as { groups: { group: string; verdict: string }[] }
    expect(groups.find((each) => each.group === 'account-web-v114')?.verdict).toBe('goes')
    expect(groups.find((each) => each.group === 'account-web-v117')?.verdict).toBe('stays')
    const aws = consoleOver(world, { localCloud: false })
    const other = await aws.credentials.issueToken({ name: 'Ada' })
    await request(aws.app).get(`/api/v1/cleanup${later}`).set('Authorization', `Bearer ${other}`).expect(400)
  })

  it('stops an upload that is too large and keeps nothing of it', async () => {
    const answer = await call('post', '/packages')
      .set('X-File-Name', 'big.tgz')
      .type('application/octet-stream')
      .send(Buffer.alloc(5000))
      .expect(413)
    expect((answer.body as ProblemBody).code).toBe('TooLarge')
    expect(readdirSync(under.uploadDir)).toEqual([])
  })

  it('refuses a package that is not what its name says, or not what its digest says', async () => {
    const upload = (name: string, content: Buffer) =>
      call('post', '/packages').set('X-File-Name', name).type('application/octet-stream').send(content)
    const lie = await upload('shop.tgz', Buffer.from('hello')).expect(400)
    expect((lie.body as ProblemBody).detail).toContain('not what its name says')
    const digest = createHash('sha256').update('other').digest('hex')
    const changed = await upload('shop.tgz', Buffer.from('hello')).set('X-Content-SHA256', digest).expect(400)
    expect((changed.body as ProblemBody).code).toBe('WrongDigest')
    expect(world.packages).toEqual([])
    expect(readdirSync(under.uploadDir)).toEqual([])
  })
})
