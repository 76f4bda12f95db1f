import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  byWords,
  firstWish,
  listAddress,
  pageOfList,
  type LongList,
} from '../../server/web/pages/long-list.js'
import { pageLength } from '../../server/web/pages/page-of-rows.js'
import * as build from '../support/build.js'
import { demoWorld } from '../support/demo-world.js'
import { FakeWorld } from '../support/fake-parts.js'
import { signedInConsole, type SignedIn } from '../support/signed-in-console.js'

interface Boat {
  readonly name: string
  readonly built: number | null
}

const list: LongList<Boat> = {
  path: '/boats',
  placeholder: 'Filter',
  columns: [
    { name: 'name', label: 'Name', key: ({ name }) => name },
    { name: 'built', label: 'Built', key: ({ built }) => built },
    { name: 'crew', label: 'Crew' },
  ],
  sort: 'name',
  finds: byWords(({ name, built }) => [name, built === null ? null : String(built)]),
}
const boats = Array.from({ length: 120 }, (_, index): Boat => ({
  name: `boat-${String(119 - index).padStart(3, '0')}`,
  built: index % 3 === 0 ? null : 1900 + index,
}))
const wish = firstWish(list)
const names = (rows: readonly Boat[]) => rows.map(({ name }) => name)

describe('a long list', () => {
  it('shows one page in its order, and how to get to the others', () => {
    const first = pageOfList(boats, wish, list)
    expect(first.rows).toHaveLength(pageLength)
    expect(first.rows[0]?.name).toBe('boat-000')
    expect(first.frame).toMatchObject({
      range: '1–50 of 120',
      before: null,
      after: '/boats?q=&sort=name&page=2',
    })
    const last = pageOfList(boats, { ...wish, page: 3 }, list)
    expect(names(last.rows).at(-1)).toBe('boat-119')
    expect(last.frame).toMatchObject({
      range: '101–120 of 120',
      before: '/boats?q=&sort=name&page=2',
      after: null,
    })
  })

  it('shows every row on exactly one page, whatever it is sorted by', () => {
    for (const sort of ['name', 'built'])
      for (const down of [false, true]) {
        const pages = [1, 2, 3].map((page) => pageOfList(boats, { ...wish, sort, down, page }, list).rows)
        expect(new Set(pages.flat())).toEqual(new Set(boats))
        expect(pages.flat()).toHaveLength(boats.length)
      }
  })

  it('shows the last page for one behind it, and no pages where one is enough', () => {
    expect(pageOfList(boats, { ...wish, page: 99 }, list).frame.range).toBe('101–120 of 120')
    expect(pageOfList(boats.slice(0, 50), wish, list).frame.range).toBeNull()
    expect(pageOfList([], wish, list)).toMatchObject({ rows: [], frame: { range: null, after: null } })
  })

  it('sorts by the column asked for, either way, with what has no value last', () => {
    const built = (down: boolean) =>
      [1, 2, 3]
        .flatMap((page) => pageOfList(boats, { ...wish, sort: 'built', down, page }, list).rows)
        .map((boat) => boat.built)
    expect(built(false)[0]).toBe(1901)
    expect(built(true)[0]).toBe(2019)
    for (const down of [false, true]) expect(built(down).at(-1)).toBeNull()
  })

  it('finds rows that hold every word, in any of their texts, and begins at the first page', () => {
    const { rows, frame } = pageOfList(boats, { ...wish, query: 'BOAT 1950', page: 7 }, list)
    expect(rows.map(({ built }) => built)).toEqual([1950])
    expect(frame).toMatchObject({ query: 'BOAT 1950', showAll: '/boats?q=&sort=name' })
    expect(pageOfList(boats, { ...wish, query: 'boat nothing' }, list).rows).toEqual([])
  })

  it('leads from a column to itself sorted, from the sorted one to the other way round, keeping the filter', () => {
    const { heads } = pageOfList(boats, { ...wish, query: 'boat-1', page: 2 }, list).frame
    expect(heads).toEqual([
      { label: 'Name', num: false, href: '/boats?q=boat-1&sort=-name', sorted: 'ascending' },
      { label: 'Built', num: false, href: '/boats?q=boat-1&sort=built', sorted: null },
      { label: 'Crew', num: false, href: null, sorted: null },
    ])
  })

  it('is put in an order once while it is the very same list, however often it is filtered and turned over', () => {
    let asked = 0
    const columns = [{ name: 'name', label: 'Name', key: ({ name }: Boat) => ((asked += 1), name) }]
    const counted = { ...list, path: '/counted', columns }
    for (const page of [1, 2, 3]) pageOfList(boats, { ...wish, page }, counted)
    pageOfList(boats, { ...wish, query: 'boat-1' }, counted)
    expect(asked).toBe(boats.length)
    pageOfList([...boats], wish, counted)
    expect(asked).toBe(2 * boats.length)
  })

  it('writes what was typed into an address as text', () => {
    expect(listAddress('/boats', { ...wish, query: 'a&sort=x #?' })).toBe(
      '/boats?q=a%26sort%3Dx+%23%3F&sort=name',
    )
  })
})

describe('the list of instances', () => {
  const manyInstances = () => {
    const world = demoWorld()
    const [one] = world.fleet!.instances
    const instances = Array.from({ length: 120 }, (_, nth) => ({
      ...one!,
      instanceId: `i-${String(nth).padStart(17, '0')}`,
      zone: nth < 3 ? 'eu-west-1c' : 'eu-west-1a',
    }))
    world.fleet = { instances }
    return world
  }
  const ids = (html: string) =>
    [...html.matchAll(/<th scope="row"><a href="\/instances\/([^"]+)"/g)].map(([, id]) => id)

  it('is paged, filtered by fields and remembered as every other list is', async () => {
    const { agent } = await signedInConsole(manyInstances())
    const first = (await agent.get('/instances').expect(200)).text
    expect(ids(first)).toHaveLength(pageLength)
    expect(first).toContain('1–50 of 120')
    const found = (await agent.get('/instances?q=zone:1c&sort=-id').expect(200)).text
    expect(ids(found)).toEqual([2, 1, 0].map((nth) => `i-${String(nth).padStart(17, '0')}`))
    expect(found).toContain('3 found')
    expect((await agent.get('/instances').expect(302)).headers.location).toBe(
      '/instances?q=zone%3A1c&sort=-id',
    )
  })

  it('does not remember a search that it can’t understand', async () => {
    const { agent } = await signedInConsole(manyInstances())
    await agent.get('/instances?q=colour:red&sort=id').expect(400)
    await agent.get('/instances').expect(200)
  })
})

describe('the list of clusters', () => {
  let world: FakeWorld
  let app: SignedIn['app']
  let agent: SignedIn['agent']
  let bearer: SignedIn['bearer']

  beforeEach(async () => {
    world = manyClusters(120)
    ;({ app, agent, bearer } = await signedInConsole(world))
  })

  const rows = (html: string) =>
    [...html.matchAll(/<th scope="row"><a href="\/clusters\/([^"]+)"/g)].map(([, name]) => name)

  it('is paged', async () => {
    const first = (await agent.get('/clusters').expect(200)).text
    expect(rows(first)).toHaveLength(50)
    expect(first).toContain('1–50 of 120')
    const last = (await agent.get('/clusters?q=&sort=name&page=3').expect(200)).text
    expect(rows(last)).toHaveLength(20)
    expect(rows(last).at(-1)).toBe('shop-c119')
  })

  it('remembers its filter and order for its reader, and says them in the address', async () => {
    await agent.get('/clusters?q=c11&sort=-name&page=1').expect(200)
    const kept = await agent.get('/clusters').expect(302)
    expect(kept.headers.location).toBe('/clusters?q=c11&sort=-name')
    const shown = (await agent.get(kept.headers.location as string).expect(200)).text
    expect(rows(shown)[0]).toBe('shop-c119')
    expect(rows(shown)).toHaveLength(10)
    await agent.get('/applications').expect(200)
    // Whoever reads by a token has no session to remember in.
    await agent.get('/clusters?q=&sort=name').expect(200)
    await agent.get('/clusters').expect(200)
  })

  it('does not remember for one reader what another wished', async () => {
    await agent.get('/clusters?q=c11&sort=-name').expect(200)
    const other = await signedInConsole(world)
    await other.agent.get('/clusters').expect(200)
  })

  it('refuses an order that it does not have, and a page that is no number, in a sentence (P9)', async () => {
    for (const query of ['sort=constructor', 'sort=<b>', 'page=x', 'page=-1']) {
      const refused = await agent.get(`/clusters?${query}`).expect(400)
      expect(refused.text).toContain('Nothing was changed')
    }
    await agent.get('/clusters').expect(200)
  })

  it('is filtered in the API too, page by page', async () => {
    const first = await request(app).get('/api/v1/clusters?q=SHOP+c11&limit=6').set(bearer).expect(200)
    const page = first.body as { clusters: readonly { name: string }[]; next: string }
    expect(page.clusters.map(({ name }) => name)).toEqual(
      [110, 111, 112, 113, 114, 115].map((nth) => `shop-c${nth}`),
    )
    const rest = (await request(app).get(page.next).set(bearer).expect(200)).body as typeof page
    expect(rest.clusters).toHaveLength(4)
    expect(rest.next).toBeNull()
  })

  it('says on home which of many it shows', async () => {
    const { text } = await agent.get('/').expect(200)
    expect(rows(text)).toHaveLength(20)
    expect(text).toContain('the 20 whose traffic moved last')
  })

  it('names of an application’s many clusters some, and counts its images', async () => {
    const { text } = await agent.get('/applications').expect(200)
    expect(text).toContain('and <a href="/applications/shop">114 more</a>')
    expect(text).toMatch(/with 120 clusters and .+ images?\./)
  })
})

/** Clusters of one application, each with a live group. */
function manyClusters(count: number): FakeWorld {
  const { applications, images } = demoWorld()
  const world = new FakeWorld()
  world.applications = applications.filter(({ name }) => name === 'shop')
  world.images = images.filter(({ application }) => application === 'shop')
  for (let index = 0; index < count; index += 1) {
    const name = `shop-c${String(index).padStart(3, '0')}`
    const live = build.serverGroup(1, { name: `${name}-v001`, cluster: name, liveSince: world.now })
    world.states.set(name, {
      cluster: build.cluster({ name, lastPush: 1 }),
      groups: [live],
      operations: [],
      obligations: [],
      tickets: [],
    })
  }
  return world
}
