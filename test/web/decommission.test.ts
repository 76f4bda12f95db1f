import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { ours, signedInConsole, type SignedIn } from '../support/signed-in-console.js'

const name = 'account-web'

let world: FakeWorld
let agent: SignedIn['agent']
let bearer: SignedIn['bearer']
let app: SignedIn['app']
beforeEach(async () => {
  world = demoWorld()
  ;({ agent, bearer, app } = await signedInConsole(world))
})

const api = (path: string, body: object) => request(app).post(`/api/v1${path}`).set(bearer).send(body)
const asked = (cluster = name) =>
  world.states.get(cluster)!.operations.filter(({ kind }) => kind === 'decommission')
const send = (fields: object) =>
  agent.post(`/clusters/${name}/decommission`).type('form').set(ours).send(fields)

describe('a decommission by the API', () => {
  it('is planned in exact calls and changes nothing', async () => {
    const { plan } = (await api(`/clusters/${name}/decommission/plan`, {}).expect(200)).body as {
      plan: { api: string; what: string }[]
    }
    expect(plan[0]).toMatchObject({ api: 'ELBv2 ModifyRule' })
    const destroyed = plan.filter((call) => call.api === 'Auto Scaling DeleteAutoScalingGroup')
    expect(destroyed.map((call) => call.what)).toContain('account-web-v117')
    expect(asked()).toEqual([])
  })

  it('needs the cluster’s name once more, and changes nothing without (P2, P9)', async () => {
    await api(`/clusters/${name}/decommission`, {}).expect(400)
    const wrong = await api(`/clusters/${name}/decommission`, { name: 'shop-main' }).expect(400)
    expect((wrong.body as { detail: string }).detail).toContain('Type “account-web”')
    await api('/clusters/nope/decommission', { name: 'nope' }).expect(404)
    expect(asked()).toEqual([])
  })

  it('is recorded with who and why, and refused while anything else moves traffic', async () => {
    const reply = await api(`/clusters/${name}/decommission`, { name, reason: 'merged into shop' }).expect(
      202,
    )
    expect(reply.body).toMatchObject({ operation: { kind: 'decommission', why: 'merged into shop' } })
    expect(world.log.at(-1)).toMatchObject({ actor: { name: 'Ada' }, type: 'Requested', cluster: name })
    await api(`/clusters/${name}/decommission`, { name }).expect(409)
    await api('/clusters/shop-main/decommission', { name: 'shop-main' }).expect(409)
    expect(asked('shop-main')).toEqual([])
  })
})

describe('its page', () => {
  it('shows what goes and its traffic now, and is led to by the cluster’s page', async () => {
    expect((await agent.get(`/clusters/${name}`).expect(200)).text).toContain(
      `/clusters/${name}/decommission`,
    )
    const html = (await agent.get(`/clusters/${name}/decommission`).expect(200)).text
    expect(html).toContain('v117 carries 100 % of the traffic now')
    expect(html).toContain('account-web-v117')
    expect(html).toContain(`Type ${name}`)
    expect(asked()).toEqual([])
  })

  it('asks for the name and keeps the reason that was typed', async () => {
    const { text } = await send({ name: 'account', reason: 'merged' }).expect(400)
    expect(text).toContain('Type “account-web” to retire the whole cluster.')
    expect(text).toContain('value="merged"')
    const { headers } = await send({ name, reason: 'merged' }).expect(303)
    expect(headers.location).toBe(`/operations/${asked()[0]!.id}`)
    expect((await agent.get(headers.location as string).expect(200)).text).toContain(`Decommission ${name}`)
  })
})

describe('a retired cluster', () => {
  beforeEach(() => {
    const state = world.states.get(name)!
    const retired = { by: 'J. Okafor', at: new Date('2026-11-18T10:00:00Z') }
    world.states.set(name, {
      ...state,
      groups: [],
      cluster: { ...state.cluster, ruleArn: null, statement: 'retired', retired },
    })
  })

  it('is shown as retired with its history, and looks at nothing in AWS', async () => {
    world.observed.delete(name)
    const html = (await agent.get(`/clusters/${name}`).expect(200)).text
    expect(html).toContain('J. Okafor retired it')
    expect(html).toContain('id="history"')
    expect(html).toContain('Create it again')
    expect(html).not.toContain('The cloud could not be read')
    const status = await request(app).get(`/api/v1/clusters/${name}`).set(bearer).expect(200)
    expect(status.body).toMatchObject({ retired: { by: 'J. Okafor' }, serverGroups: [] })
    expect(html).toContain('Its server groups are destroyed.')
    expect(html).not.toContain('No server group is here yet')
  })

  it('is refused everything, plans too, with when it was retired and what one can do', async () => {
    const image = world.images.find(({ application }) => application === 'account')!.name
    const before = JSON.stringify(world.states.get(name))
    const asked: readonly (readonly [string, object])[] = [
      ['deployments', { image }],
      ['deployments/plan', { image }],
      ['edit', { maxWarm: 2 }],
      ['edit/plan', { maxWarm: 2 }],
      ['rollback', {}],
      ['rollback/plan', {}],
      ['decommission/plan', {}],
    ]
    for (const [path, body] of asked) {
      const refused = await api(`/clusters/${name}/${path}`, body).expect(409)
      expect(refused.body).toMatchObject({ code: 'ClusterRetired' })
      const { detail } = refused.body as { detail: string }
      expect(detail).toContain(`${name} is retired: J. Okafor retired it`)
      expect(JSON.stringify(refused.body)).toContain(`delling clusters create ${name}`)
    }
    for (const path of ['deploy', `deploy?image=${image}`, 'edit', 'rollback', 'decommission']) {
      const page = await agent.get(`/clusters/${name}/${path}`).expect(409)
      expect(page.text).toContain(`${name} is retired: J. Okafor retired it`)
      expect(page.text).toContain('Create it again')
    }
    expect(JSON.stringify(world.states.get(name))).toBe(before)
  })

  it('reads as retired in lists, not as new, and is none that one can deploy to', async () => {
    const list = (await agent.get('/clusters').expect(200)).text
    expect(list).toMatch(/account-web<\/a><\/th>\s*<td data-th="Live">retired<span class="sub">since /)
    const row = list.slice(
      list.indexOf('>account-web</a>'),
      list.indexOf('</tr>', list.indexOf('>account-web</a>')),
    )
    for (const word of ['nothing yet', 'none yet', 'nothing is warm']) expect(row).not.toContain(word)
    expect((await agent.get('/').expect(200)).text).not.toContain(`href="/clusters/${name}">${name}</a></th>`)
    expect((await agent.get('/deploy').expect(200)).text).not.toContain(`/clusters/${name}/deploy`)
    const { clusters } = (await request(app).get('/api/v1/clusters').set(bearer).expect(200)).body as {
      clusters: { name: string; retired: object | null }[]
    }
    expect(clusters.find((each) => each.name === name)?.retired).toMatchObject({ by: 'J. Okafor' })
    expect(clusters.find((each) => each.name === 'shop-main')?.retired).toBeNull()
  })
})
