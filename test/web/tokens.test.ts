import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Right } from '../../server/domain/access.js'
import { consoleOver } from '../support/console-under-test.js'
import { demoWorld } from '../support/demo-world.js'
import { FakeWorld } from '../support/fake-parts.js'
import { byProvider, knownPerson } from '../support/known-person.js'
import { ours, signedInConsole } from '../support/signed-in-console.js'

interface Made {
  readonly body: { readonly id: string; readonly secret: string; readonly scope: object }
}

describe('a token', () => {
  let world: FakeWorld
  let under: Awaited<ReturnType<typeof signedInConsole>>
  beforeEach(async () => {
    world = new FakeWorld()
    world.applications = ['shop', 'media'].map((name) => ({ ...demoWorld().applications[0]!, name }))
    under = await signedInConsole(world)
  })
  const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` })
  const create = (by: Record<string, string>, body: object, status = 201) =>
    request(under.app).post('/api/v1/tokens').set(by).send(body).expect(status) as unknown as Promise<Made>

  it('is shown once, on the page that makes it, and never again', async () => {
    const form = { label: 'CI of shop', role: 'viewer', applications: 'shop, media', days: '7' }
    const made = await under.agent.post('/settings/tokens').set(ours).type('form').send(form).expect(201)
    const secret = /dlg_[^<]+/.exec(made.text)![0]
    expect(made.headers['cache-control']).toBe('no-store')
    const page = await under.agent.get('/settings/tokens').expect(200)
    expect(page.text).not.toContain(secret)
    expect(page.text).toContain('viewer of shop and media')
    const me = await request(under.app).get('/api/v1/me').set(bearer(secret)).expect(200)
    expect((me.body as { rights: object }).rights).toEqual([
      { role: 'viewer', application: 'shop' },
      { role: 'viewer', application: 'media' },
    ])
    expect(JSON.stringify(world.log)).not.toContain(secret)
    expect(world.log.at(-1)?.sentence).toContain('Ada made the token dlg_')
  })

  it('can do no more than its owner, nor one that it makes more than itself', async () => {
    const narrow = await create(under.bearer, {
      label: 'a',
      role: 'deployer',
      applications: ['shop'],
      days: 1,
    })
    await request(under.app).post('/api/v1/cleanup').set(bearer(narrow.body.secret)).send({}).expect(403)
    const wide = await create(bearer(narrow.body.secret), { label: 'b', role: 'admin', days: 365 })
    expect(wide.body).toMatchObject({ scope: { role: 'deployer', applications: ['shop'] } })
    const { expiresAt } = wide.body as unknown as { expiresAt: string }
    expect(Date.parse(expiresAt)).toBeLessThanOrEqual(Date.now() + 86_400_000)
    for (const { body } of [narrow, wide])
      await request(under.app).post('/api/v1/sign-in-links').set(bearer(body.secret)).expect(403)
  })

  it('is refused from the moment that it is revoked, and only its owner can revoke it', async () => {
    const { body } = await create(under.bearer, { label: 'a' })
    await under.agent.get(`/settings/tokens/${body.id}/revoke`).expect(200)
    await request(under.app).get('/api/v1/me').set(bearer(body.secret)).expect(200)
    const other = await under.credentials.issueToken({ name: 'Grace' })
    await request(under.app).post(`/api/v1/tokens/${body.id}/revoke`).set(bearer(other)).expect(404)
    await under.agent.post(`/settings/tokens/${body.id}/revoke`).set(ours).expect(303)
    await request(under.app).get('/api/v1/me').set(bearer(body.secret)).expect(401)
    await request(under.app).post(`/api/v1/tokens/${body.id}/revoke`).set(under.bearer).expect(404)
    expect(world.log.at(-1)).toMatchObject({ type: 'TokenRevoked', stream: 'access:people' })
  })

  it('ends with the token that made it, and what it made ends with it', async () => {
    const first = await create(under.bearer, { label: 'leaked', role: 'admin' })
    const second = await create(bearer(first.body.secret), { label: 'second', role: 'admin' })
    const third = await create(bearer(second.body.secret), { label: 'third' })
    expect(third.body).toMatchObject({ madeBy: second.body.id })
    await request(under.app).post(`/api/v1/tokens/${first.body.id}/revoke`).set(under.bearer).expect(200)
    for (const { body } of [first, second, third])
      await request(under.app).get('/api/v1/me').set(bearer(body.secret)).expect(401)
  })

  it('ends itself and what may do no more, and nothing wider: no token and no browser', async () => {
    const wide = await create(under.bearer, { label: 'wide', role: 'admin' })
    const narrow = await create(under.bearer, { label: 'narrow', role: 'deployer', applications: ['shop'] })
    const viewer = await create(under.bearer, { label: 'viewer', role: 'viewer', applications: ['shop'] })
    const by = bearer(narrow.body.secret)
    const revoke = (id: string, status: number) =>
      request(under.app).post(`/api/v1/tokens/${id}/revoke`).set(by).expect(status)
    await revoke(wide.body.id, 403)
    await request(under.app).get('/api/v1/me').set(bearer(wide.body.secret)).expect(200)
    const listed = await request(under.app).get('/api/v1/sessions').set(by).expect(200)
    const [{ id } = { id: '' }] = (listed.body as { sessions: { id: string }[] }).sessions
    await request(under.app).post(`/api/v1/sessions/${id}/end`).set(by).expect(403)
    await request(under.app).post(`/settings/sessions/${id}/end`).set(by).expect(403)
    await under.agent.get('/').expect(200)
    expect(world.log.at(-1)).toMatchObject({
      type: 'AccessRefused',
      sentence: 'A token that is deployer of shop may not sign a browser out, which may do more.',
    })
    await revoke(viewer.body.id, 200)
    await revoke(narrow.body.id, 200)
    await request(under.app).get('/api/v1/me').set(by).expect(401)
    await request(under.app).post(`/api/v1/sessions/${id}/end`).set(bearer(wide.body.secret)).expect(200)
    await under.agent.get('/').expect(303)
  })

  it('is never kept as the answer to an Idempotency-Key', async () => {
    const keyed = { ...under.bearer, 'Idempotency-Key': 'k' }
    const [one, two] = [await create(keyed, { label: 'a' }), await create(keyed, { label: 'a' })]
    expect(one.body.secret).not.toBe(two.body.secret)
  })

  it.each([
    [{}, 'label'],
    [{ label: 'a', role: 'king' }, 'role'],
    [{ label: 'a', days: 0 }, 'days'],
    [{ label: 'a', days: 366 }, 'days'],
    [{ label: 'a', applications: ['Not-One'] }, 'applications.0'],
    [{ label: 'a', color: 'red' }, 'color'],
  ])('is not made of %j, by a sentence at %s (P9)', async (body, field) => {
    const refused = (await create(under.bearer, body, 400)) as unknown as {
      body: { faults: { field: string }[] }
    }
    expect(refused.body.faults.map((fault) => fault.field)).toEqual([field])
    expect(world.log).toEqual([expect.objectContaining({ type: 'SignedIn' })])
  })

  it('that is guessed is refused, and after sixty tries with 429, while a good one goes on', async () => {
    const statuses: number[] = []
    for (let tries = 0; tries < 62; tries++)
      statuses.push(
        (
          await request(under.app)
            .get('/api/v1/me')
            .set(bearer(`guess-${tries}`))
        ).status,
      )
    expect(statuses.slice(0, 60)).toEqual(Array<number>(60).fill(401))
    expect(statuses.at(-1)).toBe(429)
    await request(under.app).get('/api/v1/me').set(under.bearer).expect(200)
  })

  it('that is good may be used as often as one likes', async () => {
    for (let tries = 0; tries < 40; tries++)
      await request(under.app).get('/api/v1/me').set(under.bearer).expect(200)
  })
})

describe('a session', () => {
  it('is listed by its browser, and ended from another one', async () => {
    const { agent, app, credentials } = await signedInConsole(new FakeWorld())
    const other = request.agent(app)
    const { secret } = await credentials.issueLink({ name: 'Ada' }, 1000)
    const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
    await other.post(`/sign-in/${secret}`).set(ours).set('User-Agent', firefox).expect(303)
    const page = await agent.get('/settings/tokens').expect(200)
    expect(page.text).toContain('Firefox on Linux')
    const own = await other.get('/settings/tokens').expect(200)
    const end = [
      ...own.text.matchAll(/Firefox on Linux<span class="sub">this one<[\s\S]*?href="([^"]+\/end)"/g),
    ][0]![1]!
    await agent.get(end).expect(200)
    await other.get('/').expect(200)
    await agent.post(end).set(ours).expect(303)
    await other.get('/').expect(303).expect('Location', '/sign-in')
    await agent.get('/').expect(200)
  })
})

describe('a token of somebody', () => {
  const everything = [{ role: 'admin', application: null }] as const
  const me = async (under: ReturnType<typeof consoleOver>, bearer: Record<string, string>) =>
    request(under.app).get('/api/v1/me').set(bearer)

  it('opens nothing once another provider vouches for people, though the address is the same', async () => {
    const provider = { ...byProvider.provider, issuer: 'https://id.example.org' }
    const under = consoleOver(new FakeWorld(), { signIn: { local: false, provider } })
    const { bearer } = await knownPerson(under, 'ada@example.com', everything)
    expect((await me(under, bearer)).status).toBe(401)
  })

  it('carries the name that its owner has since their last sign-in, as their browsers do', async () => {
    const under = consoleOver(new FakeWorld(), { signIn: byProvider })
    const { bearer, known } = await knownPerson(under, 'ada@example.com', everything)
    await under.people.give({
      to: { kind: 'person', name: known.subject },
      role: 'viewer',
      application: null,
      by: 'test',
      why: 'test',
    })
    await under.people.remember({ ...known, name: 'lovelace@example.com', email: 'lovelace@example.com' })
    expect((await me(under, bearer)).body).toMatchObject({ name: 'lovelace@example.com' })
  })
})

describe('what opens the console in anybody’s name', () => {
  let world: FakeWorld
  let under: ReturnType<typeof consoleOver>
  let ada: Awaited<ReturnType<typeof knownPerson>>
  let grace: Awaited<ReturnType<typeof knownPerson>>
  beforeEach(async () => {
    world = new FakeWorld()
    under = consoleOver(world, { signIn: { ...byProvider, local: true } })
    ada = await knownPerson(under, 'ada@example.com', [{ role: 'admin', application: null }])
    grace = await knownPerson(under, 'grace@example.com', [{ role: 'admin', application: 'shop' }])
  })
  const get = (path: string, by = ada) => request(under.app).get(path).set(by.bearer)
  const post = (path: string, body: object, by = ada) =>
    request(under.app).post(path).set(by.bearer).send(body)

  it('is listed for admins of everything, its tokens without their secrets, and for nobody else', async () => {
    const listed = await get('/api/v1/people/tokens').expect(200)
    expect((listed.body as { tokens: object[] }).tokens).toEqual([
      expect.objectContaining({ personName: 'grace@example.com', label: 'test', madeBy: null }),
      expect.objectContaining({ personName: 'ada@example.com' }),
    ])
    expect(JSON.stringify(listed.body)).not.toContain(grace.secret)
    const page = await get('/settings/people').expect(200)
    expect(page.text).toContain('/settings/people/tokens/')
    for (const path of ['/api/v1/people/tokens', '/api/v1/people/sessions', '/settings/people'])
      await get(path, grace).expect(403)
  })

  it('ends by an admin’s word, with a reason in the audit trail', async () => {
    const { tokens } = (await get('/api/v1/people/tokens')).body as {
      tokens: { id: string; personName: string }[]
    }
    const { id } = tokens.find(({ personName }) => personName === 'grace@example.com')!
    await post(`/api/v1/people/tokens/${id}/revoke`, { why: 'x' }, grace).expect(403)
    await post(`/api/v1/people/tokens/${id}/revoke`, {}).expect(400)
    await get(`/settings/people/tokens/${id}/revoke`).expect(200)
    await get('/api/v1/me', grace).expect(200)
    await post(`/settings/people/tokens/${id}/revoke`, { why: '' }).expect(400)
    await request(under.app)
      .post(`/settings/people/tokens/${id}/revoke`)
      .set(ada.bearer)
      .type('form')
      .send({ why: 'left us' })
      .expect(303)
    await get('/api/v1/me', grace).expect(401)
    await post(`/api/v1/people/tokens/${id}/revoke`, { why: 'again' }).expect(404)
    expect(world.log.at(-1)).toMatchObject({
      stream: 'access:people',
      type: 'TokenRevoked',
      actor: { name: 'ada@example.com' },
      sentence: expect.stringMatching(
        /^ada@example.com revoked the token .* \(test\) of grace@example.com: left us$/,
      ) as string,
    })
  })

  it('is a browser too, signed out from the page and by the API', async () => {
    const browsers = []
    for (const name of ['Lin', 'Mo']) {
      const agent = request.agent(under.app)
      const { secret } = await under.credentials.issueLink({ name }, 1000)
      await agent.post(`/sign-in/${secret}`).set(ours).expect(303)
      browsers.push(agent)
    }
    const { sessions } = (await get('/api/v1/people/sessions').expect(200)).body as {
      sessions: { id: string; personName: string }[]
    }
    expect(sessions.map(({ personName }) => personName).sort()).toEqual(['Lin', 'Mo'])
    const idOf = (name: string) => sessions.find(({ personName }) => personName === name)!.id
    await post(`/api/v1/sessions/${idOf('Lin')}/end`, {}).expect(404)
    await post(`/api/v1/people/sessions/${idOf('Lin')}/end`, { why: 'x' }, grace).expect(403)
    await post(`/api/v1/people/sessions/${idOf('Lin')}/end`, { why: 'lost laptop' }).expect(200)
    await browsers[0]!.get('/').expect(303)
    await browsers[1]!.get('/').expect(200)
    await get(`/settings/people/sessions/${idOf('Mo')}/end`).expect(200)
    await request(under.app)
      .post(`/settings/people/sessions/${idOf('Mo')}/end`)
      .set(ada.bearer)
      .type('form')
      .send({ why: 'left us' })
      .expect(303)
    await browsers[1]!.get('/').expect(303)
    expect(world.log.filter(({ type }) => type === 'SessionEnded').map(({ sentence }) => sentence)).toEqual([
      expect.stringMatching(/^ada@example.com ended a session of Lin from .* UTC: lost laptop$/),
      expect.stringMatching(/^ada@example.com ended a session of Mo from .* UTC: left us$/),
    ])
  })
})

describe('roles', () => {
  async function admin(rights: readonly Right[] = [{ role: 'admin', application: null }]) {
    const world = new FakeWorld()
    const under = consoleOver(world, { signIn: byProvider })
    const { bearer } = await knownPerson(under, 'ada@example.com', rights)
    const post = (path: string, body: object) => request(under.app).post(path).set(bearer).send(body)
    return { world, under, post }
  }

  it('are given with a reason and taken again, in the audit trail both', async () => {
    const { world, under, post } = await admin()
    const body = { name: 'grace@example.com', role: 'deployer', application: 'shop', why: 'joins shop' }
    const given = await post('/api/v1/people/grants', body).expect(201)
    await post('/api/v1/people/grants', body).expect(409)
    const { id } = given.body as { id: string }
    await post(`/api/v1/people/grants/${id}/revoke`, { why: 'left' }).expect(200)
    await post(`/api/v1/people/grants/${id}/revoke`, {}).expect(404)
    expect(world.log.map((row) => row.sentence)).toEqual([
      'ada@example.com made grace@example.com deployer of shop: joins shop',
      'ada@example.com took from grace@example.com the role deployer of shop: left',
    ])
    expect(await under.people.grants()).toHaveLength(1)
  })

  it('leave the last admin where they are, and those whom the configuration names', async () => {
    const { under, post } = await admin()
    const [{ id } = { id: '' }] = await under.people.grants()
    const refused = await post(`/settings/grants/${id}/revoke`, {}).expect(409)
    expect(refused.text).toContain('the last admin of all applications')
    expect(await under.people.grants()).toHaveLength(1)
  })

  it.each([
    [{ name: '', role: 'viewer', why: 'x' }, 'name'],
    [{ name: 'a', role: 'owner', why: 'x' }, 'role'],
    [{ name: 'a', role: 'viewer' }, 'why'],
    [{ name: 'a', role: 'viewer', why: 'x', kind: 'robot' }, 'kind'],
    [{ name: 'a', role: 'viewer', why: 'x', application: 'No-App' }, 'application'],
  ])('are not given as %j, by a sentence at %s (P9)', async (body, field) => {
    const { under, post } = await admin()
    const refused = await post('/api/v1/people/grants', body).expect(400)
    expect((refused.body as { faults: { field: string }[] }).faults.map((fault) => fault.field)).toEqual([
      field,
    ])
    expect(await under.people.grants()).toHaveLength(1)
  })
})
