import request from 'supertest'
import { describe, expect, it } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import type { Parts } from '../../server/engine/parts.js'
import { pageLength } from '../../server/web/pages/page-of-rows.js'
import { cleanupStream } from '../../server/domain/cleanup-run.js'
import { bake, image } from '../support/baked.js'
import * as build from '../support/build.js'
import { consoleOver } from '../support/console-under-test.js'
import { demoWorld } from '../support/demo-world.js'
import { FakeWorld } from '../support/fake-parts.js'

/** A world of so many clusters, each with three groups of an image of its own, one of them held. */
function worldOf(clusters: number): FakeWorld {
  const { applications, fleet, balancing } = demoWorld()
  const world = new FakeWorld()
  Object.assign(world, { fleet, balancing })
  world.applications = applications.filter(({ name }) => name === 'shop')
  for (let index = 0; index < clusters; index += 1) {
    const name = `shop-c${String(index).padStart(3, '0')}`
    const own: Image = image({ imageId: `ami-${index}`, name: `shop-1.${index}.0`, application: 'shop' })
    const groups = [1, 2, 3].map((push) =>
      build.serverGroup(push, {
        name: `${name}-v00${push}`,
        cluster: name,
        role: push === 3 ? 'live' : 'warm',
        image: { imageId: own.imageId, name: own.name, version: own.version },
      }),
    )
    const held = build.obligation({ id: `held-${index}`, object: groups[0]!.name, cluster: name })
    world.images = [own, ...world.images]
    world.states.set(name, {
      cluster: build.cluster({ name, lastPush: 3 }),
      groups,
      operations: [],
      obligations: [held],
      tickets: [],
    })
  }
  addHistory(world)
  return world
}

/** A deployment of each cluster, a bake of each image, and three nights after which a group of each cluster went. */
function addHistory(world: FakeWorld): void {
  const clusters = [...world.states.keys()]
  const destroys = clusters.map((cluster, nth) =>
    build.operation({
      id: `destroy-${nth}`,
      kind: 'destroy',
      cluster,
      to: `${cluster}-v001`,
      phase: 'succeeded',
    }),
  )
  world.ended = [
    ...destroys,
    ...clusters.map((cluster, nth) => build.operation({ id: `deploy-${nth}`, cluster })),
  ]
  world.bakes = world.images.map(({ imageId }, nth) =>
    bake({ id: `ended-${nth}`, imageId, phase: 'baked', endedAt: world.now, log: 'a line\n' }),
  )
  const groups = clusters.map((cluster) => ({
    group: `${cluster}-v001`,
    cluster,
    verdict: 'goes',
    why: 'due',
  }))
  for (const night of [1, 2, 3]) {
    const run = { runId: `run-${night}`, now: world.now, groups, operations: destroys.map(({ id }) => id) }
    world.addEvent({
      at: world.now,
      stream: cleanupStream,
      cluster: null,
      application: null,
      actor: { name: 'nightly cleanup', via: 'job' },
      type: 'CleanupRun',
      sentence: 'They went.',
      data: { type: 'CleanupRun', data: run },
    })
  }
}

/** The same parts, and how often records and AWS were asked through them, by what was asked. */
function counted(world: FakeWorld) {
  const asked = new Map<string, number>()
  const watched = <Port extends object>(name: string, port: Port): Port =>
    new Proxy(port, {
      get(target, key) {
        const value: unknown = Reflect.get(target, key)
        if (typeof value !== 'function') return value
        return (...given: unknown[]) => {
          const what = `${name}.${String(key)}`
          asked.set(what, (asked.get(what) ?? 0) + 1)
          return (value as (...all: unknown[]) => unknown).apply(target, given)
        }
      },
    })
  const base = world.parts()
  const parts: Parts = {
    ...base,
    history: watched('history', base.history),
    store: watched('store', base.store),
    cloud: watched('cloud', base.cloud),
    account: watched('account', base.account),
    observer: watched('observer', base.observer),
    lister: watched('lister', base.lister),
  }
  return { parts, asked: () => Object.fromEntries([...asked].sort()), forget: () => asked.clear() }
}

async function consoleOf(clusters: number) {
  const { parts, asked, forget } = counted(worldOf(clusters))
  const { app, credentials } = consoleOver({ parts: () => parts })
  const token = await credentials.issueToken({ name: 'Ada' })
  return async (path: string) => {
    forget()
    const { text } = await request(app).get(path).set('Authorization', `Bearer ${token}`).expect(200)
    const all = Object.entries(asked())
    const isRecord = ([what]: [string, number]) => /^(history|store)\./.test(what)
    return {
      text,
      records: all.filter(isRecord),
      aws: all.filter((each) => !isRecord(each)).reduce((sum, [, times]) => sum + times, 0),
    }
  }
}

describe('an account of any size', () => {
  const lists = [
    '/applications',
    '/clusters',
    '/clusters?q=c00&sort=-live',
    '/groups',
    '/groups?q=c00&sort=-until',
    '/images',
    '/images?q=1.0&sort=users',
    '/more',
    '/log',
    '/load-balancers',
    '/target-groups',
    '/instances',
    '/find?q=shop',
    '/tonight',
    '/tonight/runs/run-1',
    '/holds',
    '/jobs',
    '/system',
    '/',
    '/clusters/shop-c000',
    '/groups/shop-c000-v003',
    '/applications/shop',
    '/images/shop-1.0.0',
    '/api/v1/clusters',
    '/api/v1/groups',
    '/api/v1/groups?q=c00',
    '/api/v1/images',
    '/api/v1/bakes',
    '/api/v1/cleanup',
    '/api/v1/cleanup/runs',
    '/api/v1/cleanup/runs/run-1',
    '/api/v1/find?q=shop',
    '/api/v1/instances',
    '/api/v1/load-balancers',
    '/api/v1/target-groups',
    '/api/v1/log',
    '/api/v1/obligations',
    '/api/v1/operations',
  ]

  it('costs no more questions on each page than a small one, neither of the records nor of AWS', async () => {
    const [small, big] = [await consoleOf(2), await consoleOf(130)]
    for (const path of lists) {
      // What is read once and kept is no cost of a page.
      await small(path)
      await big(path)
      const [ofSmall, ofBig] = [await small(path), await big(path)]
      expect([path, ofBig.records]).toEqual([path, ofSmall.records])
      // Looks are bounded by a budget, which is used up in a big one.
      expect([path, ofBig.aws]).toSatisfy(() => ofBig.aws <= ofSmall.aws)
    }
  })

  it('reads no log of a bake, no verdict of a cleanup and no whole operation where none is shown', async () => {
    const get = await consoleOf(2)
    const whole = ['history.bake', 'history.log', 'history.cleanupRun', 'history.operations']
    for (const path of [
      '/find?q=shop',
      '/api/v1/find?q=shop',
      '/tonight',
      '/api/v1/cleanup/runs',
      '/log',
      '/',
    ])
      expect([path, (await get(path)).records.filter(([what]) => whole.includes(what))]).toEqual([path, []])
  })

  it.each(['/clusters', '/images', '/more'])('shows %s a page at a time, and how to get on', async (path) => {
    const get = await consoleOf(130)
    const rows = (html: string) => html.match(/<th scope="row">/g)?.length ?? 0
    const first = await get(path)
    expect(rows(first.text)).toBe(pageLength)
    expect(first.text).toContain('1–50 of 130')
    const next = /rel="next" href="([^"]+)"/
      .exec(first.text)?.[1]
      ?.replaceAll('&amp;', '&')
      .replaceAll('&#x3D;', '=')
    expect((await get(next!)).text).toContain('51–100 of 130')
  })

  it('is owed in pages in the API, filtered by words', async () => {
    const get = await consoleOf(130)
    const ids: string[] = []
    let next: string | null = '/api/v1/obligations?limit=40'
    while (next !== null) {
      const page = JSON.parse((await get(next)).text) as {
        obligations: { id: string }[]
        next: string | null
      }
      expect(page.obligations.length).toBeLessThanOrEqual(40)
      ids.push(...page.obligations.map(({ id }) => id))
      next = page.next
    }
    expect(new Set(ids).size).toBe(130)
    expect(ids).toHaveLength(130)
    const one = JSON.parse((await get('/api/v1/obligations?q=c007')).text) as { obligations: object[] }
    expect(one.obligations).toMatchObject([{ id: 'held-7' }])
  })
})
