import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import { demoWorld } from '../support/demo-world.js'
import type { FakeWorld } from '../support/fake-parts.js'
import { ours, signedInConsole, type SignedIn } from '../support/signed-in-console.js'

let world: FakeWorld
let under: SignedIn
beforeEach(async () => {
  world = demoWorld()
  under = await signedInConsole(world)
})
const page = async (path: string) => (await under.agent.get(path).redirects(1).expect(200)).text

describe('a list in which nothing matches', () => {
  it.each(['/clusters', '/groups', '/images', '/applications', '/target-groups'])(
    '%s says that a filter is on which it remembers, and clears it by a link',
    async (path) => {
      await page(`${path}?q=zzz`)
      const html = await page(path)
      expect(html).toContain('None matches “zzz”: a filter is on, which this list remembers')
      const clear = /remembers for you until you clear it\. <a href="([^"]+)">Show all/.exec(html)?.[1] ?? ''
      await page(clear.replaceAll('&amp;', '&').replaceAll('&#x3D;', '='))
      expect(await page(path)).not.toContain('zzz')
    },
  )

  it('says so of images of one application, and of the log of one cluster', async () => {
    const images = await page('/images?application=nope')
    expect(images).toContain('No image of “nope” is there.')
    expect(images).not.toContain('No image is there yet')
    const log = await page('/log?cluster=nope')
    expect(log).toContain('Nothing is written of “nope”: there is no cluster of this name')
    expect(log).toContain('Show all clusters')
    expect(log).not.toContain('Nothing has happened yet')
  })
})

describe('the form of a new cluster on an empty console', () => {
  it('says what comes first instead of what is wrong with an empty name', async () => {
    world.applications = []
    world.images = []
    const html = await page('/clusters/new')
    expect(html).toContain('Register an application and bake an image of it first')
    expect(html).toContain('href="/applications/new"')
    expect(html).not.toContain('can’t name a cluster')
    expect(html).not.toContain('“-main”')
  })

  it('stands open where a folded field is at fault', async () => {
    const answer = await under.agent
      .post('/clusters/new')
      .type('form')
      .set(ours)
      .send({ application: 'shop', stack: 'new', environment: 'FOO BAR=1', do: 'plan' })
      .expect(400)
    expect(answer.text).toContain('<details open><summary>Security groups')
    expect(answer.text).toContain('Environment, FOO BAR: A variable’s name has letters')
  })
})

describe('what is held of an image', () => {
  it('is said in the same words by the API and on the page', async () => {
    const { images } = (await request(under.app).get('/api/v1/images').set(under.bearer).expect(200))
      .body as {
      images: { name: string; verdict: string }[]
    }
    const verdicts = new Map(images.map(({ name, verdict }) => [name, verdict]))
    expect([...verdicts.values()]).toContain('bad: p95 doubled')
    expect([...verdicts.values()]).toContain('live')
    const html = await page('/images')
    for (const [name, verdict] of verdicts) {
      const row = html.slice(html.indexOf(`>${name}</a>`))
      expect(row.slice(0, row.indexOf('</tr>')), name).toContain(verdict)
    }
  })
})

describe('the page of a deployment that failed before its switch', () => {
  it('offers to deploy again and no roll back of traffic that never moved', async () => {
    const html = await page('/operations/op-f')
    expect(html).toContain('Deploy it again…')
    expect(html).not.toMatch(/<a class="btn[^>]*>[^<]*(<svg.*?<\/svg>)?\s*Roll back to/)
  })
})

describe('a token for an application that is not there', () => {
  it('is refused, and none is made', async () => {
    const ask = (applications: string[]) =>
      request(under.app).post('/api/v1/tokens').set(under.bearer).send({ label: 'ci', applications })
    const refused = await ask(['shop', 'nope']).expect(400)
    expect((refused.body as { detail: string }).detail).toContain(
      'There is no application nope that you may see.',
    )
    await ask(['shop']).expect(201)
  })
})

describe('a cluster with a zone that is dark', () => {
  it('says so in its headline, on its page and in the API', async () => {
    const seen = world.observed.get('account-web')!
    const groups = new Map(
      [...seen.groups].map(([name, each]) => [
        name,
        {
          ...each,
          targets: each.targets.map((target, index) =>
            index === 0 ? { ...target, state: 'unhealthy' } : target,
          ),
        },
      ]),
    )
    world.observed.set('account-web', { ...seen, groups })
    expect(await page('/clusters/account-web')).toContain('eu-west-1a is dark: no instance of v115')
    const status = await request(under.app).get('/api/v1/clusters/account-web').set(under.bearer).expect(200)
    expect((status.body as { sentence: string }).sentence).toContain('eu-west-1a is dark')
  })
})
