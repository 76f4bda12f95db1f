import { beforeEach, describe, expect, it } from 'vitest'
import { demoWorld } from '../support/demo-world.js'
import { signedInConsole, type SignedIn } from '../support/signed-in-console.js'

let agent: SignedIn['agent']
const world = demoWorld()
beforeEach(async () => {
  ;({ agent } = await signedInConsole(world))
})

const found = async (text: string) => {
  const { text: html } = await agent.get(`/find?q=${encodeURIComponent(text)}`).expect(200)
  return [...html.slice(html.indexOf('id="found"')).matchAll(/<li><a href="([^"]+)">([^<]+)/g)].map(
    ([, href, label]) => ({ href, label }),
  )
}

describe('the page that finds', () => {
  it('leads to a cluster, to what can be done with it, and to its groups', async () => {
    const all = await found('account-web')
    expect(all[0]).toEqual({ href: '/clusters/account-web', label: 'account-web' })
    expect(all).toContainEqual({ href: '/groups/account-web-v117', label: 'account-web-v117' })
    expect(await found('roll back account-web')).toEqual([
      { href: '/clusters/account-web/rollback', label: 'Roll back account-web' },
    ])
  })

  it('finds an instance by a part of its id, an image by its commit, an operation by its id', async () => {
    const seen = [...world.observed.values()].flatMap((each) => [...each.groups.values()])
    const instance = seen.flatMap((group) => group.autoScaling?.instances ?? [])[0]!.instanceId
    expect(await found(instance.slice(0, 9))).toContainEqual(
      expect.objectContaining({
        label: instance,
        href: expect.stringContaining(`/instances/${instance}`) as unknown,
      }),
    )
    expect((await found(world.images[0]!.commit!)).map(({ href }) => href)).toContain(
      `/images/${world.images[0]!.imageId}`,
    )
    const [operation] = [...world.states.values()].flatMap((state) => state.operations)
    expect((await found(operation!.id)).map(({ href }) => href)).toContain(`/operations/${operation!.id}`)
  })

  it('says that nothing is called so, as text', async () => {
    const { text } = await agent.get('/find?q=<b>nobody').expect(200)
    expect(text).toContain('Nothing is called “&lt;b&gt;nobody”')
  })

  it('is offered on every page', async () => {
    expect((await agent.get('/clusters')).text).toContain('href="/find"')
  })
})
