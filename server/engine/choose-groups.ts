import type { ListedGroup } from '../domain/account-listing.js'
import { candidatesOf, type Candidate } from '../domain/adoptable.js'
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

/** Those that were named, or all that can be adopted. Throws Refusal with what stands in the way and what mends it. */
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
  const candidates = named(all, asked.groups)
  const barred = candidates.find(({ obstacles }) => obstacles.length > 0)
  if (barred) throw notAdoptable(barred.name, barred.obstacles)
  if (candidates.length === 0) throw notAdoptable(first.name, first.obstacles)
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
  const live = carrierOf(rule, groups, listing, asked.mayName)
  if (candidates.length - 1 > parts.defaults.maxWarm)
    throw invalid(
      'groups',
      `${candidates.length} groups were chosen; a cluster keeps one live and ${parts.defaults.maxWarm} warm ones. Choose fewer.`,
    )
  return {
    cluster,
    groups,
    live,
    rule,
    listing,
    catalog,
    warnings: [
      ...candidates.flatMap(({ name, cautions }) => cautions.map((each) => `${name}: ${each}`)),
      ...leftOut(all, names),
    ],
  }
}

function named(all: readonly Candidate[], asked: readonly string[] | undefined): readonly Candidate[] {
  if (!asked || asked.length === 0) return all.filter(({ obstacles }) => obstacles.length === 0)
  return asked.map((name) => {
    const candidate = all.find((each) => each.name === name || pushLabel(each.name) === name)
    if (candidate) return candidate
    throw invalid(
      'groups',
      `There is no group ${name} to adopt; there ${all.length === 1 ? 'is' : 'are'} ${all.map((each) => pushLabel(each.name)).join(', ')}.`,
    )
  })
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

function leftOut(all: readonly Candidate[], chosen: ReadonlySet<string>): readonly string[] {
  return all
    .filter(({ name }) => !chosen.has(name))
    .map(
      ({ name, obstacles }) =>
        `${name} stays as it is and is not Delling’s: ${obstacles[0] ? obstacles[0].sentence : 'it was not chosen.'}`,
    )
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
    `${cluster} is a cluster of Delling’s already; a group that its records lack is adopted as what others changed. Nothing was changed.`,
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
