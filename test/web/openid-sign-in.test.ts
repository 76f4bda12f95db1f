import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import request from 'supertest'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { configuredAdmins } from '../../server/domain/grant.js'
import { OpenIdProvider } from '../../server/identity/openid-provider.js'
import type { SignInPolicy } from '../../server/web/sign-in-policy.js'
import { consoleOver } from '../support/console-under-test.js'
import { FakeWorld } from '../support/fake-parts.js'
import { Browser, client, openIdServer } from '../support/openid-server.js'

const ada = { sub: 'ada-7', email: 'ada@example.com', email_verified: true, groups: ['platform'] }
const eve = { sub: 'eve-9', email: 'ada@example.com', email_verified: false, groups: [] }
const dayMs = 86_400_000

describe('signing in with an OpenID provider', () => {
  let world: FakeWorld
  let provider: Awaited<ReturnType<typeof openIdServer>>
  let under: ReturnType<typeof consoleOver>
  let url: string
  let listen: RequestListener
  let close: () => Promise<void>
  beforeEach(async () => {
    // The provider says of itself that it is not set up for production.
    for (const level of ['info', 'warn'] as const)
      vi.spyOn(console, level).mockImplementation(() => undefined)
    const server = createServer((incoming, response) => void listen(incoming, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    provider = await openIdServer([ada, eve], `${url}/sign-in/provider/callback`)
    close = async () => {
      await provider.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    }
    world = new FakeWorld()
    start({})
  })
  afterEach(async () => {
    vi.useRealTimers()
    vi.restoreAllMocks()
    await close()
  })

  function start(signIn: Partial<SignInPolicy>, clientSecret = client.secret): void {
    const openId = new OpenIdProvider({
      label: 'Example ID',
      issuer: provider.issuer,
      clientId: client.id,
      clientSecret,
      scopes: 'openid profile email',
      groupsClaim: 'groups',
      publicUrl: url,
    })
    under = consoleOver(world, {
      publicUrl: url,
      signIn: { local: false, provider: openId, configured: configuredAdmins(['group:platform']), ...signIn },
    })
    listen = under.app
  }

  /** A browser of the console's that has been at the provider and is on its way back, with what it carries. */
  async function wayBack(agent = request.agent(url)) {
    const begun = await agent.get('/sign-in/provider/begin').expect(303)
    const { address } = await new Browser().get(begun.headers.location!, url)
    return { agent, back: address.slice(url.length), begun }
  }
  const cookieOf = (reply: { headers: Record<string, unknown> }) =>
    ((reply.headers['set-cookie'] as string[] | undefined)?.[0] ?? '').split(';')[0]
  const audited = () => world.log.map((row) => `${row.stream} ${row.type}: ${row.sentence}`).join('\n')

  it('leads there and back, takes rights from groups, and names people by their verified address', async () => {
    const page = await request(url).get('/sign-in').expect(200)
    expect(page.text).toContain('Sign in with Example ID')
    expect(page.text).not.toContain('npx delling login')
    const { agent, back } = await wayBack()
    await agent.get(back).expect(303).expect('Location', '/')
    const home = await agent.get('/more').expect(200)
    expect(home.text).toContain('ada@example.com')
    await agent.get('/settings/people').expect(200)
    expect(audited()).toContain('access:people SignedIn: ada@example.com signed in with Example ID')
  })

  it('asks the provider with PKCE, state and nonce, and for no other way back than its own', async () => {
    const begun = await request(url).get('/sign-in/provider/begin').set('Host', new URL(url).host).expect(303)
    const asked = new URL(begun.headers.location!).searchParams
    expect(asked.get('code_challenge_method')).toBe('S256')
    expect(asked.get('response_type')).toBe('code')
    expect(asked.get('redirect_uri')).toBe(`${url}/sign-in/provider/callback`)
    for (const name of ['state', 'nonce', 'code_challenge'])
      expect(asked.get(name)?.length).toBeGreaterThan(20)
  })

  it('gives a new session id, so that one planted before is worth nothing', async () => {
    const { agent, back, begun } = await wayBack()
    const planted = cookieOf(begun)
    const arrived = await agent.get(back).expect(303)
    expect(cookieOf(arrived)).not.toBe('')
    expect(cookieOf(arrived)).not.toBe(planted)
    await request(url).get('/').set('Cookie', planted!).expect(303).expect('Location', '/sign-in')
  })

  it.each([
    ['another state', (back: string) => back.replace(/state=[^&]+/, 'state=forged')],
    ['no state', (back: string) => back.replace(/state=[^&]+&?/, '')],
    ['another issuer', (back: string) => back.replace(/iss=[^&]+/, 'iss=http%3A%2F%2Fevil.example')],
    ['a code that was never given', (back: string) => back.replace(/code=[^&]+/, 'code=guess')],
  ])('refuses what comes back with %s, signs nobody in and writes it down', async (_what, forge) => {
    const { agent, back } = await wayBack()
    expect(forge(back)).not.toBe(back)
    const refused = await agent.get(forge(back)).expect(403)
    expect(refused.text).toContain('You are not signed in')
    await agent.get('/').expect(303).expect('Location', '/sign-in')
    expect(audited()).toContain('access:people SignInFailed')
  })

  it('refuses the code of another browser: its proof is not this one’s', async () => {
    const [own, other] = [await wayBack(), await wayBack()]
    const code = /code=[^&]+/.exec(other.back)![0]
    await own.agent.get(own.back.replace(/code=[^&]+/, code)).expect(403)
    await own.agent.get('/').expect(303)
  })

  it('refuses an answer whose nonce is not the one that was asked with', async () => {
    const { agent, begun } = await wayBack()
    const forged = new URL(begun.headers.location!)
    forged.searchParams.set('nonce', 'a-nonce-of-somebody-else-s')
    const { address } = await new Browser().get(forged.href, url)
    await agent.get(address.slice(url.length)).expect(403)
    await agent.get('/').expect(303)
  })

  it('takes each way back once, and none that was never begun', async () => {
    const { agent, back } = await wayBack()
    await agent.get(back).expect(303)
    await agent.get(back).expect(403)
    await request(url).get(back).expect(403)
  })

  it('believes no address that the provider has not verified', async () => {
    under = consoleOver(world, {})
    start({ configured: configuredAdmins(['ada@example.com']) })
    provider.signInAs('eve-9')
    const { agent, back } = await wayBack()
    await agent.get(back).expect(303)
    const refused = await agent.get('/').expect(403)
    expect(refused.text).toContain('eve-9 at 127.0.0.1')
    expect(refused.text).not.toContain('ada@example.com')
  })

  it('says it when the provider lets somebody not in', async () => {
    provider.signInAs('nobody')
    const { agent, back } = await wayBack()
    const refused = await agent.get(back).expect(403)
    expect(refused.text).toContain('you were not let in')
  })

  it('says that the provider is at fault where it is, and answers otherwise', async () => {
    start({}, 'another secret')
    const { agent, back } = await wayBack()
    await agent.get(back).expect(503)
    await provider.close()
    start({})
    const page = await request(url).get('/sign-in/provider/begin').expect(503)
    expect(page.text).toContain('Example ID does not answer as it should')
    await request(url).get('/sign-in').expect(200)
    await request(url).get('/healthz').expect(200)
  })

  it('opens by no link and no token of the machine’s where it is not told to', async () => {
    const { secret } = await under.credentials.issueLink({ name: 'Ada' }, 1000)
    await request(url).get(`/sign-in/${secret}`).expect(410)
    await request(url).post(`/sign-in/${secret}`).set('Sec-Fetch-Site', 'same-origin').expect(410)
    const token = await under.credentials.issueToken({ name: 'Ada' })
    await request(url).get('/api/v1/me').set('Authorization', `Bearer ${token}`).expect(401)
  })

  it('takes a role away from the next request on, of browsers and of tokens', async () => {
    start({ configured: [] })
    const grant = await under.people.give({
      to: { kind: 'group', name: 'platform' },
      role: 'viewer',
      application: null,
      by: 'test',
      why: 'test',
    })
    const { agent, back } = await wayBack()
    await agent.get(back).expect(303)
    await agent.get('/clusters').expect(200)
    const { body } = (await agent
      .post('/api/v1/tokens')
      .set('Sec-Fetch-Site', 'same-origin')
      .send({ label: 'CI', role: 'admin' })
      .expect(201)) as { body: { secret: string } }
    const bearer = { Authorization: `Bearer ${body.secret}` }
    await request(url).get('/api/v1/clusters').set(bearer).expect(200)
    await request(url).get('/api/v1/people').set(bearer).expect(403)
    await under.people.take(grant!.id, () => undefined)
    await agent.get('/clusters').expect(403)
    await request(url).get('/api/v1/clusters').set(bearer).expect(403)
  })

  it('ends a session a week after its beginning, however much it is used, and by signing out', async () => {
    const { agent, back } = await wayBack()
    await agent.get(back).expect(303)
    vi.useFakeTimers({ toFake: ['Date'] })
    // Each use keeps it from ending by idleness.
    for (let day = 1; day <= 13; day++) {
      vi.setSystemTime(Date.now() + dayMs / 2)
      await agent.get('/more').expect(200)
    }
    vi.setSystemTime(Date.now() + dayMs)
    await agent.get('/more').expect(303)
    vi.useRealTimers()

    const again = await wayBack()
    await again.agent.get(again.back).expect(303)
    const left = await again.agent.post('/sign-out').set('Sec-Fetch-Site', 'same-origin').expect(303)
    const page = await again.agent.get(left.headers.location!).expect(200)
    expect(page.text).toContain(`${provider.issuer}/session/end`)
    await again.agent.get('/').expect(303)
  })

  it('ends a session that nobody used for a day', async () => {
    const { agent, back } = await wayBack()
    await agent.get(back).expect(303)
    vi.useFakeTimers({ toFake: ['Date'] })
    vi.setSystemTime(Date.now() + dayMs + 1000)
    await agent.get('/more').expect(303)
  })
})
