import type { MayName } from '../domain/adoption-obstacle.js'
import { candidatesOf, type AdoptionScene, type Candidate } from '../domain/adoptable.js'
import type { ForwardingRule } from '../domain/forwarding-rule.js'
import { isPresent } from '../domain/server-group.js'
import type { Cluster } from '../domain/cluster.js'
import type { RuleCondition } from '../domain/observation.js'
import type { Parts } from './parts.js'
import type { Catalog } from './ports.js'

/** The Auto Scaling groups of the account that are not ours. */
export interface Adoptable {
  readonly readAt: Date
  readonly candidates: readonly Candidate[]
}

/** More groups than an account may have. */
const allGroups = 100_000

/** Who an answer is for: every obstacle counts, and is named as far as they may see it. */
export interface AdoptionReader {
  /** Absent: for somebody who may see everything. */
  readonly mayName?: MayName | undefined
}

/** Which groups that somebody else made could be adopted, and why not the others; changes nothing. */
export async function adoptable(parts: Parts, { mayName }: AdoptionReader = {}): Promise<Adoptable> {
  const { listing, scene } = await adoptionScene(parts, 10_000, mayName)
  return { readAt: listing.readAt, candidates: candidatesOf(scene) }
}

/**
 * What candidates are judged by.
 *
 * @param maxAgeMs how old the listing of the account may be; 0 reads the load balancers anew too
 */
export async function adoptionScene(parts: Parts, maxAgeMs: number, mayName: MayName = () => true) {
  const { history, lister, account, place } = parts
  const [listing, catalog, groups, clusters] = await Promise.all([
    lister.list('whole', maxAgeMs),
    account.catalog(maxAgeMs === 0),
    history.groupsNamed('', allGroups),
    history.clusters(),
  ])
  const standing = clusters.filter(({ retired }) => !retired)
  const scene: AdoptionScene = {
    listing,
    rules: forwardingRules(catalog, standing),
    known: new Set(groups.filter(isPresent).map(({ name }) => name)),
    clusters: new Set(standing.map(({ name }) => name)),
    owner: place.owner,
    mayName,
    zones: [...new Set(catalog.subnets.map(({ zone }) => zone))].sort(),
  }
  return { listing, catalog, scene }
}

function forwardingRules(catalog: Catalog, clusters: readonly Cluster[]): readonly ForwardingRule[] {
  const byRule = new Map(clusters.map(({ ruleArn, name }) => [ruleArn, name]))
  return catalog.loadBalancers.flatMap((balancer) =>
    balancer.listeners.flatMap((listener) =>
      listener.rules
        .filter(({ entries }) => entries.length > 0)
        .map((rule) => ({
          ruleArn: rule.arn,
          isDefault: rule.priority === 'default',
          conditions: rule.conditions.map(({ field, values }) => ({
            field: field as RuleCondition['field'],
            values,
          })),
          entries: rule.entries,
          sticky: rule.sticky,
          listenerArn: listener.arn,
          port: listener.port,
          protocol: listener.protocol,
          loadBalancerArn: balancer.arn,
          loadBalancerName: balancer.name,
          loadBalancerZones: balancer.zones,
          cluster: byRule.get(rule.arn) ?? null,
        })),
    ),
  )
}
