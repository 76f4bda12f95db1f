import type { ListedGroup } from '../domain/account-listing.js'
import { candidatesOf, type Candidate } from '../domain/adoptable.js'
import { offeredGroups, usualChoice } from '../domain/adoption-choice.js'
import { seenNames, type AdoptionObstacle, type MayName } from '../domain/adoption-obstacle.js'
import type { ForwardingRule } from '../domain/forwarding-rule.js'
import { pushLabel } from '../domain/names.js'
import { Refusal } from '../domain/refusal.js'
import { soleRule } from '../domain/rule-to-adopt.js'
import { adoptionScene, type AdoptionReader } from './adoptable.js'
import type { Parts } from './parts.js'
import type { AccountListing } from '../domain/account-listing.js'
import type { Catalog } from './ports.js'
import { invalid } from './validate.js'

/** The groups that are to become a cluster, judged by a fresh look at the account. */
export interface Chosen {
  readonly cluster: string
  readonly groups: readonly ListedGroup[]
  /** The one that carries the traffic. */
  readonly live: ListedGroup
  readonly rule: ForwardingRule
  readonly listing: AccountListing
  readonly catalog: Catalog
  readonly warnings: readonly string[]
}

/** Those that were named, or the usual choice. Throws Refusal with what stands in the way and what mends it. */
export async function chooseGroups(
  parts: Parts,
  asked: AdoptionReader & { readonly cluster: string; readonly groups?: readonly string[] | undefined },
): Promise<Chosen> {
  const { cluster } = asked
  const { scene, listing, catalog } = await adoptionScene(parts, 0, asked.mayName)
  if (scene.clusters.has(cluster)) throw existsAlready(cluster)
  const all = candidatesOf(scene).filter((each) => each.cluster === cluster)
  const first = all[0]
  if (!first)
    throw new Refusal(
      'NothingToAdopt',
      `AWS shows no Auto Scaling group of ${cluster} that is not Delling’s: its name would be ${cluster}-v012. Nothing was changed.`,
      'notFound',
      { ways: [seeAll] },
    )
  const { maxWarm } = parts.defaults
  const candidates = asked.groups?.length ? named(all, asked.groups) : usual(all, maxWarm)
  const barred = candidates.find(({ obstacles }) => obstacles.length > 0)
  if (barred) throw notAdoptable(barred.name, barred.obstacles)
  if (candidates.length === 0) throw notAdoptable(first.name, first.obstacles)
  refuseWithoutCarrier(all, candidates)
  const names = new Set(candidates.map(({ name }) => name))
  const groups = listing.groups.filter(({ name }) => names.has(name))
  const rule = soleRule(scene.rules, groups)
  if (!rule)
    throw notAdoptable(first.name, [
      {
        sentence: `No rule sends ${candidates.map(({ name }) => pushLabel(name)).join(', ')} requests, or more than one does.`,
        mend: 'Choose the group that serves too.',
      },
    ])
  if (candidates.length - 1 > maxWarm) throw tooMany(cluster, candidates, maxWarm)
  const live = carrierOf(rule, groups, listing, asked.mayName)
  return {
    cluster,
    groups,
    live,
    rule,
    listing,
    catalog,
    warnings: [
      ...candidates.flatMap(({ name, cautions }) => cautions.map((each) => `${name}: ${each}`)),
      ...offeredGroups(all, names, maxWarm).flatMap(({ name, whyNot }) =>
        whyNot ? [`${name} stays as it is and is not Delling’s: ${whyNot}`] : [],
      ),
    ],
  }
}

/** Of the groups that were named, one has to be that which serves. */
function refuseWithoutCarrier(all: readonly Candidate[], chosen: readonly Candidate[]): void {
  const carries = ({ share }: Candidate) => (share ?? 0) > 0
  const carrier = all.find(carries)
  if (!carrier || chosen.some(carries)) return
  throw notAdoptable(chosen[0]?.name ?? carrier.name, [
    {
      sentence: `The traffic goes to ${carrier.name}, and it was not chosen.`,
      mend: `Choose ${carrier.name} too: a cluster is adopted with the group that serves.`,
    },
  ])
}

/** What would be adopted makes no cluster without the group that carries its traffic. */
function usual(all: readonly Candidate[], maxWarm: number): readonly Candidate[] {
  const barred = all.find(({ share, obstacles }) => (share ?? 0) > 0 && obstacles.length > 0)
  if (barred) throw notAdoptable(barred.name, barred.obstacles)
  return usualChoice(all, maxWarm)
}

function named(all: readonly Candidate[], asked: readonly string[]): readonly Candidate[] {
  const candidates = asked.map((name) => {
    const candidate = all.find((each) => each.name === name || pushLabel(each.name) === name)
    if (candidate) return candidate
    throw invalid(
      'groups',
      `There is no group ${name} to adopt; there ${all.length === 1 ? 'is' : 'are'} ${all.map((each) => pushLabel(each.name)).join(', ')}.`,
    )
  })
  return [...new Set(candidates)]
}

/** Names the flag, and a command that says the same of as many as there may be. */
function tooMany(cluster: string, chosen: readonly Candidate[], maxWarm: number): Refusal {
  const fewer = usualChoice(chosen, maxWarm).map(({ name }) => pushLabel(name))
  return invalid(
    'groups',
    `${chosen.length} groups were chosen; a cluster keeps one live and ${maxWarm} warm ones. Choose ${1 + maxWarm} at most (--groups on a terminal).`,
    [
      {
        label: `Adopt ${fewer.join(', ')}`,
        href: `/adopt/${cluster}?groups=${fewer.join(',')}`,
        command: `delling adopt ${cluster} --groups ${fewer.join(',')} --plan`,
      },
    ],
  )
}

/** The chosen group that gets everything; the rule names nobody else. */
function carrierOf(
  rule: ForwardingRule,
  groups: readonly ListedGroup[],
  listing: AccountListing,
  mayName: MayName = () => true,
): ListedGroup {
  const users = (arn: string) => listing.groups.filter(({ targetGroupArns }) => targetGroupArns.includes(arn))
  for (const { targetGroupArn } of rule.entries) {
    if (groups.some(({ targetGroupArns }) => targetGroupArns.includes(targetGroupArn))) continue
    const [named = targetGroupArn.split('/')[1] ?? targetGroupArn] = users(targetGroupArn).map(
      ({ name }) => name,
    )
    const other = seenNames([named], 'group', mayName)
    throw notAdoptable(groups[0]?.name ?? '', [
      {
        sentence: `The rule names the target group of ${other} too, and it was not chosen.`,
        mend: `Adopt ${other} with the others, or take its target group out of the rule.`,
      },
    ])
  }
  const carrying = rule.entries.filter(({ weight }) => weight > 0)
  const live = groups.find(({ targetGroupArns }) =>
    targetGroupArns.includes(carrying[0]?.targetGroupArn ?? ''),
  )
  if (live && carrying.length === 1) return live
  throw notAdoptable(groups[0]?.name ?? '', [
    {
      sentence: 'No single group of the cluster carries its traffic.',
      mend: 'Give all of it to one of them first.',
    },
  ])
}

const seeAll = {
  label: 'See every group that could be adopted',
  href: '/adopt',
  command: 'delling adopt',
}

export function notAdoptable(name: string, obstacles: readonly AdoptionObstacle[]): Refusal {
  const [first] = obstacles
  return new Refusal(
    'NotAdoptable',
    `${name} can’t be adopted: ${first?.sentence ?? ''} What mends it: ${withStop(first?.mend ?? '')} Nothing was changed.`,
    'conflict',
    { ways: [seeAll] },
  )
}

function withStop(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`
}

export function existsAlready(cluster: string): Refusal {
  return new Refusal(
    'ClusterExists',
    `${cluster} is a cluster of Delling’s already; what differs in it says which groups its records lack, and what can be done about each. Nothing was changed.`,
    'conflict',
    {
      ways: [
        {
          label: `See what differs in ${cluster}`,
          href: `/clusters/${cluster}`,
          command: `delling drift ${cluster}`,
        },
      ],
    },
  )
}
