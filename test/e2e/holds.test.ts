import request from 'supertest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createCluster } from '../../server/engine/create-cluster.js'
import { registerApplication } from '../../server/engine/register-application.js'
import { consoleOver } from '../support/console-under-test.js'
import { person, startEngineStack, type EngineStack } from '../support/engine-stack.js'
import { FakeWorld } from '../support/fake-parts.js'
import { until } from '../support/until.js'

const name = 'sunrise-main'
let stack: EngineStack
let app: ReturnType<typeof consoleOver>['app']
let bearer: { Authorization: string }
const images: string[] = []

interface Asked {
  readonly operation: { readonly id: string; readonly phase: string }
}
interface Held {
  readonly hold: { readonly id: string }
}

const post = (path: string, body: object) => request(app).post(`/api/v1${path}`).set(bearer).send(body)
const started = async (path: string, body: object) =>
  ((await post(path, body).expect(202)).body as Asked).operation.id
const deployed = (body: object) => started(`/clusters/${name}/deployments`, body)
const operation = (id: string) => stack.parts.history.operation(id)
const waitsFor = (id: string, words: string) =>
  until(
    async () => (await operation(id))?.wait?.sentence.includes(words) ?? false,
    30_000,
    `it waits: ${words}`,
  )
const live = async () =>
  (await stack.parts.history.clusterState(name))?.groups.find(({ role }) => role === 'live')?.name

beforeAll(async () => {
  stack = await startEngineStack({ instances: 'records' })
  const console_ = consoleOver(Object.assign(new FakeWorld(), { parts: () => stack.parts }))
  app = console_.app
  bearer = { Authorization: `Bearer ${await console_.credentials.issueToken({ name: 'Ada' })}` }
  await registerApplication(stack.parts, person, {
    name: 'sunrise',
    owner: 'Sample',
    email: null,
    port: 8080,
    healthPath: '/healthz',
    startCommand: null,
  })
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) images.push((await stack.image(version)).name)
  const { operation: made } = await createCluster(stack.parts, person, {
    name,
    image: images[0]!,
    listenerPort: 18_290,
  })
  expect((await stack.ended(made.id)).phase).toBe('succeeded')
})
afterAll(() => stack.stop())

describe('holds, by the API over the whole engine', () => {
  it('refuse a deployment with the reason, let it wait in the queue, and start it when they are over', async () => {
    const placed = await post('/holds', { scope: 'application:nothing', reason: 'a typing error' })
    expect(placed.status).toBe(400)
    const { hold } = (
      await post('/holds', { scope: `cluster:${name}`, reason: 'fail-over test' }).expect(201)
    ).body as Held
    const refused = await post(`/clusters/${name}/deployments`, { image: images[1] }).expect(409)
    expect(refused.body).toMatchObject({ code: 'OnHold' })
    const id = await deployed({ image: images[1], queue: true })
    await waitsFor(id, 'is on hold by Ada until it is released: fail-over test')
    expect(await live()).toBe(`${name}-v001`)
    await post(`/holds/${hold.id}/release`, { reason: 'passed' }).expect(200)
    expect((await stack.ended(id)).phase).toBe('succeeded')
    expect(await live()).toBe(`${name}-v002`)
  })

  it('do not hold a switch back', async () => {
    const { hold } = (await post('/holds', { scope: 'all', reason: 'night' }).expect(201)).body as Held
    const id = await started(`/clusters/${name}/rollback`, { reason: 'bad', markBad: false })
    expect((await stack.ended(id)).phase).toBe('succeeded')
    expect(await live()).toBe(`${name}-v001`)
    await post(`/holds/${hold.id}/release`, { reason: 'day' }).expect(200)
  })
})

describe('a pause, by the API over the whole engine', () => {
  it('keeps a deployment where it is, sends nothing meanwhile, and lets it go on', async () => {
    const id = await deployed({ image: images[2] })
    await until(
      async () => (await post(`/operations/${id}/pause`, { reason: 'lunch' })).status === 202,
      10_000,
      'it is paused before its switch',
    )
    await waitsFor(id, 'Paused by Ada: lunch')
    const sent = (await stack.parts.history.intents({ operationId: id, limit: 500 })).length
    const seq = await stack.parts.history.lastSeq()
    // Its turns go on all the while: each looks at AWS, and finds nothing to do.
    const looks = () => stack.parts.account.callCounts().total
    const before = looks()
    await until(() => looks() > before + 20, 30_000, 'AWS is looked at again and again')
    expect((await stack.parts.history.intents({ operationId: id, limit: 500 })).length).toBe(sent)
    expect(
      (await stack.parts.history.eventsAfter(seq, 10)).filter(({ stream }) => stream === `operation:${id}`),
    ).toEqual([])
    await post(`/operations/${id}/resume`, {}).expect(202)
    expect((await stack.ended(id)).phase).toBe('succeeded')
  })
})

describe('stop everything, by the API over the whole engine', () => {
  it('pauses what has not switched, takes a reason for a switch back, and lets all go on when it is released', async () => {
    const before = await live()
    const id = await deployed({ image: images[1] })
    const { hold } = (await post('/stop', { reason: 'nobody knows' }).expect(201)).body as Held
    await waitsFor(id, 'Paused by Ada: everything is stopped: nobody knows')
    expect(await live()).toBe(before)
    expect((await post(`/clusters/${name}/deployments`, { image: images[1], override: '' })).status).toBe(400)
    const refused = await post(`/operations/${id}/resume`, {}).expect(409)
    expect(refused.body).toMatchObject({ code: 'Stopped' })
    await post(`/holds/${hold.id}/release`, { reason: 'known now' }).expect(200)
    expect((await stack.ended(id)).phase).toBe('succeeded')
    expect(await live()).not.toBe(before)

    await post('/stop', { scope: `cluster:${name}`, reason: 'again' }).expect(201)
    const bare = await post(`/clusters/${name}/rollback`, {}).expect(400)
    expect(bare.body).toMatchObject({ code: 'ReasonNeeded', faults: [{ field: 'reason' }] })
    const back = await started(`/clusters/${name}/rollback`, { reason: 'three in the morning' })
    expect((await stack.ended(back)).phase).toBe('succeeded')
    expect(await live()).toBe(before)
    const [event] = await stack.parts.history.operationEvents(back)
    expect(event?.sentence).toContain('Ada overrides this: “The cluster sunrise-main is stopped by Ada')
  })
})
