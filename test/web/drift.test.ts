import { beforeEach, describe, expect, it } from 'vitest'
import { driftMemory } from '../../server/domain/drift-memory.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { ours, signedInConsole, type SignedIn } from '../support/signed-in-console.js'

const base = '/clusters/search-main'

let world: FakeWorld
let agent: SignedIn['agent']
let bearer: SignedIn['bearer']
beforeEach(async () => {
  world = demoWorld()
  ;({ agent, bearer } = await signedInConsole(world))
})

const page = async (path: string, status = 200) => (await agent.get(path).expect(status)).text
const state = () => world.states.get('search-main')!
const send = (act: string, fields: object) =>
  agent.post(`${base}/drift/${act}`).type('form').set(ours).send(fields)
const lastEvent = () => world.log.at(-1)

/** Gives the group that is not recorded all of the traffic, as after a restored backup. */
function strangerCarries(): void {
  const seen = world.observed.get('search-main')!
  const arn = world.listing.targetGroups[0]!.arn
  const others = seen.rule!.entries.map((entry) => ({ ...entry, weight: 0 }))
  const entries = [...others, { targetGroupArn: arn, weight: 100 }]
  world.observed.set('search-main', { ...seen, rule: { ...seen.rule!, entries } })
}

describe('the page of a cluster', () => {
  it('shows in one place what differs, since when, and the ways out that lead to a page that asks', async () => {
    const html = await page(base)
    expect(html).toContain('5 things differ from the records')
    expect(html).toContain('search-main-v039 40 %, search-main-v040 60 %')
    expect(html).toContain(`href="${base}/drift/undo?what&#x3D;weights"`)
    expect(html).toContain('Only when one known group carries everything')
    expect(html).toContain('Left alone by J. Okafor')
    expect(html).toContain('this installation, operation 0190-41')
  })

  it('says nothing of it where nothing differs', async () => {
    expect(await page('/clusters/account-web')).not.toContain('id="drift"')
  })
})

describe('a person’s answer', () => {
  it('is asked for by a page that says the effect, and changes nothing by being opened', async () => {
    const before = JSON.stringify(state())
    const html = await page(`${base}/drift/adopt?what=group&group=search-main-v041`)
    expect(html).toContain('Adopt v041?')
    expect(html).toContain('is kept until a person says otherwise')
    expect(html).toContain('value="search-main-v041"')
    expect(JSON.stringify(state())).toBe(before)
  })

  it('adopts a group as warm, with who, before and after in the log', async () => {
    await send('adopt', { what: 'group', group: 'search-main-v041' }).expect(303).expect('location', base)
    const adopted = state().groups.find((group) => group.name === 'search-main-v041')
    expect(adopted).toMatchObject({ role: 'warm', keep: { by: 'Ada' }, image: { version: '9.2.1' } })
    expect(lastEvent()).toMatchObject({ type: 'GroupAdopted', actor: { name: 'Ada' } })
    expect(driftMemory(state().cluster).noted.map((noted) => noted.subject)).not.toContain('search-main-v041')
  })

  it('adopts the one that carries everything as live; then nobody is needed any more', async () => {
    strangerCarries()
    await send('adopt', { what: 'group', group: 'v041' }).expect(303)
    expect(state().cluster.needsPerson).toBeNull()
    expect(state().groups.map((group) => [group.name, group.role])).toEqual([
      ['search-main-v039', 'warm'],
      ['search-main-v040', 'warm'],
      ['search-main-v041', 'live'],
    ])
  })

  it('undoes by asking the engine, which acts in its next turn', async () => {
    await send('undo', { what: 'size', group: 'search-main-v040' }).expect(303)
    expect(driftMemory(state().cluster).undo).toMatchObject([
      { kind: 'size', subject: 'search-main-v040', found: 'MinSize 2', by: 'Ada' },
    ])
    expect(await page(base)).toContain('Ada asked to undo it')
    await send('undo', { what: 'weights' }).expect(303)
    expect(state().cluster.restoreAsked?.by).toBe('Ada')
  })

  it('leaves a group alone, and takes a suspended process as meant', async () => {
    await send('leave', { what: 'group', group: 'search-main-v041' }).expect(303)
    await send('adopt', { what: 'processes', group: 'v040' }).expect(303)
    expect(driftMemory(state().cluster).left.map((word) => word.kind)).toEqual([
      'stranger',
      'stranger',
      'processes',
    ])
    expect(await page(base)).toContain('3 things differ')
  })

  it('lasts for a group that was left out of an adoption, which can’t be adopted by itself', async () => {
    const [marked] = world.listing.groups
    const unmarked = { clusterTag: null, ownerTag: null, operationTag: null, targetGroupArns: ['a/theirs/1'] }
    const beside = { ...marked!, ...unmarked, name: 'search-main-v043' }
    const list = (patch: object) => {
      const groups = world.listing.groups.filter(({ name }) => name !== beside.name)
      const targets = world.listing.targetGroups.filter(({ name }) => name !== 'theirs')
      const targetGroups = [...targets, { name: 'theirs', arn: 'a/theirs/1' }]
      world.listing = { ...world.listing, groups: [...groups, { ...beside, ...patch }], targetGroups }
    }
    list({})
    const told = async () => {
      const reply = await agent.get(`/api/v1${base}/drift`).set(bearer).expect(200)
      const { differences } = reply.body as { differences: { subject: string; leftBy: string | null }[] }
      return differences.find(({ subject }) => subject === beside.name)
    }
    expect(await told()).toMatchObject({ leftBy: null, ways: [{ possible: false }, { possible: true }] })
    const refused = await send('adopt', { what: 'group', group: 'v043' }).expect(409)
    expect(refused.text).toContain('delling give-back search-main')
    await send('leave', { what: 'group', group: 'v043' }).expect(303)
    list({ min: 4, desired: 6 })
    expect(await told()).toMatchObject({ leftBy: 'Ada' })
  })

  it.each([
    ['undo', { what: 'size', group: 'search-main-v039' }, 409, 'nothing differs there'],
    ['adopt', { what: 'weights' }, 409, 'Only when one known group carries everything'],
    ['adopt', { what: 'size', group: 'v040' }, 409, 'smallest size is 3'],
    ['adopt', { what: 'group', group: 'search-main-v077' }, 409, 'nothing differs there'],
    ['adopt', { what: 'moon' }, 400, 'Name what is meant'],
    ['adopt', { what: 'group' }, 400, 'Name the group'],
    ['forget', { what: 'weights' }, 404, 'no answer “forget”'],
  ])('%s %j is refused with %i and changes nothing (P9)', async (act, fields, status, sentence) => {
    const before = JSON.stringify(state())
    const { text } = await send(act, fields).expect(status)
    expect(text).toContain(sentence)
    expect(text).toContain('Nothing was changed')
    expect(JSON.stringify(state())).toBe(before)
  })

  it('is not taken from another site’s page', async () => {
    const before = JSON.stringify(state())
    await agent
      .post(`${base}/drift/adopt`)
      .type('form')
      .set({ 'Sec-Fetch-Site': 'cross-site' })
      .send({ what: 'group', group: 'v041' })
      .expect(403)
    expect(JSON.stringify(state())).toBe(before)
  })

  it('never puts the rule back onto a group without a healthy target (P1)', async () => {
    strangerCarries()
    const seen = world.observed.get('search-main')!
    const sick = [...seen.groups.values()].map((group) => {
      const targets = group.targets.map((target) => ({ ...target, state: 'unhealthy' }))
      return [group.name, { ...group, targets }] as const
    })
    world.observed.set('search-main', { ...seen, groups: new Map(sick) })
    const { text } = await send('undo', { what: 'weights' }).expect(409)
    expect(text).toContain('has no healthy target')
    expect(state().cluster.restoreAsked).toBeNull()
  })
})

describe('the API', () => {
  it('tells what differs, in a cluster’s document and by itself', async () => {
    const told = await agent.get(`/api/v1${base}/drift`).set(bearer).expect(200)
    const { differences } = told.body as { differences: { kind: string; subject: string; ways: object[] }[] }
    expect(differences.map(({ kind }) => kind)).toEqual([
      'weights',
      'stranger',
      'stranger',
      'launchTemplate',
      'size',
      'processes',
    ])
    expect(differences[0]).toMatchObject({
      since: '2026-11-19T13:53:00.000Z',
      ways: [
        { act: 'adopt', possible: false },
        { act: 'undo', possible: true, reason: null },
      ],
    })
    const whole = await agent.get(`/api/v1${base}`).set(bearer).expect(200)
    expect((whole.body as { differences: unknown[] }).differences).toHaveLength(6)
  })

  it('takes the same answers, and the rule’s own word of before', async () => {
    const adopt = await agent
      .post(`/api/v1${base}/drift/adopt`)
      .set(bearer)
      .send({ what: 'group', group: 'v041' })
      .expect(200)
    expect(adopt.body).toMatchObject({ cluster: 'search-main', subject: 'search-main-v041' })
    await agent.post(`/api/v1${base}/drift/undo`).set(bearer).send({ what: 'weights' }).expect(202)
    await agent.post(`/api/v1${base}/restore`).set(bearer).send({}).expect(202)
    await agent.post(`/api/v1${base}/drift/leave`).set(bearer).send({ what: 'weights' }).expect(409)
  })
})
