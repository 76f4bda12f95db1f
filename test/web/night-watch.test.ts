import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { signedInConsole, type SignedIn } from '../support/signed-in-console.js'

const name = 'account-web'

let world: FakeWorld
let agent: SignedIn['agent']
let bearer: SignedIn['bearer']
let app: SignedIn['app']
beforeEach(async () => {
  world = demoWorld()
  ;({ agent, bearer, app } = await signedInConsole(world))
})

const judge = (asked: boolean) => {
  const state = world.states.get(name)!
  const verdict = { badSince: world.now, sentence: 'Only 1 of 3 targets of v117 are healthy.', asked }
  const groups = state.groups.map((group) => (group.role === 'live' ? { ...group, verdict } : group))
  world.states.set(name, { ...state, groups })
}

describe('what the night watch holds of the live group', () => {
  it('is on the cluster’s page, with the way back, and a person decides', async () => {
    expect((await agent.get(`/clusters/${name}`).expect(200)).text).not.toContain('night watch speaks')
    judge(false)
    const html = (await agent.get(`/clusters/${name}`).expect(200)).text
    expect(html).toContain('The night watch speaks against v117')
    expect(html).toContain('A person decides whether to roll back.')
    expect(html).toContain(`/clusters/${name}/rollback?to`)
  })

  it('is told by the API, and who decides is not said where it has asked already', async () => {
    judge(true)
    const answer = await request(app).get(`/api/v1/clusters/${name}`).set(bearer).expect(200)
    const { serverGroups } = answer.body as { serverGroups: object[] }
    expect(serverGroups).toContainEqual(
      expect.objectContaining({
        name: 'account-web-v117',
        verdict: { badSince: world.now.toISOString(), sentence: 'Only 1 of 3 targets of v117 are healthy.' },
      }),
    )
    expect((await agent.get(`/clusters/${name}`).expect(200)).text).not.toContain('A person decides whether')
  })
})

describe('the policy of a new cluster', () => {
  const plan = (more: object) =>
    request(app)
      .post('/api/v1/clusters/plan')
      .set(bearer)
      .send({ name: 'shop-new', image: 'shop-4.13.0-9c1f2ab0', listenerPort: 8091, ...more })

  it('leaves the switch back to a person unless it says otherwise, and takes nothing else', async () => {
    const send = (more: object) =>
      request(app)
        .post('/api/v1/clusters')
        .set(bearer)
        .send({ name: 'shop-new', image: 'shop-4.13.0-9c1f2ab0', listenerPort: 8091, ...more })
    await plan({ switchBack: 'sometimes' }).expect(400)
    await plan({ warm: 'cold' }).expect(400)
    await send({ switchBack: 'automatic', alarms: ['checkout'], warm: 'follow' }).expect(202)
    expect(world.states.get('shop-new')?.cluster.policy).toMatchObject({
      switchBack: 'automatic',
      alarms: ['checkout'],
      warm: 'follow',
    })
  })

  it('is asked for by the form', async () => {
    const html = (await agent.get('/clusters/new?application=shop').expect(200)).text
    expect(html).toContain('name="switchBack"')
    expect(html).toContain('name="alarms"')
    expect(html).toContain('name="warm"')
  })
})
