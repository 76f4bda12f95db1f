import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ImageRetentionPolicy } from '../../server/domain/image-retention-policy.js'
import { consoleOver } from '../support/console-under-test.js'
import { demoDryRun, demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { byProvider, knownPerson } from '../support/known-person.js'
import { ours, signedInConsole, type SignedIn } from '../support/signed-in-console.js'

const unused = 'shop-4.11.1-9c1f2ab0'
const kept = 'shop-4.11.2-9c1f2ab0'
const dayMs = 86_400_000
const why = { reason: 'the account fills up' }

interface Run {
  id: string
  kind: string
  state: string
  refused: string | null
  goes: { name: string; why: string; state: string }[]
  stays: { name: string; why: string }[]
}

describe('the image retention', () => {
  let console: SignedIn
  let world: FakeWorld
  beforeEach(async () => {
    world = demoWorld()
    console = await signedInConsole(world)
  })
  const get = (path: string) => request(console.app).get(`/api/v1${path}`).set(console.bearer)
  const post = (path: string, body: object = {}) =>
    request(console.app).post(`/api/v1${path}`).set(console.bearer).send(body)
  const form = (path: string, body: object = {}) => console.agent.post(path).type('form').set(ours).send(body)
  /** A month in which marks were made every day, and nothing that is not used now was. */
  const month = async () => {
    for (let day = 0; day < 31; day += 1) {
      world.now = new Date(world.now.getTime() + dayMs)
      await world.retention.mark(new Map(), world.now)
    }
  }
  const dryRun = async () => (await post('/image-retention/dry-runs').expect(200)).body as Run
  const everything = { unreferencedDays: 30, neverReferencedDays: 3, keepNewest: 0, ...why }

  it('tells its policy, its marks, and which dry run can be acted on', async () => {
    const { body } = (await get('/image-retention').expect(200)) as { body: object }
    expect(body).toMatchObject({
      policy: { on: false, version: 3, applications: { shop: { keepNewest: 2 } } },
      marks: { lastMadeAt: '2026-11-19T07:30:00.000Z' },
      dryRun: demoDryRun,
      running: null,
    })
  })

  it.each([
    [{ unreferencedDays: 29 }, 'unreferencedDays'],
    [{ neverReferencedDays: 2 }, 'neverReferencedDays'],
    [{ limit: 151 }, 'limit'],
    [{ limit: 0 }, 'limit'],
    [{ keepNewest: -1 }, 'keepNewest'],
    [{ keepNewest: 1.5 }, 'keepNewest'],
    [{ on: true }, 'on'],
    [{ application: 'nobody', keepNewest: 1 }, 'application'],
    [{ application: 'shop', limit: 5 }, 'limit'],
    [{ limit: 5, reason: ' ' }, 'reason'],
  ])('refuses a policy of %j by its field, and changes nothing (P9)', async (input, field) => {
    const before = await world.retention.policy()
    const reply = await post('/image-retention/policy', { ...why, ...input }).expect(400)
    expect((reply.body as { faults: { field: string }[] }).faults.map((fault) => fault.field)).toContain(
      field,
    )
    expect(await world.retention.policy()).toEqual(before)
    expect(world.log.some(({ type }) => type === 'RetentionPolicySet')).toBe(false)
  })

  it('takes a policy for all or for one application, says so in the log, and forgets the dry run', async () => {
    const all = (await post('/image-retention/policy', { limit: 7, ...why }).expect(200)) as {
      body: ImageRetentionPolicy
    }
    expect(all.body).toMatchObject({ limit: 7, version: 4, on: false, changedBy: 'Ada' })
    expect(world.log.at(-1)).toMatchObject({ type: 'RetentionPolicySet', actor: { name: 'Ada' } })
    expect(world.log.at(-1)?.sentence).toContain(why.reason)
    expect((await get('/image-retention')).body).toMatchObject({ dryRun: null })
    await post('/image-retention/policy', { application: 'search', keepNewest: 9, ...why }).expect(200)
    const back = await post('/image-retention/policy', { application: 'shop', ...why }).expect(200)
    expect((back.body as ImageRetentionPolicy).applications).toEqual({ search: { keepNewest: 9 } })
    await post('/image-retention/policy', { limit: 7, ...why }).expect(409)
  })

  it('is switched on after a dry run and off at any time, with a reason', async () => {
    await post('/image-retention/on').expect(400)
    expect((await post('/image-retention/on', why).expect(200)).body).toMatchObject({ on: true })
    await post('/image-retention/on', why).expect(409)
    const jobs = (await get('/jobs').expect(200)).body as { jobs: { name: string; next: unknown }[] }
    expect(jobs.jobs.find(({ name }) => name === 'image-retention')?.next).toMatchObject({
      why: 'the morning of this installation',
    })
    expect((await post('/image-retention/off', why).expect(200)).body).toMatchObject({ on: false })
    await post('/image-retention/policy', { limit: 9, ...why }).expect(200)
    const refused = await post('/image-retention/on', why).expect(409)
    expect(refused.text).toContain('dry run')
    expect(await world.retention.policy()).toMatchObject({ on: false })
  })

  it('lists what would go and why the rest stays, and retires that after its number was typed', async () => {
    await post('/image-retention/policy', everything).expect(200)
    await post('/image-retention/policy', { application: 'shop', ...why }).expect(200)
    await month()
    const shown = await dryRun()
    expect(shown).toMatchObject({ kind: 'dry run', state: 'shown', refused: null })
    expect(shown.goes.map(({ name }) => name)).toContain(unused)
    const reasons = new Map(shown.stays.map(({ name, why: said }) => [name, said]))
    expect(reasons.get(kept)).toBe('It is in use: shop-main-v011.')
    expect(reasons.get('shop-4.12.0-9c1f2ab0')).toBe('It is in use: shop-main-v012.')
    expect(world.images.every(({ retirement }) => retirement === null)).toBe(true)

    const { length } = shown.goes
    await post('/image-retention/runs', { dryRun: shown.id, count: length + 1, ...why }).expect(400)
    await post('/image-retention/runs', { dryRun: 'nothing', count: length, ...why }).expect(404)
    await post('/image-retention/runs', { dryRun: demoDryRun, count: 1, ...why }).expect(409)
    const reply = await post('/image-retention/runs', { dryRun: shown.id, count: length, ...why }).expect(202)
    const run = reply.body as Run
    expect(run).toMatchObject({ kind: 'run', state: 'running' })
    expect((await get('/image-retention').expect(200)).body).toMatchObject({ running: run.id })
    const read = (await get(`/image-retention/runs/${run.id}`).expect(200)).body as Run
    expect(read.goes.map(({ state }) => state)).toEqual(Array<string>(length).fill('waiting'))
    const { runs } = (await get('/image-retention/runs?limit=1').expect(200)).body as { runs: Run[] }
    expect(runs.map(({ id }) => id)).toEqual([run.id])
    await get('/image-retention/runs/nothing').expect(404)
  })

  it('says what a guard stopped, and lets nobody act on it', async () => {
    world.references = {
      ...world.references,
      unresolved: ['The launch template x names its image as ssm:y.'],
    }
    const shown = await dryRun()
    expect(shown.refused).toContain('It can’t be told what is in use')
    const reply = await post('/image-retention/runs', { dryRun: shown.id, count: 0, ...why }).expect(409)
    expect(reply.text).toContain('It can’t be told what is in use')
    expect((await console.agent.get(`/images/retention/runs/${shown.id}`).expect(200)).text).toContain(
      'It can’t be told what is in use',
    )
  })

  it('runs as a job only where it is on', async () => {
    expect((await post('/jobs/image-retention/run').expect(409)).text).toContain('The image retention is off')
    await post('/image-retention/on', why).expect(200)
    const ran = await post('/jobs/image-retention/run').expect(200)
    expect(ran.body).toMatchObject({ job: 'image-retention', sentence: 'Nothing had to go.' })
    expect((await post('/jobs/image-marks/run').expect(200)).body).toMatchObject({
      sentence: '2 images are in use, and marked.',
    })
    await console.agent.get('/jobs/image-retention/run').expect(303).expect('Location', '/images/retention')
    expect((await console.agent.get('/jobs/image-marks/run').expect(200)).text).toContain(
      'Nothing of AWS is changed',
    )
  })

  it('is on pages: policy, dry run, confirmation, run', async () => {
    const page = await console.agent.get('/images/retention').expect(200)
    for (const text of [
      'Off: no image is retired by itself.',
      'the newest 5 of each',
      'Dry run',
      'Switch on…',
    ])
      expect(page.text).toContain(text)
    expect((await form('/images/retention', { unreferencedDays: '5', ...why }).expect(400)).text).toContain(
      'Days since the last reference is a whole number from 30 to 3,650.',
    )
    const listed = await console.agent.get(`/images/retention/runs/${demoDryRun}`).expect(200)
    expect(listed.text).toContain('Retire these 1…')
    expect(listed.text).toContain('Grace Okoro keeps it: it ran the sale.')
    expect(
      (await console.agent.get(`/images/retention/runs/${demoDryRun}?q=sale`).expect(200)).text,
    ).toContain('1 of 2 images')
    const asks = await console.agent.get(`/images/retention/runs/${demoDryRun}/retire`).expect(200)
    expect(asks.text).toContain('Type 1')
    expect(
      (await form(`/images/retention/runs/${demoDryRun}/retire`, { count: '2', ...why }).expect(400)).text,
    ).toContain('Type how many images the dry run listed, 1')
    await console.agent.get('/images/retention/runs/nothing').expect(404)
    await console.agent.get('/images/retention/off').expect(303)
    await form('/images/retention/on', {}).expect(400)
    await form('/images/retention/on', why).expect(303)
    expect((await console.agent.get('/images/retention').expect(200)).text).toContain(
      'On: images are retired every morning',
    )
    await form('/images/retention', { limit: '9', ...why }).expect(303)
    const made = await form('/images/retention/dry-run').expect(303)
    expect((await console.agent.get(made.headers['location'] as string).expect(200)).text).toContain(
      'Nothing would go',
    )
    await console.agent.get('/images/retention/dry-run').expect(303).expect('Location', '/images/retention')
  })
})

describe('a kept image', () => {
  let console: SignedIn
  let world: FakeWorld
  beforeEach(async () => {
    world = demoWorld()
    console = await signedInConsole(world)
  })
  const post = (path: string, body: object = {}) =>
    request(console.app).post(`/api/v1${path}`).set(console.bearer).send(body)

  it('is kept by a reason until it is released, with who in the log, and can’t be retired meanwhile', async () => {
    await post(`/images/${unused}/keep`).expect(400)
    await post('/images/nobody/keep', { why: 'x' }).expect(404)
    expect((await post(`/images/${unused}/keep`, { why: 'for the audit' }).expect(200)).body).toMatchObject({
      image: unused,
      keep: { by: 'Ada', why: 'for the audit' },
    })
    expect(world.log.at(-1)).toMatchObject({
      type: 'ImageKept',
      sentence: `${unused} is kept: for the audit`,
    })
    const refused = await post(`/images/${unused}/retire`, { name: unused }).expect(409)
    expect(refused.text).toContain('Ada keeps it: for the audit.')
    const read = await request(console.app)
      .get(`/api/v1/images/${unused}/retention`)
      .set(console.bearer)
      .expect(200)
    expect(read.body).toMatchObject({
      image: unused,
      referencedAt: null,
      keep: { by: 'Ada' },
      verdict: 'stays',
      why: 'Ada keeps it: for the audit.',
      sizeGib: 8,
    })
    await post(`/images/${unused}/release`).expect(200)
    await post(`/images/${unused}/release`).expect(409)
    await post(`/images/${unused}/retire`, { name: unused }).expect(202)
    await post(`/images/${unused}/keep`, { why: 'too late' }).expect(409)
  })

  it('is listed with what the policy would do with it and how much it holds, a page at a time', async () => {
    const get = async (query: string) =>
      (
        await request(console.app)
          .get(`/api/v1/image-retention/outlooks${query}`)
          .set(console.bearer)
          .expect(200)
      ).body as { outlooks: { image: string; verdict: string; why: string; sizeGib: number }[]; next: string }
    const { outlooks, next } = await get('?limit=2')
    expect(outlooks).toHaveLength(2)
    expect(next).toContain('cursor=')
    const all = (await get('?application=shop')).outlooks
    expect(all.every(({ image }) => image.startsWith('shop-'))).toBe(true)
    const inUse = world.states.get('shop-main')!.groups.find(({ role }) => role === 'live')!
    expect(all.find(({ image }) => image === inUse.image.name)).toMatchObject({
      verdict: 'stays',
      why: `It is in use: ${inUse.name}.`,
      sizeGib: 8,
    })
    const { text } = await console.agent.get('/images?application=shop').expect(200)
    expect(text).toContain(`It is in use: ${inUse.name}.`)
    expect(text).toContain('at most 8 GiB')
    expect(text).toContain(`Their snapshots hold at most ${8 * all.length} GiB`)
    world.lookFault = 'AWS is away'
    world.accountImages = []
    const away = (await console.agent.get('/images').expect(200)).text
    expect(away).toContain('the account showed none')
  })

  it('shows on its page and in the list, where it is kept and released too', async () => {
    const { agent } = console
    expect((await agent.get('/images').expect(200)).text).toContain('kept by Grace Okoro')
    const page = await agent.get(`/images/${kept}`).expect(200)
    expect(page.text).toContain('by Grace Okoro: it ran the sale')
    const live = await agent.get('/images/shop-4.13.0-9c1f2ab0').expect(200)
    expect(live.text).toContain('by shop-main-v012')
    const send = (path: string, body: object = {}) => agent.post(path).type('form').set(ours).send(body)
    await agent.get(`/images/${unused}/keep`).expect(200)
    await send(`/images/${unused}/keep`).expect(400)
    await send(`/images/${unused}/keep`, { why: 'for the audit' }).expect(303)
    await send(`/images/${unused}/release`).expect(303)
    expect([...(await world.retention.marks(null)).values()].flatMap(({ keep }) => keep?.by ?? [])).toEqual([
      'Grace Okoro',
    ])
    await agent.get(`/images/${kept}/release`).expect(303).expect('Location', `/images/${kept}`)
  })
})

describe('who may', () => {
  it('keep images is whoever deploys their application; retire them by a policy only who answers for all', async () => {
    const under = consoleOver(demoWorld(), { signIn: byProvider })
    const who = async (email: string, role: 'viewer' | 'deployer' | 'admin', application: string | null) =>
      (await knownPerson(under, email, [{ role, application }])).bearer
    const deployer = await who('a@example.com', 'deployer', 'shop')
    const other = await who('b@example.com', 'deployer', 'search')
    const viewer = await who('c@example.com', 'viewer', null)
    const owner = await who('d@example.com', 'admin', 'shop')
    const post = (path: string, as: typeof deployer, body: object) =>
      request(under.app).post(`/api/v1${path}`).set(as).send(body)
    await post(`/images/${unused}/keep`, deployer, { why: 'x' }).expect(200)
    await post(`/images/${unused}/keep`, other, { why: 'x' }).expect(404)
    await post(`/images/${unused}/release`, viewer, {}).expect(403)
    for (const [path, body] of [
      ['/image-retention/policy', { limit: 3, ...why }],
      ['/image-retention/on', why],
      ['/image-retention/dry-runs', {}],
      ['/image-retention/runs', { dryRun: demoDryRun, count: 1, ...why }],
    ] as const) {
      await post(path, owner, body).expect(403)
      await post(path, viewer, body).expect(403)
    }
    const get = (path: string, as: typeof deployer) => request(under.app).get(path).set(as)
    await get('/api/v1/image-retention', viewer).expect(200)
    for (const path of ['/api/v1/image-retention', `/api/v1/image-retention/runs/${demoDryRun}`])
      expect((await get(path, deployer)).status).toBeGreaterThanOrEqual(403)
    await get(`/api/v1/images/${unused}/retention`, other).expect(404)
  })
})
