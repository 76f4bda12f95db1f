import type { AccountListing, ListedGroup, ListedTargetGroup } from './account-listing.js'
import type { Cluster } from './cluster.js'
import type { ClusterState } from './cluster-state.js'
import { parseServerGroupName, pushLabel } from './names.js'
import { weightOf, type ObservedRule } from './observation.js'
import { ownTargetGroupName } from './own-target-group.js'
import { carriesAll, isListed, maxRuleEntries } from './rule-lists.js'
import { shareWords } from './share.js'

/** A group that is a cluster's by its name or its mark, and that the records do not know. */
export interface Stranger {
  readonly name: string
  /** Null when the name is outside the cluster's grammar. */
  readonly push: number | null
  /** Null for a target group that no Auto Scaling group uses. */
  readonly group: ListedGroup | null
  readonly targetGroup: ListedTargetGroup | null
}

/** Every push number under the cluster's prefix that AWS shows, ours and others': none of them may be given again. */
export function pushesSeen(cluster: Cluster, listing: AccountListing): readonly number[] {
  const named = listing.groups.map((group) => pushOf(cluster, group.name))
  const targets = listing.targetGroups.map((target) => pushOfTarget(cluster, target.name))
  return [...named, ...targets].filter((push) => push !== null)
}

/** The groups of a cluster that the listing shows and the records lack, lowest push number first. */
export function strangersOf(state: ClusterState, listing: AccountListing): readonly Stranger[] {
  const { cluster, groups } = state
  const byArn = new Map(listing.targetGroups.map((target) => [target.arn, target]))
  const scaling = listing.groups
    .filter((group) => group.clusterTag === cluster.name || pushOf(cluster, group.name) !== null)
    .filter((group) => !groups.some((known) => known.name === group.name))
    .map((group): Stranger => {
      const arn = group.targetGroupArns[0]
      const targetGroup = arn ? (byArn.get(arn) ?? null) : null
      return { name: group.name, push: pushOf(cluster, group.name), group, targetGroup }
    })
  const taken = new Set([
    ...listing.groups.flatMap((group) => group.targetGroupArns),
    ...groups.map((group) => group.targetGroupArn),
  ])
  const named = new Set(groups.map((group) => group.targetGroupName))
  // Groups without our mark use target groups too, and only a listing of all of them shows which.
  const lone = (listing.whole ? listing.targetGroups : [])
    .filter((target) => !taken.has(target.arn) && !named.has(target.name))
    .map((target) => ({ target, push: pushOfTarget(cluster, target.name) }))
    .filter(({ push }) => push !== null)
    .map(({ target, push }): Stranger => ({ name: target.name, push, group: null, targetGroup: target }))
  return [...scaling, ...lone].sort((a, b) => (a.push ?? Infinity) - (b.push ?? Infinity))
}

/** Why a stranger can't become a group of the cluster, in a sentence; null when it can. */
export function reasonNotAdoptable(
  state: ClusterState,
  stranger: Stranger,
  rule: ObservedRule | null,
  owner: string,
): string | null {
  const { name, push, group, targetGroup } = stranger
  if (!group) return `${name} is a target group without an Auto Scaling group: nothing runs in it.`
  if (push === null) return `${name} is no name of a server group of ${state.cluster.name}.`
  if (group.ownerTag !== owner)
    return group.ownerTag
      ? `${name} belongs to another installation (delling:owner is ${group.ownerTag}, here it is ${owner}).`
      : `${name} stands beside ${state.cluster.name} without the mark delling:owner = ${owner}, and Delling takes nothing unmarked into a cluster that it has. ${adoptAnew(state, stranger)}`
  if (group.targetGroupArns.length !== 1 || !targetGroup)
    return `${name} has ${group.targetGroupArns.length} target groups; a server group has one.`
  if (!group.launchTemplateId) return `${name} was not made from a launch template.`
  if (!rule) return `The listener rule of ${state.cluster.name} is gone.`
  const weight = weightOf(rule, targetGroup.arn)
  if (weight > 0 && !carriesAll(rule, targetGroup.arn))
    return `${name} carries ${shareWords(rule.entries, targetGroup.arn)} of the traffic; give all of it to one group first.`
  if (!isListed(rule, targetGroup.arn) && rule.entries.length >= maxRuleEntries)
    return `The rule names ${maxRuleEntries} target groups already, as many as AWS takes; ${name} has no room in it.`
  return null
}

/** How a group without a mark is taken in after all: with the others, as many as the cluster keeps. No request goes elsewhere by it. */
function adoptAnew({ cluster, groups }: ClusterState, { name }: Stranger): string {
  const [live = [], warm = []] = (['live', 'warm'] as const).map((role) =>
    groups.filter((group) => group.role === role).map((group) => group.name),
  )
  const all = [...live, name, ...warm].map(pushLabel)
  const together = all.slice(0, 1 + cluster.policy.maxWarm)
  const beyond = all.slice(together.length)
  const room =
    beyond.length > 0
      ? `A cluster keeps ${together.length} groups at most, and ${beyond.join(', ')} would be too many: destroy it first, or choose others. `
      : ''
  return `${room}To take it in, give the cluster back and adopt it anew with it: delling give-back ${cluster.name} --yes-i-mean ${cluster.name} --wait, then delling adopt ${cluster.name} --groups ${together.join(',')} --plan.`
}

function pushOf(cluster: Pick<Cluster, 'name'>, name: string): number | null {
  const parsed = parseServerGroupName(name)
  return parsed?.cluster === cluster.name ? parsed.push : null
}

function pushOfTarget(cluster: Cluster, name: string): number | null {
  const push = Number(/-v(\d{3,6})$/.exec(name)?.[1] ?? Number.NaN)
  return Number.isInteger(push) && ownTargetGroupName(cluster, push) === name ? push : null
}
