import type { AccountListing, ListedGroup } from './account-listing.js'
import { askWhoSeesAll, seenNames, type AdoptionObstacle, type MayName } from './adoption-obstacle.js'
import { reasonBadSize, reasonTooFewZones, type GroupSize } from './cluster.js'
import { ruleWords, type ForwardingRule } from './forwarding-rule.js'
import { parseClusterName, parseServerGroupName, reasonBadClusterName } from './names.js'
import { whoHolds } from './other-holders.js'
import { ruleObstacles, rulesOf } from './rule-to-adopt.js'
import { shareOf } from './share.js'

/** An Auto Scaling group that is not ours, read by the grammar of names; parts are null where its name is outside it. */
export interface Candidate {
  readonly name: string
  readonly cluster: string | null
  readonly application: string | null
  readonly stack: string | null
  readonly detail: string | null
  readonly push: number | null
  readonly size: GroupSize
  readonly zones: readonly string[]
  /** Its share of the rule that serves it, 0 to 100; null where no rule names its target group. */
  readonly share: number | null
  readonly rule: string | null
  /** Null where AWS doesn't say. */
  readonly createdAt: Date | null
  /** Empty: it can be adopted. */
  readonly obstacles: readonly AdoptionObstacle[]
  /** What a person should know before, though it stands in no way. */
  readonly cautions: readonly string[]
}

/** What candidates are judged by. */
export interface AdoptionScene {
  readonly listing: AccountListing
  readonly rules: readonly ForwardingRule[]
  /** Names of the groups that are recorded as ours and stand. */
  readonly known: ReadonlySet<string>
  /** Names of our clusters that stand. */
  readonly clusters: ReadonlySet<string>
  readonly owner: string
  /** Every zone of the region that a subnet was seen in. */
  readonly zones: readonly string[]
  readonly mayName: MayName
}

/** Every group of the account that is not ours, by name. */
export function candidatesOf(scene: AdoptionScene): readonly Candidate[] {
  return scene.listing.groups
    .filter((group) => !scene.known.has(group.name))
    .map((group) => candidateOf(scene, group))
    .sort((a, b) => a.name.localeCompare(b.name))
}

function candidateOf(scene: AdoptionScene, group: ListedGroup): Candidate {
  const named = nameOf(group.name)
  const parts = named ? parseClusterName(named.cluster) : null
  const siblings = named ? siblingsOf(scene, named.cluster) : [group]
  const rules = rulesOf(scene.rules, group)
  const own = [...groupObstacles(scene, group)]
  return {
    name: group.name,
    cluster: named?.cluster ?? null,
    application: parts?.application ?? null,
    stack: parts?.stack ?? null,
    detail: parts?.detail ?? null,
    push: named?.push ?? null,
    size: sizeOf(group),
    zones: group.zones,
    share: rules[0] ? shareOf(rules[0].entries, group.targetGroupArns[0] ?? '') : null,
    rule: rules.length > 0 ? rules.map(ruleWords).join('; ') : null,
    createdAt: group.createdAt,
    // Without a name and a target group of its own nothing can be said of the rule of its cluster.
    obstacles: own.length > 0 || !named ? own : ruleObstacles(scene, group, siblings),
    cautions: cautionsOf(group),
  }
}

/** `shop-main-v003` where it is a name that a server group of ours could have. */
function nameOf(name: string): { readonly cluster: string; readonly push: number } | null {
  const named = parseServerGroupName(name)
  return named && reasonBadClusterName(named.cluster) === null ? named : null
}

function siblingsOf(scene: AdoptionScene, cluster: string): readonly ListedGroup[] {
  return scene.listing.groups.filter(({ name }) => nameOf(name)?.cluster === cluster)
}

function sizeOf({ min, max, desired }: ListedGroup): GroupSize {
  return { min, max, desired }
}

/** Suspended, they leave a group that neither heals nor takes what it launches to its target group. */
const neededProcesses = ['Launch', 'Terminate', 'AddToLoadBalancer', 'HealthCheck', 'ReplaceUnhealthy']

/** What stands in the way in the group itself, the gravest first. */
function* groupObstacles(scene: AdoptionScene, group: ListedGroup): Generator<AdoptionObstacle> {
  yield* nameObstacles(scene, group)
  yield* holderObstacles(scene, group)
  yield* launchObstacles(group)
  yield* targetObstacles(scene, group)
  yield* sizeObstacles(scene, group)
  const suspended = group.suspended.filter((process) => neededProcesses.includes(process))
  if (suspended.length > 0)
    yield {
      sentence: `${suspended.join(', ')} ${suspended.length === 1 ? 'is' : 'are'} suspended: it does not heal, and could not take traffic back.`,
      mend: `aws autoscaling resume-processes --auto-scaling-group-name ${group.name} --scaling-processes ${suspended.join(' ')}`,
    }
}

function* nameObstacles(
  { clusters, owner }: AdoptionScene,
  { name, ownerTag }: ListedGroup,
): Generator<AdoptionObstacle> {
  const named = parseServerGroupName(name)
  if (!named)
    yield {
      sentence:
        'Its name is not of the form app[-stack[-detail]]-v012 in lower-case letters, digits, “.” and “_”.',
      mend: 'AWS renames no group: deploy it once more under such a name with the tool that made it, and adopt that one.',
    }
  else if (!nameOf(name))
    yield {
      sentence: reasonBadClusterName(named.cluster) ?? '',
      mend: 'Deploy it once more under another name with the tool that made it, and adopt that one.',
    }
  else if (clusters.has(named.cluster))
    yield ownerTag === owner
      ? {
          sentence: `${named.cluster} is a cluster of Delling’s already, whose records lack this group.`,
          mend: `Adopt it there, as what others changed: delling adopt ${named.cluster} ${name}`,
        }
      : besideCluster(named.cluster, name)
}

/** One that was left out when its cluster was adopted, or that somebody made since. */
function besideCluster(cluster: string, name: string): AdoptionObstacle {
  return {
    sentence: `It stands beside ${cluster}, a cluster of Delling’s already, and is none of its groups.`,
    mend: `Leave it as it is, which ends every word about it there: delling leave ${cluster} ${name}. Or give ${cluster} back and adopt it anew with it: delling drift ${cluster} names the commands.`,
  }
}

function* holderObstacles({ owner }: AdoptionScene, group: ListedGroup): Generator<AdoptionObstacle> {
  if (group.ownerTag && group.ownerTag !== owner)
    yield {
      sentence: `It belongs to another installation of Delling (delling:owner is ${group.ownerTag}, here it is ${owner}).`,
      mend: `Give its cluster back there: delling give-back ${nameOf(group.name)?.cluster ?? group.name}`,
    }
  const holder = whoHolds(group)
  if (holder)
    yield {
      sentence: `${holder.who} holds it, by its ${holder.by}, and would undo what Delling does.`,
      mend: holder.mend,
    }
}

function* launchObstacles(group: ListedGroup): Generator<AdoptionObstacle> {
  if (group.launchConfiguration !== null)
    yield {
      sentence: `It launches from the launch configuration ${group.launchConfiguration}, not from a launch template.`,
      mend: 'Copy it to a launch template (EC2 console, Launch configurations, Copy to launch template) and name that in the group: its running instances stay.',
    }
  else if (group.launchTemplateId === null)
    yield {
      sentence: 'It does not launch from a launch template.',
      mend: 'Give the group a launch template: its running instances stay.',
    }
}

function* targetObstacles(
  { listing, mayName }: AdoptionScene,
  group: ListedGroup,
): Generator<AdoptionObstacle> {
  const [arn, ...more] = group.targetGroupArns
  if (group.classicBalancers.length > 0)
    yield {
      sentence: `It is registered with the Classic Load Balancer ${group.classicBalancers.join(', ')}, which knows no weights.`,
      mend: 'Put an Application Load Balancer before it with a target group of its own, move the clients there, and detach the classic one.',
    }
  if (arn === undefined)
    yield {
      sentence:
        'It has no target group, so that nothing says whether it is healthy, and no rule can send it traffic.',
      mend: `Make a target group, name it in a listener rule, and attach it: aws autoscaling attach-load-balancer-target-groups --auto-scaling-group-name ${group.name} --target-group-arns …`,
    }
  else if (more.length > 0)
    yield {
      sentence: `It is registered in ${group.targetGroupArns.length} target groups; a server group has one.`,
      mend: 'Detach those that the cluster’s clients do not come through.',
    }
  const sharing = listing.groups
    .filter(
      ({ name, targetGroupArns }) =>
        name !== group.name && arn !== undefined && targetGroupArns.includes(arn),
    )
    .map(({ name }) => name)
  const named = sharing.find(mayName)
  if (sharing.length > 0)
    yield {
      sentence: `${capital(seenNames(sharing, 'group', mayName))} ${sharing.length === 1 ? 'uses' : 'use'} the same target group: a weight could not tell them apart.`,
      mend:
        named === undefined
          ? askWhoSeesAll
          : `Delete what carries nothing, or detach it, and adopt the one that is left: aws autoscaling detach-load-balancer-target-groups --auto-scaling-group-name ${named} --target-group-arns ${arn ?? ''}`,
    }
}

/** A name keeps its letters: only our own words begin with another one. */
const capital = (text: string) => (text.startsWith('a ') ? `A${text.slice(1)}` : text)

function* sizeObstacles({ zones }: AdoptionScene, group: ListedGroup): Generator<AdoptionObstacle> {
  const few = reasonTooFewZones(group.zones, zones)
  if (few)
    yield {
      sentence: few,
      mend: `Give the group subnets in three zones that its load balancer is enabled in: aws autoscaling update-auto-scaling-group --auto-scaling-group-name ${group.name} --vpc-zone-identifier …`,
    }
  const bad = reasonBadSize(sizeOf(group))
  if (bad)
    yield {
      sentence: `${bad} It is ${group.desired} (${group.min} to ${group.max}).`,
      mend:
        group.desired === 0
          ? 'A group without instances is nothing to switch back to: delete it, or leave it to the tool that made it.'
          : `aws autoscaling update-auto-scaling-group --auto-scaling-group-name ${group.name} --min-size 3 --max-size ${Math.max(3, group.max)}`,
    }
}

function cautionsOf(group: ListedGroup): readonly string[] {
  const stack = group.tags['aws:cloudformation:stack-name']
  const { launchTemplateVersion: version, launchTemplateName: template } = group
  return [
    ...(stack
      ? [
          `The CloudFormation stack ${stack} made it, and changes it at its next update: take it out of the stack first (DeletionPolicy: Retain).`,
        ]
      : []),
    ...(version === '$Latest' || version === '$Default'
      ? [
          `It launches from version ${version} of ${template ?? 'its launch template'}: whoever makes another changes what heals it.`,
        ]
      : []),
  ]
}
