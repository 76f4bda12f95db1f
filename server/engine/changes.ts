import { carryFacts } from '../domain/carry-facts.js'
import { carriedFrom } from '../domain/carry-over.js'
import { carriedCount, type Carried } from '../domain/carried.js'
import { changesBetween, type Changes } from '../domain/changes.js'
import type { ClusterState } from '../domain/cluster-state.js'
import { commitRange, type CommitRange } from '../domain/commits.js'
import { comparedPackages, type ImageComparison } from '../domain/image-comparison.js'
import type { Observed } from '../domain/observation.js'
import { plannedBlueprint } from '../domain/planned-blueprint.js'
import { Refusal } from '../domain/refusal.js'
import type { ImageRef } from '../domain/server-group.js'
import { launchUserData } from '../domain/user-data.js'
import { withRecords } from './compare-images.js'
import { freshLook } from './fresh-look.js'
import type { Parts } from './parts.js'

/** What a deployment would change against the group that has the traffic, and what it takes over. */
export interface DeployChanges extends Changes, Pick<ImageComparison, 'packages' | 'packagesUnknown'> {
  readonly commits: CommitRange | null
  /** How many things beyond the cluster's settings are taken over. */
  readonly carriedCount: number
  /** What can't be taken over, each in a sentence with its reason. */
  readonly left: readonly string[]
}

interface Planned {
  readonly from: string
  readonly to: string
  readonly image: ImageRef
}

/** What the launch would record as taken over; null where AWS does not show how the live group is made. */
export function plannedCarry(state: ClusterState, seen: Observed, from: string, to: string): Carried | null {
  const blueprint = seen.groups.get(from)?.blueprint
  return blueprint ? carriedFrom(blueprint, carryFacts(state, from, to)) : null
}

/** Field by field what would differ; null where AWS does not show how the live group is made. */
export async function deployChanges(
  parts: Parts,
  state: ClusterState,
  seen: Observed,
  { from, to, image }: Planned,
): Promise<DeployChanges | null> {
  const was = seen.groups.get(from)?.blueprint
  const carried = plannedCarry(state, seen, from, to)
  if (!was || !carried) return null
  const { settings, name } = state.cluster
  const userData = launchUserData(settings, name, to, image.version)
  const will = plannedBlueprint({ group: to, settings, imageId: image.imageId, userData, carried })
  return {
    ...changesBetween(was, will),
    ...(await imageChanges(parts, state, from, image)),
    carriedCount: carriedCount(carried),
    left: carried.left,
  }
}

async function imageChanges(
  parts: Parts,
  state: ClusterState,
  from: string,
  image: ImageRef,
): Promise<Pick<DeployChanges, 'commits' | 'packages' | 'packagesUnknown'>> {
  const { history } = parts
  const live = state.groups.find((group) => group.name === from)
  const [before, after, application] = await Promise.all([
    live ? history.image(live.image.imageId) : null,
    history.image(image.imageId),
    history.application(state.cluster.application),
  ])
  if (!before || !after) {
    const name = before ? image.name : (live?.image.name ?? from)
    const packagesUnknown = `What is installed in ${name} is not known: it was not baked here.`
    return { commits: null, packages: null, packagesUnknown }
  }
  const [was, will] = await Promise.all([withRecords(parts, before), withRecords(parts, after)])
  return {
    commits: commitRange(application?.repositoryLink ?? null, before.commit, after.commit),
    ...comparedPackages(was, will),
  }
}

/** How one group of a cluster is made otherwise than another, as AWS shows both now. Throws Refusal. */
export async function compareGroups(
  parts: Parts,
  input: { readonly group: string; readonly against: string },
): Promise<{ readonly group: string; readonly against: string; readonly changes: Changes }> {
  const names = [input.against, input.group]
  const records = await Promise.all(names.map((name) => parts.history.serverGroup(name)))
  const [before, after] = records
  if (!before || !after)
    throw new Refusal(
      'UnknownGroup',
      `There is no server group ${before ? input.group : input.against}. Nothing was changed.`,
      'notFound',
    )
  const looks = await Promise.all(
    [before, after].map((group) => freshLook(parts, group.cluster, [group.name])),
  )
  const [was, will] = looks.map(({ seen }, index) => seen.groups.get(names[index] ?? '')?.blueprint)
  if (!was || !will)
    throw new Refusal(
      'GroupGone',
      `AWS does not show how ${was ? input.group : input.against} is made: it is gone, or on its way. Nothing was changed.`,
      'conflict',
    )
  return { group: input.group, against: input.against, changes: changesBetween(was, will) }
}
