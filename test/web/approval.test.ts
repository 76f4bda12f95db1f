import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Operation } from '../../server/domain/operation.js'
import { consoleOver } from '../support/console-under-test.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { ours, signedInConsole, type SignedIn } from '../support/signed-in-console.js'

interface ProblemBody {
  readonly detail: string
}

const until = new Date('2026-11-19T14:50:00Z')

/** The demo’s deployment of shop-main, waiting for a person’s word. */
function awaiting(world: FakeWorld, patch: Partial<Operation> = {}): void {
  const state = world.states.get('shop-main')!
  const operations = state.operations.map((each): Operation => {
    const asked: Operation = {
      ...each,
      phase: 'approving',
      request: {
        ...each.request,
        trials: { canary: null, approval: { withinMs: 1_800_000, atDeadline: 'abort' } },
      },
      wait: { sentence: 'Waiting for a person to approve or decline the switch', until, at: until },
      ...patch,
    }
    return asked
  })
  world.states.set('shop-main', { ...state, operations })
}

describe('a deployment that waits for a person’s word', () => {
  let world: FakeWorld
  let agent: SignedIn['agent']
  let bearer: SignedIn['bearer']
  let app: SignedIn['app']
  beforeEach(async () => {
    world = demoWorld()
    awaiting(world)
    ;({ agent, bearer, app } = await signedInConsole(world))
  })
  const api = (path: string) => request(app).post(`/api/v1${path}`).set(bearer)
  const page = async (path: string) => (await agent.get(path).expect(200)).text
  const operation = () => world.states.get('shop-main')?.operations[0]

  it('goes on by an approval, with who and why in its events', async () => {
    const answer = await api('/operations/op-1/approve').send({ reason: 'looks right' }).expect(202)
    expect(answer.body).toMatchObject({ operation: { phase: 'pinning' } })
    expect(world.log.at(-1)).toMatchObject({
      actor: { name: 'Ada' },
      type: 'Approved',
      sentence: 'Ada approved it: looks right',
    })
  })

  it('is told by the API with what it waits for, that it is paused, and what is queued behind it', async () => {
    const paused = { by: 'Ben', reason: 'a look', since: until, stop: null }
    awaiting(world, { paused })
    const state = world.states.get('shop-main')!
    const queued: Operation = { ...state.operations[0]!, id: 'op-2', phase: 'waiting', paused: null }
    world.states.set('shop-main', { ...state, operations: [...state.operations, queued] })
    const status = await request(app).get('/api/v1/clusters/shop-main').set(bearer).expect(200)
    expect(status.body).toMatchObject({
      operation: { id: 'op-1', phase: 'approving', paused: { by: 'Ben', reason: 'a look' } },
      queue: [{ id: 'op-2', phase: 'waiting', paused: null }],
      queueStands: null,
    })
  })

  it('ends by a no', async () => {
    const answer = await api('/operations/op-1/decline').send({ reason: 'slow' }).expect(202)
    expect(answer.body).toMatchObject({ operation: { phase: 'aborting', reason: 'Declined by Ada: slow' } })
  })

  it.each([{}, { reason: '  ' }])('wants the reason written down: %j changes nothing', async (body) => {
    const refused = await api('/operations/op-1/approve').send(body).expect(400)
    expect((refused.body as ProblemBody).detail).toContain('Write down why')
    expect(operation()?.phase).toBe('approving')
  })

  it('refuses a word that nothing waits for, or that comes after a cancel', async () => {
    await api('/operations/op-1/approve').send({ reason: 'first' }).expect(202)
    const late = await api('/operations/op-1/decline').send({ reason: 'second' }).expect(409)
    expect((late.body as ProblemBody).detail).toContain('does not wait for approval')
    awaiting(world, { cancelRequested: { by: 'Ben', at: until } })
    const cancelled = await api('/operations/op-1/approve').send({ reason: 'too late' }).expect(409)
    expect((cancelled.body as ProblemBody).detail).toContain('cancelled by Ben')
    await api('/operations/none/approve').send({ reason: 'x' }).expect(404)
  })

  it('is answered from its own page and from its cluster’s, by two buttons and a reason', async () => {
    for (const path of ['/operations/op-1', '/clusters/shop-main']) {
      const text = await page(path)
      expect(text, path).toContain('action="/operations/op-1/approve"')
      expect(text, path).toContain('formaction="/operations/op-1/decline"')
      expect(text, path).toContain('Approve: switch to v013')
    }
    const { headers } = await agent
      .post('/operations/op-1/decline')
      .set(ours)
      .type('form')
      .send({ reason: 'no' })
      .expect(303)
    expect(headers.location).toBe('/operations/op-1')
    expect(operation()?.phase).toBe('aborting')
    expect(await page('/operations/op-1')).not.toContain('formaction="/operations/op-1/decline"')
  })

  it('says until when it waits and what each end leads to', async () => {
    const text = await page('/operations/op-1')
    expect(text).toContain('Waiting for a person to approve or decline the switch.')
    expect(text).toContain('Gives up at')
    expect(text).toMatch(/phase-now[^>]*>.*?<b>Approval<\/b>/)
    expect(text).toContain('Somebody declines')
  })

  it('is on the home page among what needs a person, and not among what happens by itself', async () => {
    const text = await page('/')
    const people = text.slice(text.indexOf('id="people"'), text.indexOf('id="now"'))
    expect(people).toContain('shop-main → v013')
    expect(people).toContain('waiting for approval')
    const now = text.slice(text.indexOf('id="now"'), text.indexOf('id="night"'))
    expect(now).not.toContain('/operations/op-1"')
  })
})

describe('a canary on the pages', () => {
  it('shows both shares, the step’s place in the row of phases, and what a cancel does', async () => {
    const world = demoWorld()
    const at = new Date('2026-11-19T14:18:00Z')
    awaiting(world, {
      phase: 'canary',
      request: {
        actor: { name: 'Ada', via: 'console' },
        reason: '',
        trials: { canary: { steps: [5], holdMs: 60_000, minRequests: 0, unsure: 'wait' } },
      },
      canary: { step: 0, since: at, sent: true, reachedAt: at, carriesSince: at, unsure: null },
      wait: { sentence: 'v013 carries 5 % and is judged', until, at },
    })
    const { agent } = await signedInConsole(world)
    const { text } = await agent.get('/operations/op-1').expect(200)
    expect(text).toContain('v013 carries 5 % and is judged')
    expect(text).toContain('Held until')
    expect(text).toMatch(/phase-now[^>]*>.*?<b>Canary<\/b>/)
    expect(text).toContain('It is judged bad')
    expect(text).not.toContain('<b>Approval</b>')
  })
})

describe('the trials of a new cluster', () => {
  const create = { name: 'shop-canary', image: 'shop-4.11.2-9c1f2ab0' }
  const post = async (fields: object) => {
    const world = demoWorld()
    const under = consoleOver(world)
    const token = await under.credentials.issueToken({ name: 'Ada' })
    const answer = await request(under.app)
      .post('/api/v1/clusters')
      .set('Authorization', `Bearer ${token}`)
      .send({ ...create, ...fields })
    return { answer, world, detail: (answer.body as ProblemBody).detail }
  }

  it('become its policy, with the defaults filled in', async () => {
    const { answer, world } = await post({ canarySteps: [5, 25], approvalWithinMin: 60 })
    expect(answer.status).toBe(202)
    expect(world.states.get('shop-canary')?.cluster.policy).toMatchObject({
      canary: { steps: [5, 25], holdMs: 300_000, minRequests: 20, unsure: 'wait' },
      approval: { withinMs: 3_600_000, atDeadline: 'abort' },
    })
  })

  it('are none where nothing is said', async () => {
    const { world } = await post({})
    expect(world.states.get('shop-canary')?.cluster.policy).toMatchObject({ canary: null, approval: null })
  })

  it.each([
    [{ canarySteps: [25, 5] }, 'larger than the one before'],
    [{ canarySteps: [0] }, 'from 1 to 99'],
    [{ canarySteps: [100] }, 'from 1 to 99'],
    [{ canarySteps: ['a'] }, 'whole per cent'],
    [{ canarySteps: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] }, 'at most 10 steps'],
    [{ canaryHoldSec: 60 }, 'A canary has steps'],
    [{ canarySteps: [5], canaryHoldSec: 1 }, 'canaryHoldSec'],
    [{ canarySteps: [5], canaryUnsure: 'hope' }, 'Choose “wait”'],
    [{ approvalAtDeadline: 'switch' }, 'An approval has a deadline'],
    [{ approvalWithinMin: 0 }, 'approvalWithinMin'],
  ])('are refused with a sentence where they are none: %j', async (fields, sentence) => {
    const { answer, world } = await post(fields)
    expect(answer.status).toBe(400)
    expect(JSON.stringify(answer.body)).toContain(sentence)
    expect(world.states.has('shop-canary')).toBe(false)
  })

  it('are on the form, and what is wrong with one is said at it', async () => {
    const { agent } = await signedInConsole(demoWorld())
    expect((await agent.get('/clusters/new?application=shop').expect(200)).text).toContain(
      'Before the switch',
    )
    const typed = { application: 'shop', stack: 'canary', image: create.image, canarySteps: '25, 5' }
    const { text } = await agent.post('/clusters/new').set(ours).type('form').send(typed).expect(400)
    expect(text).toMatch(/id="f-canarySteps-error">.*?Each step is larger than the one before/)
    expect(text).toContain('value="25, 5"')
  })
})

describe('a deployment of a cluster with trials', () => {
  it('plans them, and takes them along as they are when it is asked for', async () => {
    const world = demoWorld()
    const state = world.states.get('account-web')!
    const canary = { steps: [5, 25], holdMs: 300_000, minRequests: 20, unsure: 'wait' } as const
    const approval = { withinMs: 3_600_000, atDeadline: 'abort' } as const
    const policy = { ...state.cluster.policy, canary, approval }
    world.states.set('account-web', { ...state, cluster: { ...state.cluster, policy } })
    const { app, bearer } = await signedInConsole(world)
    const post = (path: string) =>
      request(app)
        .post(`/api/v1/clusters/account-web/${path}`)
        .set(bearer)
        .send({ image: 'account-6.40.1-9c1f2ab0' })
    const { plan } = (await post('deployments/plan').expect(200)).body as { plan: { what: string }[] }
    const words = plan.map(({ what }) => what)
    const [five, person, all] = ['5 % of the traffic', 'for a person to approve', 'all traffic from'].map(
      (begin) => words.findIndex((what) => what.startsWith(begin)),
    )
    expect(five).toBeGreaterThan(0)
    expect(person).toBeGreaterThan(five ?? 0)
    expect(all).toBeGreaterThan(person ?? 0)
    expect(words.findIndex((what) => what.startsWith('MinSize of'))).toBeLessThan(five ?? 0)
    await post('deployments').expect(202)
    expect(world.states.get('account-web')?.operations.at(-1)?.request.trials).toEqual({
      smokeTest: null,
      canary,
      approval,
    })
  })
})

describe('a deployment that carries half of the traffic and waits for approval', () => {
  it('is told so on Home, in the lists and on its cluster’s page', async () => {
    const world = demoWorld()
    const canary = { step: 0, since: until, sent: true, reachedAt: until, carriesSince: until, unsure: null }
    awaiting(world, { canary })
    const state = world.states.get('shop-main')!
    const arn = (name: string) => state.groups.find((group) => group.name === name)!.targetGroupArn!
    const halves = (entries: readonly { targetGroupArn: string; weight: number }[]) =>
      entries.map((entry) =>
        [arn('shop-main-v012'), arn('shop-main-v013')].includes(entry.targetGroupArn)
          ? { ...entry, weight: 50 }
          : entry,
      )
    world.states.set('shop-main', {
      ...state,
      groups: state.groups.map((each) =>
        each.name === 'shop-main-v013' ? { ...each, role: 'standby' as const } : each,
      ),
      cluster: { ...state.cluster, expected: halves(state.cluster.expected ?? []) },
    })
    const seen = world.observed.get('shop-main')!
    const rule = { ...seen.rule!, entries: halves(seen.rule!.entries) }
    world.observed.set('shop-main', { ...seen, rule })
    world.bakes = []
    for (const [name, other] of world.states)
      if (name !== 'shop-main') world.states.set(name, { ...other, operations: [] })
    const { agent } = await signedInConsole(world)
    const home = (await agent.get('/').expect(200)).text
    expect(home).toContain('Nothing goes on by itself: what has begun waits for a person.')
    expect(home).not.toContain('Nothing changes now.')
    expect(home).toContain('shared: v012 50 %, v013 50 %')
    expect((await agent.get('/clusters').expect(200)).text).toContain('shared: v012 50 %, v013 50 %')
    const page = (await agent.get('/clusters/shop-main').expect(200)).text
    expect(page).toContain('v013 carries 50 % and waits for approval')
    expect(page).not.toContain('is judged')
  })
})
