import { afterEach, expect, it } from 'vitest'
import { stubConsole, type Answer } from '../support/stub-console.js'

let close: (() => Promise<unknown>) | undefined
afterEach(() => close?.())

async function consoleWith(answers: Readonly<Record<string, Answer>>) {
  const stub = await stubConsole(answers)
  close = stub.close
  return stub
}
const age = { seenAt: '2026-11-19T14:19:08Z', fault: null, partial: false }
const instance = {
  instanceId: 'i-0d52b1c4a9e87f301',
  kind: 'group',
  state: 'running',
  health: 'unhealthy',
  healthReason: null,
  group: 'shop-main-v012',
  bake: null,
  version: '4.12.0',
  zone: 'eu-west-1b',
  type: 't3.medium',
  privateIp: '10.0.18.44',
  launchedAt: null,
}

it('finds instances by words, the newest first', async () => {
  const stub = await consoleWith({
    'GET /instances': { body: { instances: [instance], next: '/api/v1/instances?cursor=x', ...age } },
  })
  const { exit, stdout, stderr } = await stub.run('instances', 'zone:1b', 'health:unhealthy')
  expect(exit).toBe(0)
  expect(stdout.split('\n')[1]).toMatch(
    /^i-0d52b1c4a9e87f301 +shop-main-v012 +4\.12\.0 +eu-west-1b .*unhealthy +10\.0\.18\.44/,
  )
  expect(stderr).toContain('There are more than 1')
  expect(stub.asked[0]?.path).toBe('/instances?q=zone%3A1b+health%3Aunhealthy&order=desc&limit=100')
  await stub.run('instances', '--sort', 'zone', '--limit', '7')
  expect(stub.asked[1]?.path).toBe('/instances?sort=zone&order=asc&limit=7')
  await stub.run('instances', '--sort', 'zone', '--reverse')
  expect(stub.asked[2]?.path).toBe('/instances?sort=zone&order=desc&limit=100')
})

it('says what is old and what is a part', async () => {
  const stub = await consoleWith({
    'GET /instances': {
      body: { instances: [], next: null, seenAt: null, fault: 'Rate exceeded.', partial: true },
    },
  })
  const { exit, stderr } = await stub.run('instances')
  expect(exit).toBe(0)
  expect(stderr).toContain('AWS could not be read now: Rate exceeded.')
  expect(stderr).toContain('Only what belongs to applications that you may see is shown.')
})

it('lists load balancers, and shows one with its rules and whose they are', async () => {
  const balancer = {
    name: 'shop-alb',
    scheme: 'internal',
    dnsName: 'shop-alb.example.com',
    zones: ['a', 'b'],
    clusters: ['shop-main'],
    warnings: ['It is enabled in a and b only.'],
  }
  const rule = {
    priority: 100,
    when: 'the host is shop.example.com',
    does: [],
    forwards: [
      { targetGroup: 'tg', group: 'shop-main-v012', share: 100, healthy: 2, targets: 3 },
      { targetGroup: 'unasked', group: null, share: 0, healthy: null, targets: null },
    ],
    owner: { words: 'cluster shop-main' },
  }
  const stub = await consoleWith({
    'GET /load-balancers': {
      body: {
        loadBalancers: [{ ...balancer, listeners: [{ port: 80, protocol: 'HTTP', rules: 4 }] }],
        next: null,
        ...age,
      },
    },
    'GET /load-balancers/shop-alb': {
      body: { ...balancer, listeners: [{ port: 80, protocol: 'HTTP', rules: [rule] }], ...age },
    },
  })
  const list = await stub.run('load-balancers')
  expect(list.stdout).toMatch(/shop-alb +internal +a b +HTTP:80 +4 +shop-main +It is enabled/)
  const one = await stub.run('load-balancers', 'shop-alb')
  expect(one.stdout).toContain(
    '100       the host is shop.example.com  shop-main-v012 100 % (2 of 3 healthy), unasked 0 % (health not known)  cluster shop-main',
  )
  expect(one.stdout).toContain('! It is enabled in a and b only.')
  const json = await stub.run('load-balancers', 'shop-alb', '--json')
  expect(JSON.parse(json.stdout)).toMatchObject({ name: 'shop-alb' })
})

it('lists the server groups of all clusters, all pages of them, by words', async () => {
  const group = {
    name: 'shop-main-v011',
    application: 'shop',
    image: { version: '4.11.2' },
    state: 'warm',
    share: 0,
    size: { desired: 3 },
    stateSince: '2026-11-19T14:19:08Z',
    keptUntil: null,
    keep: { until: null, by: 'Ada', why: 'a look' },
  }
  const stub = await consoleWith({ 'GET /groups': { body: { groups: [group], next: null } } })
  const { exit, stdout } = await stub.run('groups', 'warm', 'shop')
  expect(exit).toBe(0)
  expect(stdout).toMatch(/shop-main-v011 +shop +4\.11\.2 +warm +0 % +3 .* for ever, by Ada/)
  expect(stub.asked[0]?.path).toBe('/groups?q=warm+shop&limit=500')
  expect(JSON.parse((await stub.run('groups', '--json')).stdout)).toEqual({ groups: [group] })
})
