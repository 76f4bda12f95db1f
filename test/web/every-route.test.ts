import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { consoleOver } from '../support/console-under-test.js'
import { FakeWorld } from '../support/fake-parts.js'
import { routesOf, type Layer, type Route } from '../support/routes-of.js'

let world: FakeWorld
let under: ReturnType<typeof consoleOver>
let routes: readonly Route[]
/** Nobody signs in to these; Slack's own are checked by its signature (slack.test.ts). */
const open = /^\/(healthz|favicon\.ico|sign-in|sign-out|slack|api$|api\/v1\/openapi\.json)/
const named = (path: string, name: string) => path.replace(/:\w+/g, name)

beforeEach(() => {
  world = new FakeWorld()
  under = consoleOver(world)
  const { router } = under.bare as unknown as { router: { stack: readonly Layer[] } }
  routes = routesOf(router.stack)
})

describe('every route of the console', () => {
  it('is found by this test', () => {
    const paths = routes.map((route) => `${route.method} ${route.path}`)
    expect(paths).toEqual(
      expect.arrayContaining([
        'post /api/v1/clusters/:name/rollback',
        'post /groups/:name/destroy',
        'get /',
        'get /log',
      ]),
    )
    expect(routes.length).toBeGreaterThan(60)
  })

  it('asks who it is before anything else', async () => {
    for (const { method, path } of routes.filter((route) => !open.test(route.path))) {
      const asked = request(under.app)
        [method](named(path, 'sunrise-main'))
        .set('Sec-Fetch-Site', 'same-origin')
      const reply = await (method === 'post' ? asked.send({}) : asked)
      if (path.startsWith('/api/v1') || path === '/metrics')
        expect(reply.status, `${method} ${path}`).toBe(401)
      else expect([reply.status, reply.headers.location], `${method} ${path}`).toEqual([303, '/sign-in'])
    }
    expect(world.applications).toEqual([])
  })

  it('answers whoever opens the address of a form by itself: each leads to a page', () => {
    const pages = routes.filter((route) => route.method === 'get').map((route) => route.path)
    const forms = routes.filter(
      ({ method, path }) => method === 'post' && !path.startsWith('/api/v1') && !path.startsWith('/slack'),
    )
    expect(forms.length).toBeGreaterThan(12)
    // The first steps share one address with a name in it.
    const opened = (path: string) => pages.includes(path) || pages.includes(path.replace(/[^/]+$/, ':step'))
    expect(forms.map(({ path }) => path).filter((path) => !opened(path))).toEqual([])
  })

  it('refuses an address or a field with a character that is none, by a sentence (P9)', async () => {
    const token = await under.credentials.issueToken({ name: 'Ada' })
    const bearer = { Authorization: `Bearer ${token}` }
    for (const { method, path } of routes.filter(
      (route) => route.path.startsWith('/api/v1') && route.path.includes(':'),
    )) {
      const reply = await request(under.app)[method](named(path, 'a%00b')).set(bearer)
      expect(reply.status, `${method} ${path}`).toBe(400)
      expect(JSON.stringify(reply.body)).toContain('Nothing was changed')
    }
    for (const owner of ['a\u0000b', '\ud800'])
      await request(under.app)
        .post('/api/v1/applications')
        .set(bearer)
        .send({ name: 'shop', owner })
        .expect(400)
    expect(world.applications).toEqual([])
  })

  it('never takes an empty token for leave to change something with a cookie from elsewhere', async () => {
    const { secret } = await under.credentials.issueLink({ name: 'Ada' }, 1000)
    const agent = request.agent(under.app)
    await agent.post(`/sign-in/${secret}`).set('Sec-Fetch-Site', 'same-origin').expect(303)
    for (const Authorization of ['Bearer ', 'Bearer  x', 'Bearer'])
      await agent
        .post('/api/v1/applications')
        .set({ Authorization, 'Sec-Fetch-Site': 'cross-site' })
        .send({ name: 'shop', owner: 'x' })
        .expect((reply) => expect([401, 403]).toContain(reply.status))
    expect(world.applications).toEqual([])
  })
})
