import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Operation } from '../../server/domain/operation.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { freeze, hold, stop, window } from '../support/restraints.js'
import { ours, signedInConsole, type SignedIn } from '../support/signed-in-console.js'

interface ProblemBody {
  readonly code: string
  readonly detail: string
  readonly faults?: readonly { readonly field: string }[]
}
interface Placed {
  readonly hold: { readonly id: string; readonly until: string | null; readonly scope: string }
}

let world: FakeWorld
let agent: SignedIn['agent']
let bearer: SignedIn['bearer']
let app: SignedIn['app']

beforeEach(async () => {
  world = demoWorld()
  ;({ agent, bearer, app } = await signedInConsole(world))
})

const post = (path: string, body: object) => request(app).post(`/api/v1${path}`).set(bearer).send(body)
const get = (path: string) => request(app).get(`/api/v1${path}`).set(bearer)
const page = async (path: string) => (await agent.get(path).expect(200)).text
const ofShop = { level: 'application', name: 'shop' } as const
const operation = (id: string) => world.operations().find((each) => each.id === id)

describe('what a hold keeps from starting', () => {
  it('is said by a plan and by the status, with until when', async () => {
    const image = await anImage()
    const plan = () => post('/clusters/shop-main/deployments/plan', { image }).expect(200)
    expect((await plan()).body).toMatchObject({ obstacles: [], mayStartAt: world.now.toISOString() })
    expect((await get('/clusters/shop-main')).body).toMatchObject({ onHold: null })
    const until = new Date(world.now.getTime() + 3_600_000)
    world.restraints = [hold({ scope: ofShop, reason: 'fail-over test', until })]
    expect((await plan()).body).toMatchObject({
      obstacles: [{ kind: 'hold', ids: ['hold-1'], reason: 'fail-over test' }],
      mayStartAt: until.toISOString(),
    })
    const { onHold } = (await get('/clusters/shop-main')).body as { onHold: string }
    expect(onHold).toContain('fail-over test')
  })

  const anImage = async () => {
    const { images } = (await get('/images?application=shop').expect(200)).body as {
      images: { name: string }[]
    }
    return images[0]?.name
  }
})

describe('a hold by the API', () => {
  it('is placed with who, why and until when, in the audit trail, and touches the clusters in its scope', async () => {
    const before = world.states.get('shop-main')
    const placed = await post('/holds', {
      scope: 'application:shop',
      reason: 'fail-over test',
      hours: 4,
    }).expect(201)
    const { hold: made } = placed.body as Placed
    expect(made).toMatchObject({
      scope: 'application:shop',
      until: new Date(world.now.getTime() + 14_400_000).toISOString(),
    })
    expect(world.log.at(-1)).toMatchObject({
      stream: `hold:${made.id}`,
      type: 'HoldPlaced',
      application: 'shop',
      actor: { name: 'Ada' },
    })
    expect(world.log.at(-1)?.sentence).toContain('Ada puts on hold the application shop')
    expect(world.states.get('shop-main')).not.toBe(before)
    expect((await get('/holds').expect(200)).body).toMatchObject({
      holds: [{ id: made.id, kind: 'hold', owner: 'Ada' }],
    })
  })

  it('is released with a reason, once', async () => {
    world.restraints = [hold()]
    await post('/holds/hold-1/release', {}).expect(400)
    await post('/holds/hold-1/release', { reason: 'moved' }).expect(200)
    expect(world.restraints[0]?.ended).toMatchObject({ by: 'Ada', reason: 'moved' })
    const again = await post('/holds/hold-1/release', { reason: 'moved' }).expect(409)
    expect((again.body as ProblemBody).code).toBe('HoldOver')
    expect((await get('/holds').expect(200)).body).toEqual({ holds: [] })
    expect((await get('/holds?over=true').expect(200)).body).toMatchObject({ holds: [{ id: 'hold-1' }] })
  })

  it.each([
    [{}, 'scope'],
    [{ scope: 'all' }, 'reason'],
    [{ scope: 'all', reason: '  ' }, 'reason'],
    [{ scope: 'stack:main', reason: 'x' }, 'scope'],
    [{ scope: 'cluster:nowhere', reason: 'x' }, 'scope'],
    [{ scope: 'application:nothing', reason: 'x' }, 'scope'],
    [{ scope: 'region:mars-north-1', reason: 'x' }, 'scope'],
    [{ scope: 'all', reason: 'x', until: '2026-01-01T00:00:00Z' }, 'until'],
    [{ scope: 'all', reason: 'x', until: 'tomorrow' }, 'until'],
    [{ scope: 'all', reason: 'x', hours: -1 }, 'hours'],
    [{ scope: 'all', reason: 'x', hours: 1, until: '2027-01-01T00:00:00Z' }, 'hours'],
    [{ scope: 'all', reason: 'x', colour: 'red' }, 'colour'],
  ])('is refused where it can’t be, by field: %j (P9)', async (body, fieldName) => {
    const refused = await post('/holds', body).expect(400)
    expect((refused.body as ProblemBody).faults?.map(({ field }) => field)).toContain(fieldName)
    expect((refused.body as ProblemBody).detail).toContain('Nothing was changed')
    expect(world.restraints).toEqual([])
  })

  it('takes windows and freezes, and refuses what can’t be one (P9)', async () => {
    const base = { scope: 'all', reason: 'r', name: 'office' }
    const made = await post('/windows', {
      ...base,
      days: ['mon-wed', 'fri'],
      from: '09:00',
      to: '16:00',
    }).expect(201)
    expect(made.body).toMatchObject({
      window: { days: ['mon', 'tue', 'wed', 'fri'], timeZone: 'Europe/Dublin' },
    })
    await post('/windows', { ...base, days: ['someday'], from: '09:00', to: '16:00' }).expect(400)
    await post('/windows', { ...base, days: ['mon'], from: '9', to: '16:00' }).expect(400)
    await post('/windows', { ...base, days: [], from: '09:00', to: '16:00' }).expect(400)
    await post('/freezes', { ...base, firstDay: '2026-12-21', lastDay: '2027-01-03' }).expect(201)
    await post('/freezes', { ...base, firstDay: '2026-12-21', lastDay: '2026-12-01' }).expect(400)
    await post('/freezes', { ...base, firstDay: '2026-01-01', lastDay: '2026-01-02' }).expect(400)
    expect(world.restraints.map(({ kind }) => kind)).toEqual(['window', 'freeze'])
    const wrongKind = await post(`/freezes/${world.restraints[0]!.id}/release`, { reason: 'x' }).expect(404)
    expect((wrongKind.body as ProblemBody).detail).toContain('There is no freeze')
  })
})

describe('what is held', () => {
  const destroy = (body: object = {}) => post('/groups/shop-main-v011/destroy', body)

  it('is refused with 409 and who, why and until when, and changes nothing', async () => {
    world.restraints = [hold({ scope: ofShop, until: new Date('2026-11-19T18:00:00Z') })]
    const refused = await destroy({ reason: 'old' }).expect(409)
    expect(refused.body).toMatchObject({ code: 'OnHold', title: 'Refused' })
    expect((refused.body as ProblemBody).detail).toMatch(
      /^The application shop is on hold by Ada until Thu 19 Nov 18:00 .*: the database moves\. Nothing was changed\./,
    )
    expect(world.operations().some(({ kind }) => kind === 'destroy')).toBe(false)
  })

  it('starts in spite of it by a written reason, which is recorded with what it overrides', async () => {
    world.restraints = [hold()]
    await destroy({ override: ' ' }).expect(400)
    const started = await destroy({ override: 'it costs too much' }).expect(202)
    expect(started.body).toMatchObject({
      operation: { overrides: [{ by: 'Ada', reason: 'it costs too much', ids: ['hold-1'] }] },
    })
    expect(world.log.at(-1)?.sentence).toContain('Ada overrides this: “Everything is on hold by Ada')
    expect(world.log.at(-1)?.sentence).toContain('Because: it costs too much')
  })

  it('is told before it is asked for', async () => {
    expect((await get('/holds/check?cluster=shop-main').expect(200)).body).toMatchObject({
      may: true,
      obstacles: [],
    })
    world.restraints = [freeze({ firstDay: '2026-11-19', lastDay: '2026-11-20', timeZone: 'UTC' })]
    expect((await get('/holds/check?cluster=shop-main').expect(200)).body).toMatchObject({
      may: false,
      until: '2026-11-21T00:00:00.000Z',
      obstacles: [{ kind: 'freeze' }],
    })
    await get('/holds/check').expect(400)
    await get('/holds/check?cluster=nowhere').expect(404)
    await get('/holds/check?cluster=shop-main&change=dance').expect(400)
  })

  it('is not an override that nothing asks for: it is not recorded', async () => {
    const started = await destroy({ override: 'just in case' }).expect(202)
    expect(started.body).toMatchObject({ operation: { overrides: [] } })
  })
})

describe('pausing one operation', () => {
  const pause = (body: object = { reason: 'lunch' }) => post('/operations/op-1/pause', body)
  const inPhase = (phase: Operation['phase'], patch: Partial<Operation> = {}) => {
    const state = world.states.get('shop-main')!
    const operations = state.operations.map((each) =>
      each.id === 'op-1' ? { ...each, phase, ...patch } : each,
    )
    world.states.set('shop-main', { ...state, operations })
  }

  it('keeps it where it is, with who and why, until somebody lets it go on', async () => {
    inPhase('registering')
    await pause({}).expect(400)
    await pause().expect(202)
    expect(operation('op-1')).toMatchObject({
      phase: 'registering',
      paused: { by: 'Ada', reason: 'lunch', stop: null },
    })
    expect(world.log.at(-1)).toMatchObject({ type: 'Paused', sentence: 'Paused by Ada: lunch' })
    expect((await pause().expect(409)).body).toMatchObject({ code: 'PausedAlready' })
    await post('/operations/op-1/resume', {}).expect(202)
    expect(operation('op-1')).toMatchObject({ paused: null })
    expect((await post('/operations/op-1/resume', {}).expect(409)).body).toMatchObject({ code: 'NotPaused' })
  })

  it('is refused after the switch, with what is possible instead', async () => {
    inPhase('settling')
    const refused = await pause().expect(409)
    expect(refused.body).toMatchObject({ code: 'NotPausable' })
    expect((refused.body as ProblemBody).detail).toContain('it is settling, where only going on is safe')
  })

  it('that a stop paused goes on only by a written reason, and then in spite of that stop', async () => {
    world.restraints = [stop()]
    inPhase('registering', { paused: { by: 'Ada', reason: 'stopped', since: world.now, stop: 'stop-1' } })
    expect((await post('/operations/op-1/resume', {}).expect(409)).body).toMatchObject({ code: 'Stopped' })
    await post('/operations/op-1/resume', { override: 'it is the fix' }).expect(202)
    expect(operation('op-1')).toMatchObject({
      paused: null,
      overrides: [{ by: 'Ada', reason: 'it is the fix', ids: ['stop-1'] }],
    })
    expect(world.log.slice(-2).map(({ type }) => type)).toEqual(['HoldOverridden', 'PauseEnded'])
  })

  it('is done by a page that asks why, and undone by a button', async () => {
    inPhase('registering')
    expect(await page('/operations/op-1')).toContain('href="/operations/op-1/pause"')
    expect(await page('/operations/op-1/pause')).toContain('It stands still between two steps')
    await agent.post('/operations/op-1/pause').set(ours).type('form').send({ reason: '' }).expect(400)
    await agent.post('/operations/op-1/pause').set(ours).type('form').send({ reason: 'lunch' }).expect(303)
    const paused = await page('/operations/op-1')
    expect(paused).toContain('Let it go on')
    expect(paused).not.toContain('href="/operations/op-1/pause"')
    await agent.post('/operations/op-1/resume').set(ours).type('form').send({}).expect(303)
    expect(operation('op-1')?.paused).toBeNull()
  })
})

describe('stopping everything', () => {
  it('is one request with a reason, or a page that says what goes on', async () => {
    expect((await post('/stop', {}).expect(400)).body).toMatchObject({ faults: [{ field: 'reason' }] })
    const stopped = await post('/stop', { reason: 'the region burns' }).expect(201)
    expect(stopped.body).toMatchObject({ hold: { kind: 'stop', scope: 'all', until: null } })
    const form = await page('/holds/stop')
    expect(form).toContain('Rolling back stays possible with a written reason')
    await agent
      .post('/holds/stop')
      .set(ours)
      .type('form')
      .send({ scope: 'cluster:shop-main', reason: 'odd', hours: '2' })
      .expect(303)
    expect(world.restraints.at(-1)).toMatchObject({
      kind: 'stop',
      scope: { level: 'cluster', name: 'shop-main' },
      until: new Date(world.now.getTime() + 7_200_000),
    })
  })
})

describe('the pages', () => {
  it('say above everything that they are about who holds it, why and until when', async () => {
    world.restraints = [hold({ scope: ofShop, reason: 'fail-over <test>' })]
    for (const path of [
      '/',
      '/clusters',
      '/clusters/shop-main',
      '/operations/op-1',
      '/applications/shop',
      '/log',
    ]) {
      const text = await page(path)
      expect(text, path).toContain(
        'The application shop is on hold by Ada until it is released: fail-over &lt;test&gt;',
      )
    }
    world.restraints = [hold({ scope: { level: 'application', name: 'other' } })]
    expect(await page('/clusters/shop-main')).not.toContain('on hold by Ada')
    expect(await page('/')).toContain('The application other is on hold by Ada')
  })

  it('are quiet when nothing is held, and hide no more than they must when much is', async () => {
    expect(await page('/')).not.toContain('banner-page')
    world.restraints = ['a', 'b', 'c', 'd', 'e'].map((id) => hold({ id }))
    const text = await page('/')
    expect(text.match(/banner-page/g)).toHaveLength(4)
    expect(text).toContain('two more things keep changes from starting')
  })

  it('list what is placed, with a calendar, and lead to what can be done', async () => {
    world.restraints = [hold(), stop(), window(), freeze({ firstDay: '2026-11-21', lastDay: '2026-11-22' })]
    const text = await page('/holds')
    expect(text).toContain('No deployment may start now')
    expect(text).toContain('Mon, Tue, Wed, Thu, Fri 09:00 to 16:00 (Europe/Berlin)')
    expect(text).toContain('2026-11-21 to 2026-11-22 (Europe/Berlin)')
    expect(text.match(/day-bar/g)).toHaveLength(14)
    for (const path of ['/holds/new', '/holds/stop', '/windows/new', '/freezes/new', '/holds/hold-1/release'])
      expect(text).toContain(`href="${path}"`)
    world.restraints = [window({ timeZone: 'Europe/Dublin' })]
    expect(await page('/holds?scope=cluster:shop-main')).toContain(
      'Fri 20 Nov: closed 00:00 to 09:00, 16:00 to 24:00',
    )
    await agent.get('/holds?scope=nonsense').expect(404)
  })

  it('place and take back by forms, which keep what was typed when they are refused', async () => {
    const refused = await agent
      .post('/windows/new')
      .set(ours)
      .type('form')
      .send({ scope: 'all', name: 'office', days: 'mon-fri', from: '25:00', to: '16:00', reason: 'r' })
      .expect(400)
    expect(refused.text).toContain('“25:00” is no time of day')
    expect(refused.text).toContain('value="office"')
    await agent
      .post('/windows/new')
      .set(ours)
      .type('form')
      .send({ scope: 'all', name: 'office', days: 'mon-fri', from: '09:00', to: '16:00', reason: 'r' })
      .expect(303)
    await agent
      .post('/freezes/new')
      .set(ours)
      .type('form')
      .send({ scope: 'all', name: 'xmas', firstDay: '2026-12-24', lastDay: '2026-12-26', reason: 'r' })
      .expect(303)
    await agent
      .post('/holds/new')
      .set(ours)
      .type('form')
      .send({ scope: 'all', reason: 'r', hours: '3' })
      .expect(303)
    expect(world.restraints.map(({ kind }) => kind)).toEqual(['window', 'freeze', 'hold'])
    const id = world.restraints[2]!.id
    await agent.post(`/holds/${id}/release`).set(ours).type('form').send({ reason: '' }).expect(400)
    await agent.post(`/holds/${id}/release`).set(ours).type('form').send({ reason: 'done' }).expect(303)
    expect(world.restraints.find((each) => each.id === id)?.ended).toMatchObject({ by: 'Ada' })
  })

  it('ask for the reason where something is started in spite of a hold', async () => {
    world.restraints = [hold()]
    const text = await page('/groups/shop-main-v011/destroy')
    expect(text).toContain('name="override"')
    world.restraints = []
    expect(await page('/groups/shop-main-v011/destroy')).not.toContain('name="override"')
  })
})
