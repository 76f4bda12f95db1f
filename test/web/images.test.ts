import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ComparedImages } from '../../server/engine/compare-images.js'
import type { DeployPlan } from '../../server/engine/deploy.js'
import type { InstalledPackage } from '../../server/domain/image-packages.js'
import { consoleOver } from '../support/console-under-test.js'
import { byProvider, knownPerson } from '../support/known-person.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { ours, signedInConsole, type SignedIn } from '../support/signed-in-console.js'

const newer = 'shop-4.13.0-9c1f2ab0'
const older = 'shop-4.12.0-9c1f2ab0'
const unused = 'shop-4.11.1-9c1f2ab0'
const unlisted = 'shop-4.11.2-9c1f2ab0'

interface Listed {
  readonly image: string
  readonly packages: readonly InstalledPackage[] | null
  readonly unknown: string | null
}

describe('an image', () => {
  let console: SignedIn
  beforeEach(async () => {
    console = await signedInConsole(demoWorld())
  })
  const get = (path: string) => request(console.app).get(`/api/v1${path}`).set(console.bearer)
  const bodyOf = async <Body>(path: string) => (await get(path).expect(200)).body as Body

  it('tells what is installed in it, or why nobody knows', async () => {
    const listed = await bodyOf<Listed>(`/images/${newer}/packages`)
    expect(listed).toMatchObject({ image: newer, unknown: null })
    expect(listed.packages).toContainEqual({ manager: 'npm', name: 'express', version: '5.1.0' })
    const other = await bodyOf<Listed>(`/images/${unlisted}/packages`)
    expect(other.packages).toBeNull()
    expect(other.unknown).toContain('not baked here')
  })

  it('is held against another: what it was made from, and its packages', async () => {
    const compared = await bodyOf<ComparedImages>(`/images/${newer}/changes?against=${older}`)
    expect(compared).toMatchObject({ image: newer, against: older, packagesUnknown: null })
    expect(compared.fields).toContainEqual({ what: 'Version', was: '4.12.0', will: '4.13.0' })
    expect(compared.packages?.changed).toEqual([
      { manager: 'npm', name: 'express', was: '5.0.1', will: '5.1.0' },
    ])
    expect(compared.packages?.added.map(({ name }) => name)).toEqual(['pg-replica'])
    const other = await bodyOf<ComparedImages>(`/images/${newer}/changes?against=${unlisted}`)
    expect(other.packages).toBeNull()
    expect(other.packagesUnknown).toContain(unlisted)
  })

  it.each([
    ['/images/nobody/packages', 404, 'nobody'],
    [`/images/${newer}/changes`, 400, 'against'],
    [`/images/${newer}/changes?against=nobody`, 404, 'nobody'],
    [`/images/nobody/changes?against=${newer}`, 404, 'nobody'],
  ])('%s is refused by a sentence (P9)', async (path, status, names) => {
    const reply = await get(path).expect(status)
    expect(JSON.stringify(reply.body)).toContain(names)
  })

  it('shows its packages on its page, filtered, and the comparison on another', async () => {
    const { agent } = console
    const page = await agent.get(`/images/${newer}?q=expre`).expect(200)
    expect(page.text).toContain('1 of 5 match')
    expect(page.text).not.toContain('glibc')
    const none = await agent.get(`/images/${unlisted}`).expect(200)
    expect(none.text).toContain('it was not baked here')
    const two = await agent.get(`/images/${newer}/changes?against=${older}`).expect(200)
    expect(two.text).toContain('The packages that differ')
    await agent.get(`/images/${newer}/changes`).expect(200)
    await agent.get(`/images/${newer}/changes?against=nobody`).expect(404)
  })

  it('is told with what a deployment would change', async () => {
    const plan = await bodyOf<DeployPlan>(`/clusters/shop-main/changes?image=${newer}`)
    expect(plan.changes?.packages).not.toBeUndefined()
    const page = await console.agent.get(`/clusters/shop-main/deploy?image=${newer}`).expect(200)
    expect(page.text).toContain('What is installed')
  })
})

describe('the end of an image', () => {
  let console: SignedIn
  let world: FakeWorld
  beforeEach(async () => {
    world = demoWorld()
    console = await signedInConsole(world)
  })
  const post = (path: string, body: object) =>
    request(console.app).post(`/api/v1${path}`).set(console.bearer).send(body)

  it('is not told with the names of what its reader may not see', async () => {
    const image = world.images.find(({ name }) => name === unused)!
    world.references = {
      ...world.references,
      references: [{ imageId: image.imageId, kind: 'instance', name: 'i-0secret' }],
    }
    const under = consoleOver(world, { signIn: byProvider })
    const of = async (email: string, application: string | null) =>
      (await knownPerson(under, email, [{ role: 'admin', application }])).bearer
    const [all, one] = [await of('ada@example.com', null), await of('sam@example.com', image.application)]
    const plan = (as: { Authorization: string }) =>
      request(under.app).post(`/api/v1/images/${unused}/retire/plan`).set(as).send({}).expect(200)
    expect((await plan(all)).text).toContain('i-0secret')
    const seen = await plan(one)
    expect(seen.text).not.toContain('i-0secret')
    expect(seen.body).toMatchObject({ reasonStays: 'Something that you may not see uses it.' })
    const refused = await request(under.app)
      .post(`/api/v1/images/${unused}/retire`)
      .set(one)
      .send({ name: unused })
      .expect(409)
    expect(refused.text).not.toContain('i-0secret')
  })

  it('is refused while something uses it, and says what (P9)', async () => {
    const reply = await post(`/images/${older}/retire`, { name: older }).expect(409)
    expect(reply.text).toContain('shop-main-v012 runs it (live)')
    const page = await console.agent.get(`/images/${older}/retire`).expect(200)
    expect(page.text).toContain('It must stay.')
    expect(page.text).not.toContain('Type shop')
    expect(world.images.every(({ retirement }) => retirement === null)).toBe(true)
  })

  it('needs its name, typed, and is recorded with who and why', async () => {
    await post(`/images/${unused}/retire`, { name: 'shop' }).expect(400)
    await post('/images/nobody/retire', { name: 'nobody' }).expect(404)
    const plan = await post(`/images/${unused}/retire/plan`, {}).expect(200)
    expect(plan.body).toMatchObject({ image: unused, uses: [], reasonStays: null })
    const reply = await post(`/images/${unused}/retire`, { name: unused, reason: 'it is old' }).expect(202)
    expect(reply.body).toMatchObject({ name: unused, retirement: { phase: 'checking', reason: 'it is old' } })
    expect(world.log.at(-1)?.sentence).toContain('is to be retired: it is old')
    const page = await console.agent.get(`/images/${unused}`).expect(200)
    expect(page.text).toContain('It is being retired')
    await post('/clusters/shop-main/deployments', { image: unused }).expect(409)
  })

  it('is asked for on its page', async () => {
    const { agent } = console
    const form = await agent.get(`/images/${unused}/retire`).expect(200)
    expect(form.text).toContain(`Type ${unused}`)
    await agent.post(`/images/${unused}/retire`).type('form').set(ours).send({ name: 'shop' }).expect(400)
    await agent.post(`/images/${unused}/retire`).type('form').set(ours).send({ name: unused }).expect(303)
    expect(world.images.find(({ name }) => name === unused)?.retirement?.phase).toBe('checking')
  })
})
