import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  cloudAccess,
  startKillableDelling,
  type KillableDelling,
  type ShownOperation,
} from '../support/killable-delling.js'
import { steadyClient } from '../support/steady-client.js'
import { until } from '../support/until.js'

interface Status {
  readonly live: string
  readonly url: string
  readonly serverGroups: readonly {
    readonly name: string
    readonly state: string
    readonly healthy: number
  }[]
}
interface Machine {
  readonly instanceId: string
  readonly state: string
  readonly initPid?: number
  readonly port: number
}

const cluster = 'probe-main'
let real: KillableDelling
let url = ''

const status = () => real.api<Status>('GET', `/clusters/${cluster}`)
const deployStarted = async (image: string) =>
  (await real.api<{ operation: ShownOperation }>('POST', `/clusters/${cluster}/deployments`, { image }))
    .operation.id

/** The local cloud's own list of the instances that run. */
async function machines(): Promise<readonly Machine[]> {
  const access = cloudAccess(real)
  const reply = await fetch(`${access.url}/_localcloud/state`, {
    headers: { 'x-localcloud-control': '1', authorization: `Bearer ${access.controlToken}` },
  })
  const { instances } = (await reply.json()) as { instances: Machine[] }
  return instances.filter((machine) => machine.state === 'running')
}

const identities = async () =>
  (await machines()).map(({ instanceId, initPid }) => `${instanceId} ${initPid ?? ''}`).sort()

let first = ''
let second = ''

beforeAll(async () => {
  real = await startKillableDelling()
  first = await real.baked(await real.bakeStarted('1.0.0'))
  const { operation: created } = await real.api<{ operation: ShownOperation }>('POST', '/clusters', {
    name: cluster,
    image: first,
    size: 3,
    listenerPort: 18_391,
  })
  expect((await real.ended(created.id)).phase).toBe('succeeded')
  url = (await status()).url
})
afterAll(() => real.stop())

describe('kill -9', () => {
  it('of the console in mid-bake: the bake goes on and gives its image (P3)', async () => {
    const id = await real.bakeStarted('1.1.0')
    await until(async () => (await real.bake(id)).phase === 'building', 20_000, 'the builder runs')
    await real.killHard('console')
    second = await real.baked(id)
    const names = await real.api<{ images: { name: string }[] }>('GET', '/images?application=probe')
    expect(names.images.map((image) => image.name).sort()).toEqual([first, second].sort())
  })

  // Three ends of the console within a minute are as many as the launcher mends.
  it.each(['registering', 'switching'])(
    'of the console while a deployment is %s: it ends as it should, the instances live on, no request is lost (P1, P3, P8)',
    async (phase) => {
      const before = await identities()
      const live = (await status()).live
      const image = (await (await fetch(url)).text()) === '1.0.0' ? second : first
      const steady = steadyClient(url, 100, (body) => body)
      const id = await deployStarted(image)
      // The phase may pass between two looks; what matters is that the console dies in mid-deployment.
      await until(
        async () => {
          const now = await real.operation(id)
          return now.ended || order.indexOf(now.phase) >= order.indexOf(phase)
        },
        30_000,
        `the deployment is ${phase}`,
      )
      await real.killHard('console')
      const end = await real.ended(id)
      expect(end.phase, end.endSentence ?? '').toBe('succeeded')
      const now = await status()
      expect(now.live).not.toBe(live)
      const report = await steady.stop()
      expect(report.failed).toEqual([])
      expect(report.versions).toHaveLength(2)
      expect(await identities()).toEqual(expect.arrayContaining(before))
      const group = now.serverGroups.find((each) => each.name === live)?.name ?? ''
      await real.api('POST', `/groups/${group}/destroy`, { reason: 'makes room for the next test' })
      await until(
        async () =>
          (await status()).serverGroups.every((each) => each.name === now.live || each.state === 'destroyed'),
        60_000,
        'the other group is gone',
      )
    },
  )

  it('of an application: the health check sees it and the instance is replaced or its service restarted', async () => {
    const before = await machines()
    const victim = before[0]
    const pids = appPids(victim)
    expect(pids.length).toBeGreaterThan(0)
    for (const pid of pids) process.kill(pid, 'SIGKILL')
    await until(
      async () =>
        (await status()).serverGroups.every((each) => each.state !== 'live' || each.healthy === 3) &&
        (await stillThere(victim, pids)),
      60_000,
      'the group is whole again',
    )
    expect((await fetch(url)).status).toBe(200)
  })

  it('of the local cloud: it comes back with the same instances, and traffic flows again', async () => {
    const before = (await machines()).map((machine) => machine.instanceId).sort()
    await real.killHard('localcloud')
    await until(
      async () =>
        JSON.stringify((await machines().catch(() => [])).map((machine) => machine.instanceId).sort()) ===
        JSON.stringify(before),
      60_000,
      'the same instances run',
    )
    await until(
      async () => (await fetch(url).catch(() => null))?.status === 200,
      60_000,
      'the listener answers',
    )
    await until(
      async () => (await status()).serverGroups.find((each) => each.state === 'live')?.healthy === 3,
      60_000,
      'all are healthy',
    )
    const id = await deployStarted((await (await fetch(url)).text()) === '1.0.0' ? second : first)
    expect((await real.ended(id)).phase).toBe('succeeded')
  })
})

const order = ['queued', 'launching', 'registering', 'pinning', 'switching', 'settling', 'watching']

/** The processes of the machine that listen on an instance's port. */
function appPids(machine: Machine | undefined): number[] {
  const tree = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .flatMap((match) =>
      match ? [{ pid: Number(match[1]), parent: Number(match[2]), args: match[3] ?? '' }] : [],
    )
  const below = (pid: number): typeof tree =>
    tree.filter((each) => each.parent === pid).flatMap((each) => [each, ...below(each.pid)])
  return below(machine?.initPid ?? -1)
    .filter((each) => each.args.includes('main.js'))
    .map((each) => each.pid)
}

/** Either the instance runs the application as another process, or the instance itself was replaced. */
async function stillThere(victim: Machine | undefined, killed: readonly number[]): Promise<boolean> {
  const now = await machines()
  const same = now.find((machine) => machine.instanceId === victim?.instanceId)
  return now.length >= 3 && (!same || appPids(same).some((pid) => !killed.includes(pid)))
}

describe('an application in an instance', () => {
  const inside = async (path: string, query: Record<string, string>) =>
    (await (await fetch(`${url}${path.slice(1)}?${new URLSearchParams(query).toString()}`)).json()) as {
      error?: string
      text?: string
      names?: string[]
      status?: number
    }

  it('reads neither the console’s token, nor the cloud’s key and state, nor another instance’s files', async () => {
    const data = existsSync(join(real.home, 'system-folder'))
      ? readFileSync(join(real.home, 'system-folder'), 'utf8').trim()
      : real.home
    const secrets = [
      join(real.home, 'console.json'),
      join(real.home, 'secrets', 'cloud.json'),
      join(real.home, 'secrets', 'session'),
      join(real.home, 'localcloud', 'state.json'),
      `/proc/${real.pidOf('console')}/environ`,
      `/proc/${real.pidOf('localcloud')}/environ`,
      `/proc/${process.pid}/environ`,
    ]
    for (const path of secrets) {
      expect(existsSync(path), path).toBe(true)
      expect(await inside('/read', { path }), path).toHaveProperty('error')
    }
    for (const path of [real.home, data, join(data, 'instances')])
      expect((await inside('/list', { path })).names ?? [], path).toEqual([])
    const environment = JSON.stringify(await inside('/env', {}))
    const { controlToken, secret } = cloudAccess(real)
    for (const hidden of [controlToken, secret, real.token]) expect(environment).not.toContain(hidden)
    expect(
      (await inside('/list', { path: '/proc' })).names?.filter((name) => /^\d+$/.test(name)).length ?? 0,
    ).toBeLessThan(20)
    expect(readdirSync(real.home).length).toBeGreaterThan(0)
  })

  it('ends no process of the machine', async () => {
    for (const part of ['console', 'localcloud', 'database'] as const)
      expect(await inside('/kill', { pid: String(real.pidOf(part)) })).toHaveProperty('error')
    expect((await status()).live).toBeTruthy()
  })

  it('is refused by the control interface, by AWS’s operations and by the console', async () => {
    const cloud = cloudAccess(real).url
    const ask = (address: string, init: object = {}) =>
      inside('/ask', { request: JSON.stringify({ address, ...init }) })
    const control = { headers: { 'x-localcloud-control': '1' } }
    expect(await ask(`${cloud}/_localcloud/state`, control)).toMatchObject({ status: 403 })
    expect(await ask(`${cloud}/_localcloud/reset`, { ...control, method: 'POST' })).toMatchObject({
      status: 403,
    })
    const query = {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'Action=DescribeInstances&Version=2016-11-15',
    }
    expect(await ask(cloud, query)).toMatchObject({ status: 403 })
    const now = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
    const credential = `AKIA/${now.slice(0, 8)}/us-east-1/ec2/aws4_request`
    const wrong = {
      'x-amz-date': now,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`,
    }
    expect(await ask(cloud, { ...query, headers: { ...query.headers, ...wrong } })).toMatchObject({
      status: 403,
    })
    expect(await ask(`${real.url}/api/v1/clusters`)).toMatchObject({ status: 401 })
    expect((await ask(`${real.url}/api/v1/sign-in-links`, { method: 'POST' })).status).toBeGreaterThanOrEqual(
      400,
    )
  })
})
