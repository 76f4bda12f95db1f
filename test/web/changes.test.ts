import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import type { DeployPlan } from '../../server/engine/deploy.js'
import { demoWorld } from '../support/demo-world.js'
import { signedInConsole, type SignedIn } from '../support/signed-in-console.js'

const image = 'shop-4.11.1-9c1f2ab0'

describe('what will change', () => {
  let console: SignedIn
  beforeEach(async () => {
    console = await signedInConsole(demoWorld())
  })
  const get = (path: string) => request(console.app).get(`/api/v1${path}`).set(console.bearer)

  it('is told field by field, with what can’t be taken over and no secret', async () => {
    const reply = await get(`/clusters/shop-main/changes?image=${image}`).expect(200)
    const { from, changes } = reply.body as DeployPlan
    expect(from).toBe('shop-main-v012')
    expect(changes?.sections.find(({ name }) => name === 'Image')?.changed).toHaveLength(1)
    expect(changes?.sections.find(({ name }) => name === 'Tags')?.unchanged).toEqual([
      { what: 'team', value: 'shop, given to instances' },
    ])
    expect(changes?.sections.find(({ name }) => name === 'Alarms')?.changed).toEqual([])
    expect(changes?.left).toEqual([expect.stringContaining('snap-1 of /dev/xvda')])
    expect(reply.text).not.toContain('hunter2')
  })

  it('is told of any two groups', async () => {
    const path = '/groups/shop-main-v012/changes'
    const reply = await get(`${path}?against=shop-main-v011`).expect(200)
    expect(reply.body).toMatchObject({ group: 'shop-main-v012', against: 'shop-main-v011' })
    expect(reply.text).toContain('(hidden, ')
  })

  it.each([
    ['/clusters/shop-main/changes', 400, 'image'],
    ['/clusters/shop-main/changes?image=none', 404, 'none'],
    ['/clusters/nobody/changes?image=account-6.40.2-9c1f2ab0', 404, 'nobody'],
    ['/groups/shop-main-v012/changes', 400, 'against'],
    ['/groups/shop-main-v012/changes?against=nobody-v001', 404, 'nobody-v001'],
  ])('%s is refused by a sentence (P9)', async (path, status, names) => {
    const reply = await get(path).expect(status)
    expect(JSON.stringify(reply.body)).toContain(names)
  })

  it('is shown on the deploy page and on the page of two groups', async () => {
    const { agent } = console
    const deploy = await agent.get(`/clusters/shop-main/deploy?image=${image}`).expect(200)
    expect(deploy.text).toContain('Not taken over: The snapshot snap-1')
    expect(deploy.text).toContain('fields stay as they are')
    expect(deploy.text).not.toContain('hunter2')
    const two = await agent.get('/groups/shop-main-v012/changes?against=shop-main-v011').expect(200)
    expect(two.text).toContain('Lines of the user data that change')
    await agent.get('/groups/shop-main-v012/changes').expect(200)
  })
})
