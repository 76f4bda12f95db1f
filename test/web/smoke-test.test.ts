import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { Operation } from '../../server/domain/operation.js'
import { demoWorld } from '../support/demo-world.js'
import { obligation } from '../support/build.js'
import { ours, signedInConsole } from '../support/signed-in-console.js'

const image = 'shop-4.11.2-9c1f2ab0'
const secret = '3f2a9c11-5b60-4a6e-9a35-2d2f4d1b7c10'
const smokeTest = { path: '/healthz', status: 200, successes: 3, withinMs: 60_000, text: 'open' }
const until = new Date('2026-11-19T14:50:00Z')
const sentence = 'Testing v013 at /healthz: 1 of 3 requests in a row went well'

/** The demo’s deployment of shop-main, in its test, with the rule that it owes. */
function testedWorld() {
  const world = demoWorld()
  const state = world.states.get('shop-main')!
  const operations = state.operations.map((each): Operation => ({
    ...each,
    phase: 'testing',
    request: { ...each.request, trials: { smokeTest } },
    test: { ruleArn: 'rule-of-the-test', since: until },
    wait: { sentence, until, at: until },
  }))
  const owed = obligation({
    kind: 'testRule',
    object: 'shop-main-v013',
    original: { testValue: secret },
    attempted: [{ testValue: secret }],
  })
  world.states.set('shop-main', { ...state, operations, obligations: [owed] })
  return world
}

async function post(fields: object) {
  const world = demoWorld()
  const { app, bearer } = await signedInConsole(world)
  const create = { name: 'shop-tested', image, ...fields }
  return { world, answer: await request(app).post('/api/v1/clusters').set(bearer).send(create) }
}

describe('a cluster’s smoke test', () => {
  it('is kept with its defaults filled in', async () => {
    const { world, answer } = await post({ smokeTestPath: '/healthz?deep=1' })
    expect(answer.status).toBe(202)
    expect(world.states.get('shop-tested')?.cluster.policy.smokeTest).toEqual({
      path: '/healthz?deep=1',
      status: 200,
      successes: 3,
      withinMs: 60_000,
      text: null,
    })
  })

  it('is none where none is asked for', async () => {
    const { world } = await post({})
    expect(world.states.get('shop-tested')?.cluster.policy.smokeTest).toBeNull()
  })

  it.each([
    [{ smokeTestPath: 'healthz' }, 'begins with “/”'],
    [{ smokeTestPath: '/a b' }, 'begins with “/”'],
    [{ smokeTestStatus: 200 }, 'A test has a path'],
    [{ smokeTestText: 'open' }, 'A test has a path'],
    [{ smokeTestPath: '/', smokeTestStatus: 700 }, 'smokeTestStatus'],
    [{ smokeTestPath: '/', smokeTestSuccesses: 0 }, 'smokeTestSuccesses'],
    [
      { smokeTestPath: '/', smokeTestSuccesses: 20, smokeTestWithinSec: 60 },
      '20 in a row take at least 100 s',
    ],
    [{ smokeTestPath: '/healthz', path: ['/shop/*'] }, 'would reach somebody else'],
  ])('is refused with a sentence where it is none: %j', async (fields, said) => {
    const { answer, world } = await post(fields)
    expect(answer.status).toBe(400)
    expect(JSON.stringify(answer.body)).toContain(said)
    expect(world.states.has('shop-tested')).toBe(false)
  })

  it('is on the form, and what is wrong with it is said at it', async () => {
    const { agent } = await signedInConsole(demoWorld())
    const typed = { application: 'shop', stack: 'tested', image, smokeTestPath: 'healthz' }
    const { text } = await agent.post('/clusters/new').set(ours).type('form').send(typed).expect(400)
    expect(text).toMatch(/id="f-smokeTestPath-error">.*?begins with “\/”/)
    expect(text).toContain('value="healthz"')
  })

  it('is in the plan before the canary, with the rule that it makes and deletes', async () => {
    const world = demoWorld()
    const state = world.states.get('account-web')!
    const canary = { steps: [5], holdMs: 300_000, minRequests: 20, unsure: 'wait' } as const
    const policy = { ...state.cluster.policy, smokeTest, canary }
    world.states.set('account-web', { ...state, cluster: { ...state.cluster, policy } })
    const { app, bearer } = await signedInConsole(world)
    const answer = await request(app)
      .post('/api/v1/clusters/account-web/deployments/plan')
      .set(bearer)
      .send({ image: 'account-6.40.1-9c1f2ab0' })
      .expect(200)
    const { plan } = answer.body as { plan: { api: string; what: string }[] }
    const at = (api: string, words: string) =>
      plan.findIndex((call) => call.api === api && call.what.includes(words))
    expect(at('ELBv2 CreateRule', 'test rule')).toBeGreaterThan(0)
    expect(at('wait', 'answers 200 with “open” in its body 3 times in a row, at most 60 s')).toBeGreaterThan(
      at('ELBv2 CreateRule', 'test rule'),
    )
    expect(at('ELBv2 DeleteRule', 'test rule')).toBeLessThan(at('ELBv2 ModifyRule', '5 % of the traffic'))
  })
})

describe('an edit of a cluster with a smoke test', () => {
  const edit = async (fields: object) => {
    const world = demoWorld()
    const state = world.states.get('account-web')!
    const policy = { ...state.cluster.policy, smokeTest }
    world.states.set('account-web', { ...state, cluster: { ...state.cluster, policy } })
    const { app, bearer } = await signedInConsole(world)
    const answer = await request(app).post('/api/v1/clusters/account-web/edit').set(bearer).send(fields)
    return { answer, kept: world.states.get('account-web')?.cluster.policy.smokeTest }
  }

  it('leaves the test as it is, changes a part of it, or takes all of it away', async () => {
    expect((await edit({ morning: '06:15' })).kept).toEqual(smokeTest)
    expect((await edit({ smokeTestStatus: 204 })).kept).toEqual({ ...smokeTest, status: 204 })
    const { answer, kept } = await edit({ smokeTestPath: null })
    expect(answer.status).toBe(200)
    expect(kept).toBeNull()
  })

  it('refuses a path that the cluster’s rule does not answer', async () => {
    const conditions = [{ field: 'path-pattern' as const, values: ['/account/*'] }]
    const world = demoWorld()
    const state = world.states.get('account-web')!
    const { settings } = state.cluster
    const balancer = { ...settings.balancer, conditions }
    world.states.set('account-web', {
      ...state,
      cluster: { ...state.cluster, settings: { ...settings, balancer } },
    })
    const { app, bearer } = await signedInConsole(world)
    const answer = await request(app)
      .post('/api/v1/clusters/account-web/edit')
      .set(bearer)
      .send({ smokeTestPath: '/healthz' })
    expect(answer.status).toBe(400)
    expect(JSON.stringify(answer.body)).toContain('would reach somebody else')
  })
})

describe('a deployment in its test', () => {
  it('says on its page how the test goes, its place in the row of phases, and how it may end', async () => {
    const { agent } = await signedInConsole(testedWorld())
    const { text } = await agent.get('/operations/op-1').expect(200)
    expect(text).toContain(`${sentence}.`)
    expect(text).toMatch(/phase-now[^>]*>.*?<b>Test<\/b>/)
    expect(text).toContain('The test is passed')
    expect(text).toContain('The test is not passed')
    expect(text).toContain('being tested')
  })

  it('shows its secret nowhere as a whole: a bit of it tells which rule is owed', async () => {
    const { agent, app, bearer } = await signedInConsole(testedWorld())
    const pages = [
      '/',
      '/more',
      '/log',
      '/clusters/shop-main',
      '/operations/op-1',
      '/clusters/shop-main/drift',
    ]
    for (const path of pages) expect((await agent.get(path)).text, path).not.toContain(secret)
    for (const path of [
      '/clusters/shop-main',
      '/operations/op-1',
      '/operations/op-1/events',
      '/obligations',
      '/calls',
    ])
      expect((await request(app).get(`/api/v1${path}`).set(bearer)).text, path).not.toContain(secret)
    expect((await request(app).get('/api/v1/obligations').set(bearer)).body).toMatchObject({
      obligations: [{ kind: 'testRule', original: { testValue: '3f2a…' } }],
    })
    const { text } = await agent.get('/more').expect(200)
    expect(text).toContain('a test rule stands before the live one')
    expect(text).toContain('begins with 3f2a…')
  })
})
