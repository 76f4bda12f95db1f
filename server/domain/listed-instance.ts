import type { Balancing } from './balancing.js'
import type { Bake, Image } from './bake.js'
import type { Fleet, FleetInstance } from './fleet.js'
import { indexed } from './indexed.js'
import { parseServerGroupName } from './names.js'
import { groupNamed, groupOfTarget, stateNamed, type Surroundings } from './surroundings.js'
import { reasonInWords } from './target-health.js'

export const instanceHealths = [
  'healthy',
  'unhealthy',
  'starting',
  'draining',
  'unchecked',
  'unknown',
] as const

/** One target group’s word on an instance. */
export interface TargetHealthView {
  readonly targetGroup: string
  readonly state: string
  readonly reason: string | null
}

/** An instance as people look for it. */
export interface ListedInstance {
  readonly instanceId: string
  /** `group`: of a server group of ours. `builder`: bakes an image. `foreign`: nobody here answers for it. */
  readonly kind: 'group' | 'builder' | 'foreign'
  readonly state: string
  readonly stateReason: string | null
  /** The worst that a target group says of it, else what its Auto Scaling group does; `unknown`: nobody says anything. */
  readonly health: (typeof instanceHealths)[number]
  readonly healthReason: string | null
  readonly lifecycle: string | null
  readonly scalingHealth: string | null
  /** The Auto Scaling group that holds it, or held it. */
  readonly group: string | null
  readonly cluster: string | null
  readonly application: string | null
  readonly version: string | null
  readonly bake: string | null
  readonly imageId: string
  readonly imageName: string | null
  readonly type: string
  readonly zone: string
  readonly privateIp: string | null
  readonly publicIp: string | null
  readonly privateDns: string | null
  readonly publicDns: string | null
  readonly launchedAt: Date | null
  readonly targets: readonly TargetHealthView[]
}

/** What is known of instances beside the look at them. */
export interface Recorded {
  readonly around: Surroundings
  /** Images and bakes that the reader may see. */
  readonly images: readonly Image[]
  readonly bakes: readonly Bake[]
  /** Null: load balancing could not be looked at. */
  readonly balancing: Balancing | null
}

/** The instances that the reader may see, the youngest first. */
export function listedInstances(fleet: Fleet, recorded: Recorded): readonly ListedInstance[] {
  const targets = targetsByInstance(recorded)
  return fleet.instances
    .flatMap((instance) => listedInstance(instance, targets.get(instance.instanceId) ?? [], recorded) ?? [])
    .sort((a, b) => (b.launchedAt?.getTime() ?? 0) - (a.launchedAt?.getTime() ?? 0))
}

interface Belongs {
  readonly kind: ListedInstance['kind']
  readonly cluster: string | null
  readonly application: string | null
  readonly version: string | null
  readonly bake: string | null
  readonly imageName: string | null
}

function listedInstance(
  instance: FleetInstance,
  targets: readonly TargetHealthView[],
  recorded: Recorded,
): ListedInstance | null {
  const belongs = belongsTo(instance, recorded)
  if (belongs.kind === 'foreign' && !recorded.around.seesForeign) return null
  const { instanceId, state, stateReason, imageId, type, zone, launchedAt, scaling } = instance
  const { privateIp, publicIp, privateDns, publicDns } = instance
  return {
    ...{ instanceId, state, stateReason, imageId, type, zone, launchedAt },
    ...{ privateIp, publicIp, privateDns, publicDns },
    ...belongs,
    ...healthOf(instance, targets),
    lifecycle: scaling?.lifecycle ?? null,
    scalingHealth: scaling?.health ?? null,
    group: groupNameOf(instance),
    imageName: belongs.imageName ?? imageById(recorded.images, imageId)?.name ?? null,
    targets,
  }
}

/** A terminated instance has left its group, and still says in a tag which it was. */
export function groupNameOf({ scaling, tags }: FleetInstance): string | null {
  return scaling?.group ?? tags['aws:autoscaling:groupName'] ?? null
}

/** By record first; by our own mark where the record is gone already or not written yet. */
function belongsTo(instance: FleetInstance, recorded: Recorded): Belongs {
  const { around, images } = recorded
  const name = groupNameOf(instance)
  const group = name === null ? null : groupNamed(around, name)
  const cluster = group?.cluster ?? markedCluster(instance, around)
  if (cluster !== null) {
    const state = stateNamed(around, cluster)
    const image = imageById(images, instance.imageId)
    return {
      kind: 'group',
      cluster,
      application: state?.cluster.application ?? null,
      version: group?.image.version ?? image?.version ?? null,
      bake: null,
      imageName: group?.image.imageId === instance.imageId ? group.image.name : (image?.name ?? null),
    }
  }
  const bake = markedBake(instance, recorded)
  if (bake)
    return {
      kind: 'builder',
      cluster: null,
      application: bake.request.application,
      version: bake.request.version,
      bake: bake.id,
      imageName: bake.baseImage?.imageId === instance.imageId ? bake.baseImage.name : null,
    }
  const nothing = { cluster: null, application: null, version: null, bake: null, imageName: null }
  return { kind: 'foreign', ...nothing }
}

const imageById = indexed((images: readonly Image[]) =>
  images.map((image) => [image.imageId, image] as const),
)
const bakeById = indexed((bakes: readonly Bake[]) => bakes.map((bake) => [bake.id, bake] as const))

function markedCluster(instance: FleetInstance, around: Surroundings): string | null {
  const { tags } = instance
  const marked = tags['delling:cluster']
  if (tags['delling:owner'] !== around.owner || marked === undefined) return null
  if (parseServerGroupName(groupNameOf(instance) ?? '')?.cluster !== marked) return null
  return stateNamed(around, marked) ? marked : null
}

function markedBake({ tags }: FleetInstance, { around, bakes }: Recorded): Bake | null {
  if (tags['delling:owner'] !== around.owner) return null
  return bakeById(bakes, tags['delling:bake'] ?? '')
}

function targetsByInstance({
  balancing,
  around,
}: Recorded): ReadonlyMap<string, readonly TargetHealthView[]> {
  const byInstance = new Map<string, TargetHealthView[]>()
  for (const group of balancing?.targetGroups ?? []) {
    const isShown = around.seesForeign || groupOfTarget(around, group.arn) !== null
    for (const target of isShown ? (group.targets ?? []) : []) {
      const view = { targetGroup: group.name, state: target.state, reason: reasonInWords(target) }
      const views = byInstance.get(target.instanceId)
      if (views) views.push(view)
      else byInstance.set(target.instanceId, [view])
    }
  }
  return byInstance
}

type Health = Pick<ListedInstance, 'health' | 'healthReason'>

/** The worst word counts: an instance that one of its target groups finds sick is sick. */
function healthOf({ state, scaling }: FleetInstance, targets: readonly TargetHealthView[]): Health {
  const worst = [...targets].sort((a, b) => badness(b.state) - badness(a.state))[0]
  if (scaling?.health === 'Unhealthy' && scaling.lifecycle === 'InService')
    return {
      health: 'unhealthy',
      healthReason: worst?.reason ?? 'Its Auto Scaling group holds it for unhealthy.',
    }
  if (scaling?.lifecycle.startsWith('Terminating'))
    return { health: 'draining', healthReason: worst?.reason ?? null }
  if (worst) return { health: healthWord(worst.state), healthReason: worst.reason }
  if (state === 'pending' || scaling?.lifecycle.startsWith('Pending'))
    return { health: 'starting', healthReason: null }
  return { health: 'unknown', healthReason: null }
}

const order = ['unused', 'healthy', 'initial', 'draining']
const badness = (state: string) => (order.includes(state) ? order.indexOf(state) : order.length)

function healthWord(targetState: string): Health['health'] {
  switch (targetState) {
    case 'healthy':
    case 'draining':
      return targetState
    case 'initial':
      return 'starting'
    case 'unused':
      return 'unchecked'
    default:
      return 'unhealthy'
  }
}
