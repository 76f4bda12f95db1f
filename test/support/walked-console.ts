import { demoSystem } from './demo-system.js'
import { demoWorld } from './demo-world.js'
import { addForeignCluster } from './foreign-world.js'
import { FakeLocalCloud } from './fake-local-cloud.js'
import type { FakeWorld } from './fake-parts.js'
import { consoleOver, listeningConsole } from './console-under-test.js'
import { routesOf, type Layer } from './routes-of.js'

/** A local cloud in which several things are out of order. */
function misbehaving(): FakeLocalCloud {
  const local = new FakeLocalCloud()
  local.instances = ['a', 'b', 'c'].map((letter, index) => ({
    instanceId: `i-0d52b1c4a9e87f30${letter}`,
    state: index === 2 ? 'pending' : 'running',
    alive: index === 0,
    zone: `eu-west-1${letter}`,
    group: 'shop-main-v012',
    port: 40_001 + index,
    processId: 4711 + index,
  }))
  local.knobs = {
    ...local.knobs,
    zonesOut: ['eu-west-1b'],
    zonesWithoutCapacity: ['eu-west-1c'],
    ailments: [{ of: 'shop-main-v014', kind: 'crash-loops' }],
  }
  local.faults = [{ id: 'fault-1', fault: { action: 'ModifyRule', kind: 'late', times: 2, delayMs: 5000 } }]
  return local
}

/** The demonstration's day with something on every page: a cluster of somebody else's, a local cloud out of order, two replicas. */
export async function walkedConsole() {
  const world = demoWorld()
  world.localCloud = misbehaving()
  const { groups, targetGroups } = world.listing
  addForeignCluster(world, 'orders-main', [1, 2, 3, 4, 5, 6])
  world.listing = {
    ...world.listing,
    groups: [...groups, ...world.listing.groups],
    targetGroups: [...targetGroups, ...world.listing.targetGroups],
  }
  return { world, server: await listeningConsole(world, { system: demoSystem() }) }
}

type Server = Awaited<ReturnType<typeof listeningConsole>>

/** What has an address of its own only once somebody made it, by the ids that its addresses have. */
export async function furnishRecords({ url, credentials, people }: Server) {
  const secret = await credentials.issueToken({ name: 'Ada Byrne' })
  const authorization = `Bearer ${secret}`
  async function post<Reply>(path: string, body: object): Promise<Reply> {
    const headers = { authorization, 'content-type': 'application/json' }
    const reply = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`)
    return (await reply.json()) as Reply
  }
  await people.add('kim@example.com', [{ role: 'deployer', application: 'shop' }], ['ops'])
  const { hold } = await post<{ hold: { id: string } }>('/holds', {
    scope: 'cluster:search-main',
    reason: 'the index moves',
    hours: 4,
  })
  const channel = await post<{ id: string }>('/channels', {
    name: 'ops',
    kind: 'webhook',
    url: 'https://hooks.example.com/delling',
  })
  const grant = await post<{ id: string }>('/people/grants', {
    kind: 'group',
    name: 'ops',
    role: 'approver',
    why: 'on call',
  })
  const token = await post<{ id: string }>('/tokens', { label: 'pipeline of shop' })
  const { run } = await post<{ run: { id: string } }>('/cleanup', {})
  const sessions = await fetch(`${url}/api/v1/people/sessions`, { headers: { authorization } })
  const { sessions: all } = (await sessions.json()) as { sessions: readonly { id: string }[] }
  return {
    hold: hold.id,
    channel: channel.id,
    grant: grant.id,
    token: token.id,
    run: run.id,
    session: all[0]?.id ?? '',
  }
}

export type Records = Awaited<ReturnType<typeof furnishRecords>>

/** Every address that a person may open by a GET: what the console's router answers, its API apart. */
export function pageRoutes(world: FakeWorld): readonly string[] {
  const { router } = consoleOver(world).bare as unknown as { router: { stack: readonly Layer[] } }
  return routesOf(router.stack)
    .filter(({ method, path }) => method === 'get' && !path.startsWith('/api/v1'))
    .map(({ path }) => path)
}
