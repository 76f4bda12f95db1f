import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { sessionCookieName } from '../../server/web/guard/session-cookie.js'
import { consoleOver } from '../support/console-under-test.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'

const ours = { 'Sec-Fetch-Site': 'same-origin' }
const live = /<main[^>]* data-live-ms=/
/** What a page says at one field of a form. */
const errorAt = (html: string, name: string) =>
  new RegExp(`id="f-${name}-error">(?:<svg.*?</svg>)?\\s*([^<]*)<`).exec(html)?.[1]

describe('a form of the console', () => {
  let world: FakeWorld
  let agent: ReturnType<typeof request.agent>
  let under: ReturnType<typeof consoleOver>
  let secret: string
  beforeEach(async () => {
    world = demoWorld()
    under = consoleOver(world)
    agent = request.agent(under.app)
    ;({ secret } = await under.credentials.issueLink({ name: 'Ada' }, 1000))
    await agent.post(`/sign-in/${secret}`).set(ours).expect(303)
  })
  const page = async (path: string, status = 200) => (await agent.get(path).expect(status)).text
  const bake = (fields: Record<string, string>) => {
    const sent = agent.post('/bakes').set(ours)
    for (const [name, value] of Object.entries(fields)) void sent.field(name, value)
    return sent
  }

  it('that was answered is not looked at again, nor is a refusal; a page that was opened is', async () => {
    expect(await page('/images')).toMatch(live)
    expect((await bake({ application: 'shop', version: '5.0.0' }).expect(400)).text).not.toMatch(live)
    expect(await page('/nothing-here', 404)).not.toMatch(live)
  })

  it.each([
    [{}, 'file'],
    [{ address: 'https://example.com/shop.tgz' }, 'sha256'],
    [{ sha256: 'a'.repeat(64) }, 'address'],
  ])('that asks for a bake with %j says at the field what is missing', async (more, name) => {
    const { text } = await bake({ application: 'shop', version: '5.0.0', ...more }).expect(400)
    expect(errorAt(text, name)).toBe('Choose a package file, or give an address and its SHA-256.')
    expect(text).not.toContain('Invalid input')
    expect(text).toContain('value="5.0.0"')
  })

  it('that asks for a bake says at the field that an address or a digest is none', async () => {
    const bad = { address: 'ftp://example.com/shop.tgz', sha256: 'abc' }
    const { text } = await bake({ application: 'shop', version: '5.0.0', ...bad }).expect(400)
    expect(errorAt(text, 'address')).toContain('begins with https:// or s3://')
    expect(errorAt(text, 'sha256')).toContain('64 hexadecimal digits')
  })

  it('that sends a file which is no package says so at the file', async () => {
    const { text } = await agent
      .post('/bakes')
      .set(ours)
      .field('application', 'shop')
      .field('version', '5.0.0')
      .attach('file', Buffer.from('no package'), 'shop-5.0.0.tgz')
      .expect(400)
    expect(errorAt(text, 'file')).toContain('Nothing was kept')
  })

  it.each([
    ['/bakes', '/images#bake'],
    ['/first-run/deploy', '/'],
    ['/sign-out', '/'],
    ['/clusters/shop-main/resume-queue', '/clusters/shop-main'],
    ['/operations/op-1/resume', '/operations/op-1'],
    ['/groups/shop-main-v011/release', '/groups/shop-main-v011'],
  ])('opened by its own address, %s, leads to the page that it is on', async (path, where) => {
    const { headers } = await agent.get(path).expect(303)
    expect(headers.location).toBe(where)
  })

  it('for another time as now keeps what was typed and says at the field how to write it', async () => {
    const text = await page('/tonight?now=tomorrow', 400)
    expect(errorAt(text, 'now')).toBe('Write a moment as 2026-11-25T10:00:00Z.')
    expect(text).toContain('value="tomorrow"')
    expect(await page('/tonight?now=2026-11-25T10:00:00Z')).toContain('value="2026-11-25T10:00:00Z"')
  })

  it('to destroy is not offered for the live group: its refusal is shown at once', async () => {
    const text = await page('/groups/shop-main-v012/destroy', 409)
    expect(text).toContain('the live group is never destroyed')
    expect(text).not.toContain('Type shop-main-v012')
    expect(await page('/groups/shop-main-v011/destroy')).toContain('Type shop-main-v011')
  })

  it('for a new cluster begins with a stack that no cluster has', async () => {
    const stack = async () =>
      /name="stack"[^>]*value="([^"]*)"/.exec(await page('/clusters/new?application=shop'))?.[1]
    expect(await stack()).toBe('staging')
    world.states.set('shop-staging', {
      ...world.states.get('shop-main')!,
      cluster: { ...world.states.get('shop-main')!.cluster, name: 'shop-staging' },
    })
    expect(await stack()).toBe('two')
    expect(await page('/clusters/new?application=shop&stack=main')).toContain('value="main"')
  })

  it('to sign in, opened again by who is signed in, says so instead of how to get a link', async () => {
    const text = await page(`/sign-in/${secret}`)
    expect(text).toContain('You are signed in')
    expect(text).not.toContain('npx delling login')
    await request(under.app).get(`/sign-in/${secret}`).expect(410)
  })
})

describe('the session’s cookie', () => {
  it('has another name for every port, so that two consoles on one host let each other be', async () => {
    expect(sessionCookieName('http://127.0.0.1:4600')).toBe('delling-4600')
    expect(sessionCookieName('https://delling.example.com')).toBe('delling-443')
    const { app, credentials } = consoleOver(demoWorld())
    const { secret } = await credentials.issueLink({ name: 'Ada' }, 1000)
    const { headers } = await request(app).post(`/sign-in/${secret}`).set(ours).expect(303)
    expect(headers['set-cookie']?.[0]).toMatch(/^delling-80=/)
  })
})
