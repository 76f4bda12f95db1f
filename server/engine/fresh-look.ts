import { recordedLive, type ClusterState } from '../domain/cluster-state.js'
import { driftSentence, ruleIsExpected, ruleMayBeOurs } from '../domain/explain-rule.js'
import type { Observed } from '../domain/observation.js'
import { Refusal } from '../domain/refusal.js'
import { pageQuery } from './cluster-query.js'
import type { Parts } from './parts.js'
import { refuseRetired } from './retired-cluster.js'

/**
 * The cluster's records and AWS as it is now, for a request that must not be decided from a cache; with how the named groups
 * are made, which costs six calls each. Throws Refusal where there is none any more.
 */
export async function freshLook(
  parts: Parts,
  cluster: string,
  blueprintsOf: readonly string[] | 'live' = [],
): Promise<{ state: ClusterState; seen: Observed }> {
  const state = await parts.history.clusterState(cluster)
  if (!state) throw unknownCluster(cluster)
  refuseRetired(state.cluster)
  const at = parts.clock.now()
  const live = recordedLive(state)
  const whole = blueprintsOf === 'live' ? (live ? [live.name] : []) : blueprintsOf
  const query = pageQuery(state, at, parts.timings, whole)
  const seen = await parts.cloud.observe(query, AbortSignal.timeout(15_000))
  const look = { state, seen: { ...seen, at } }
  if (ruleIsExpected(look)) return look
  // A change of ours may have been recorded while AWS was looked at.
  return { ...look, state: (await parts.history.clusterState(cluster)) ?? state }
}

export function unknownCluster(name: string): Refusal {
  return new Refusal('UnknownCluster', `There is no cluster ${name}. Nothing was changed.`, 'notFound', {
    ways: [{ label: 'See the clusters', href: '/clusters', command: 'delling clusters list' }],
  })
}

/** Throws a refusal while the rule is not what we last set, naming what was expected and what is there. */
export function refuseDrift(state: ClusterState, seen: Observed, settled = true): void {
  const { cluster } = state
  const ways = [
    {
      label: `Open ${cluster.name}`,
      href: `/clusters/${cluster.name}`,
      command: `delling status ${cluster.name}`,
    },
  ]
  const restore = {
    label: 'See what differs, and adopt or undo it',
    href: `/clusters/${cluster.name}`,
    command: `delling drift ${cluster.name}`,
  }
  if (cluster.needsPerson)
    throw new Refusal(
      'NeedsPerson',
      `${cluster.name} needs a person first: ${cluster.needsPerson} Nothing was changed.`,
      'conflict',
      { ways: [...ways, restore] },
    )
  if (settled && !ruleMayBeOurs({ state, seen }))
    throw new Refusal('RuleChanged', `${driftSentence({ state, seen })} Nothing was changed.`, 'conflict', {
      ways,
    })
  if (seen.rule?.sticky)
    throw new Refusal(
      'RuleSticky',
      `The rule of ${cluster.name} pins clients to a target group (stickiness), which would override the weights. Turn stickiness off on the rule. Nothing was changed.`,
      'conflict',
      { ways },
    )
}
