import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { formIn } from '../support/form-in.js'
import { ours, signedInConsole, type SignedIn } from '../support/signed-in-console.js'

let world: FakeWorld
let agent: SignedIn['agent']
let bearer: SignedIn['bearer']
let app: SignedIn['app']

beforeEach(async () => {
  world = demoWorld()
  ;({ agent, bearer, app } = await signedInConsole(world))
})

const edit = (name: string, body: object) =>
  request(app).post(`/api/v1/applications/${name}/edit`).set(bearer).send(body)
const shop = () => world.applications.findLast(({ name }) => name === 'shop')
const link = 'https://git.example.com/shop/compare/{from}...{to}'

describe('editing an application', () => {
  it('changes what is named and leaves the rest, with who and why in the log', async () => {
    const before = shop()
    const answer = await edit('shop', { repositoryLink: link, reason: 'moved to git' }).expect(200)
    expect(answer.body).toMatchObject({ name: 'shop', owner: before?.owner, repositoryLink: link })
    expect(shop()).toEqual({ ...before, repositoryLink: link })
    expect(world.log.at(-1)).toMatchObject({
      type: 'ApplicationEdited',
      application: 'shop',
      sentence: `Ada edited shop (repository link nothing → ${link}): moved to git.`,
    })
  })

  it('writes nothing where everything is as it was', async () => {
    const before = world.log.length
    await edit('shop', { port: shop()?.port }).expect(200)
    await edit('shop', {}).expect(200)
    expect(world.log).toHaveLength(before)
  })

  it('takes away with null what need not be there', async () => {
    await edit('shop', { repositoryLink: link }).expect(200)
    await edit('shop', { repositoryLink: null }).expect(200)
    expect(shop()?.repositoryLink).toBeNull()
  })

  it.each([
    [{ port: 0 }, 'port'],
    [{ port: '80' }, 'port'],
    [{ owner: '' }, 'owner'],
    [{ owner: null }, 'owner'],
    [{ healthPath: 'x' }, 'healthPath'],
    [{ email: 'nobody' }, 'email'],
    [{ repositoryLink: 'https://git.example.com/' }, 'repositoryLink'],
    [{ repositoryLink: 'javascript:{from}{to}' }, 'repositoryLink'],
    [{ name: 'other' }, 'name'],
  ])('refuses %j by field and changes nothing', async (body, field) => {
    const before = shop()
    const refused = await edit('shop', body).expect(400)
    expect((refused.body as { faults?: { field: string }[] }).faults?.map((each) => each.field)).toContain(
      field,
    )
    expect(shop()).toEqual(before)
  })

  it('says that there is no such application', async () => {
    await edit('nothing', { port: 80 }).expect(404)
    await agent.get('/applications/nothing/edit').expect(404)
  })

  it('refuses what was made from fields that are something else by now, and says what they were and are', async () => {
    const { owner, port } = shop()!
    await edit('shop', { owner: 'Carts', seen: { owner, port } }).expect(200)
    const refused = await edit('shop', { owner: 'Payments', seen: { owner, port } }).expect(409)
    expect(refused.headers['content-type']).toContain('application/problem+json')
    expect(refused.body).toMatchObject({
      code: 'EditedMeanwhile',
      detail: expect.stringContaining(`(owner ${owner} → Carts)`) as string,
      faults: [{ field: 'owner' }],
    })
    expect(shop()?.owner).toBe('Carts')
    await edit('shop', { owner: 'Payments', seen: { name: 'shop' } }).expect(400)
  })

  it('keeps of a form that came second what was typed, shows the rest as it is now, and saves it then', async () => {
    const html = (await agent.get('/applications/shop/edit').expect(200)).text
    const form = formIn(html)
    await edit('shop', { owner: 'Carts', email: 'carts@example.com' }).expect(200)
    const post = (body: object) => agent.post('/applications/shop/edit').set(ours).type('form').send(body)
    const refused = await post({ ...form, owner: 'Payments', port: '9090' }).expect(409)
    expect(refused.text).toContain('Somebody else edited shop meanwhile')
    const again = formIn(refused.text)
    expect(again).toMatchObject({ owner: 'Payments', port: '9090', email: 'carts@example.com' })
    expect(shop()).toMatchObject({ owner: 'Carts', email: 'carts@example.com' })
    await post(again).expect(303)
    expect(shop()).toMatchObject({ owner: 'Payments', port: 9090, email: 'carts@example.com' })
  })

  it('is a form that holds what is there, and shows what was typed again with what is wrong', async () => {
    const { text } = await agent.get('/applications/shop/edit').expect(200)
    expect(text).toContain(`value="${shop()?.owner}"`)
    const typed = {
      owner: 'Carts',
      email: '',
      port: '0',
      healthPath: '/up',
      startCommand: '',
      repositoryLink: '',
    }
    const refused = await agent.post('/applications/shop/edit').set(ours).type('form').send(typed).expect(400)
    expect(refused.text).toContain('value="Carts"')
    await agent
      .post('/applications/shop/edit')
      .set(ours)
      .type('form')
      .send({ ...typed, port: '8081' })
      .expect(303)
    expect(shop()).toMatchObject({ owner: 'Carts', port: 8081, healthPath: '/up', email: null })
  })
})
