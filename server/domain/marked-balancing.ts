import type { Balancing, SeenBalancer, SeenListener, SeenRule, TagMap } from './balancing.js'
import type { ClusterState } from './cluster-state.js'
import type { MarkedKind, MarkedThing } from './orphan.js'
import { ruleWhen } from './rule-words.js'
import { isTestRule } from './smoke-test.js'

/** The records that load balancers, listeners and rules are held against. */
export interface BalancingRecords {
  readonly states: readonly ClusterState[]
  /** The mark of this installation. */
  readonly owner: string
  readonly now: Date
  /** A look may be older than the records: what belonged to a cluster that was retired more lately may have gone since. */
  readonly youngMs: number
}

/**
 * Load balancers, listeners and listener rules that carry our mark and that no recorded cluster is behind. A listener’s default
 * rule is a part of its listener.
 */
export function markedInBalancing(
  { balancers }: Balancing,
  records: BalancingRecords,
): readonly MarkedThing[] {
  return balancers.flatMap((balancer) => [
    ...(isOurs(balancer.tags, records) && !clustersAt(records, balancer).length
      ? [balancerThing(balancer)]
      : []),
    ...balancer.listeners.flatMap((listener) => [
      ...(isOurs(listener.tags, records) && !clustersAt(records, balancer, listener).length
        ? [listenerThing(balancer, listener)]
        : []),
      ...listener.rules
        .filter((rule) => !rule.isDefault && isOurs(rule.tags, records) && !isRecorded(rule, records))
        .map((rule) => ruleThing(balancer, listener, rule)),
    ]),
  ])
}

function isOurs(tags: TagMap, { owner }: BalancingRecords): boolean {
  return tags['delling:owner'] === owner
}

/** Clusters that stand, or went too lately for a look to show it. */
function isThere({ cluster: { retired } }: ClusterState, { now, youngMs }: BalancingRecords): boolean {
  return !retired || now.getTime() - retired.at.getTime() < youngMs
}

function clustersAt(
  records: BalancingRecords,
  balancer: SeenBalancer,
  listener?: SeenListener,
): readonly ClusterState[] {
  return records.states.filter((state) => {
    const { cluster } = state
    const at = cluster.settings.balancer
    const isBehind = cluster.loadBalancerArn === balancer.arn || at.loadBalancerName === balancer.name
    const isOn =
      !listener || cluster.listenerArn === listener.arn || (isBehind && at.listenerPort === listener.port)
    return isThere(state, records) && isBehind && isOn
  })
}

/** The recorded rule of a cluster, one that is on its way to being recorded, or one for a smoke test of it. */
function isRecorded(rule: SeenRule, records: BalancingRecords): boolean {
  const { states } = records
  if (states.some(({ cluster }) => cluster.ruleArn === rule.ruleArn)) return true
  const state = states.find(({ cluster }) => cluster.name === rule.tags['delling:cluster'])
  if (!state || !isThere(state, records)) return false
  return state.cluster.retired !== undefined || state.cluster.ruleArn === null || isTestRule(rule)
}

function balancerThing({ arn, name, createdAt, tags, listeners }: SeenBalancer): MarkedThing {
  const used = listeners.flatMap(({ rules }) => rules.filter(({ entries }) => entries.length > 0)).length
  const usedBy = used > 0 ? `${used} of its rules ${used === 1 ? 'forwards' : 'forward'} requests` : null
  return { ...thing('load balancer', arn, name, tags), since: createdAt, usedBy }
}

function listenerThing({ name }: SeenBalancer, { arn, port, rules, tags }: SeenListener): MarkedThing {
  const used = rules.filter(({ entries }) => entries.length > 0).length
  const usedBy = used > 0 ? `${used} of its rules ${used === 1 ? 'forwards' : 'forward'} requests` : null
  return { ...thing('listener', arn, `${name}, port ${port}`, tags), usedBy }
}

function ruleThing({ name }: SeenBalancer, { port }: SeenListener, rule: SeenRule): MarkedThing {
  const groups = rule.entries.map(({ targetGroupArn }) => targetGroupArn.split('/')[1] ?? targetGroupArn)
  const usedBy = groups.length > 0 ? `it forwards to ${groups.join(', ')}` : null
  const called = `${name}, port ${port}: ${ruleWhen(rule)}`
  return { ...thing('listener rule', rule.ruleArn, called, rule.tags), usedBy }
}

function thing(kind: MarkedKind, id: string, name: string, tags: TagMap): MarkedThing {
  return { kind, id, name, since: null, state: '', tags, partOf: null, usedBy: null }
}
