import { activeTraffic, type ClusterState } from '../domain/cluster-state.js'
import type { Probed } from '../domain/sight-tested.js'
import type { Sightings } from '../domain/sightings.js'
import { probeRequest } from '../domain/smoke-test.js'
import type { Parts } from './parts.js'

/**
 * Sends one test request where a deployment is being tested, at the pace of the polls however often a turn is woken. It is
 * sent by what the look before showed, so that the look after it stays fresh.
 */
export async function sendProbe(
  { prober, timings }: Parts,
  state: ClusterState,
  { tested }: Sightings,
  at: Date,
  signal: AbortSignal,
): Promise<Probed | null> {
  const operation = activeTraffic(state)
  const test = operation?.request.trials?.smokeTest
  if (!operation?.test || operation.phase !== 'testing' || operation.cancelRequested) return null
  if (!test || tested?.operation !== operation.id || tested.ruleArn !== operation.test.ruleArn) return null
  if (at.getTime() < operation.test.since.getTime() + timings.settleMs) return null
  if (tested.triedAt && at.getTime() - tested.triedAt.getTime() < timings.pollMs / 2) return null
  const answer = await prober.probe(probeRequest(test, tested.conditions, tested.origin), signal)
  return { ruleArn: tested.ruleArn, sentAt: at, answer }
}
