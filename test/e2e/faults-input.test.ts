import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startRealDelling, type RealDelling } from '../support/real-delling.js'
import { tgzBytes, zipBytes } from '../support/archives.js'

let real: RealDelling
let cookie = ''

interface Asked {
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

async function ask(method: string, path: string, { headers = {}, body }: Asked = {}) {
  const reply = await fetch(`${real.url}${path}`, {
    method,
    redirect: 'manual',
    headers: { authorization: `Bearer ${real.token}`, ...headers },
    ...(body === undefined ? {} : { body: body as string }),
  })
  return { status: reply.status, text: await reply.text(), headers: reply.headers }
}

const json = (value: unknown): Asked => ({
  headers: { 'content-type': 'application/json' },
  body: typeof value === 'string' ? value : JSON.stringify(value),
})

/** As a person's browser sends a form of ours. */
async function submit(path: string, fields: Readonly<Record<string, string>>) {
  const reply = await fetch(`${real.url}${path}`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(fields).toString(),
  })
  return { status: reply.status, text: await reply.text() }
}
const page = async (path: string) =>
  (await fetch(`${real.url}${path}`, { headers: { cookie }, redirect: 'manual' })).text()

/** What has been written so far: nothing may be added by what is refused. */
const written = async () => (await ask('GET', '/api/v1/log')).text

const notOurs = (text: string) =>
  expect(text).not.toMatch(/\n\s+at \S+ \(|node_modules|SyntaxError|select .* from/)

beforeAll(async () => {
  real = await startRealDelling()
  const { url } = JSON.parse((await ask('POST', '/api/v1/sign-in-links', json({}))).text) as { url: string }
  const opened = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'same-origin' },
  })
  cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
  const again = await fetch(url, {
    method: 'POST',
    redirect: 'manual',
    headers: { 'sec-fetch-site': 'same-origin' },
  })
  expect([opened.status, again.status]).toEqual([303, 410])
  expect((await ask('POST', '/api/v1/applications', json({ name: 'shop', owner: 'Tests' }))).status).toBe(201)
})
afterAll(() => real.stop())

describe('bad input to the running console is a 4xx and a sentence, and changes nothing (P9)', () => {
  const names = [
    '%00',
    '..%2f..%2fetc%2fpasswd',
    '%',
    '%E0%A4%A',
    'a'.repeat(3000),
    "x'%20or%201=1--",
    '__proto__',
    '%0d%0aX:1',
    '%ED%A0%80',
  ]
  const asks = [
    'GET clusters/ID',
    'GET applications/ID',
    'GET images/ID',
    'GET bakes/ID',
    'GET operations/ID',
    'GET groups/ID',
    'GET cleanup/runs/ID',
    'POST clusters/ID/deployments',
    'POST clusters/ID/rollback',
    'POST clusters/ID/rollback/plan',
    'POST groups/ID/keep',
    'POST groups/ID/release',
    'POST groups/ID/destroy',
    'POST operations/ID/cancel',
    'POST operations/ID/resume',
    'POST bakes/ID/cancel',
  ]
  it.each(asks)('%s', async (each) => {
    const [method = '', path = ''] = each.split(' ')
    const before = await written()
    for (const name of names) {
      const reply = await ask(
        method,
        `/api/v1/${path.replace('ID', name)}`,
        method === 'POST' ? json({}) : {},
      )
      expect([400, 404, 409, 414, 431], `${each}: ${name.slice(0, 30)}: ${reply.text}`).toContain(
        reply.status,
      )
      notOurs(reply.text)
    }
    expect(await written()).toBe(before)
  })

  const bodies: readonly unknown[] = [
    '{"a":',
    'null',
    [],
    'x'.repeat(2_000_000),
    { unknown: 1 },
    { name: {}, owner: [] },
    { name: 'shop\u0000', owner: 'o', image: 'i\u0000', reason: '\u0000', why: '\u0000', choice: '\u0000' },
    { name: 'shop', owner: '\ud800', image: '\ud800', reason: '\ud800' },
    { name: '../../etc', owner: 'o', image: '../../etc' },
    { name: 'sun\r\nrise', owner: 'o\r\nX: 1', email: 'a@b\r\nX: 1' },
    '{"__proto__":{"name":"x"},"name":"constructor","port":1e999}',
    { now: '9999-12-31T23:59:59Z' },
    { now: '+275760-09-13T00:00:00.001Z', until: '0001-01-01T00:00:00Z', why: 'x' },
    { hours: 1e308, why: 'x' },
    { application: 'shop', version: '1\u0000', package: { address: 's3://../../x', sha256: '0'.repeat(64) } },
    {
      application: 'shop',
      version: '1.0',
      package: { address: 'file:///etc/passwd', sha256: '0'.repeat(64) },
    },
    { application: 'shop', version: '1.0', package: { address: 'https://x/x.tgz', sha256: 'no' } },
  ]
  it.each([
    'applications',
    'bakes',
    'clusters',
    'clusters/plan',
    'clusters/shop-main/deployments',
    'clusters/shop-main/rollback',
    'groups/shop-main-v001/keep',
    'groups/shop-main-v001/destroy',
    'cleanup',
  ])('POST %s with bodies of every wrong kind', async (path) => {
    const before = await written()
    for (const body of bodies) {
      // An unknown name is all that is wrong with an empty body, and a cleanup needs none.
      if (
        path === 'cleanup' &&
        (body === 'null' || (typeof body === 'object' && !JSON.stringify(body).includes('now')))
      )
        continue
      const reply = await ask('POST', `/api/v1/${path}`, json(body))
      expect(
        [400, 404, 409, 413],
        `${path}: ${JSON.stringify(body).slice(0, 80)}: ${reply.status} ${reply.text}`,
      ).toContain(reply.status)
      notOurs(reply.text)
    }
    expect(await written()).toBe(before)
  })

  it('forms with the same are refused by a page, and what people write is shown as text', async () => {
    const evil = '<script>alert(1)</script>"\'><img src=x>'
    const before = await written()
    for (const value of ['\u0000', evil, 'x'.repeat(20_000), '__proto__', "'; drop table clusters;--"])
      for (const path of [
        '/applications/new',
        '/clusters/new',
        '/bakes',
        '/groups/x/destroy',
        '/groups/x/keep',
        '/operations/x/cancel',
        '/clusters/x/rollback',
        '/clusters/x/deploy',
      ]) {
        const reply = await submit(path, {
          do: 'create',
          name: value,
          owner: value,
          image: value,
          reason: value,
          why: value,
          confirm: value,
        })
        expect(reply.status, `${path} ${value.slice(0, 20)}`).toBeLessThan(500)
        expect(reply.text).not.toContain('<script>alert')
        expect(reply.text).not.toContain('<img src=x')
        notOurs(reply.text)
      }
    expect(await written()).toBe(before)
    const owner = `Ann ${evil}`
    expect((await ask('POST', '/api/v1/applications', json({ name: 'evil', owner }))).status).toBe(201)
    for (const path of ['/applications', '/applications/evil', '/log']) {
      const text = await page(path)
      expect(text, path).not.toContain('<script>alert')
      expect(text, path).not.toContain('<img src=x')
    }
    expect(await page('/applications/evil')).toContain('&lt;script&gt;')
  })

  it.each<[string, string, Uint8Array | string]>([
    ['a text that calls itself a package', 'shop.tgz', 'hello'],
    ['a zip that calls itself a tgz', 'shop.tgz', zipBytes([{ path: 'a', content: 'x' }])],
    ['a tgz that calls itself a zip', 'shop.zip', tgzBytes([{ path: 'a', content: 'x' }])],
    ['half a package', 'shop.tgz', tgzBytes([{ path: 'a', content: 'x'.repeat(5000) }]).subarray(0, 40)],
    ['an entry that climbs out', 'shop.tgz', tgzBytes([{ path: '../../etc/passwd', content: 'x' }])],
    ['a link that leads out', 'shop.tgz', tgzBytes([{ path: 'etc', type: '2', link: '/etc' }])],
    ['a name that climbs out', '../../shop.exe', 'hello'],
    ['a name over two lines', 'a%0d%0aX: 1.tgz', 'hello'],
    ['nothing', 'shop.tgz', ''],
  ])('refuses as a package: %s', async (_what, fileName, body) => {
    const headers = { 'x-file-name': fileName, 'content-type': 'application/octet-stream' }
    const reply = await ask('POST', '/api/v1/packages', { headers, body })
    expect(reply.status, reply.text).toBe(400)
    expect(reply.text).toContain('Nothing was kept')
    notOurs(reply.text)
  })

  it('refuses a form of packages that is none', async () => {
    for (const type of ['multipart/form-data', 'multipart/form-data; boundary=x'])
      expect(
        (await ask('POST', '/api/v1/packages', { headers: { 'content-type': type }, body: '--x\r\n' }))
          .status,
      ).toBe(400)
  })

  it('answers no foreign Host, none without one, and no request that is none', async () => {
    const { port, host } = new URL(real.url)
    const firstLine = (text: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => socket.write(text))
        let got = ''
        socket.on('data', (chunk: Buffer) => {
          got += chunk.toString()
          socket.destroy()
        })
        socket.on('error', () => undefined)
        socket.on('close', () => resolve(got.split('\r\n')[0] ?? ''))
      })
    expect(await firstLine('GET / HTTP/1.1\r\n\r\n')).toContain('400')
    expect(await firstLine('GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n')).toContain('421')
    expect(await firstLine('GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n')).toContain(
      '421',
    )
    expect(await firstLine('\x00\x01\r\n\r\n')).toContain('400')
    expect(await firstLine(`GET /assets/..%2f..%2fpackage.json HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toMatch(
      /30\d|404/,
    )
    expect(await firstLine(`GET /../../etc/passwd HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toMatch(/30\d|404/)
  })
})
