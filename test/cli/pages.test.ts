import { afterEach, expect, it } from 'vitest'
import { stubConsole, type Answer } from '../support/stub-console.js'

let close: (() => Promise<unknown>) | undefined
afterEach(() => close?.())

async function consoleWith(answers: Readonly<Record<string, readonly Answer[]>>) {
  const stub = await stubConsole(answers)
  close = stub.close
  return stub
}
const cluster = (name: string) => ({
  name,
  application: 'shop',
  live: null,
  sentence: 'x',
  needsPerson: null,
})

it('shows every cluster of a list that comes in pages', async () => {
  const stub = await consoleWith({
    'GET /clusters': [
      { body: { clusters: [cluster('a')], next: '/api/v1/clusters?limit=500&cursor=after-a' } },
      { body: { clusters: [cluster('b')], next: null } },
    ],
  })
  const { exit, stdout } = await stub.run('clusters', 'list', '--json')
  expect(exit).toBe(0)
  const { clusters } = JSON.parse(stdout) as { clusters: { name: string }[] }
  expect(clusters.map(({ name }) => name)).toEqual(['a', 'b'])
  expect(stub.asked.map(({ path }) => path)).toEqual([
    '/clusters?limit=500',
    '/clusters?limit=500&cursor=after-a',
  ])
})

it('asks again under the same key while the torn request is still worked on', async () => {
  const stub = await consoleWith({
    'POST /sign-in-links': [
      { body: {}, tear: true },
      { status: 409, body: { code: 'StillRunning', detail: 'still worked on' } },
      { status: 201, body: { url: 'http://127.0.0.1/sign-in/x', expiresAt: '2026-11-24T12:00:00Z' } },
    ],
  })
  const { exit, stdout } = await stub.run('login')
  expect([exit, stdout]).toEqual([0, 'http://127.0.0.1/sign-in/x\n'])
  expect(new Set(stub.asked.map(({ headers }) => headers['idempotency-key'])).size).toBe(1)
  expect(stub.asked).toHaveLength(3)
})
