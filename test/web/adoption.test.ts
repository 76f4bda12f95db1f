import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Right } from '../../server/domain/access.js'
import { consoleOver } from '../support/console-under-test.js'
import { listedGroup, targetArn } from '../support/build.js'
import { byProvider, knownPerson } from '../support/known-person.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { addForeignCluster } from '../support/foreign-world.js'
import { ours, signedInConsole, type SignedIn } from '../support/signed-in-console.js'

const name = 'orders-main'
const group = `${name}-v007`

let world: FakeWorld
let agent: SignedIn['agent']
let bearer: SignedIn['bearer']
let app: SignedIn['app']
const startWith = async (before: readonly number[]) => {
  world = demoWorld()
  addForeignCluster(world, name, before)
  ;({ agent, bearer, app } = await signedInConsole(world))
}
beforeEach(() => startWith([]))

const api = (path: string, body: object) => request(app).post(`/api/v1${path}`).set(bearer).send(body)
const adopted = () => world.states.get(name)

describe('adopting by the API', () => {
  it('lists what somebody else made, with what stands in the way', async () => {
    const reply = await request(app).get('/api/v1/adoptable').set(bearer).expect(200)
    expect((reply.body as { candidates: unknown[] }).candidates).toMatchObject([
      {
        name: 'Legacy',
        cluster: null,
        obstacles: [{ mend: expect.stringContaining('renames') as string }, {}],
      },
      { name: group, cluster: name, application: 'orders', push: 7, share: 100, obstacles: [] },
    ])
  })

  it('is planned without changing anything', async () => {
    const reply = await api(`/adoptable/${name}/plan`, {}).expect(200)
    expect(reply.body).toMatchObject({
      application: { name: 'orders', registered: false },
      groups: [{ name: group, becomes: 'live', templateStays: false }],
      settings: expect.arrayContaining([{ what: 'Instance type', value: 'm5.large' }]) as unknown,
    })
    expect(adopted()).toBeUndefined()
  })

  it('needs the name once more, groups that are there and can be adopted, and changes nothing else (P9)', async () => {
    await api(`/adoptable/${name}/adopt`, {}).expect(400)
    const wrong = await api(`/adoptable/${name}/adopt`, { name: 'orders' }).expect(400)
    expect((wrong.body as { detail: string }).detail).toContain('Type “orders-main”')
    await api(`/adoptable/${name}/plan`, { groups: ['v008'] }).expect(400)
    await api('/adoptable/orders-nope/plan', {}).expect(404)
    await api('/adoptable/shop-main/plan', {}).expect(409)
    world.listing = { ...world.listing, groups: world.listing.groups.map((each) => ({ ...each, min: 1 })) }
    const small = await api(`/adoptable/${name}/adopt`, { name }).expect(409)
    expect((small.body as { detail: string }).detail).toMatch(
      /smallest size is 3.*What mends it:.*Nothing was/,
    )
    expect(adopted()).toBeUndefined()
  })

  it('records the cluster with who and why before any mark is set, and its application', async () => {
    const reply = await api(`/adoptable/${name}/adopt`, { name, reason: 'from Spinnaker' }).expect(202)
    expect(reply.body).toMatchObject({ operation: { kind: 'adopt', why: 'from Spinnaker' }, cluster: name })
    expect(world.log.at(-1)).toMatchObject({ actor: { name: 'Ada' }, type: 'Requested', cluster: name })
    expect(adopted()).toMatchObject({
      cluster: { ruleArn: 'rule-7', lastPush: 7, expected: [{ weight: 1 }] },
      groups: [{ name: group, role: 'adopting', launchTemplateId: 'lt-7', adopted: { as: 'live' } }],
    })
    expect(world.applications.find((each) => each.name === 'orders')).toMatchObject({
      port: 7001,
      owner: 'Ada',
    })
    await api(`/adoptable/${name}/adopt`, { name }).expect(409)
    await api(`/clusters/${name}/give-back`, { name }).expect(409)
  })
})

describe('a cluster of more groups than it can keep', () => {
  const label = (push: number) => `v00${push}`
  const box = (push: number) =>
    new RegExp(`<input[^>]*value="${name}-v00${push}"([^>]*)><div>v00${push}<span>([^<]*)`)
  const boxes = (html: string) =>
    Object.fromEntries(
      [1, 2, 3, 4, 5, 6, 7].map((push) => {
        const [, attributes = '', sub = ''] = box(push).exec(html) ?? []
        return [label(push), `${attributes.includes('checked') ? 'ticked' : 'open'}: ${sub}`]
      }),
    )
  const shown = async (query: string, status = 200) =>
    (await agent.get(`/adopt/${name}${query}`).expect(status)).text
  beforeEach(() => startWith([1, 2, 3, 4, 5, 6]))

  it('is planned with the live one and the newest; the others are named with why', async () => {
    const reply = await api(`/adoptable/${name}/plan`, {}).expect(200)
    const { groups, warnings } = reply.body as { groups: { name: string }[]; warnings: string[] }
    expect(groups.map((each) => each.name)).toEqual([4, 5, 6, 7].map((push) => `${name}-v00${push}`))
    expect(warnings.join(' ')).toMatch(/v001 stays as it is.*at most; others are chosen/)
  })

  it('refuses too many by the flag and with a command that works', async () => {
    const seven = [1, 2, 3, 4, 5, 6, 7].map(label)
    const refused = await api(`/adoptable/${name}/plan`, { groups: seven }).expect(400)
    const command = `delling adopt ${name} --groups v004,v005,v006,v007 --plan`
    expect(refused.body).toMatchObject({
      detail: expect.stringContaining('7 groups were chosen') as string,
      faults: [{ field: 'groups', sentence: expect.stringContaining('--groups') as string }],
      ways: [{ command }],
    })
    await api(`/adoptable/${name}/plan`, { groups: ['v004', 'v005', 'v006', 'v007', 'v007'] }).expect(200)
  })

  it('opens with that choice made, and shows the plan of what is ticked', async () => {
    expect(boxes(await shown(''))).toMatchObject({
      v001: 'open: A cluster keeps one live group and 3 warm ones at most; others are chosen.',
      v003: expect.stringMatching(/^open/) as string,
      v004: 'ticked: It becomes warm.',
      v007: 'ticked: It carries the traffic.',
    })
    const fewer = await shown(`?groups=${name}-v001&groups=${name}-v007`)
    expect(boxes(fewer)).toMatchObject({ v001: 'ticked: It becomes warm.', v006: 'open: It is not chosen.' })
    expect(fewer).toContain(`--groups v001,v007 --yes-i-mean ${name}`)
  })

  it('lets choose anew where too many are ticked, or the one that serves is not', async () => {
    const tooMany = await shown('?groups=v001,v002,v003,v004,v007', 400)
    expect(tooMany).toContain('5 groups were chosen')
    expect(tooMany).not.toContain(`Type ${name}`)
    expect(boxes(tooMany)).toMatchObject({
      v001: 'ticked: It becomes warm.',
      v005: expect.stringMatching(/^open/) as string,
    })
    const darkened = await shown('?groups=v001,v002', 409)
    expect(darkened).toContain(`The traffic goes to ${group}, and it was not chosen`)
    const post = agent.post(`/adopt/${name}`).type('form').set(ours)
    const sent = await post.send({ groups: ['v001', 'v002', 'v003', 'v004', 'v007'], name }).expect(400)
    expect(boxes(sent.text)).toMatchObject({ v002: 'ticked: It becomes warm.' })
    expect(adopted()).toBeUndefined()
  })

  it('adopts what was chosen, and nothing else', async () => {
    await api(`/adoptable/${name}/adopt`, { name, groups: ['v001', 'v003', 'v007'] }).expect(202)
    expect(adopted()?.groups.map((each) => each.name)).toEqual([1, 3, 7].map((push) => `${name}-v00${push}`))
  })

  it('is told what stands in the way of the group that serves, with the groups beside it', async () => {
    const groups = world.listing.groups.map((each) => (each.name === group ? { ...each, min: 1 } : each))
    world.listing = { ...world.listing, groups }
    const html = await shown('', 409)
    expect(html).toContain('smallest size is 3')
    expect(boxes(html).v006).toBe('ticked: It becomes warm.')
  })
})

describe('who may', () => {
  const by = async (rights: readonly Right[]) => {
    const under = consoleOver(world, { signIn: byProvider })
    const person = await knownPerson(under, 'grace@example.com', rights)
    return {
      get: (path: string) => request(under.app).get(`/api/v1${path}`).set(person.bearer),
      post: (path: string, body: object) =>
        request(under.app).post(`/api/v1${path}`).set(person.bearer).send(body),
    }
  }

  it('sees groups of the applications that they answer for, and no others', async () => {
    const listed = async (rights: readonly Right[]) => {
      const reply = await (await by(rights)).get('/adoptable').expect(200)
      return (reply.body as { candidates: { name: string }[] }).candidates.map((each) => each.name)
    }
    expect(await listed([{ role: 'admin', application: 'orders' }])).toEqual([group])
    expect(await listed([{ role: 'admin', application: 'shop' }])).toEqual([])
    expect(await listed([{ role: 'admin', application: null }])).toEqual(['Legacy', group])
    await (await by([{ role: 'deployer', application: null }])).get('/adoptable').expect(403)
  })

  it('hears of what stands in the way in other applications, and by its name only where they may see it', async () => {
    const inWay = {
      clusterTag: null,
      ownerTag: null,
      operationTag: null,
      targetGroupArns: [targetArn(group)],
    }
    const secret = listedGroup(1, { ...inWay, name: 'media-main-v001' })
    world.listing = { ...world.listing, groups: [...world.listing.groups, secret] }
    const told = async (rights: readonly Right[]) => {
      const person = await by(rights)
      const listing = await person.get('/adoptable').expect(200)
      const plan = await person.post(`/adoptable/${name}/plan`, {}).expect(409)
      const adopted = await person.post(`/adoptable/${name}/adopt`, { name }).expect(409)
      return [listing, plan, adopted].map(({ body }) => JSON.stringify(body))
    }
    for (const text of await told([{ role: 'admin', application: null }]))
      expect(text).toContain('media-main-v001 uses the same target group')
    for (const text of await told([{ role: 'admin', application: 'orders' }])) {
      expect(text).toContain('A group that you may not see uses the same target group')
      expect(text).toContain('Ask an admin of all applications')
      expect(text).not.toContain('media')
    }
  })

  it('adopts as admin of the application, and nobody else', async () => {
    const path = `/adoptable/${name}`
    const deployer = await by([{ role: 'deployer', application: 'orders' }])
    await deployer.post(`${path}/plan`, {}).expect(403)
    await deployer.post(`${path}/adopt`, { name }).expect(403)
    const stranger = await by([{ role: 'admin', application: 'shop' }])
    await stranger.post(`${path}/plan`, {}).expect(404)
    await stranger.post(`${path}/adopt`, { name }).expect(404)
    expect(adopted()).toBeUndefined()
    const admin = await by([{ role: 'admin', application: 'orders' }])
    await admin.post(`${path}/adopt`, { name }).expect(202)
  })

  it('is kept from it while everything is stopped', async () => {
    await api('/stop', { scope: 'all', reason: 'an incident' }).expect(201)
    const refused = await api(`/adoptable/${name}/adopt`, { name }).expect(409)
    expect((refused.body as { detail: string }).detail).toContain('an incident')
    expect(adopted()).toBeUndefined()
    const planned = await api(`/adoptable/${name}/plan`, {}).expect(200)
    expect(planned.body).toMatchObject({ obstacles: [{ kind: 'stop' }], mayStartAt: null })
    expect((await agent.get(`/adopt/${name}`).expect(200)).text).toContain('name="override"')
    await api(`/adoptable/${name}/adopt`, { name, override: 'agreed with the lead' }).expect(202)
  })
})

describe('its pages', () => {
  it('lead from the clusters to what would differ, and adopt what was shown', async () => {
    expect((await agent.get('/clusters').expect(200)).text).toContain('href="/adopt"')
    const list = (await agent.get('/adopt').expect(200)).text
    expect(list).toContain(`href="/adopt/${name}"`)
    expect(list).toContain('AWS renames no group')
    const page = (await agent.get(`/adopt/${name}`).expect(200)).text
    for (const words of ['HealthCheckType', 'our marks on the listener rule', '/healthcheck', `Type ${name}`])
      expect(page).toContain(words)
    const dropped = (await agent.get(`/adopt/${name}?groups=${group}&userData=drop`).expect(200)).text
    expect(dropped).toContain('not taken along, as you asked')
    const post = (fields: object) => agent.post(`/adopt/${name}`).type('form').set(ours).send(fields)
    const again = await post({ groups: group, name: 'orders', reason: 'moving' }).expect(400)
    expect(again.text).toContain('Type “orders-main” to adopt it.')
    expect(again.text).toContain('value="moving"')
    const { headers } = await post({ groups: group, userData: 'drop', name }).expect(303)
    expect((await agent.get(headers.location as string).expect(200)).text).toContain(`Adopt ${name}`)
    expect(adopted()?.cluster.settings.userData).toBe('')
    expect((await agent.get(`/clusters/${name}`).expect(200)).text).toContain('being adopted')
  })

  it('say honestly where there is nothing to adopt', async () => {
    world.listing = { ...world.listing, groups: [] }
    expect((await agent.get('/adopt').expect(200)).text).toContain(
      'Every Auto Scaling group of the account is',
    )
    await agent.get(`/adopt/${name}`).expect(404)
  })
})

describe('giving back', () => {
  const cluster = 'account-web'

  it('is shown in calls, needs the name, and is recorded', async () => {
    expect((await agent.get(`/clusters/${cluster}`).expect(200)).text).toContain(
      `/clusters/${cluster}/give-back`,
    )
    const page = (await agent.get(`/clusters/${cluster}/give-back`).expect(200)).text
    expect(page).toContain('our marks off account-web-v117')
    await api(`/clusters/${cluster}/give-back/plan`, {}).expect(200)
    const post = (fields: object) =>
      agent.post(`/clusters/${cluster}/give-back`).type('form').set(ours).send(fields)
    expect((await post({ name: 'account' }).expect(400)).text).toContain(
      'Type “account-web” to give it back.',
    )
    await api('/clusters/nope/give-back', { name: 'nope' }).expect(404)
    await post({ name: cluster }).expect(303)
    const asked = world.states.get(cluster)!.operations.filter(({ kind }) => kind === 'giveBack')
    expect(asked).toMatchObject([{ request: { actor: { name: 'Ada' } } }])
  })

  it('is shown as what it is, with the way to adopt it again', async () => {
    const state = world.states.get(cluster)!
    const retired = { by: 'Ada', at: new Date('2026-11-18T10:00:00Z'), givenBack: true as const }
    const groups = state.groups.map((group) => ({ ...group, role: 'givenBack' as const }))
    world.states.set(cluster, { ...state, groups, cluster: { ...state.cluster, ruleArn: null, retired } })
    const list = (await agent.get('/clusters').expect(200)).text
    expect(list).toContain('given back<span class="sub">since ')
    const found = (await agent.get('/find?q=account-web').expect(200)).text
    expect(found).not.toContain('givenBack')
    expect(found).toContain('given back, account-')
    expect(found).toContain('Ada gave it back')
    const html = (await agent.get(`/clusters/${cluster}`).expect(200)).text
    expect(html).toContain('Ada gave it back')
    expect(html).toContain(`/adopt/${cluster}`)
    expect(html).toContain('Given back with it: account-web-v')
    expect(html).not.toContain('No server group is here yet')
    expect((await agent.get(`/clusters/${cluster}/edit`).expect(409)).text).toContain(`/adopt/${cluster}`)
    const status = await request(app).get(`/api/v1/clusters/${cluster}`).set(bearer).expect(200)
    expect(status.body).toMatchObject({ retired: { by: 'Ada', givenBack: true } })
    await agent.get(`/clusters/${cluster}/give-back`).expect(409)
  })
})
