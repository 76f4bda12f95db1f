import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { Refusal } from '../../server/domain/refusal.js'
import { rehearsalActs } from '../../server/web/inputs/rehearsal.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { ours, signedInConsole, type SignedIn } from '../support/signed-in-console.js'

const errorAt = (html: string, form: string, name: string) =>
  new RegExp(`id="f-${form}-${name}-error">(?:<svg.*?</svg>)?\\s*([^<]*)<`).exec(html)?.[1]
const instance = 'i-0d52b1c4a9e87f301'

let world: FakeWorld
let agent: SignedIn['agent']
let bearer: SignedIn['bearer']
let app: SignedIn['app']

async function signIn(mode: FakeWorld['mode']): Promise<void> {
  world = demoWorld()
  world.mode = mode
  world.localCloud.instances = [
    {
      instanceId: instance,
      state: 'running',
      alive: true,
      zone: 'eu-west-1a',
      group: 'shop-main-v012',
      port: 40_001,
      processId: 4711,
    },
  ]
  ;({ agent, bearer, app } = await signedInConsole(world))
}

const page = async (status = 200) => (await agent.get('/rehearse').expect(status)).text
const submit = (act: string, fields: object) =>
  agent.post(`/rehearse/${act}`).type('form').set(ours).send(fields)
const api = (method: 'get' | 'post', path: string) => request(app)[method](`/api/v1${path}`).set(bearer)
const trail = () =>
  world.log
    .filter((row) => row.stream === 'rehearsal:local-cloud')
    .map((row) => `${row.actor.name} ${row.type}: ${row.sentence}`)

describe('the page on which one rehearses', () => {
  beforeEach(() => signIn('local'))

  it('shows the local cloud, and nothing out of order at first', async () => {
    const html = await page()
    expect(html).toContain('Nothing is out of order.')
    expect(html).toContain(instance)
    expect(html).toContain('process 4711, port 40001')
    expect(html).toContain('href="/groups/shop-main-v012"')
    expect(html).toContain('aria-current="page">Rehearse')
  })

  it('makes a zone dark by a plain form, says so with the way to end it, and ends it', async () => {
    const { headers } = await submit('dark-zone', { zone: 'eu-west-1b' }).expect(303)
    expect(headers.location).toBe('/rehearse')
    expect(world.localCloud.knobs.zonesOut).toEqual(['eu-west-1b'])
    const html = await page()
    expect(html).toContain('One thing is out of order on request.')
    expect(html).toContain('eu-west-1b is dark: the systems of its instances are dead')
    expect(html).toContain('name="key" value="dark-zone:eu-west-1b"')
    await submit('end', { key: 'dark-zone:eu-west-1b' }).expect(303)
    expect(world.localCloud.knobs.zonesOut).toEqual([])
    expect(trail()).toEqual([
      'Ada Rehearsed: eu-west-1b is dark: the systems of its instances are dead, and nothing starts there.',
      'Ada RehearsalEnded: In order again: dark-zone:eu-west-1b.',
    ])
    expect(await page()).toContain('In order again')
  })

  it.each([
    ['no-capacity', { zone: 'eu-west-1a' }, 'no-capacity:eu-west-1a'],
    ['ailment', { of: 'shop-main-v014', kind: 'never-boots' }, 'ailment:shop-main-v014'],
    ['ailment', { of: instance, kind: 'sick' }, `ailment:${instance}`],
    ['ailment', { of: '*', kind: 'flaps' }, 'ailment:*'],
    ['slow-answers', { ms: '2000' }, 'slow-answers'],
    ['late-visibility', { ms: '2000' }, 'late-visibility'],
    ['stale-reads', { ms: '2000' }, 'stale-reads'],
    ['late-console', { ms: '2000' }, 'late-console'],
    ['throttle', { perSecond: '0.5', burst: '3' }, 'throttle'],
    ['failing-images', { count: '2' }, 'failing-images'],
    ['fault', { action: 'ModifyRule', kind: 'late', times: '2', delayMs: '5000' }, 'fault:fault-1'],
    ['move-clock', { hours: '12' }, 'clock'],
    ['freeze-clock', {}, 'clock'],
  ])('begins %s with %j, shows it as %s, and ends it', async (act, fields, key) => {
    const before = await world.localCloud.look()
    await submit(act, fields).expect(303)
    const reply = await api('get', '/rehearsal').expect(200)
    expect((reply.body as { outOfOrder: { key: string }[] }).outOfOrder.map((each) => each.key)).toEqual([
      key,
    ])
    await submit('end', { key }).expect(303)
    expect(await world.localCloud.look()).toEqual(before)
    expect(trail()).toHaveLength(2)
  })

  it('ends everything at once', async () => {
    await submit('throttle', { perSecond: '1', burst: '1' }).expect(303)
    await submit('freeze-clock', {}).expect(303)
    await submit('fault', { action: '*', kind: 'lost-answer' }).expect(303)
    await submit('end', { key: 'all' }).expect(303)
    expect(await page()).toContain('Nothing is out of order.')
  })

  it.each([
    ['crash', { instance }, ['crashApplication', instance]],
    ['terminate', { instance }, ['terminateInstance', instance]],
    [
      'resize',
      { group: 'shop-main-v012', min: '1', desired: '2', max: '3' },
      ['resizeGroup', 'shop-main-v012', { min: 1, desired: 2, max: 3 }],
    ],
  ])('does %s with %j as a stranger', async (act, fields, done) => {
    await submit(act, fields).expect(303)
    expect(world.localCloud.acts).toEqual([done])
    expect(world.log.at(-1)).toMatchObject({ cluster: 'shop-main', type: 'Rehearsed' })
  })

  it('moves traffic and deletes target groups by the rule and the target group that are recorded', async () => {
    const { cluster, groups } = world.states.get('shop-main')!
    const { targetGroupArn } = groups.find((each) => each.name === 'shop-main-v011')!
    await submit('weight', { group: 'shop-main-v011', weight: '50' }).expect(303)
    await submit('delete-target-group', { group: 'shop-main-v011' }).expect(303)
    expect(cluster.ruleArn).toBeTruthy()
    expect(world.localCloud.acts).toEqual([
      ['changeWeight', cluster.ruleArn, targetGroupArn, 50],
      ['deleteTargetGroup', cluster.ruleArn, targetGroupArn],
    ])
  })

  it.each([
    ['fault', { action: 'run instances', kind: 'error' }, 'action', 'Name an AWS operation'],
    ['fault', { action: 'ModifyRule', kind: 'late' }, 'delayMs', '“late” needs it'],
    ['fault', { action: 'DescribeRules', kind: 'hide' }, 'names', 'Name what is left out'],
    ['throttle', { perSecond: 'many', burst: '1' }, 'perSecond', 'The rate is a number'],
    ['slow-answers', { ms: '999999' }, 'ms', 'at most 10000'],
    ['ailment', { of: 'bakery-main-v001', kind: 'sick' }, 'of', 'neither an instance nor a server group'],
    ['resize', { group: 'shop-main-v012', min: '3', desired: '2', max: '4' }, 'desired', 'lies between'],
    ['weight', { group: 'shop-main-v099', weight: '1' }, 'group', 'There is no server group shop-main-v099'],
    ['move-clock', { hours: '-1' }, 'hours', 'at least'],
  ])('says at the field what is wrong with %s %j, and changes nothing', async (act, fields, name, said) => {
    const before = await world.localCloud.look()
    const { text } = await submit(act, fields).expect(400)
    expect(errorAt(text, act, name)).toContain(said)
    expect(await world.localCloud.look()).toEqual(before)
    expect([world.localCloud.acts, trail()]).toEqual([[], []])
  })

  it.each([
    ['dark-zone', { zone: 'mars-1a' }, 'has no zone mars-1a'],
    ['terminate', { instance: 'i-0000' }, 'No instance i-0000 is running'],
    ['explode', {}, 'Name what is rehearsed'],
  ])('says above everything what is wrong where no form is: %s %j', async (act, fields, said) => {
    const { text } = await submit(act, fields).expect(400)
    expect(text).toContain('Nothing was changed')
    expect(text).toContain(said)
    expect(trail()).toEqual([])
  })

  it('writes down too that something was not done, and says why', async () => {
    world.localCloud.failure = new Refusal(
      'LocalCloudRefused',
      'The local cloud refused: no. Nothing was changed.',
    )
    expect((await submit('dark-zone', { zone: 'eu-west-1a' }).expect(409)).text).toContain('refused: no')
    expect(trail().at(-1)).toBe(
      'Ada RehearsalFailed: It failed: The local cloud refused: no. Nothing was changed.',
    )
  })

  it('refuses to end what is not out of order', async () => {
    await submit('end', { key: 'dark-zone:eu-west-1a' }).expect(404)
    expect(trail()).toEqual([])
  })

  it.each([{ 'Sec-Fetch-Site': 'cross-site' }, { Origin: 'http://evil.example' }, {}])(
    'takes no form from elsewhere (%j)',
    async (headers) => {
      await agent
        .post('/rehearse/dark-zone')
        .type('form')
        .set(headers)
        .send({ zone: 'eu-west-1a' })
        .expect(403)
      expect(world.localCloud.knobs.zonesOut).toEqual([])
    },
  )
})

describe('the API of rehearsals', () => {
  beforeEach(() => signIn('local'))

  it('does the same, answers what happens, and names every act where one is unknown', async () => {
    const done = await api('post', '/rehearsal').send({ act: 'crash', instance }).expect(200)
    expect(done.body).toEqual({ sentence: `The application of ${instance} is killed; its system stays up.` })
    const refused = await api('post', '/rehearsal').send({ act: 'explode' }).expect(400)
    for (const act of rehearsalActs) expect((refused.body as { detail: string }).detail).toContain(act)
    await api('post', '/rehearsal').send({ act: 'dark-zone', zone: 'eu-west-1a', more: 1 }).expect(400)
    expect((await api('post', '/rehearsal/end').send({ key: 'all' }).expect(200)).body).toEqual({
      sentence: 'Nothing was out of order.',
    })
  })
})

describe.each(['aws', 'endpoint'] as const)('a console that works on %s', (mode) => {
  beforeEach(() => signIn(mode))

  it('has no such page, says why, and leads nobody to it', async () => {
    expect(await page(404)).toContain('not on a local cloud of its own: nothing can be rehearsed here')
    expect((await agent.get('/log').expect(200)).text).not.toContain('/rehearse')
    await submit('dark-zone', { zone: 'eu-west-1a' }).expect(404)
    await submit('end', { key: 'all' }).expect(404)
    const shown = await api('get', '/rehearsal').expect(404)
    expect(shown.body).toMatchObject({ code: 'NoLocalCloud' })
    await api('post', '/rehearsal').send({ act: 'crash', instance }).expect(404)
    await api('post', '/rehearsal/end').send({ key: 'all' }).expect(404)
    expect([world.localCloud.acts, trail()]).toEqual([[], []])
  })
})
