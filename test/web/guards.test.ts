import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { consoleOver } from '../support/console-under-test.js'
import { FakeWorld } from '../support/fake-parts.js'

describe('the guards of the console', () => {
  let under: ReturnType<typeof consoleOver>
  let token: string
  beforeEach(async () => {
    under = consoleOver(new FakeWorld())
    token = await under.credentials.issueToken({ name: 'Ada' })
  })
  const bearer = () => ({ Authorization: `Bearer ${token}` })

  it('answers health without sign-in and nothing else', async () => {
    await request(under.app).get('/healthz').expect(200, { status: 'ready' })
    const refused = await request(under.app).get('/api/v1/clusters').expect(401)
    expect(refused.headers['content-type']).toContain('application/problem+json')
    await request(under.app).get('/api/v1/clusters').set('Authorization', 'Bearer wrong').expect(401)
    await request(under.app).get('/api/v1/clusters').set(bearer()).expect(200)
  })

  it('refuses a foreign Host, on pages and on the API', async () => {
    await request(under.app).get('/').set('Host', 'evil.example').expect(421)
    await request(under.app).get('/api/v1/me').set('Host', 'evil.example:80').set(bearer()).expect(421)
  })

  it.each([
    ['a foreign site', { 'Sec-Fetch-Site': 'cross-site' }],
    ['another port of this machine', { 'Sec-Fetch-Site': 'same-site' }],
    ['a foreign origin', { Origin: 'http://evil.example' }],
    ['no origin at all', {}],
  ])('refuses a change by cookie from %s, and changes nothing', async (_from, headers) => {
    const world = new FakeWorld()
    const { app, credentials } = consoleOver(world)
    const { secret } = await credentials.issueLink({ name: 'Ada' }, 1000)
    const agent = request.agent(app)
    await agent.post(`/sign-in/${secret}`).set('Sec-Fetch-Site', 'same-origin').expect(303)
    await agent
      .post('/applications/new')
      .type('form')
      .set(headers)
      .send({ do: 'create', name: 'shop', owner: 'x' })
      .expect(403)
    await agent.post('/api/v1/applications').set(headers).send({ name: 'shop', owner: 'x' }).expect(403)
    expect(world.applications).toEqual([])
    await agent
      .post('/applications/new')
      .type('form')
      .set('Sec-Fetch-Site', 'same-origin')
      .send({ do: 'create', name: 'shop', owner: 'x' })
      .expect(303)
    expect(world.applications).toHaveLength(1)
  })

  it('sends a strict policy with every page', async () => {
    const page = await request(under.app).get('/sign-in')
    expect(page.headers['content-security-policy']).toBe(
      "default-src 'none';script-src 'self';style-src 'self';connect-src 'self';font-src 'self';form-action 'self';img-src 'self' data:;frame-ancestors 'none';base-uri 'none'",
    )
    expect(page.headers['referrer-policy']).toBe('no-referrer')
    expect(page.text).not.toMatch(/<script(?![^>]*src=)|<style|\sstyle="|\son[a-z]+="/)
  })

  it('serves what pages need, to be kept for ever', async () => {
    const page = await request(under.app).get('/sign-in')
    const sheet = /href="(\/assets\/[0-9a-f]+\/console\.css)"/.exec(page.text)?.[1] ?? ''
    const asset = await request(under.app).get(sheet).expect(200)
    expect(asset.headers['cache-control']).toContain('immutable')
  })

  it('says what is wrong with a body that is no JSON, without a stack trace', async () => {
    const answer = await request(under.app)
      .post('/api/v1/applications')
      .set(bearer())
      .type('json')
      .send('{"name":')
      .expect(400)
    expect(answer.text).not.toMatch(/\bat \S+:\d+/)
    expect(answer.body).toMatchObject({ code: 'Unreadable' })
  })

  it('names the request, not the cause, when something of ours fails', async () => {
    const world = new FakeWorld()
    const { app, credentials } = consoleOver({
      ...world,
      parts: () => ({
        ...world.parts(),
        history: {
          ...world.parts().history,
          clusterStates: () => Promise.reject(new Error('password=hunter2')),
        },
      }),
    })
    const secret = await credentials.issueToken({ name: 'Ada' })
    const answer = await request(app)
      .get('/api/v1/clusters')
      .set('Authorization', `Bearer ${secret}`)
      .expect(500)
    expect(answer.text).not.toContain('hunter2')
    expect(answer.body).toMatchObject({ code: 'fault' })
  })
})
