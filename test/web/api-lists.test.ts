import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { consoleOver } from '../support/console-under-test.js'
import { ada, demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'

type Page = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> & {
  readonly next: string | null
}

describe('lists of the API', () => {
  let world: FakeWorld
  let under: ReturnType<typeof consoleOver>
  let token: string
  beforeEach(async () => {
    world = demoWorld()
    under = consoleOver(world)
    token = await under.credentials.issueToken({ name: 'Ada' })
  })
  const get = async (address: string, status = 200) =>
    (await request(under.app).get(address).set('Authorization', `Bearer ${token}`).expect(status))
      .body as Page

  const keys = {
    applications: 'name',
    bakes: 'id',
    images: 'imageId',
    clusters: 'name',
    groups: 'name',
    operations: 'id',
    log: 'seq',
    audit: 'seq',
    calls: 'id',
  }

  it.each(Object.entries(keys))('%s come whole in pages of one', async (list, key) => {
    const whole = (await get(`/api/v1/${list}?limit=500`))[list]!.map((row) => row[key])
    expect(whole.length).toBeGreaterThan(1)
    const paged: unknown[] = []
    let next: string | null = `/api/v1/${list}?limit=1`
    while (next !== null) {
      const page: Page = await get(next)
      expect(page[list]).toHaveLength(1)
      paged.push(page[list]![0]![key])
      next = page.next
    }
    expect(paged).toEqual(whole)
  })

  it('do not shift when something is added between two pages, and keep their filter', async () => {
    const first = await get('/api/v1/log?cluster=shop-main&limit=2')
    const rest = (await get('/api/v1/log?cluster=shop-main&limit=500')).log!.slice(2).map((row) => row.seq)
    world.addEvent({
      at: world.now,
      stream: 'cluster:shop-main',
      cluster: 'shop-main',
      application: 'shop',
      actor: ada,
      type: 'Kept',
      data: {},
      sentence: 'added meanwhile',
    })
    const following = await get(first.next!.replace('limit=2', 'limit=500'))
    expect(following.log!.map((row) => row.seq)).toEqual(rest)
    expect(following.log!.every((row) => row.cluster === 'shop-main')).toBe(true)
  })

  it.each(Object.keys(keys))('%s refuse a cursor that was not given out for them', async (list) => {
    const code = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const foreign = [
      'x',
      code({}),
      code({ of: 'others', after: '1' }),
      code({ of: list, after: '' }),
      `${code({ of: list, after: '1' })}=`,
      code({ of: list, after: '1', more: 1 }),
    ]
    for (const cursor of foreign) {
      const problem = (await get(`/api/v1/${list}?cursor=${cursor}`, 400)) as unknown as {
        code: string
        faults: unknown
      }
      expect(problem, cursor).toMatchObject({ code: 'BadCursor', faults: [{ field: 'cursor' }] })
    }
  })

  it.each(['bakes', 'images', 'operations', 'calls', 'log'])(
    '%s refuse a cursor whose row is gone',
    async (list) => {
      const lost = Buffer.from(JSON.stringify({ of: list, after: 'gone' })).toString('base64url')
      await get(`/api/v1/${list}?cursor=${lost}`, 400)
    },
  )

  it('show the audit trail by person, by type and by time', async () => {
    const audit = async (query: string) => (await get(`/api/v1/audit?limit=500&${query}`)).audit!
    const robot = { name: 'nightly cleanup', via: 'job' as const }
    const event = { stream: 'job:cleanup', cluster: null, application: null, actor: robot, data: {} }
    const at0 = new Date(world.now.getTime() + 1000)
    world.addEvent({ ...event, at: at0, type: 'CleanupRun', sentence: 'nothing goes' })
    const whole = await audit('')
    const { actor, type, at } = whole[0] as { actor: { name: string }; type: string; at: string }
    const by = await audit(`by=${encodeURIComponent(actor.name)}`)
    expect(by.length).toBeGreaterThan(0)
    expect(by.length).toBeLessThan(whole.length)
    expect(by.every((row) => (row.actor as { name: string }).name === actor.name)).toBe(true)
    expect((await audit(`type=${type}`)).every((row) => row.type === type)).toBe(true)
    expect((await audit(`from=${at}`)).every((row) => String(row.at) >= at)).toBe(true)
    expect((await audit(`to=${at}`)).every((row) => String(row.at) < at)).toBe(true)
    expect(await audit('by=nobody')).toEqual([])
  })
})

describe('what the API reads beside lists', () => {
  it('is as its document says, for everything that there is to read', async () => {
    const world = demoWorld()
    world.consoleOutput = 'it began\n'
    const under = consoleOver(world)
    const token = await under.credentials.issueToken({ name: 'Ada' })
    const get = (path: string) =>
      request(under.app).get(`/api/v1${path}`).set('Authorization', `Bearer ${token}`)
    const paths = [
      '/installation',
      '/catalog',
      '/samples',
      '/find?q=shop',
      '/find',
      '/obligations',
      '/cleanup',
      '/cleanup/runs',
      '/rehearsal',
      '/me',
      '/clusters/shop-main/groups',
      '/clusters/shop-main/drift',
    ]
    for (const path of paths) await get(path).expect(200)
    for (const { name } of world.applications) await get(`/applications/${name}`).expect(200)
    for (const { id } of world.bakes) await get(`/bakes/${id}`).expect(200)
    for (const { name } of world.images) await get(`/images/${name}`).expect(200)
    for (const { id } of world.operations()) await get(`/operations/${id}`).expect(200)
    for (const [cluster, { groups }] of world.states) {
      await get(`/clusters/${cluster}`).expect(200)
      for (const { name } of groups) {
        await get(`/groups/${name}`).expect(200)
        await get(`/groups/${name}/traffic`).expect(200)
        await get(`/groups/${name}/instances`).expect(200)
      }
    }
    const seen = (await get('/groups/shop-main-v012/instances').expect(200)).body as {
      instances: { instanceId: string }[]
    }
    const path = `/groups/shop-main-v012/instances/${seen.instances[0]!.instanceId}/console`
    expect(((await get(path).expect(200)).body as { output: string }).output).toBe('it began\n')
    await get('/groups/shop-main-v012/instances/i-0/console').expect(404)
  })
})
