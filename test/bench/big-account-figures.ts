import { awsTimings } from '../../server/domain/timings.js'
import type { BigAccount } from './big-account.js'
import type { Figure } from './report.js'
import { median, p95 } from './statistics.js'

const pageGoalMs = 50
const paintGoalMs = 1000
/** Beside looks, the account is listed once in a steward's minute, and at least once more between two readings. */
const listing = 4

/** The lines about the big account: what a page of it takes, and what it costs of AWS's reads. */
export function bigAccountFigures(big: BigAccount): Figure[] {
  const { calmReads, pageReads } = awsTimings
  const grouped = (count: number) => count.toLocaleString('en')
  const where = `${grouped(big.serverGroups)} server groups, ${grouped(big.instances)} instances`
  const allowed = calmReads + pageReads + listing
  return [
    ...Object.entries(big.pagesMs).map(([name, ms], nth) => ({
      what: nth === 0 ? `${where}: ${name}` : `– ${name}`,
      measured: `median ${Math.round(median(ms))} ms, p95 ${Math.round(p95(ms))} ms`,
      goal: met(`≤ ${pageGoalMs} ms`, p95(ms) <= pageGoalMs),
    })),
    {
      what: '– first paint in Chromium, home and clusters',
      measured: big.firstPaintsMs
        ? `median ${Math.round(median(big.firstPaintsMs))} ms, p95 ${Math.round(p95(big.firstPaintsMs))} ms`
        : 'no Chromium here',
      goal: big.firstPaintsMs ? met('≤ 1 s', p95(big.firstPaintsMs) <= paintGoalMs) : '≤ 1 s',
    },
    ...big.calls.map(({ viewers, made, balancing }) => ({
      what: `– AWS calls in a minute with ${viewers} open pages, load balancing's among them`,
      measured: `${grouped(made.total)} (${grouped(made.changes)} changes), ${grouped(balancing)}`,
      goal: met(`≤ ${allowed} of load balancing`, balancing <= allowed),
    })),
    {
      what: '– until load balancing of the whole account is read for the first time, within that budget',
      measured:
        big.firstLookMs === null ? 'not within half an hour' : `${(big.firstLookMs / 60_000).toFixed(1)} min`,
      goal: '',
    },
    {
      what: '– a round of looks at every cluster, by that budget',
      measured: `${grouped(big.fullLookReads)} reads: ${(big.fullLookReads / calmReads).toFixed(1)} min`,
      goal: '',
    },
    {
      what: '– memory of console and worker; of the local cloud',
      measured: `${Math.round(big.consoleBytes / 1e6)} MB; ${Math.round(big.localCloudBytes / 1e6)} MB`,
      goal: '',
    },
  ]
}

const met = (goal: string, isMet: boolean) => `${goal}: ${isMet ? 'met' : 'missed'}`
