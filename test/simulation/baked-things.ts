import type { Image } from '../../server/domain/bake.js'
import { isBakeEnded } from '../../server/domain/bake-transitions.js'
import type { InstanceRecord } from '../../server/localcloud/ec2/records.js'
import type { World } from './world.js'

/** What bakes have left in records and cloud, by names that are the same for every run. */
export interface BakedThings {
  readonly bakes: readonly string[]
  readonly imageRows: readonly string[]
  readonly images: readonly string[]
  readonly snapshots: readonly string[]
  readonly builders: readonly string[]
  readonly ledger: readonly string[]
}

export function bakedThings(world: World): BakedThings {
  const { ec2, model } = world.cloud
  const own = Object.values(ec2.images).filter((image) => image.ownerId === model.accountId)
  return {
    bakes: world.store.allBakes().map((bake) => `${bake.request.version} ${bake.phase}`),
    imageRows: world.store
      .allImages()
      .map((image) => `${image.name} of ${image.bakeId}${retirementOf(image)}`),
    images: own.map(({ name, state, imdsV2 }) => `${name} ${state}${imdsV2 ? ', IMDSv2' : ''}`).sort(),
    snapshots: Object.values(ec2.snapshots)
      .map(({ state }) => state)
      .sort(),
    builders: buildersLeft(world).map(({ state }) => state),
    ledger: world.store.openObligations().flatMap((row) => (row.kind === 'builder' ? [row.object] : [])),
  }
}

function retirementOf({ retirement }: Image): string {
  return retirement ? ` ${[retirement.phase, ...retirement.left].join(', ')}` : ''
}

/** How each bake ended, oldest first. */
export function bakeOutcomes(world: World): readonly string[] {
  const ended = world.store.allBakes().filter(isBakeEnded)
  return ended.map((bake) => `bake ${bake.phase}: ${bake.reason ?? ''}`)
}

/** Orphans: what a bake that has ended left behind without saying so (P5). */
export function orphansOfBakes(world: World): readonly string[] {
  const { ec2 } = world.cloud
  const bakes = new Map(world.store.allBakes().map((bake) => [bake.id, bake]))
  const owed = new Set(world.store.openObligations().map((row) => row.object))
  const bakeOf = (id: string) => bakes.get(ec2.tags[id]?.['delling:bake'] ?? '')
  const builders = buildersLeft(world).flatMap(({ instanceId, state }) => {
    const bake = bakeOf(instanceId)
    const isOrphan = !bake || (isBakeEnded(bake) && !owed.has(bake.id))
    return isOrphan ? [`the builder ${instanceId} is ${state}, its bake is ${bake?.phase ?? 'unknown'}`] : []
  })
  const images = Object.values(ec2.images).flatMap(({ imageId, state }) => {
    const bake = bakeOf(imageId)
    if (!bake || !isBakeEnded(bake) || bake.imageId === imageId || bake.reason?.includes(imageId)) return []
    return [`the image ${imageId} is ${state}, its bake is ${bake.phase}`]
  })
  const kept = new Set(Object.values(ec2.images).map((image) => image.snapshotId))
  const snapshots = Object.keys(ec2.snapshots).filter((id) => !kept.has(id))
  const debts = [...owed].flatMap((id) => {
    const bake = bakes.get(id)
    const isPaid =
      bake && isBakeEnded(bake) && !buildersLeft(world).some((each) => bakeOf(each.instanceId) === bake)
    return isPaid ? [`a builder is still owed for bake ${id}, which is ${bake.phase}, and none is left`] : []
  })
  return [...builders, ...images, ...snapshots.map((id) => `the snapshot ${id} is no image’s`), ...debts]
}

function buildersLeft({ cloud: { ec2 } }: World): readonly InstanceRecord[] {
  return Object.values(ec2.instances).filter(
    ({ instanceId, state }) =>
      ec2.tags[instanceId]?.['delling:role'] === 'builder' &&
      state !== 'terminated' &&
      state !== 'shutting-down',
  )
}
