import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startLocalCloud } from '../../server/localcloud/assemble.js'
import { startConsoleProcess, type ConsoleProcess } from '../support/console-process.js'
import { withAdmin } from '../support/database-server.js'
import { previousVersion } from '../support/previous-version.js'
import { steadyClient } from '../support/steady-client.js'
import { until } from '../support/until.js'

interface OperationShown {
  readonly id: string
  readonly phase: string
  readonly ended: boolean
  readonly endSentence: string | null
}
type Started = { readonly operation: OperationShown }

const cluster = 'sunrise-main'
/** Calls that AWS is slow to answer until the new version is there, however long that takes to start. */
const slowed = [
  'CreateTargetGroup',
  'CreateLaunchTemplate',
  'CreateAutoScalingGroup',
  'SuspendProcesses',
  'UpdateAutoScalingGroup',
]
const name = `upgrade_${process.pid}`
const previous = previousVersion()
const serverUrl = inject('databaseServerUrl')
const databaseUrl = Object.assign(new URL(serverUrl), { pathname: `/${name}` }).href
const running: ConsoleProcess[] = []
let home: string
let cloud: Awaited<ReturnType<typeof startLocalCloud>>
let images: readonly { readonly name: string; readonly version: string }[]

const start = async (from?: string) => {
  const web = await startConsoleProcess({ databaseUrl, cloudUrl: cloud.url, ...(from && { from }) })
  running.push(web)
  return web
}
const stop = async (web: ConsoleProcess) => {
  running.splice(running.indexOf(web), 1)
  return web.stop()
}
const control = (method: string, path: string, body?: object) =>
  fetch(`${cloud.url}/_localcloud${path}`, {
    method,
    headers: { 'x-localcloud-control': '1' },
    ...(body && { body: JSON.stringify(body) }),
  })
const operation = (web: ConsoleProcess, id: string) => web.api<OperationShown>('GET', `/operations/${id}`)
const ended = async (web: ConsoleProcess, { operation: { id } }: Started) => {
  await until(async () => (await operation(web, id)).ended, 120_000, 'the operation ends')
  return operation(web, id)
}
const baked = async (web: ConsoleProcess) => {
  expect((await web.get('/first-run/bake', { method: 'POST' })).status).toBe(303)
  const all = async () => (await web.api<{ images: typeof images }>('GET', '/images')).images
  await until(async () => (await all()).length >= 2, 120_000, 'two versions of the sample are baked')
  return all()
}

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'delling-upgrade-'))
  cloud = await startLocalCloud({ home, port: 0, pace: 'zero' })
  await withAdmin(serverUrl, (client) => client.query(`create database ${name}`))
})
afterAll(async () => {
  await Promise.all(running.map((web) => web.kill()))
  await cloud.stop()
  await withAdmin(serverUrl, (client) => client.query(`drop database if exists ${name} with (force)`))
  for (const folder of [home, cloud.instancesDir]) await rm(folder, { recursive: true, force: true })
  previous.remove()
})

/** What went wrong in a process, by its log: its own faults, and pages that failed. */
const faults = (web: ConsoleProcess) =>
  web
    .log()
    .split('\n')
    .filter((line) => /"level":(50|60)/.test(line))

describe(`replacing ${previous.name} by this version while it works`, () => {
  it('in the middle of a deployment: the new one ends it, the old one is not confused, no request is lost (P3, P4, P8)', async () => {
    const old = await start(previous.folder)
    images = await baked(old)
    const created = await old.api<Started>('POST', '/clusters', {
      name: cluster,
      image: images[0]?.name,
      listenerPort: 18_560,
    })
    expect((await ended(old, created)).phase).toBe('succeeded')
    const { url } = await old.api<{ url: string }>('GET', `/clusters/${cluster}`)
    const client = steadyClient(url, 50, (body) => /\d+\.\d+\.\d+/.exec(body)?.[0] ?? 'none')

    // It takes its time, so that it is met in its middle.
    for (const action of slowed) await control('POST', '/faults', { action, kind: 'delay', delayMs: 12_000 })
    const deployment = await old.api<Started>('POST', `/clusters/${cluster}/deployments`, {
      image: images[1]?.name,
    })
    const fresh = await start()
    await fresh.api('POST', '/applications', { name: 'other', owner: 'Ada', port: 8080, healthPath: '/' })
    for (const path of ['/', '/clusters', `/operations/${deployment.operation.id}`, '/log', '/more'])
      for (const web of [old, fresh]) expect((await web.get(path)).status, path).toBe(200)
    expect((await operation(fresh, deployment.operation.id)).ended, 'it is in its middle').toBe(false)
    expect(await stop(old)).toBe(0)
    await control('DELETE', '/faults')
    const end = await ended(fresh, deployment)
    expect(end.phase, end.endSentence ?? '').toBe('succeeded')
    const report = await client.stop()
    expect(report.failed).toEqual([])
    expect(report.versions).toHaveLength(2)
    expect([...faults(old), ...faults(fresh)]).toEqual([])
  })

  it('and back again: the old one starts on what the new one migrated and wrote, and switches back', async () => {
    const [fresh] = running
    const old = await start(previous.folder)
    expect(await stop(fresh!)).toBe(0)
    const back = await old.api<Started>('POST', `/clusters/${cluster}/rollback`, { reason: 'a test' })
    const end = await ended(old, back)
    expect(end.phase, end.endSentence ?? '').toBe('succeeded')
    expect(faults(old)).toEqual([])
  })
})
