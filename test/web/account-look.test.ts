import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { Right } from '../../server/domain/access.js'
import { consoleOver } from '../support/console-under-test.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { byProvider, knownPerson } from '../support/known-person.js'
import { signedInConsole } from '../support/signed-in-console.js'

const ofShop = (world: FakeWorld) =>
  world.fleet!.instances.filter(({ scaling }) => scaling?.group.startsWith('shop-main-'))
const foreignId = 'i-0f0e16a1bad5ee001'
const builderId = 'i-0b11de2ba5e00c001'

/** The console for somebody with these rights alone. */
async function consoleFor(rights: readonly Right[], world = demoWorld()) {
  const under = consoleOver(world, { signIn: byProvider })
  const { bearer } = await knownPerson(under, 'ada@example.com', rights)
  return {
    world,
    get: (path: string, status = 200) => request(under.app).get(path).set(bearer).expect(status),
    json: async (path: string, status = 200) =>
      (await request(under.app).get(`/api/v1${path}`).set(bearer).expect(status)).body as Record<
        string,
        never
      >,
  }
}
const all: readonly Right[] = [{ role: 'viewer', application: null }]
const search: readonly Right[] = [{ role: 'admin', application: 'search' }]

describe('load balancers', () => {
  it('are listed with their rules and clusters, and what is worth a look', async () => {
    const { json } = await consoleFor(all)
    const { loadBalancers, seenAt, fault, partial } = await json('/load-balancers')
    expect({ seenAt, fault, partial }).toEqual({
      seenAt: demoWorld().now.toISOString(),
      fault: null,
      partial: false,
    })
    expect(loadBalancers).toMatchObject([
      { name: 'intranet', scheme: 'internal', clusters: [], warnings: { length: 2 } },
      {
        name: 'shop-alb',
        clusters: ['account-web', 'search-main', 'shop-main'],
        listeners: { 0: { rules: 5 } },
      },
    ])
  })

  it('show each rule in order, where it leads and whose it is', async () => {
    const { json } = await consoleFor(all)
    const { listeners } = (await json('/load-balancers/shop-alb')) as unknown as {
      listeners: { rules: { when: string; owner: { kind: string }; forwards: { share: number }[] }[] }[]
    }
    const { rules } = listeners[0]!
    expect(rules.map(({ owner }) => owner.kind)).toEqual([
      'cluster',
      'cluster',
      'cluster',
      'foreign',
      'foreign',
    ])
    expect(rules[0]!.when).toMatch(/^the host is .*\.example\.com$/)
    for (const { forwards } of rules.slice(0, 4))
      expect(forwards.reduce((sum, { share }) => sum + share, 0)).toBe(100)
    expect(JSON.stringify(listeners)).not.toContain('header-secret')
  })

  it('come in pages, target groups too', async () => {
    const { json } = await consoleFor(all)
    for (const [list, key] of [
      ['load-balancers', 'loadBalancers'],
      ['target-groups', 'targetGroups'],
    ] as const) {
      const whole = (await json(`/${list}?limit=500`))[key] as unknown as { name: string }[]
      const names: string[] = []
      let next: string | null = `/${list}?limit=1`
      while (next !== null) {
        const page = (await json(next)) as unknown as Record<string, { name: string }[]> & {
          next: string | null
        }
        names.push(...page[key]!.map(({ name }) => name))
        next = page.next?.replace('/api/v1', '') ?? null
      }
      expect(names).toEqual(whole.map(({ name }) => name))
      expect(names.length).toBeGreaterThan(1)
    }
  })

  it('have a page each, and the warnings on them', async () => {
    const { agent } = await signedInConsole(demoWorld())
    const list = (await agent.get('/load-balancers').expect(200)).text
    expect(list).toContain('href="/load-balancers/shop-alb"')
    expect(list).toContain('No rule forwards to it')
    expect(list).toContain('One load balancer of another type is not shown')
    expect((await agent.get('/load-balancers?q=nothing-such').expect(200)).text).toContain('None matches')
    const one = (await agent.get('/load-balancers/intranet').expect(200)).text
    expect(one).toContain('enabled in eu-west-1a and eu-west-1b only')
    expect(one).toContain('it forwards to nobody')
    const group = (await agent.get('/target-groups/shop-main-v012').expect(200)).text
    expect(group).toContain('href="/groups/shop-main-v012"')
    expect(group).toContain('href="/load-balancers/shop-alb"')
    await agent.get('/load-balancers/none').expect(404)
    await agent.get('/target-groups/none').expect(404)
  })

  it('say of a target group whose turn has not come that its health is not known, until its page asks', async () => {
    const world = demoWorld()
    const name = 'shop-main-v012'
    const others = world.balancing!.targetGroups
    world.balancing = {
      ...world.balancing!,
      targetGroups: others.map((group) => (group.name === name ? { ...group, targets: null } : group)),
    }
    const { agent } = await signedInConsole(world)
    const json = async (path: string) =>
      (await agent.get(`/api/v1/target-groups/${path}`).expect(200)).body as Record<string, unknown>
    expect((await agent.get('/load-balancers/shop-alb').expect(200)).text).toContain(
      'health not asked for yet',
    )
    expect((await agent.get('/target-groups').expect(200)).text).toContain('health not asked for yet')
    expect((await agent.get(`/target-groups/${name}`).expect(200)).text).toContain('Health not asked for yet')
    expect(await json(name)).toMatchObject({ isHealthSeen: false, settings: null })
    world.balancing = { ...world.balancing, targetGroups: others }
    expect((await agent.get(`/target-groups/${name}`).expect(200)).text).toContain('Deregistration delay')
    expect(await json(name)).toMatchObject({ isHealthSeen: true, settings: { deregistrationDelaySec: 30 } })
  })

  it('are linked from their cluster and their group, and the other way round', async () => {
    const { agent } = await signedInConsole(demoWorld())
    expect((await agent.get('/clusters/shop-main')).text).toContain('href="/load-balancers/shop-alb"')
    expect((await agent.get('/groups/shop-main-v012')).text).toContain('href="/target-groups/shop-main-v012"')
    expect((await agent.get('/load-balancers/shop-alb')).text).toContain('href="/clusters/shop-main"')
  })
})

describe('instances', () => {
  it('are found by any field, sorted, in pages that do not shift', async () => {
    const { json, world } = await consoleFor(all)
    const ids = async (path: string) =>
      ((await json(path)).instances as unknown as { instanceId: string }[]).map(
        ({ instanceId }) => instanceId,
      )
    expect(await ids('/instances?limit=500')).toHaveLength(world.fleet!.instances.length)
    expect(await ids('/instances?q=198.51.100.7')).toEqual([foreignId])
    expect(await ids('/instances?q=kind:builder')).toEqual([builderId])
    expect((await ids('/instances?q=group:shop-main-v012&limit=500')).length).toBe(3)
    const sorted = await ids('/instances?sort=id&order=asc&limit=500')
    expect(sorted).toEqual([...sorted].sort())
    const paged: string[] = []
    let next: string | null = '/instances?sort=zone&order=asc&limit=2'
    while (next !== null) {
      const page = (await json(next)) as unknown as {
        instances: { instanceId: string }[]
        next: string | null
      }
      paged.push(...page.instances.map(({ instanceId }) => instanceId))
      // What comes and goes between two pages changes nothing of the others.
      world.fleet = { instances: [...world.fleet!.instances].reverse() }
      next = page.next?.replace('/api/v1', '') ?? null
    }
    expect([...paged].sort()).toEqual(sorted)
  })

  it('refuse what is no field, no sort and no cursor of that order, by a sentence', async () => {
    const { json, get } = await consoleFor(all)
    for (const query of ['q=colour:red', 'q=older:soon', 'sort=colour', 'order=up', 'cursor=xyz'])
      expect((await json(`/instances?${query}`, 400)).detail, query).toContain('Nothing was changed')
    const { next } = (await json('/instances?sort=id&order=asc&limit=1')) as unknown as { next: string }
    await json(next.replace('/api/v1', '').replace('order=asc', 'order=desc'), 400)
    expect((await get('/instances?q=colour:red', 400)).text).toContain('no field “colour”')
  })

  it('have a page each with everything that is known, and no secret', async () => {
    const world = demoWorld()
    const [one] = ofShop(world)
    world.activities = [
      {
        activityId: 'a-1',
        startedAt: world.now,
        status: 'Successful',
        description: `Launching a new EC2 instance: ${one!.instanceId}`,
        cause: 'a group was made',
        message: null,
      },
      {
        activityId: 'a-2',
        startedAt: world.now,
        status: 'Successful',
        description: 'Launching a new EC2 instance: i-of-another',
        cause: '',
        message: null,
      },
    ]
    const { agent, bearer, app } = await signedInConsole(world)
    const page = (await agent.get(`/instances/${one!.instanceId}`).expect(200)).text
    for (const said of [one!.privateIp!, one!.zone, 'sg-1', 'export PORT', 'a group was made', 'API_TOKEN'])
      expect(page).toContain(said)
    expect(page).toContain(`href="/groups/${one!.scaling!.group}/instances/${one!.instanceId}"`)
    expect(page).not.toMatch(/hunter2|tag-secret|i-of-another/)
    const answer = await request(app).get(`/api/v1/instances/${one!.instanceId}`).set(bearer).expect(200)
    expect(JSON.stringify(answer.body)).not.toMatch(/hunter2|tag-secret/)
    // User data of what Delling did not make is not read, nor a builder's, which holds an address of the package.
    for (const id of [foreignId, builderId])
      expect((await agent.get(`/instances/${id}`).expect(200)).text).not.toContain('export PORT')
    expect((await agent.get(`/instances/${builderId}`)).text).toContain('href="/bakes/bake-1"')
    await agent.get('/instances/i-none').expect(404)
  })

  it('are linked from their group, and found with load balancers and target groups by the page that finds', async () => {
    const world = demoWorld()
    const { agent } = await signedInConsole(world)
    const [one] = ofShop(world)
    expect((await agent.get(`/groups/${one!.scaling!.group}`)).text).toContain(
      `href="/instances/${one!.instanceId}"`,
    )
    for (const [text, href] of [
      [one!.privateIp!, `/instances/${one!.instanceId}`],
      [foreignId, `/instances/${foreignId}`],
      ['intranet', '/load-balancers/intranet'],
      ['orphaned', '/target-groups/orphaned'],
    ] as const)
      expect((await agent.get(`/find?q=${text}`)).text).toContain(`<li><a href="${href}">`)
  })
})

describe('who may see one application only', () => {
  // The load balancer that carries search, and its zones, belong to search too.
  const ofOthers = /shop-main|account-|intranet|legacy|reporting|orphaned|198\.51|i-0f0e16|i-0b11de/

  it('sees nothing of another, and nothing foreign', async () => {
    const { get, world } = await consoleFor(search)
    const [hidden] = ofShop(world)
    for (const path of [
      '/load-balancers',
      '/load-balancers/shop-alb',
      '/target-groups/search-main-v040',
      '/instances',
      '/instances?q=i-0',
      '/api/v1/load-balancers',
      '/api/v1/load-balancers/shop-alb',
      '/api/v1/target-groups',
      '/api/v1/instances?limit=500',
    ]) {
      const { text } = await get(path)
      expect(text, path).not.toMatch(ofOthers)
      expect(text, path).not.toContain(hidden!.instanceId)
      expect(text, path).toMatch(/Only what belongs to applications that you may see|"partial":true/)
    }
    for (const path of [
      '/load-balancers/intranet',
      '/target-groups/legacy-blue',
      '/target-groups/shop-main-v012',
      `/instances/${hidden!.instanceId}`,
      `/instances/${foreignId}`,
      `/instances/${builderId}`,
    ]) {
      await get(path, 404)
      await get(`/api/v1${path}`, 404)
    }
    for (const text of ['intranet', 'legacy-blue', foreignId, hidden!.instanceId, '198.51.100.7'])
      expect((await get(`/api/v1/find?q=${text}`)).body).toEqual({ found: [] })
  })

  it('sees what is theirs', async () => {
    const { json } = await consoleFor(search)
    const { instances } = (await json('/instances?limit=500')) as unknown as {
      instances: { cluster: string }[]
    }
    expect(new Set(instances.map(({ cluster }) => cluster))).toEqual(new Set(['search-main']))
    expect(await json('/load-balancers/shop-alb')).toMatchObject({
      clusters: ['search-main'],
      listeners: { 0: { rules: { length: 1 } } },
    })
  })
})

describe('while AWS can’t be looked at', () => {
  it('says so instead of showing that nothing is there', async () => {
    const world = demoWorld()
    world.balancing = null
    world.fleet = null
    world.lookFault = 'not allowed to look'
    const { get, json } = await consoleFor(all, world)
    for (const path of ['/load-balancers', '/instances']) {
      const { text } = await get(path)
      expect(text).toContain('AWS could not be looked at yet')
      expect(text).toContain('not allowed to look')
    }
    for (const path of ['/load-balancers/shop-alb', '/target-groups/x', '/instances/i-1']) {
      expect((await json(path, 503)).detail).toContain('it is not known whether there is')
      await get(path, 503)
    }
    expect(await json('/instances')).toEqual({
      instances: [],
      next: null,
      seenAt: null,
      fault: 'not allowed to look',
      partial: false,
    })
  })

  it('shows what was seen last, with its age', async () => {
    const world = demoWorld()
    world.lookFault = 'Rate exceeded'
    const { text } = await (await consoleFor(all, world)).get('/load-balancers')
    expect(text).toContain('Rate exceeded. What is shown is as it was read at')
    expect(text).toContain('shop-alb')
  })
})
