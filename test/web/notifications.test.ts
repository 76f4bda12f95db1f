import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { testNotification } from '../../server/domain/notification.js'
import { consoleOver } from '../support/console-under-test.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { MemoryChannels } from '../support/memory-channels.js'
import { ours } from '../support/signed-in-console.js'

const page = '/settings/notifications'
const hook = 'https://hooks.slack.com/services/T0/B0/verysecret'
let world: FakeWorld
let channels: MemoryChannels
let app: ReturnType<typeof consoleOver>['app']
let agent: ReturnType<typeof request.agent>
let bearer: { Authorization: string }

beforeEach(async () => {
  world = demoWorld()
  channels = new MemoryChannels((event) => world.addEvent(event))
  const under = consoleOver(world, { channels })
  app = under.app
  agent = request.agent(app)
  const { secret } = await under.credentials.issueLink({ name: 'Ada' }, 1000)
  await agent.post(`/sign-in/${secret}`).set(ours).expect(303)
  bearer = { Authorization: `Bearer ${await under.credentials.issueToken({ name: 'Ada' })}` }
})

const post = (path: string, body: object = {}) => request(app).post(`/api/v1${path}`).set(bearer).send(body)
const get = (path: string) => request(app).get(`/api/v1${path}`).set(bearer)
const send = (path: string, fields: object = {}) => agent.post(path).type('form').set(ours).send(fields)
const add = async (body: object = {}) =>
  (await post('/channels', { name: 'shop team', kind: 'slack', url: hook, ...body }).expect(201)).body as {
    id: string
    secret: string | null
  }
const failure = (channelId: string, state: 'waiting' | 'givenUp' = 'waiting') => ({
  id: '00000000-0000-4000-8000-00000000abcd',
  channelId,
  notification: testNotification('Ada', null, world.now),
  state,
  tries: 3,
  createdAt: world.now,
  nextTryAt: state === 'waiting' ? world.now : null,
  giveUpAt: new Date(world.now.getTime() + 86_400_000),
  lastTryAt: world.now,
  lastAnswer: 'answered 503: <b>busy</b>',
})

describe('channels by the API', () => {
  it('are added with who and what in the audit trail, and their address never shown whole', async () => {
    const { id, secret } = await add({ application: 'shop' })
    expect(secret).toBeNull()
    expect(channels.doors.get(id)).toEqual({ url: hook, secret: null })
    const reply = await get(`/channels/${id}`).expect(200)
    expect(reply.body).toMatchObject({
      name: 'shop team',
      url: 'https://hooks.slack.com/…',
      application: 'shop',
      enabled: true,
    })
    expect(world.log.at(-1)).toMatchObject({
      actor: { name: 'Ada' },
      type: 'ChannelAdded',
      sentence: 'The channel shop team was added: slack to https://hooks.slack.com/….',
    })
    expect(JSON.stringify([(await get('/channels')).body, world.log])).not.toContain('verysecret')
  })

  it('of webhooks give their signing secret once', async () => {
    const { id, secret } = await add({ kind: 'webhook', url: 'https://ci.example.com/hook?key=topsecret' })
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const shown = JSON.stringify([
      (await get(`/channels/${id}`)).body,
      (await get('/channels')).body,
      world.log,
    ])
    expect(shown).toContain('https://ci.example.com/hook?…')
    expect(shown).not.toMatch(/topsecret|whsec_/)
  })

  it.each([
    [{ url: 'http://hooks.example.com/' }, 'url'],
    [{ url: 'https://169.254.169.254/latest' }, 'url'],
    [{ url: 'https://10.1.2.3/' }, 'url'],
    [{ url: 'nonsense' }, 'url'],
    [{ url: '' }, 'url'],
    [{ kind: 'pigeon' }, 'kind'],
    [{ name: '' }, 'name'],
    [{ name: '<script>' }, 'name'],
    [{ kinds: [] }, 'kinds'],
    [{ kinds: ['exploded'] }, 'kinds'],
    [{ application: 'nothing' }, 'application'],
    [{ secret: 'mine' }, 'secret'],
  ])('are refused as %j by the field that is wrong, and nothing is changed (P9)', async (body, field) => {
    const reply = await post('/channels', { name: 'team', kind: 'slack', url: hook, ...body }).expect(400)
    const { faults, detail } = reply.body as { faults: { field: string }[]; detail: string }
    expect(faults[0]?.field.split('.')[0]).toBe(field)
    expect(detail).toContain('Nothing was changed')
    expect(await channels.channels()).toEqual([])
  })

  it('have a name each', async () => {
    await add()
    await post('/channels', { name: 'shop team', kind: 'slack', url: hook }).expect(400)
    expect(await channels.channels()).toHaveLength(1)
  })

  it('are switched off and on, tested and removed by id or name', async () => {
    const { id } = await add()
    await post(`/channels/${id}/test`).expect(202)
    await post('/channels/shop%20team/off').expect(200)
    expect((await channels.deliveries({ limit: 9 }))[0]).toMatchObject({
      state: 'givenUp',
      lastAnswer: 'the channel is off: Ada switched it off',
    })
    await post(`/channels/${id}/test`).expect(409)
    await post(`/channels/${id}/off`).expect(409)
    await post(`/channels/${id}/on`).expect(200)
    await post(`/channels/${id}/remove`).expect(200)
    await post(`/channels/${id}/remove`).expect(404)
    expect(world.log.slice(-5).map(({ type }) => type)).toEqual([
      'ChannelAdded',
      'ChannelTested',
      'ChannelSwitchedOff',
      'ChannelSwitchedOn',
      'ChannelRemoved',
    ])
  })

  it('show what was sent, by channel and state, and send it again', async () => {
    const { id } = await add()
    channels.hold(failure(id, 'givenUp'))
    const reply = await get('/deliveries?channel=shop%20team&state=givenUp').expect(200)
    const [delivery] = (reply.body as { deliveries: { id: string }[] }).deliveries
    expect(delivery).toMatchObject({
      state: 'givenUp',
      tries: 3,
      webhookId: `msg_${delivery!.id}`,
      channel: id,
    })
    await post(`/deliveries/${delivery!.id}/retry`).expect(202)
    expect((await get('/deliveries?state=givenUp')).body).toEqual({ deliveries: [], next: null })
    expect(world.log.at(-1)).toMatchObject({ type: 'DeliveryRetried', actor: { name: 'Ada' } })
    await post('/deliveries/nothing/retry').expect(404)
    await get('/deliveries?state=exploded').expect(400)
    await get('/deliveries?channel=nothing').expect(404)
  })
})

describe('the page of notifications', () => {
  it('begins with what to do, and is found from “More” and from an application', async () => {
    expect((await agent.get(page).expect(200)).text).toContain('Nobody is told of anything')
    expect((await agent.get('/more')).text).toContain(page)
    expect((await agent.get('/applications/shop')).text).toContain('nobody: add a channel')
    await add({ application: 'search', name: 'search team' })
    await add()
    const { text } = await agent.get('/applications/shop')
    expect(text).toContain('shop team')
    expect(text).not.toContain('search team')
    expect((await agent.get(`${page}?application=shop`)).text).toMatch(/<option value="shop" selected>/)
  })

  it('adds a channel, and shows a webhook’s secret in that answer alone', async () => {
    const fields = {
      name: 'ci',
      kind: 'webhook',
      url: 'https://ci.example.com/hook',
      kinds: ['switched', 'halted'],
    }
    const { text } = await send(page, fields).expect(201)
    expect(text).toMatch(/whsec_[A-Za-z0-9+/&#;x]+/)
    expect((await channels.channels())[0]).toMatchObject({ kinds: ['switched', 'halted'], createdBy: 'Ada' })
    expect((await agent.get(page)).text).not.toContain('whsec_')
    await send(page, { ...fields, name: 'team', kind: 'slack', url: hook }).expect(303)
    expect((await agent.get(page)).text).not.toContain('verysecret')
  })

  it('keeps what was typed and ticked beside what is wrong', async () => {
    const { text } = await send(page, {
      name: 'ci',
      kind: 'webhook',
      url: 'http://x.example/',
      kinds: 'halted',
    }).expect(400)
    expect(text).toContain('It begins with https://')
    expect(text).toContain('value="ci"')
    expect(text).toMatch(/value="halted" checked/)
    expect(text).not.toMatch(/value="switched" checked/)
    const none = await send(page, { name: 'ci', kind: 'webhook', url: 'https://x.example/' }).expect(400)
    expect(none.text).toContain('Choose at least one thing to be told of.')
    expect(await channels.channels()).toEqual([])
  })

  it('shows what waits and what failed, with the answer as plain text, and tries again', async () => {
    const { id } = await add()
    channels.hold(failure(id))
    const { text } = await agent.get(page).expect(200)
    expect(text).toContain('one waits to be delivered')
    expect(text).toContain('answered 503: &lt;b&gt;busy&lt;/b&gt;')
    expect(text).toContain('3 tries')
    await send(`${page}/deliveries/${failure(id).id}/retry`).expect(303)
    expect((await agent.get(`${page}?channel=${id}`).expect(200)).text).toContain('Messages to shop team')
    await agent.get(`${page}?channel=nothing`).expect(404)
  })

  it('tests, switches and removes, the last only after asking', async () => {
    const { id } = await add()
    await send(`${page}/${id}/test`).expect(303)
    await send(`${page}/${id}/off`).expect(303)
    expect((await agent.get(page)).text).toContain('Ada switched it off')
    await send(`${page}/${id}/on`).expect(303)
    expect((await agent.get(`${page}/${id}/remove`).expect(200)).text).toContain('Remove shop team')
    expect(await channels.channels()).toHaveLength(1)
    await send(`${page}/${id}/remove`).expect(303)
    expect(await channels.channels()).toEqual([])
    await agent.get(`${page}/${id}/remove`).expect(404)
  })
})
