import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DescribeImagesCommand, DescribeInstancesCommand, RunInstancesCommand } from '@aws-sdk/client-ec2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeBakeCloud } from '../../server/cloud/bakes.js'
import { makeClients, type Clients } from '../../server/cloud/clients.js'
import { makeMeter } from '../../server/cloud/meter.js'
import { makePackageStore } from '../../server/cloud/packages.js'
import type { Bake } from '../../server/domain/bake.js'
import { awsTimings, scaleTimings } from '../../server/domain/timings.js'
import { advanceBake } from '../../server/engine/advance-bake.js'
import { loadRecipe } from '../../server/engine/load-recipe.js'
import type { Parts } from '../../server/engine/parts.js'
import { cancelBake, requestBake } from '../../server/engine/request-bake.js'
import { bakeSample } from '../../server/engine/sample.js'
import { startLocalCloud } from '../../server/localcloud/assemble.js'
import type { RunningLocalCloud } from '../../server/localcloud/options.js'
import { debBytes, debControl, tgzBytes, zipBytes } from '../support/archives.js'
import { BakeStore, leaseOf } from '../support/bake-store.js'
import { person } from '../support/bake-world.js'
import { packInstalled } from '../support/pack-installed.js'
import { startRegistry, type TestRegistry } from '../support/registry.js'

const base = '/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64'
let home = ''
let cloud: RunningLocalCloud
let clients: Clients
let registry: TestRegistry
let memory: BakeStore
let parts: Parts

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'delling-bakes-'))
  cloud = await startLocalCloud({ home: join(home, 'cloud'), port: 0, pace: 'zero' })
  registry = await startRegistry()
  clients = makeClients({
    region: 'us-east-1',
    endpoint: cloud.url,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    meter: makeMeter(),
  })
  memory = new BakeStore()
  const now = () => new Date()
  parts = {
    store: memory.store,
    history: memory.history,
    bakeCloud: makeBakeCloud(clients, now),
    packages: makePackageStore(clients.writers, { bucket: 'delling-packages', createBucket: true }),
    account: {
      imageState: async (imageId: string) => {
        const { Images } = await clients.readers.ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }))
        return { state: Images?.[0]?.State ?? '', name: Images?.[0]?.Name ?? '' }
      },
    },
    clock: { now },
    timings: scaleTimings(awsTimings, 1000),
    place: { owner: 'delling-test' },
    defaults: {
      baseImage: base,
      debBaseImage: '/aws/service/debian/release/12/latest/amd64',
      builderInstanceType: 't3.small',
      builderInstanceProfile: null,
      registry: registry.url,
    },
    newId: randomUUID,
  } as unknown as Parts
  memory.applications.set('shop', {
    name: 'shop',
    owner: 'Shop team',
    email: null,
    port: 8080,
    healthPath: '/',
    startCommand: null,
    createdAt: now(),
  })
})

afterAll(async () => {
  clients.close()
  await Promise.all([registry.close(), cloud.stop()])
  rmSync(home, { recursive: true, force: true })
})

async function run(id: string): Promise<Bake> {
  for (;;) {
    const { lookAgainMs } = await advanceBake(parts, leaseOf(id))
    const bake = memory.bakes.get(id)
    if (lookAgainMs === null && bake) return bake
    await new Promise((resolve) => setTimeout(resolve, lookAgainMs ?? 0))
  }
}

async function ask(
  fileName: string,
  content: Buffer,
  more: { version?: string; startCommand?: string; sha256?: string } = {},
) {
  const path = join(home, fileName)
  writeFileSync(path, content)
  const sha256 = createHash('sha256').update(content).digest('hex')
  const address = await parts.packages.put(fileName, sha256, path, content.length)
  const { bake } = await requestBake(parts, person, {
    application: 'shop',
    version: more.version ?? '1.0.0',
    package: { address, sha256: more.sha256 ?? sha256, fileName },
    startCommand: more.startCommand ?? null,
  })
  return bake
}

async function builderStates(bakeId: string): Promise<string[]> {
  const { Reservations } = await clients.readers.ec2.send(
    new DescribeInstancesCommand({ Filters: [{ Name: 'tag:delling:bake', Values: [bakeId] }] }),
  )
  return (Reservations ?? []).flatMap((one) => one.Instances ?? []).map((one) => one.State?.Name ?? '')
}

/** Launches the image as a deployment would, and asks the application until it answers. */
async function answerOf(imageId: string, path = '/'): Promise<{ status: number; body: string }> {
  const script = '#!/bin/sh\nsystemctl enable --now "$(cat /etc/delling/unit)"\n'
  const { Instances } = await clients.writers.ec2.send(
    new RunInstancesCommand({
      ImageId: imageId,
      MinCount: 1,
      MaxCount: 1,
      InstanceType: 't3.micro',
      UserData: Buffer.from(script).toString('base64'),
    }),
  )
  const id = Instances?.[0]?.InstanceId
  for (const until = Date.now() + 30_000; ;) {
    const port = await portOf(id ?? '')
    try {
      const response = await fetch(`http://127.0.0.1:${port}${path}`)
      return { status: response.status, body: await response.text() }
    } catch (error) {
      if (Date.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}

async function portOf(instanceId: string): Promise<number> {
  const response = await fetch(`${cloud.url}/_localcloud/state`, { headers: { 'x-localcloud-control': '1' } })
  const state = (await response.json()) as { instances: { instanceId: string; port: number }[] }
  return state.instances.find((instance) => instance.instanceId === instanceId)?.port ?? 0
}

describe('a bake in the cloud', () => {
  it('of the sample gives an image with its lineage that serves its page', async () => {
    const { bake } = await bakeSample(parts, person, '1.0.0')
    const done = await run(bake.id)
    expect(done.reason).toBeNull()
    const { Images } = await clients.readers.ec2.send(
      new DescribeImagesCommand({ ImageIds: [done.imageId ?? ''] }),
    )
    const tags = Object.fromEntries((Images?.[0]?.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
    expect(tags).toMatchObject({
      appversion: 'sunrise-1.0.0',
      creator: 'Ada',
      base_ami_id: done.baseImage?.imageId,
      package_sha256: bake.request.package.sha256,
      'delling:bake': bake.id,
      'delling:key': bake.contentKey,
      'delling:owner': 'delling-test',
    })
    expect(Images?.[0]).toMatchObject({ Name: done.imageName, ImdsSupport: 'v2.0', State: 'available' })
    expect(await builderStates(bake.id)).toEqual(['terminated'])
    expect(memory.openObligations()).toEqual([])
    expect(memory.packages.get(bake.id)).toEqual([
      { manager: 'runtime', name: 'node', version: process.version.slice(1) },
    ])
    expect(done.log).not.toMatch(/^PACKAGES /m)
    expect((await answerOf(done.imageId ?? '')).body).toContain('version 1.0.0')
  })

  it('of a published npm package installs its dependencies and serves it as it is', async () => {
    const bake = await ask('http-server-14.1.1.tgz', await packInstalled('http-server-14.1.1'), {
      startCommand: 'http-server . -p $PORT',
    })
    const done = await run(bake.id)
    expect(done.log).toContain('installing dependencies')
    expect(done).toMatchObject({ phase: 'baked', reason: null })
    const listed = memory.packages.get(bake.id) ?? []
    expect(done.packageCount).toBe(listed.length)
    const installed = registry.served.map((each) => each.split('@').slice(0, -1).join('@'))
    expect(installed.filter((name) => !listed.some((each) => each.name === name))).toEqual([])
    expect(registry.served.some((each) => each.startsWith('http-proxy@'))).toBe(true)
    const answer = await answerOf(done.imageId ?? '', '/package.json')
    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toMatchObject({ name: 'http-server', version: '14.1.1' })
  })

  it('of a zip with a Procfile, and of a .deb with its own unit, serves them', async () => {
    const server = `require('http').createServer((q, s) => s.end(process.argv[2])).listen(process.env.PORT)`
    const zip = await run(
      (
        await ask(
          'shop.zip',
          zipBytes([
            { path: 'Procfile', content: 'web: node s.js "from $(echo zip)"\n' },
            { path: 's.js', content: server },
          ]),
        )
      ).id,
    )
    expect(zip.reason).toBeNull()
    expect((await answerOf(zip.imageId ?? '')).body).toBe('from zip')

    const unit =
      '[Service]\nExecStart=/usr/bin/env node /opt/shop/s.js deb\n[Install]\nWantedBy=multi-user.target\n'
    const files = [
      { path: './opt/', type: '5' },
      { path: './opt/shop/', type: '5' },
      { path: './opt/shop/s.js', content: server },
      { path: './lib/', type: '5' },
      { path: './lib/systemd/', type: '5' },
      { path: './lib/systemd/system/', type: '5' },
      { path: './lib/systemd/system/shop.service', content: unit },
    ]
    const deb = await run((await ask('shop_1.0.0_all.deb', debBytes(files, debControl))).id)
    expect({ reason: deb.reason, log: deb.reason && deb.log }).toEqual({ reason: null, log: null })
    expect((await answerOf(deb.imageId ?? '')).body).toBe('deb')
    expect(memory.packages.get(deb.id)).toContainEqual({ manager: 'deb', name: 'shop', version: '1.0.0' })
  })

  it.each<[string, () => Promise<Bake>, RegExp]>([
    [
      'whose digest is another',
      () => ask('wrong.tgz', tgzBytes([{ path: 'a' }]), { sha256: 'd'.repeat(64) }),
      /SHA-256 is .* but d{64} was asked for/,
    ],
    ['that leaves its folder', () => ask('out.tgz', tgzBytes([{ path: '../out' }])), /leaves the folder/],
    ['that nothing starts', () => ask('still.tgz', tgzBytes([{ path: 'a' }])), /no start command/],
    [
      'whose program is not there',
      () => ask('nowhere.tgz', tgzBytes([{ path: 'a' }]), { startCommand: 'no-such-program --now' }),
      /no-such-program is neither in the package/,
    ],
    [
      'whose install script fails',
      () =>
        ask(
          'script.tgz',
          tgzBytes([
            {
              path: 'package/package.json',
              content:
                '{"name":"x","scripts":{"start":"node x","postinstall":"echo broken; exit 3"},"dependencies":{"he":"*"}}',
            },
          ]),
        ),
      /postinstall script failed/,
    ],
    [
      'with a dependency that does not exist',
      () =>
        ask(
          'dep.tgz',
          tgzBytes([
            {
              path: 'package/package.json',
              content:
                '{"name":"x","scripts":{"start":"node x"},"dependencies":{"no-such-package-at-all":"1"}}',
            },
          ]),
        ),
      /npm install failed/,
    ],
    [
      'that powers the builder off without a report',
      () =>
        ask(
          'off.tgz',
          tgzBytes([
            {
              path: 'package/package.json',
              content:
                '{"name":"x","scripts":{"start":"node x","postinstall":"kill -9 $PPID; poweroff; sleep 30"},"dependencies":{"he":"*"}}',
            },
          ]),
        ),
      /without reporting a result|could not be installed/,
    ],
  ])(
    'of a package %s fails with what was wrong, makes no image and leaves no builder',
    async (_name, start, reason) => {
      const bake = await start()
      const done = await run(bake.id)
      expect(done.phase).toBe('failed')
      expect(done.reason).toMatch(reason)
      expect(done.log).toContain('BAKE-BEGIN')
      const { Images } = await clients.readers.ec2.send(
        new DescribeImagesCommand({
          Owners: ['self'],
          Filters: [{ Name: 'tag:delling:bake', Values: [bake.id] }],
        }),
      )
      expect(Images).toEqual([])
      expect(await builderStates(bake.id)).toEqual(['terminated'])
      expect(memory.openObligations()).toEqual([])
    },
  )

  it('is cancelled in the middle, and its builder goes', async () => {
    const bake = await ask(
      'slow.tgz',
      tgzBytes([
        {
          path: 'package.json',
          content:
            '{"name":"x","scripts":{"start":"node x","postinstall":"sleep 60"},"dependencies":{"he":"*"}}',
        },
      ]),
    )
    while (!memory.bakes.get(bake.id)?.log.includes('dependencies')) {
      const { lookAgainMs } = await advanceBake(parts, leaseOf(bake.id))
      await new Promise((resolve) => setTimeout(resolve, lookAgainMs ?? 0))
    }
    await cancelBake(parts, person, bake.id)
    expect((await run(bake.id)).phase).toBe('cancelled')
    expect(await builderStates(bake.id)).toEqual(['terminated'])
  })
})

describe('the base image', () => {
  it.each([
    ['ami-00000000000000000', /There is no base image ami-0/],
    ['/no/such/parameter', /There is no SSM parameter/],
    ['ami-nonsense', /There is no base image/],
  ])('%s is refused by name', async (wanted, sentence) => {
    await expect(parts.bakeCloud.resolveBase(wanted)).rejects.toThrow(sentence)
  })
})

describe('the scripts of a bake', () => {
  it('are those of this checkout', () => {
    expect(Object.keys(loadRecipe().provision)).toContain('check-tar.sh')
  })
})
