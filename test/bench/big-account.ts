import type { LocalCloudControl } from './local-cloud-control.js'
import { callsBetween, type CallsMade } from './aws-calls.js'
import { firstPaintsMs } from './first-paint.js'
import { memoryOf } from './memory.js'
import type { BenchHome, RunningDelling } from './running-delling.js'
import { Viewers } from './viewers.js'

/** What the console does with an account of a thousand server groups and twenty thousand instances. */
export interface BigAccount {
  readonly serverGroups: number
  readonly instances: number
  /** How long each page took, from the request to its last byte, by its name. */
  readonly pagesMs: Readonly<Record<string, readonly number[]>>
  /** From the first question after them until load balancing was read whole for the first time; null: not within the patience. */
  readonly firstLookMs: number | null
  /** Milliseconds to the first contentful paint of `/` and `/clusters`; null where there is no browser. */
  readonly firstPaintsMs: readonly number[] | null
  /** In a minute, by how many viewers there were; the first is the console by itself. */
  readonly calls: readonly {
    readonly viewers: number
    readonly made: CallsMade
    readonly balancing: number
  }[]
  readonly fullLookReads: number
  readonly consoleBytes: number
  readonly localCloudBytes: number
}

const bigServerGroups = 1000
const requests = 40
const minuteMs = 60_000
const viewerCounts = [0, 10, 50]
/** Load balancing of a thousand server groups takes about twenty minutes of the budget; a busy machine takes longer. */
const lookPatienceMs = 30 * minuteMs

/**
 * On a state folder of its own, at pace real: engine and viewers look as often as they would on AWS. Its instances are
 * records, so what is measured is the console, not the machine's twenty thousand processes.
 */
export async function measureBigAccount(
  home: BenchHome,
  say: (sentence: string) => void,
  serverGroups = bigServerGroups,
): Promise<BigAccount> {
  say(`Generating an account of ${serverGroups} server groups, and its history`)
  const delling = await home.start('real', { DELLING_BIG_ACCOUNT: String(serverGroups) })
  const { api, control, pids } = delling
  const { clusters } = await api.get<{ clusters: readonly { name: string }[] }>('/clusters?limit=500')
  const names = clusters.map(({ name }) => name)
  const instances = (await control.instances()).length
  say('Waiting until its load balancing has been read once, within the budget of looks')
  const firstLookMs = await untilSeen(delling)
  say('Pages of the big account, one after the other')
  const pagesMs = await timesOfPages(delling, pagesOf(names[0] ?? ''))
  say('First paint of home and of the list of clusters')
  const paints = await firstPaintsMs(delling, ['/', '/clusters'])
  const calls: BigAccount['calls'][number][] = []
  for (const viewers of viewerCounts) {
    say(`A minute with ${viewers} open pages`)
    calls.push({ viewers, ...(await minuteWith(delling, names.slice(0, viewers))) })
  }
  const measured = {
    serverGroups,
    instances,
    pagesMs,
    firstLookMs,
    firstPaintsMs: paints,
    calls,
    fullLookReads: 3 * names.length + serverGroups,
    consoleBytes: memoryOf(pids.console),
    localCloudBytes: memoryOf(pids.localCloud),
  }
  await delling.stop()
  return measured
}

function pagesOf(cluster: string): Readonly<Record<string, string>> {
  return {
    home: '/',
    applications: '/applications',
    clusters: '/clusters',
    'clusters, filtered and sorted': '/clusters?q=main&sort=-live',
    'one cluster': `/clusters/${cluster}`,
    'server groups': '/groups',
    'server groups, filtered and sorted': '/groups?q=warm&sort=-until',
    'one server group': `/groups/${cluster}-v004`,
    images: '/images',
    'images, filtered and sorted': '/images?q=4.0&sort=users',
    'load balancers': '/load-balancers',
    'target groups': '/target-groups',
    instances: '/instances',
    'instances, filtered and sorted': '/instances?q=zone:1b&sort=group',
    'deploy log': '/log',
    'what is owed': '/more',
    holds: '/holds',
    jobs: '/jobs',
    'system health': '/system',
    orphans: '/orphans',
    find: '/find?q=main',
    tonight: '/tonight',
    ...Object.fromEntries(apiLists.map((list) => [`API: ${list}`, `/api/v1/${list}`])),
  }
}

/** Every list of the API that grows with an account. */
const apiLists = [
  'applications',
  'clusters',
  'groups',
  'groups?q=warm',
  'images',
  'bakes',
  'operations',
  'log',
  'audit',
  'calls',
  'obligations',
  'instances',
  'instances?q=zone:1b',
  'load-balancers',
  'target-groups',
  'cleanup',
  'cleanup/runs',
  'find?q=main',
]

/** Resolves once both looks at the whole account are there to be shown, to how long that took. */
async function untilSeen({ api }: RunningDelling): Promise<number | null> {
  const begunMs = performance.now()
  const isSeen = async (list: string) => (await api.get<{ seenAt: string | null }>(list)).seenAt !== null
  while (!((await isSeen('/instances?limit=1')) && (await isSeen('/target-groups?limit=1')))) {
    if (performance.now() - begunMs > lookPatienceMs) return null
    await rest(5_000)
  }
  return performance.now() - begunMs
}

async function timesOfPages(
  { address }: RunningDelling,
  pages: Readonly<Record<string, string>>,
): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = {}
  for (const [name, path] of Object.entries(pages)) {
    const took: number[] = []
    // The first one compiles and reads what is kept from then on.
    for (let request = 0; request <= requests; request += 1) {
      const begun = performance.now()
      const reply = await fetch(address.url + path, { headers: { authorization: `Bearer ${address.token}` } })
      await reply.text()
      if (!reply.ok) throw new Error(`GET ${path}: ${reply.status}`)
      if (request > 0) took.push(performance.now() - begun)
    }
    times[name] = took
  }
  return times
}

async function minuteWith(
  { address, control }: RunningDelling,
  clusters: readonly string[],
): Promise<{ readonly made: CallsMade; readonly balancing: number }> {
  const viewers = new Viewers(address, clusters)
  try {
    // What an opened page asks first is no steady state.
    await rest(5_000)
    const before = await control.callCounts()
    await rest(minuteMs)
    const after = await control.callCounts()
    return { made: callsBetween(before, after), balancing: await balancing(control, before) }
  } finally {
    await viewers.leave()
  }
}

async function balancing(
  control: LocalCloudControl,
  before: Readonly<Record<string, number>>,
): Promise<number> {
  const only = (counts: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(counts).filter(([api]) => api.startsWith('elasticloadbalancing:')))
  return callsBetween(only(before), only(await control.callCounts())).total
}

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
