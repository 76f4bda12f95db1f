import autocannon from 'autocannon'
import { median } from './statistics.js'

export interface Throughput {
  readonly directPerSecond: number
  readonly balancedPerSecond: number
  /** Through the load balancer by directly, of each pair of runs. */
  readonly ratio: number
}

const connections = 20
const runSec = 4
const pairs = 3

/** Turn and turn about, so that a busy moment of the machine hits both. Medians of all pairs. */
export async function compareThroughput(directUrl: string, balancedUrl: string): Promise<Throughput> {
  await requestsPerSecond(directUrl, 1)
  await requestsPerSecond(balancedUrl, 1)
  const runs: { direct: number; balanced: number }[] = []
  for (let pair = 0; pair < pairs; pair += 1) {
    const direct = await requestsPerSecond(directUrl, runSec)
    runs.push({ direct, balanced: await requestsPerSecond(balancedUrl, runSec) })
  }
  return {
    directPerSecond: median(runs.map(({ direct }) => direct)),
    balancedPerSecond: median(runs.map(({ balanced }) => balanced)),
    ratio: median(runs.map(({ direct, balanced }) => balanced / direct)),
  }
}

async function requestsPerSecond(url: string, duration: number): Promise<number> {
  const result = await autocannon({ url, connections, duration })
  const bad = result.non2xx + result.errors + result.timeouts
  if (bad > 0)
    throw new Error(`${url}: ${bad} of ${result.requests.total} requests were not answered with 2xx`)
  return result.requests.total / result.duration
}
