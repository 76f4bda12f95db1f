import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import request from 'supertest'
import { describe, expect, it } from 'vitest'
import { consoleOver } from '../support/console-under-test.js'
import { FakeWorld } from '../support/fake-parts.js'

const sameOrigin = { 'Sec-Fetch-Site': 'same-origin' }

async function signedIn(world = new FakeWorld()) {
  const { app, credentials } = consoleOver(world)
  const { secret } = await credentials.issueLink({ name: 'Ada' }, 1000)
  const agent = request.agent(app)
  await agent.post(`/sign-in/${secret}`).set(sameOrigin).expect(303)
  return { agent, secret, app, credentials }
}

describe('sign-in', () => {
  it('leads somebody unknown to the page that says how to get a link', async () => {
    const { app } = consoleOver(new FakeWorld())
    const sent = await request(app).get('/clusters').expect(303)
    expect(sent.headers.location).toBe('/sign-in')
    const page = await request(app).get('/sign-in').expect(200)
    expect(page.text).toContain('npx delling login')
    expect(page.text).not.toContain('123456789012')
  })

  it('looking at a link does not use it up; the button does, once', async () => {
    const { app, credentials } = consoleOver(new FakeWorld())
    const { secret } = await credentials.issueLink({ name: 'Ada' }, 1000)
    await request(app).get(`/sign-in/${secret}`).expect(200)
    await request(app).get(`/sign-in/${secret}`).expect(200)
    const first = await request(app).post(`/sign-in/${secret}`).set(sameOrigin).expect(303)
    expect(first.headers['set-cookie']?.[0]).toMatch(/HttpOnly; SameSite=Lax/)
    await request(app).post(`/sign-in/${secret}`).set(sameOrigin).expect(410)
  })

  it('refuses a link that is too old and says how to get another', async () => {
    const { app, credentials } = consoleOver(new FakeWorld())
    const { secret } = await credentials.issueLink({ name: 'Ada' }, 1000)
    credentials.expire()
    const page = await request(app).post(`/sign-in/${secret}`).set(sameOrigin).expect(410)
    expect(page.text).toContain('npx delling login')
  })

  it('never writes the secret of a link to the log', async () => {
    const lines: string[] = []
    const logger = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) })
    const { app, credentials } = consoleOver(new FakeWorld(), { logger })
    const { secret } = await credentials.issueLink({ name: 'Ada' }, 1000)
    await request(app).get(`/sign-in/${secret}?x=${secret}`)
    await request(app).post(`/sign-in/${secret}`).set(sameOrigin)
    await request(app).post(`/sign-in/${secret}`)
    // As a proxy asks: by the whole address.
    const server = createServer(app).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const whole = { host: '127.0.0.1', port, path: `http://console.example/sign-in/${secret}` }
    const [reply] = (await once(get(whole), 'response')) as [IncomingMessage]
    reply.resume()
    await once(reply, 'end')
    server.close()
    expect(lines.length).toBeGreaterThanOrEqual(4)
    expect(lines.join('')).toContain('/sign-in/…')
    expect(lines.join('')).not.toContain(secret)
  })

  it('gives a new session id, so that one planted before is worth nothing', async () => {
    const { agent } = await signedIn()
    await agent.get('/').expect(200)
    await agent.post('/sign-out').set(sameOrigin).expect(303)
    await agent.get('/').expect(303)
  })

  it('is in the audit trail, as signing out is and the making of a link', async () => {
    const world = new FakeWorld()
    const { agent, credentials, app } = await signedIn(world)
    const token = await credentials.issueToken({ name: 'Grace' })
    await request(app).post('/api/v1/sign-in-links').set('Authorization', `Bearer ${token}`).expect(201)
    await agent.post('/sign-out').set(sameOrigin).expect(303)
    await agent.post('/sign-out').set(sameOrigin).expect(303)
    expect(world.log.map(({ stream, type, sentence }) => [stream, type, sentence])).toEqual([
      ['access:people', 'SignedIn', expect.stringMatching(/^Ada signed in with a link, from /)],
      [
        'access:people',
        'SignInLinkMade',
        expect.stringMatching(/^Grace made a link .* within 10 minutes\.$/),
      ],
      ['access:people', 'SignedOut', 'Ada signed out.'],
    ])
  })

  it('makes a new link for whoever holds a token', async () => {
    const { app, credentials } = consoleOver(new FakeWorld())
    const token = await credentials.issueToken({ name: 'Ada' })
    const answer = await request(app)
      .post('/api/v1/sign-in-links')
      .set('Authorization', `Bearer ${token}`)
      .expect(201)
    expect((answer.body as { url: string }).url).toMatch(/^http:\/\/127\.0\.0\.1\/sign-in\/\S+$/)
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('stops somebody who tries links one after another', async () => {
    const { app } = consoleOver(new FakeWorld())
    const statuses: number[] = []
    for (let tries = 0; tries < 32; tries++) statuses.push((await request(app).get('/sign-in/guess')).status)
    expect(statuses[0]).toBe(410)
    expect(statuses.at(-1)).toBe(429)
  })
})
