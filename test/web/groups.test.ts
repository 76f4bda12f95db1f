import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { consoleOver } from '../support/console-under-test.js'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { byProvider, knownPerson } from '../support/known-person.js'

let world: FakeWorld
let under: ReturnType<typeof consoleOver>
let whole: { Authorization: string }
let ofShop: { Authorization: string }
beforeEach(async () => {
  world = demoWorld()
  under = consoleOver(world, { signIn: byProvider })
  const see = (application: string | null) =>
    knownPerson(under, `${application}@example.com`, [{ role: 'viewer', application }])
  whole = (await see(null)).bearer
  ofShop = (await see('shop')).bearer
})

interface Listed {
  readonly name: string
  readonly application: string
  readonly state: string
  readonly share: number
}
async function page(path: string, as = whole): Promise<string> {
  return (await request(under.app).get(path).set(as).expect(200)).text
}
async function listed(query: string, as = whole): Promise<readonly Listed[]> {
  const answer = await request(under.app).get(`/api/v1/groups?limit=500&${query}`).set(as).expect(200)
  return (answer.body as { groups: Listed[] }).groups
}
function rowOf(html: string, group: string): string {
  const row = html.split('<tr>').find((each) => each.includes(`href="/groups/${group}"`)) ?? ''
  return row
    .replaceAll(/<svg.*?<\/svg>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ')
}

describe('the list of all server groups', () => {
  it('has every group of every cluster with what is recorded of it, and links to it', async () => {
    const html = await page('/groups')
    for (const { groups } of world.states.values())
      for (const { name, cluster } of groups) {
        expect(html).toContain(`href="/groups/${name}"`)
        expect(html).toContain(`href="/clusters/${cluster}"`)
      }
    expect(rowOf(html, 'shop-main-v012')).toMatch(/shop-main shop 4\.12\.0 live 100 % /)
    expect(rowOf(html, 'account-web-v115')).toMatch(/for ever, by J\. Okafor/)
  })

  it('says in its sentence how many went wrong, and of each why', async () => {
    expect(await page('/groups')).toContain('rejected or failed</strong>')
    const [cluster, state] = [...world.states].find(([name]) => name === 'shop-main')!
    const [first, ...others] = state.groups
    const rejected = { ...first!, role: 'rejected', reason: 'it answered 503 to its canary' } as const
    world.states.set(cluster, { ...state, groups: [rejected, ...others] })
    expect(rowOf(await page('/groups?q=rejected'), rejected.name)).toContain('it answered 503 to its canary')
  })

  it('is filtered by state, keeper, application or version, and put in another order', async () => {
    const names = (html: string) =>
      [...html.matchAll(/<th scope="row"><a href="\/groups\/([^"]+)"/g)].map((each) => each[1])
    const kept = names(await page('/groups?q=kept+okafor'))
    expect(kept).toEqual(['account-web-v115'])
    const warm = names(await page('/groups?q=shop+warm&sort=name'))
    expect(warm).toContain('shop-main-v011')
    expect(warm).not.toContain('shop-main-v012')
    expect(names(await page('/groups?q=shop+warm&sort=-name'))).toEqual([...warm].reverse())
    await request(under.app).get('/groups?sort=colour').set(whole).expect(400)
  })

  it('has nothing of an application that its reader may not see, on the page and in the API', async () => {
    expect((await listed('')).some(({ application }) => application !== 'shop')).toBe(true)
    const seen = await listed('', ofShop)
    expect(seen.length).toBeGreaterThan(0)
    expect(new Set(seen.map(({ application }) => application))).toEqual(new Set(['shop']))
    expect(await listed('q=account', ofShop)).toEqual([])
    const html = await page('/groups', ofShop)
    expect(html).toContain('shop-main-v012')
    expect(html).not.toContain('account-web')
    expect(html).not.toContain('search-main')
  })

  it('tells the share that the rule was set to last, while a canary has a part of it too', async () => {
    const state = world.states.get('shop-main')!
    const arnOf = (name: string) => state.groups.find((each) => each.name === name)!.targetGroupArn!
    const next = state.groups.find(({ role }) => role === 'launching' || role === 'standby')
    const other = next ?? state.groups.find(({ role }) => role === 'warm')!
    world.states.set('shop-main', {
      ...state,
      groups: state.groups.map((each) =>
        each.name === other.name
          ? { ...each, role: 'standby', targetGroupArn: each.targetGroupArn ?? 'arn:next' }
          : each,
      ),
      cluster: {
        ...state.cluster,
        expected: [
          { targetGroupArn: arnOf('shop-main-v012'), weight: 95 },
          { targetGroupArn: other.targetGroupArn ?? 'arn:next', weight: 5 },
        ],
      },
    })
    const shares = new Map(
      (await listed('q=shop-main')).map(({ name, state: is, share }) => [name, [is, share]]),
    )
    expect(shares.get('shop-main-v012')).toEqual(['live', 95])
    expect(shares.get(other.name)).toEqual(['canary', 5])
    expect(rowOf(await page('/groups?q=shop-main'), other.name)).toContain('canary 5 %')
    expect((await listed('q=next')).map(({ name }) => name)).toContain(other.name)
  })

  it('leaves out what was destroyed, and what was given back', async () => {
    const state = world.states.get('shop-main')!
    const gone = { ...state.groups[0]!, role: 'givenBack' } as const
    world.states.set('shop-main', { ...state, groups: [gone, ...state.groups.slice(1)] })
    expect((await listed('')).map(({ name }) => name)).not.toContain(gone.name)
  })

  it('is found by its name, and linked from clusters', async () => {
    expect(await page('/find?q=server+groups')).toContain('href="/groups"')
    expect(await page('/clusters')).toContain('href="/groups"')
  })
})
