import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { DatabaseAway } from '../../server/domain/database-away.js'
import { consoleOver } from '../support/console-under-test.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { byProvider, knownPerson } from '../support/known-person.js'

describe('a change under an Idempotency-Key', () => {
  let world: FakeWorld
  let under: ReturnType<typeof consoleOver>
  beforeEach(() => {
    world = demoWorld()
    under = consoleOver(world)
  })
  const tokenOf = (name: string) => under.credentials.issueToken({ name })
  const keep = (token: string, key: string, why = 'audit') =>
    request(under.app)
      .post('/api/v1/groups/shop-main-v011/keep')
      .set({ Authorization: `Bearer ${token}`, 'Idempotency-Key': key })
      .send({ until: null, why })
  const kept = () => world.log.filter(({ stream }) => stream === 'cluster:shop-main').length

  it('is done once, and answered again as it was, said to be a replay', async () => {
    const [token, before] = [await tokenOf('Ada'), kept()]
    const first = await keep(token, 'k').expect(200)
    const again = await keep(token, 'k').expect(200)
    expect(again.body).toEqual(first.body)
    expect([first.headers['idempotent-replay'], again.headers['idempotent-replay']]).toEqual([
      undefined,
      'true',
    ])
    expect(kept() - before).toBe(1)
  })

  it('is another one with another body, and is refused (422)', async () => {
    const [token, before] = [await tokenOf('Ada'), kept()]
    await keep(token, 'k').expect(200)
    const other = await keep(token, 'k', 'otherwise').expect(422)
    expect(other.body).toMatchObject({ type: 'urn:delling:problem:key-reused', code: 'KeyReused' })
    expect(kept() - before).toBe(1)
  })

  it('is another person’s own, also where name and key run into one another', async () => {
    const before = kept()
    await keep(await tokenOf('Ada'), 'b k').expect(200)
    await keep(await tokenOf('Ada b'), 'k', 'mine').expect(200)
    await keep(await tokenOf('Bob'), 'b k', 'mine too').expect(200)
    expect(kept() - before).toBe(3)
  })

  it('is told to no other token of the same person, which may do less', async () => {
    under = consoleOver(world, { signIn: byProvider })
    const { known, secret } = await knownPerson(under, 'ada@example.com', [
      { role: 'admin', application: null },
    ])
    const { secret: narrow } = await under.credentials.create({
      label: 'narrow',
      personId: known.id,
      personName: known.name,
      scope: { role: 'viewer', applications: ['search'] },
      madeBy: null,
      lifetimeMs: 1000,
    })
    await keep(secret, 'k').expect(200)
    await keep(narrow, 'k').expect(404)
  })

  it('is told to nobody who may not ask for it any more', async () => {
    under = consoleOver(world, { signIn: byProvider })
    const { secret } = await knownPerson(under, 'ada@example.com', [{ role: 'admin', application: null }])
    await keep(secret, 'k').expect(200)
    await under.people.take((await under.people.grants())[0]!.id, () => undefined)
    await keep(secret, 'k').expect(404)
  })

  it('may be asked again under the key after a refusal, which changed nothing', async () => {
    const token = await tokenOf('Ada')
    await keep(token, 'k', '').expect(400)
    await keep(token, 'k').expect(200)
  })

  it('is not begun while the first is worked on, and not repeated where nobody knows how that ended', async () => {
    const token = await tokenOf('Ada')
    const codeOf = async () => ((await keep(token, 'k').expect(409)).body as { code: string }).code
    under.credentials.begunBy = 'running'
    expect(await codeOf()).toBe('StillRunning')
    under.credentials.begunBy = 'unfinished'
    expect(await codeOf()).toBe('KeyUnfinished')
  })

  it('is answered with the same fault again, because nobody knows what a fault changed', async () => {
    let asked = 0
    const parts = world.parts()
    const broken = {
      ...parts,
      store: { ...parts.store, request: () => Promise.reject(new Error(`broken ${++asked}`)) },
    }
    under = consoleOver(Object.assign(Object.create(world) as FakeWorld, { parts: () => broken }))
    const token = await tokenOf('Ada')
    const first = await keep(token, 'k').expect(500)
    const again = await keep(token, 'k').expect(500)
    expect(again.body).toEqual(first.body)
    expect(again.headers['content-type']).toContain('application/problem+json')
    expect(asked).toBe(1)
  })

  it.each([
    ['had been asked: the request is not repeated', true, 409, 1],
    ['had not been asked: nothing was changed', false, 503, 2],
  ])('while the database went away that %s', async (_what, asked, then, times) => {
    let tried = 0
    const parts = world.parts()
    const away = () => {
      tried += 1
      return Promise.reject(new DatabaseAway(world.now, asked, null))
    }
    const broken = { ...parts, store: { ...parts.store, request: away } }
    under = consoleOver(Object.assign(Object.create(world) as FakeWorld, { parts: () => broken }))
    const token = await tokenOf('Ada')
    await keep(token, 'k').expect(503)
    await keep(token, 'k').expect(then)
    expect(tried).toBe(times)
  })

  it.each(['', 'x'.repeat(201), 'k\u00e9'])('needs a key of 1 to 200 plain characters (%#)', async (key) => {
    const refused = await keep(await tokenOf('Ada'), key).expect(400)
    expect(refused.body).toMatchObject({ code: 'BadKey', faults: [{ field: 'Idempotency-Key' }] })
  })
})
