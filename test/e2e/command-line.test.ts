import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packInstalledTo } from '../support/pack-installed.js'
import { startRealDelling, type RealDelling } from '../support/real-delling.js'
import { startRegistry, type TestRegistry } from '../support/registry.js'
import { steadyClient } from '../support/steady-client.js'

interface Status {
  readonly live: string
  readonly url: string
  readonly outcome?: string
  readonly serverGroups: readonly {
    readonly name: string
    readonly state: string
    readonly weight: number
    readonly image: string
    readonly size: number
    readonly healthy: number
    readonly zones: readonly string[]
    readonly warmUntil: string | null
    readonly readyToSwitchBack: boolean
  }[]
}

let folder: string
let registry: TestRegistry
let real: RealDelling
let started: { url: string } | null = null

/** http-server serves its own folder, so its package.json tells the version that answers. */
const start = 'http-server . -p $PORT -c-1'
const versionIn = (body: string) => (JSON.parse(body) as { version: string }).version

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'delling-packages-'))
  await packInstalledTo('http-server-14.1.0', join(folder, 'pkg-14.1.0.tgz'))
  await packInstalledTo('http-server-14.1.1', join(folder, 'pkg-14.1.1.tgz'))
  registry = await startRegistry()
  real = await startRealDelling({ registry: registry.url })
})
afterAll(async () => {
  await real.stop()
  await registry.close()
  rmSync(folder, { recursive: true, force: true })
})

describe('a published package, by the command line, from nothing to cleaned up', () => {
  const images: string[] = []

  it('registers the application', async () => {
    const ran = await real.delling(
      'apps',
      'create',
      'shop',
      '--owner',
      'Shop team',
      '--port',
      '8080',
      '--health-path',
      '/package.json',
      '--start',
      start,
    )
    expect(ran).toMatchObject({ code: 0 })
    expect(
      (await real.delling('apps', 'create', 'shop', '--owner', 'x', '--port', '8080', '--health-path', '/'))
        .code,
    ).toBe(3)
  })

  it.each(['14.1.0', '14.1.1'])(
    'bakes http-server %s as npm packed it, its dependencies installed on the builder',
    async (version) => {
      const baked = await real.json<{ name: string; imageId: string }>(
        0,
        'bake',
        'shop',
        '--package',
        join(folder, `pkg-${version}.tgz`),
        '--version',
        version,
        '--wait',
      )
      expect(baked.imageId).toMatch(/^ami-/)
      images.push(baked.name)
      expect(registry.served.length).toBeGreaterThan(10)
    },
  )

  it('creates the cluster over three zones', async () => {
    const created = await real.json<Status>(
      0,
      'clusters',
      'create',
      'shop-main',
      '--image',
      images[0] ?? '',
      '--size',
      '3',
      '--listener-port',
      '18290',
      '--wait',
    )
    expect(created.live).toBe('shop-main-v001')
    started = created
    const status = await real.json<Status>(0, 'status', 'shop-main')
    expect(status.serverGroups).toHaveLength(1)
    expect(status.serverGroups[0]).toMatchObject({
      state: 'live',
      weight: 100,
      size: 3,
      healthy: 3,
      zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    })
    expect(versionIn(await (await fetch(new URL('/package.json', status.url))).text())).toBe('14.1.0')
  })

  it('deploys, rolls back and cleans up, and a client of 200 requests a second loses none (P8)', async () => {
    const client = steadyClient(new URL('/package.json', started?.url).href, 220, versionIn)
    const deployed = await real.json<Status>(0, 'deploy', 'shop-main', '--image', images[1] ?? '', '--wait')
    expect(deployed.live).toBe('shop-main-v002')
    const warm = deployed.serverGroups.find((group) => group.name === 'shop-main-v001')
    expect(warm).toMatchObject({ state: 'warm', weight: 0, readyToSwitchBack: true })
    expect(Date.parse(warm?.warmUntil ?? '')).toBeGreaterThan(Date.now())

    const back = await real.json<Status>(0, 'rollback', 'shop-main', '--wait')
    expect(back.live).toBe('shop-main-v001')
    expect(back.serverGroups.find((group) => group.name === 'shop-main-v002')?.state).toBe('rejected')

    const planned = await real.json<{ groups: { group: string; verdict: string; why: string }[] }>(
      0,
      'cleanup',
      '--dry-run',
    )
    expect(planned.groups.every((group) => group.verdict === 'stays' && group.why !== '')).toBe(true)
    const later = new Date(Date.now() + 72 * 3_600_000).toISOString()
    const cleaned = await real.json<{ groups: { group: string; verdict: string }[]; leftovers: string[] }>(
      0,
      'cleanup',
      '--now',
      later,
      '--wait',
    )
    expect(cleaned.groups.filter((group) => group.verdict === 'goes').map((group) => group.group)).toEqual([
      'shop-main-v002',
    ])
    expect(cleaned.leftovers).toEqual([])

    const report = await client.stop()
    expect(report.failed).toEqual([])
    expect(report.versions).toEqual(['14.1.0', '14.1.1', '14.1.0'])
  })

  it('refuses with 3 what must not be, with 2 what can’t be, and takes what is done for done', async () => {
    expect((await real.delling('destroy', 'shop-main-v001', '--wait')).code).toBe(3)
    expect((await real.delling('destroy', 'shop-main-v002', '--wait')).code).toBe(0)
    expect((await real.delling('deploy', 'shop-main', '--image', 'no-such-image', '--wait')).code).toBe(3)
    expect((await real.delling('deploy', 'shop-main')).code).toBe(2)
    expect(
      (
        await real.delling(
          'clusters',
          'create',
          'shop-two',
          '--image',
          images[0] ?? '',
          '--size',
          '2',
          '--listener-port',
          '18291',
        )
      ).code,
    ).toBe(2)
  })
})
