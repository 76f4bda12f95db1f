import type { Observed, ObservedGroup } from '../domain/observation.js'
import type { Clock, ClusterQuery, GroupQuery } from '../engine/ports.js'
import { readAnswerCounts } from './answer-counts.js'
import type { ServiceClients } from './clients.js'
import { balancerReads, observeBalancer } from './observe-balancer.js'
import { groupReads, observeGroup } from './observe-groups.js'
import { readNightMetrics } from './night-metrics.js'
import { withOwnSignal } from './own-signal.js'
import { readRequestCounts, type CountWanted } from './request-counts.js'

interface ObserveOptions {
  readonly clock: Clock
  readonly metricPeriodSec: number
}

type Observe = (query: ClusterQuery, signal: AbortSignal) => Promise<Observed>

/**
 * Reads a cluster from AWS, sharing requests with other clusters' reads of the same moment. It fails as a whole: half a
 * snapshot decides nothing.
 */
export function makeObserve(readers: ServiceClients, { clock, metricPeriodSec }: ObserveOptions): Observe {
  const ofBalancers = balancerReads(readers.elb)
  const ofGroups = groupReads(readers)

  const observe: Observe = async (query, signal) => {
    const at = clock.now()
    const [{ usedElsewhere, ...ofBalancer }, groups] = await Promise.all([
      observeBalancer(ofBalancers, query, signal),
      Promise.all(
        query.groups.map((group) => observeGroup(ofGroups, group, query.marks ? ofBalancers : null, signal)),
      ),
    ])
    const loadBalancerArn = query.loadBalancerArn ?? ofBalancer.balancer?.loadBalancerArn ?? null
    const wanted = (since: 'requestsSince' | 'answersSince') =>
      countsWanted(query.groups, groups, loadBalancerArn, since)
    const [counted, judged] = [wanted('requestsSince'), wanted('answersSince')]
    const now = clock.now()
    const [counts, answers] = await Promise.all([
      counted.length > 0
        ? readRequestCounts(readers.cloudwatch, counted, now, metricPeriodSec, signal)
        : new Map<string, number | null>(),
      judged.length > 0 ? readAnswerCounts(readers.cloudwatch, judged, now, metricPeriodSec, signal) : null,
    ])

    const night = query.night
      ? await readNightMetrics(readers.cloudwatch, query.night, metricPeriodSec, signal)
      : null
    const ours = new Set(groups.map(({ targetGroupArn }) => targetGroupArn))
    return {
      at,
      ...ofBalancer,
      groups: new Map(
        groups.map((group): [string, ObservedGroup] => [
          group.name,
          {
            ...group,
            requests: counts.get(group.name) ?? null,
            ...(answers ? { answers: answers.get(group.name) ?? null } : {}),
          },
        ]),
      ),
      ...(night ? { night } : {}),
      usedElsewhere: usedElsewhere.filter((arn) => ours.has(arn)),
    }
  }
  return (query, signal) => withOwnSignal(signal, (own) => observe(query, own))
}

function countsWanted(
  queries: readonly GroupQuery[],
  seen: readonly { readonly name: string; readonly targetGroupArn: string | null }[],
  loadBalancerArn: string | null,
  moment: 'requestsSince' | 'answersSince',
): CountWanted[] {
  return queries.flatMap((query) => {
    const { name, targetGroupArn } = query
    const since = query[moment]
    const arn = targetGroupArn ?? seen.find((group) => group.name === name)?.targetGroupArn ?? null
    if (!since || !arn || !loadBalancerArn) return []
    return [{ group: name, loadBalancerArn, targetGroupArn: arn, since }]
  })
}
