import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { Right } from '../../server/domain/access.js'
import { consoleOver } from '../support/console-under-test.js'
import { demoWorld } from '../support/demo-world.js'
import { freeze, hold, window } from '../support/restraints.js'

const never = () => {
  throw new Error('nobody signs in here')
}
/** By provider, so that nobody is admin by being on the machine. */
const byProvider = {
  local: false,
  provider: { label: 'ID', begin: never, finish: never, signOutAddress: async () => null },
}

async function consoleFor(rights: readonly Right[]) {
  const world = demoWorld()
  const under = consoleOver(world, { signIn: byProvider })
  const known = await under.people.add('ada@example.com', rights)
  const { secret } = await under.credentials.create({
    label: 'test',
    personId: known.id,
    personName: known.name,
    scope: { role: 'admin', applications: null },
    lifetimeMs: 3_600_000,
  })
  const bearer = { Authorization: `Bearer ${secret}` }
  const post = (path: string, body: object) =>
    request(under.app).post(`/api/v1${path}`).set(bearer).send(body)
  const get = (path: string) => request(under.app).get(path).set(bearer)
  return { world, post, get }
}

const of = (role: Right['role'], application: string | null = 'shop'): Right[] => [{ role, application }]
const shop = { level: 'application', name: 'shop' } as const
const search = { level: 'application', name: 'search' } as const

describe('who may hold', () => {
  it('is a deployer, in their own application and nowhere wider', async () => {
    const { world, post } = await consoleFor(of('deployer'))
    await post('/holds', { scope: 'cluster:shop-main', reason: 'r' }).expect(201)
    await post('/stop', { scope: 'application:shop', reason: 'r' }).expect(201)
    for (const scope of ['all', 'region:eu-west-1']) {
      expect((await post('/stop', { scope, reason: 'r' }).expect(403)).body, scope).toMatchObject({
        code: 'NotYours',
      })
    }
    expect(world.restraints).toHaveLength(2)
  })

  it('is no viewer, and of what may not be seen nothing is said', async () => {
    const viewer = await consoleFor(of('viewer'))
    await viewer.post('/holds', { scope: 'application:shop', reason: 'r' }).expect(403)
    const deployer = await consoleFor(of('deployer'))
    const unseen = await deployer.post('/holds', { scope: 'application:search', reason: 'r' }).expect(400)
    const none = await deployer.post('/holds', { scope: 'application:nothing', reason: 'r' }).expect(400)
    const said = (body: unknown) => (body as { detail: string }).detail.replace(/search|nothing/g, '…')
    expect(said(unseen.body)).toBe(said(none.body))
    expect([...viewer.world.restraints, ...deployer.world.restraints]).toEqual([])
  })

  it('windows and freezes takes an admin, placing and taking back', async () => {
    const base = { scope: 'application:shop', name: 'x', reason: 'r' }
    const days = { ...base, firstDay: '2026-12-24', lastDay: '2026-12-26' }
    const deployer = await consoleFor(of('deployer'))
    await deployer.post('/freezes', days).expect(403)
    deployer.world.restraints = [freeze({ scope: shop }), window({ scope: shop }), hold({ scope: shop })]
    await deployer.post('/freezes/freeze-1/release', { reason: 'r' }).expect(403)
    await deployer.post('/windows/window-1/release', { reason: 'r' }).expect(403)
    await deployer.post('/holds/hold-1/release', { reason: 'r' }).expect(200)
    const admin = await consoleFor(of('admin'))
    await admin.post('/freezes', days).expect(201)
  })

  it('what is on hold elsewhere is not there: not in lists, banners or by its id', async () => {
    const { world, post, get } = await consoleFor(of('deployer'))
    world.restraints = [
      hold({ id: 'h-shop', scope: shop, reason: 'ours' }),
      hold({ id: 'h-search', scope: search, reason: 'a secret of search' }),
      hold({ id: 'h-all', reason: 'everybody knows' }),
    ]
    const listed = (await get('/api/v1/holds').expect(200)).body as { holds: { id: string }[] }
    expect(listed.holds.map(({ id }) => id).sort()).toEqual(['h-all', 'h-shop'])
    for (const path of ['/', '/holds']) {
      const { text } = await get(path).expect(200)
      expect(text, path).not.toContain('a secret of search')
      expect(text, path).toContain('everybody knows')
    }
    await post('/holds/h-search/release', { reason: 'r' }).expect(404)
    await get('/api/v1/holds/check?cluster=search-main').expect(404)
    await post('/holds/h-all/release', { reason: 'r' }).expect(403)
    expect(world.restraints.every(({ ended }) => ended === null)).toBe(true)
  })

  it('an override takes an admin; without one a deployer is told of the hold', async () => {
    const destroy = '/groups/shop-main-v011/destroy'
    const deployer = await consoleFor(of('deployer'))
    deployer.world.restraints = [hold({ scope: shop })]
    expect((await deployer.post(destroy, {}).expect(409)).body).toMatchObject({ code: 'OnHold' })
    const refused = await deployer.post(destroy, { override: 'it costs' }).expect(403)
    expect((refused.body as { detail: string }).detail).toContain(
      'may not start something in spite of a hold',
    )
    const admin = await consoleFor(of('admin'))
    admin.world.restraints = [hold({ scope: shop })]
    await admin.post(destroy, { override: 'it costs' }).expect(202)
  })
})
