import request from 'supertest'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ComparedImages } from '../../server/engine/compare-images.js'
import type { DeployPlan } from '../../server/engine/deploy.js'
import type { InstalledPackage } from '../../server/domain/image-packages.js'
import { demoWorld } from '../support/demo-world.js'
import { signedInConsole, type SignedIn } from '../support/signed-in-console.js'

const newer = 'shop-4.13.0-9c1f2ab0'
const older = 'shop-4.12.0-9c1f2ab0'
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
