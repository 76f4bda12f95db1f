import { Router } from 'express'
import request from 'supertest'
import { beforeAll, describe, expect, it } from 'vitest'
import { actions, may, maySomewhere, type Person, type Right } from '../../server/domain/access.js'
import { routeNeeds, type About, type Need } from '../../server/web/guard/route-needs.js'
import { guardEveryRoute } from '../../server/web/guard/every-route.js'
import { consoleOver, listeningConsole } from '../support/console-under-test.js'
import { demoSystem } from '../support/demo-system.js'
import { ada, demoWorld } from '../support/demo-world.js'
import { byProvider, knownPerson } from '../support/known-person.js'
import { routesOf, type Layer } from '../support/routes-of.js'

type Named = Exclude<About, 'anything' | 'installation'>

const ofShop: Readonly<Record<Named, string>> = {
  application: 'shop',
  cluster: 'shop-main',
  'server group': 'shop-main-v012',
  operation: 'op-1',
  bake: 'bake-1',
  image: demoWorld().images.find((image) => image.application === 'shop')!.name,
}
const nothing: Readonly<Record<Named, string>> = {
  application: 'nothing',
  cluster: 'nothing-main',
  'server group': 'nothing-main-v012',
  operation: 'no-operation',
  bake: 'no-bake',
  image: 'no-image',
}

async function consoleFor(rights: readonly Right[], email = 'ada@example.com') {
  const world = demoWorld()
  const under = consoleOver(world, { signIn: byProvider, system: demoSystem() })
  const { known, secret, bearer } = await knownPerson(under, email, rights)
  const ask = (route: string, named: Readonly<Record<Named, string>>) => {
    const [method = '', path = ''] = route.split(' ')
    const need = routeNeeds.get(route)!
    const name = typeof need === 'object' && need.about in named ? named[need.about as Named] : 'some-thing'
    const address = path.replace(/:\w+/, encodeURIComponent(name)).replace(/:\w+/g, 'some-thing')
    const asked = request(under.app)[method === 'GET' ? 'get' : 'post'](address).set(bearer)
    return method === 'GET' ? asked : asked.send({})
  }
  return { world, under, bearer, secret, known, ask }
}

/** Where a stream never ends there is a test of its own. */
const guarded = [...routeNeeds].filter(
  (entry): entry is [string, Exclude<Need, string>] =>
    typeof entry[1] === 'object' && entry[0] !== 'GET /api/v1/events',
)

const readers: readonly (readonly [string, readonly Right[]])[] = [
  ['nobody', []],
  ...(['viewer', 'deployer', 'approver', 'admin'] as const).flatMap((role) => [
    [`a ${role} of shop`, [{ role, application: 'shop' }]] as const,
    [`a ${role} of search`, [{ role, application: 'search' }]] as const,
    [`a ${role} of all`, [{ role, application: null }]] as const,
  ]),
]

describe('every route', () => {
  it('declares what it needs, or stops the start', () => {
    const router = Router()
    router.get('/undeclared', (_request, response) => void response.end())
    expect(() => guardEveryRoute(router, routeNeeds, () => (_request, _response, next) => next())).toThrow(
      'GET /undeclared declares nothing',
    )
  })

  it('that is declared is there', () => {
    const { router } = consoleOver(demoWorld()).bare as unknown as { router: { stack: readonly Layer[] } }
    const there = new Set(routesOf(router.stack).map(({ method, path }) => `${method.toUpperCase()} ${path}`))
    expect([...routeNeeds.keys()].filter((route) => !there.has(route))).toEqual([])
  })

  it.each(readers)('lets %s do what the table says about shop, and nothing else', async (_who, rights) => {
    const { ask, known } = await consoleFor(rights)
    const person: Person = { id: known.id, name: known.name, rights }
    for (const [route, { action, about }] of guarded) {
      const reply = await ask(route, ofShop)
      const code =
        (reply.body as { code?: string }).code ?? /NotYours|NotFound/.exec(reply.text ?? '')?.[0] ?? ''
      const where = about === 'installation' ? null : 'shop'
      const allowed = about === 'anything' ? maySomewhere(person, action) : may(person, action, where)
      const hidden = about !== 'anything' && about !== 'installation' && !may(person, 'see', 'shop')
      const said = `${route} for ${action} answers ${reply.status} ${code}`
      if (hidden) expect([reply.status, code], said).toEqual([404, 'NotFound'])
      else if (!allowed) {
        expect([reply.status, code], said).toEqual([403, 'NotYours'])
        expect(reply.text, said).toContain(`needs the role ${actions[action].role}`)
      } else expect([401, 403], said).not.toContain(reply.status)
    }
  })
})

describe('what may not be seen', () => {
  // A load balancer of that name carries all clusters of the demonstration.
  const foreign = /\bshop|\baccount-web|\bop-1\b|bake-1|4\.13\./i

  it('is answered as what does not exist', async () => {
    const { ask } = await consoleFor([{ role: 'admin', application: 'search' }])
    for (const [route, { about }] of guarded) {
      if (about === 'anything' || about === 'installation') continue
      const [hidden, absent] = [await ask(route, ofShop), await ask(route, nothing)]
      expect(hidden.status, route).toBe(absent.status)
      if (!route.includes('/api/v1')) continue
      const told = JSON.stringify(absent.body).replaceAll(nothing[about], ofShop[about])
      expect(JSON.stringify(hidden.body), route).toBe(told)
    }
  })

  it('is on no page and in no list, figure or search', async () => {
    const { ask, under, bearer } = await consoleFor([{ role: 'admin', application: 'search' }])
    const named = {
      ...nothing,
      application: 'search',
      cluster: 'search-main',
      'server group': 'search-main-v040',
    }
    const image = demoWorld().images.find((each) => each.application === 'search')!.name
    let read = 0
    for (const [route] of guarded.filter(([each]) => each.startsWith('GET '))) {
      const reply = await ask(route, { ...named, image })
      if (reply.status !== 200) continue
      read++
      const text = reply.text.replace(/shop-alb|shop\.example\.com|placeholder="[^"]*"/g, 'shared')
      const at = text.search(foreign)
      expect(at < 0 ? null : text.slice(at - 60, at + 60), route).toBeNull()
    }
    expect(read).toBeGreaterThan(15)
    for (const address of [
      '/api/v1/log?cluster=shop-main',
      '/api/v1/operations?cluster=shop-main',
      '/api/v1/bakes?application=shop',
      '/api/v1/images?application=shop',
      '/images?application=shop',
      '/log?cluster=shop-main',
      '/clusters?q=shop',
      '/find?q=shop',
      '/find?q=op-1',
      '/api/v1/find?q=shop',
      '/api/v1/find?q=v012',
      '/api/v1/audit?application=shop',
      '/api/v1/audit?by=Ada%20Byrne',
      '/api/v1/calls?cluster=shop-main',
    ]) {
      const reply = await request(under.app).get(address).set(bearer).expect(200)
      // What was asked with comes back in fields; what it would have found does not.
      const text = reply.text.replace(/(value|placeholder)="[^"]*"|“[^”]*”|application=shop/g, '')
      const at = text.search(/4\.13|v01[0-3]|op-\d|bake-\d/)
      expect(at < 0 ? null : text.slice(at - 150, at + 60), address).toBeNull()
    }
  })

  it('is there all the same for whoever may see it, so that the test above can fail', async () => {
    const { ask } = await consoleFor([{ role: 'viewer', application: null }])
    const found = new Set<string>()
    for (const [route] of guarded.filter(([each]) => each.startsWith('GET '))) {
      const reply = await ask(route, ofShop)
      if (reply.status === 200 && foreign.test(reply.text)) found.add(route)
    }
    for (const route of ['GET /', 'GET /clusters', 'GET /log', 'GET /tonight', 'GET /api/v1/operations'])
      expect([...found]).toContain(route)
  })

  it('does not become visible by being named in what is sent', async () => {
    const { under, bearer } = await consoleFor([{ role: 'admin', application: 'search' }])
    const post = (path: string, body: object) =>
      request(under.app).post(`/api/v1${path}`).set(bearer).send(body)
    for (const image of [ofShop.image, 'no-image']) {
      const refused = await post('/clusters/search-main/deployments', {
        image,
        reason: 'x',
        queue: true,
      }).expect(404)
      expect(JSON.stringify(refused.body)).toContain(`There is no image ${image}.`)
      await post('/clusters/search-main/deployments/plan', { image }).expect(404)
    }
    const source = { address: 'https://example.com/x.tgz', sha256: 'a'.repeat(64) }
    for (const application of ['shop', 'nothing']) {
      const body = { application, version: '1.0.0', package: source }
      const refused = await post('/bakes', body).expect(404)
      expect(JSON.stringify(refused.body)).toContain(`There is no application ${application}.`)
    }
  })

  it('is not told by comparing it with what may be seen', async () => {
    const { under, bearer } = await consoleFor([{ role: 'viewer', application: 'search' }])
    const against = (name: string) =>
      request(under.app).get(`/api/v1/groups/search-main-v040/changes?against=${name}`).set(bearer)
    const [hidden, absent] = [await against('shop-main-v012'), await against('nothing-main-v012')]
    expect([hidden.status, absent.status]).toEqual([404, 404])
    expect(JSON.stringify(hidden.body)).toBe(
      JSON.stringify(absent.body).replaceAll('nothing-main', 'shop-main'),
    )
  })

  it('is not in the stream of events, which ends when the rights change', async () => {
    const world = demoWorld()
    const server = await listeningConsole(world, { signIn: byProvider })
    const { bearer } = await knownPerson(server, 'ada@example.com', [
      { role: 'viewer', application: 'search' },
    ])
    const answer = await fetch(`${server.url}/api/v1/events?after=0`, {
      headers: bearer,
    })
    const reader = answer.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>
    const event = { at: world.now, actor: ada, type: 'Kept', data: {} }
    const hidden = { ...event, sentence: 'not for Ada' }
    world.addEvent({ ...hidden, stream: 'cluster:shop-main', cluster: 'shop-main', application: 'shop' })
    world.addEvent({ ...hidden, stream: 'rehearsal:local-cloud', cluster: 'shop-main', application: null })
    world.addEvent({ ...hidden, stream: 'job:cleanup', cluster: null, application: null })
    world.addEvent({ ...hidden, stream: 'access:people', cluster: null, application: null })
    const shown = { ...event, sentence: 'for Ada', stream: 'cluster:search-main' }
    world.addEvent({ ...shown, cluster: 'search-main', application: 'search' })
    let text = ''
    while (!text.includes('"for Ada"')) text += new TextDecoder().decode((await reader.read()).value)
    expect(text).not.toContain('not for Ada')
    expect(text).not.toContain('shop')
    await reader.cancel()
    await server.close()
  })

  it('ends with the stream as soon as a role is taken, before what is written next', async () => {
    const world = demoWorld()
    const server = await listeningConsole(world, { signIn: byProvider })
    const { bearer } = await knownPerson(server, 'ada@example.com', [{ role: 'viewer', application: 'shop' }])
    const admin = await knownPerson(server, 'grace@example.com', [{ role: 'admin', application: null }])
    const answer = await fetch(`${server.url}/api/v1/events`, { headers: bearer })
    const reader = answer.body!.getReader() as ReadableStreamDefaultReader<Uint8Array>
    await reader.read()
    const grant = (await server.people.grants()).find(({ to }) => to.name === 'ada@example.com')!
    const taken = await fetch(`${server.url}/api/v1/people/grants/${grant.id}/revoke`, {
      method: 'POST',
      headers: { ...admin.bearer, 'content-type': 'application/json' },
      body: JSON.stringify({ why: 'leaves' }),
    })
    expect(taken.status).toBe(200)
    const next = { at: world.now, actor: ada, type: 'Kept', data: {}, sentence: 'too late for Ada' }
    world.addEvent({ ...next, stream: 'cluster:shop-main', cluster: 'shop-main', application: 'shop' })
    let text = ''
    for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read())
      text += new TextDecoder().decode(value)
    expect(text).not.toContain('too late')
    await server.close()
  })
})

describe('an approval', () => {
  const right = (role: Right['role']): Right => ({ role, application: 'shop' })
  const ask = async (approveOwn: boolean, by: string) => {
    const world = demoWorld()
    const shop = world.states.get('shop-main')!
    const operations = shop.operations.map((each) => ({
      ...each,
      phase: 'approving' as const,
      request: { ...each.request, actor: { name: by, via: 'console' as const } },
    }))
    world.states.set('shop-main', { ...shop, operations })
    const under = consoleOver(world, { signIn: { ...byProvider, approveOwn } })
    const { bearer } = await knownPerson(under, 'ada@example.com', [right('approver'), right('deployer')])
    const reply = await request(under.app)
      .post('/api/v1/operations/op-1/approve')
      .set(bearer)
      .send({ reason: 'looks good' })
    return { reply, world }
  }

  it('is another person’s to give where it is so configured', async () => {
    const { reply, world } = await ask(false, 'ada@example.com')
    expect(reply.status).toBe(403)
    expect(JSON.stringify(reply.body)).toContain('another person has to approve it')
    expect(world.log.at(-1)).toMatchObject({ stream: 'access:people', type: 'AccessRefused' })
    expect((await ask(false, 'grace@example.com')).reply.status).toBe(202)
    expect((await ask(true, 'ada@example.com')).reply.status).toBe(202)
  })
})

describe('buttons', () => {
  let text = ''
  beforeAll(async () => {
    const { under, bearer } = await consoleFor([{ role: 'viewer', application: null }])
    text = (await request(under.app).get('/clusters/shop-main').set(bearer).expect(200)).text
  })

  it('that a reader may not use stay, off, with the reason', () => {
    expect(text).toMatch(/aria-disabled="true" title="needs the role deployer for shop"/)
    expect(text).not.toMatch(/<a class="btn[^"]*" href="[^"]*\/(deploy|rollback|keep|resize|cancel|destroy)/)
    expect(text).not.toMatch(/<form[^>]*method="post"[^>]*action="\/(?!sign-out)/)
  })

  it('are on for who may use them', async () => {
    const { under, bearer } = await consoleFor([{ role: 'deployer', application: 'shop' }])
    const page = await request(under.app).get('/clusters/shop-main').set(bearer).expect(200)
    expect(page.text).toMatch(/<a class="btn[^"]*" href="\/groups\/shop-main-v011\/keep/)
    expect(page.text).not.toContain('aria-disabled="true" title="needs the role')
  })
})

it('a refusal is written down once a minute for each person and reason, for admins only', async () => {
  const { under, bearer, world } = await consoleFor([{ role: 'viewer', application: 'shop' }])
  for (let tries = 0; tries < 3; tries++)
    await request(under.app).post('/api/v1/cleanup').set(bearer).send({}).expect(403)
  const refused = world.log.filter((row) => row.type === 'AccessRefused')
  expect(refused.map((row) => row.sentence)).toEqual([
    expect.stringContaining('ada@example.com may not run the cleanup'),
  ])
  const log = await request(under.app).get('/api/v1/log').set(bearer).expect(200)
  expect(JSON.stringify(log.body)).not.toContain('AccessRefused')
})
