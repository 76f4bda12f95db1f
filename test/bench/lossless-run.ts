import type { ConsoleApi } from '../../server/cli/console-api.js'
import { steadyClient, type ClientReport } from '../support/steady-client.js'
import { ended, liveOf, run } from './operations.js'

export interface LosslessRun extends ClientReport {
  readonly durationMs: number
}

const perSecond = 250
const dayMs = 24 * 3_600_000

const versionIn = (body: string) => /\d+\.\d+\.\d+/.exec(body)?.[0] ?? 'none'

/** Deploys, switches back and cleans up while a client sends at a steady rate from before the first to after the last. */
export async function runUnderTraffic(api: ConsoleApi, cluster: string, image: string): Promise<LosslessRun> {
  const { url } = await liveOf(api, cluster)
  const begun = performance.now()
  const client = steadyClient(new URL('version', url).href, perSecond, versionIn)
  let report: ClientReport
  let durationMs: number
  try {
    await deploySwitchBackAndCleanUp(api, cluster, image)
  } finally {
    durationMs = performance.now() - begun
    report = await client.stop()
  }
  return { ...report, durationMs }
}

async function deploySwitchBackAndCleanUp(api: ConsoleApi, cluster: string, image: string): Promise<void> {
  await run(api, `/clusters/${cluster}/deployments`, { image, reason: 'bench' })
  await run(api, `/clusters/${cluster}/rollback`, { reason: 'bench' })
  const now = new Date(Date.now() + 2 * dayMs).toISOString()
  const { operations } = await api.post<{ operations: readonly string[] }>('/cleanup', { now })
  if (operations.length === 0) throw new Error('The cleanup found nothing to destroy.')
  for (const id of operations) await ended(api, id)
}
