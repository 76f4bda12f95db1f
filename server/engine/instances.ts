import { isDeepStrictEqual } from 'node:util'
import type { Bake, Image } from '../domain/bake.js'
import type { Balancing } from '../domain/balancing.js'
import type { Fleet, FleetInstance } from '../domain/fleet.js'
import { pageOfInstances, type InstancePage } from '../domain/instance-query.js'
import { groupNameOf, listedInstances, type ListedInstance } from '../domain/listed-instance.js'
import type { ObservedActivity } from '../domain/observation.js'
import { remembering, steadying } from '../domain/remembering.js'
import type { Surroundings } from '../domain/surroundings.js'
import { shownValue, withoutSecrets } from '../domain/without-secrets.js'
import type { Look } from './ports-account.js'
import type { Age } from './balancing.js'
import type { Parts } from './parts.js'
import { surroundingsOf } from './surroundings-of.js'

export interface InstancesSeen extends Age {
  readonly partial: boolean
  readonly instances: readonly ListedInstance[]
}

/** All instances, as far as the reader of these records may see them: the very same list while nothing of them changes. */
export async function listInstances(parts: Parts, maxAgeMs?: number): Promise<InstancesSeen> {
  const { all, age, partial } = await readAll(parts, maxAgeMs)
  return { instances: all, partial, ...age }
}

/** Those of them that a search finds after a row, and one more than were asked for where there are more. */
export async function findInstances(
  parts: Parts,
  page: InstancePage,
  maxAgeMs?: number,
): Promise<InstancesSeen> {
  // A search that can't be understood is refused before anything is read.
  pageOfInstances([], page, parts.clock.now())
  const seen = await listInstances(parts, maxAgeMs)
  return { ...seen, instances: pageOfInstances(seen.instances, page, parts.clock.now()) }
}

/** Everything that is known of one instance. */
export interface InstanceSheet extends Age {
  readonly partial: boolean
  /** Null: there is none of this id that the reader may see. */
  readonly instance: ListedInstance | null
  readonly details: InstanceDetails | null
}

export interface InstanceDetails {
  readonly architecture: string | null
  readonly bought: string
  readonly vpcId: string | null
  readonly subnetId: string | null
  readonly profileArn: string | null
  readonly keyName: string | null
  readonly securityGroups: readonly { readonly id: string; readonly name: string }[]
  readonly tags: Readonly<Record<string, string>>
  readonly launchTemplateId: string | null
  readonly launchTemplateVersion: string | null
  readonly protectedFromScaleIn: boolean
  /** With what sounds like a secret hidden; null where it is not read, which is of what is not a group of ours. */
  readonly userData: string | null
  /** The latest activities of its group that name it, newest first. */
  readonly activities: readonly ObservedActivity[]
  /** Why user data or activities could not be read. */
  readonly fault: string | null
}

export async function readInstance(parts: Parts, id: string): Promise<InstanceSheet> {
  const { all, fleet, age, partial } = await readAll(parts)
  const instance = all.find(({ instanceId }) => instanceId === id) ?? null
  const seen = fleet?.instances.find(({ instanceId }) => instanceId === id) ?? null
  const details = instance && seen ? await detailsOf(parts, instance, seen) : null
  return { instance, details, partial, ...age }
}

async function detailsOf(
  { observer }: Parts,
  { kind }: ListedInstance,
  seen: FleetInstance,
): Promise<InstanceDetails> {
  const isOurs = kind === 'group'
  const { launchTemplateId, launchTemplateVersion } = templateOf(seen)
  const group = groupNameOf(seen)
  const [userData, activities] = await Promise.all([
    isOurs && launchTemplateId && launchTemplateVersion
      ? observer.userData(launchTemplateId, launchTemplateVersion)
      : null,
    group === null ? null : observer.activities(group),
  ])
  const { architecture, bought, vpcId, subnetId, profileArn, keyName, securityGroups, tags, scaling } = seen
  return {
    ...{ architecture, bought, vpcId, subnetId, profileArn, keyName, securityGroups },
    ...{ launchTemplateId, launchTemplateVersion },
    tags: shownTags(tags),
    protectedFromScaleIn: scaling?.protectedFromScaleIn ?? false,
    userData: userData?.seen == null ? null : withoutSecrets(userData.seen),
    activities: activitiesAbout(activities, seen.instanceId),
    fault: userData?.fault ?? activities?.fault ?? null,
  }
}

/** A tag's value may hold what it should not. */
function shownTags(tags: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, shownValue(key, value)]))
}

function activitiesAbout(
  look: Look<readonly ObservedActivity[]> | null,
  id: string,
): readonly ObservedActivity[] {
  const texts = ({ description, cause, message }: ObservedActivity) =>
    `${description} ${cause} ${message ?? ''}`
  return (look?.seen ?? []).filter((activity) => texts(activity).includes(id))
}

/** By its group; of one that left it, by the tags that Auto Scaling gave it. */
function templateOf({ scaling, tags }: FleetInstance) {
  return {
    launchTemplateId: scaling?.launchTemplateId ?? tags['aws:ec2launchtemplate:id'] ?? null,
    launchTemplateVersion: scaling?.launchTemplateVersion ?? tags['aws:ec2launchtemplate:version'] ?? null,
  }
}

interface All {
  readonly all: readonly ListedInstance[]
  readonly fleet: Fleet | null
  readonly age: Age
  readonly partial: boolean
}

/** Readers of so many different rights get what was made for the one before, while nothing is changed. */
const kinds = 3
const listOf = remembering(
  (
    fleet: Fleet,
    around: Surroundings,
    images: readonly Image[],
    bakes: readonly Bake[],
    balancing: Balancing | null,
  ) => listedInstances(fleet, { around, images, bakes, balancing }),
  kinds,
)
const steadyBakes = steadying<readonly Bake[]>(isDeepStrictEqual, kinds)

async function readAll(parts: Parts, maxAgeMs?: number): Promise<All> {
  const { observer, history } = parts
  const [look, balancing] = await Promise.all([observer.fleet(maxAgeMs), observer.balancing(maxAgeMs)])
  const fleet = look.seen
  const [around, images, bakes] = await Promise.all([
    surroundingsOf(parts, fleet),
    history.everyImage(),
    bakesOf(parts, fleet),
  ])
  const all = fleet ? listOf(fleet, around, images, steadyBakes(bakes), balancing.seen) : []
  return {
    all,
    fleet,
    age: ageOf(look, balancing),
    partial: !around.seesForeign,
  }
}

/** The older of both counts: health is read with load balancing. */
function ageOf(fleet: Look<Fleet>, balancing: Look<Balancing>): Age {
  const ages = [fleet.at, balancing.at].flatMap((at) => at ?? [])
  const seenAt = fleet.at && new Date(Math.min(...ages.map((at) => at.getTime())))
  return { seenAt, fault: fleet.fault ?? balancing.fault }
}

/** Bakes that builders name in a tag, as far as the reader may see them. */
async function bakesOf({ history, place }: Parts, fleet: Fleet | null): Promise<readonly Bake[]> {
  const ids = new Set(
    (fleet?.instances ?? []).flatMap(({ tags }) =>
      tags['delling:owner'] === place.owner ? (tags['delling:bake'] ?? []) : [],
    ),
  )
  const bakes = await Promise.all([...ids].map((id) => history.bake(id)))
  return bakes.filter((bake): bake is Bake => bake !== null)
}
