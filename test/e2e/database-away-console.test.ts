import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startLocalCloud } from '../../server/localcloud/assemble.js'
import { startConsoleProcess, type ConsoleProcess } from '../support/console-process.js'
import { cloneOfTemplate, startDatabaseServer, type DatabaseServer } from '../support/database-server.js'
import { until } from '../support/until.js'

let home: string
let cloud: Awaited<ReturnType<typeof startLocalCloud>>
let server: DatabaseServer
let web: ConsoleProcess
let cookie: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'delling-away-'))
  cloud = await startLocalCloud({ home, port: 0, pace: 'zero' })
  server = await startDatabaseServer()
  const databaseUrl = await cloneOfTemplate(server.url, 'console')
  web = await startConsoleProcess({ databaseUrl, cloudUrl: cloud.url })
  const { url } = await web.api<{ url: string }>('POST', '/sign-in-links')
  const signedIn = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'same-origin' },
  })
  expect(signedIn.status).toBe(303)
  cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? ''
})
afterAll(async () => {
  await web.stop()
  await server.stop()
  await cloud.stop()
  await rm(home, { recursive: true, force: true })
  await rm(cloud.instancesDir, { recursive: true, force: true })
})

const asBrowser = (path: string, init: RequestInit = {}) =>
  fetch(`${web.url}${path}`, { redirect: 'manual', ...init, headers: { cookie, ...init.headers } })
const healthz = async () => (await fetch(`${web.url}/healthz`)).status

describe.each(['frozen', 'shut down'] as const)('a console whose database is %s', (how) => {
  it('says so on every page, in the API, in its stream and at /healthz, and goes on by itself', async () => {
    expect((await asBrowser('/clusters')).status).toBe(200)
    const stream: ReadableStreamDefaultReader<Uint8Array> = (
      await web.get('/api/v1/events')
    ).body!.getReader()
    let heard = ''
    const hearing = (async () => {
      for (let part = await stream.read(); !part.done; part = await stream.read())
        heard += new TextDecoder().decode(part.value)
    })().catch(() => undefined)
    await until(() => heard.includes('retry:'), 10_000, 'the stream is open')

    await server.leave(how)
    await until(async () => (await healthz()) === 503, 30_000, '/healthz says it')
    const page = await asBrowser('/clusters')
    const text = await page.text()
    expect(page.status).toBe(503)
    expect(page.headers.get('refresh'), 'it comes back without script').toMatch(/^\d$/)
    expect(text).toContain('The database does not answer')
    expect(text).toMatch(/has not answered since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/)
    expect(text).not.toMatch(/\bat \S+:\d+|ECONNREFUSED|postgres:/)
    const asked = await web.get('/api/v1/applications', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'shop', owner: 'Ada', port: 8080, healthPath: '/' }),
    })
    expect(asked.status).toBe(503)
    expect(asked.headers.get('retry-after')).toBe('5')
    const problem = (await asked.json()) as { code: string; detail: string }
    expect(problem).toMatchObject({ code: 'DatabaseAway' })
    expect(problem.detail).toContain('Nothing was changed')
    await until(() => heard.includes('event: away'), 20_000, 'an open page is told')

    await server.comeBack()
    await until(async () => (await healthz()) === 200, 30_000, 'it answers again')
    await until(() => heard.includes('event: back'), 20_000, 'an open page is told')
    await until(async () => (await asBrowser('/clusters')).status === 200, 10_000, 'the session goes on')
    expect((await web.api<{ applications: unknown[] }>('GET', '/applications')).applications).toEqual([])
    // Not with every query that fails.
    expect(web.log().match(/the database does not answer/g)?.length).toBeLessThan(5)
    await stream.cancel()
    await hearing
  })
})
