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
export async function runWithoutLoss(
  api: ConsoleApi,
  cluster: string,
  images: { readonly before: string; readonly after: string },
): Promise<LosslessRun> {
  const { url } = await liveOf(api, cluster)
  const begun = performance.now()
  const client = steadyClient(new URL('version', url).href, perSecond, versionIn)
  try {
    await run(api, `/clusters/${cluster}/deployments`, { image: images.after, reason: 'bench' })
    await run(api, `/clusters/${cluster}/rollback`, { reason: 'bench' })
    const tomorrow = new Date(Date.now() + 2 * dayMs).toISOString()
    const { operations } = await api.post<{ operations: string[] }>('/cleanup', { now: tomorrow })
    if (operations.length === 0) throw new Error('The cleanup found nothing to destroy.')
    for (const id of operations) await ended(api, id)
  } finally {
    await client.stop()
  }
  return { ...(await client.stop()), durationMs: performance.now() - begun }
}
