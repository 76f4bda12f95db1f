import type { ClusterState } from '../../server/domain/cluster-state.js'
import { activeTraffic } from '../../server/domain/cluster-state.js'
import { Refusal } from '../../server/domain/refusal.js'
import { approveOperation, declineOperation } from '../../server/engine/approval.js'
import { cancelOperation, restoreRule, resumeOperation, resumeQueue } from '../../server/engine/cancel.js'
import { decommission } from '../../server/engine/decommission.js'
import { runCleanup } from '../../server/engine/cleanup.js'
import { deploy } from '../../server/engine/deploy.js'
import { destroyGroup } from '../../server/engine/destroy.js'
import { keepGroup, releaseGroup } from '../../server/engine/keep.js'
import { resizeGroup } from '../../server/engine/resize.js'
import { switchBack } from '../../server/engine/switch-back.js'
import type { Deed } from './deed.js'
import { adopts, isGivenBack } from './adoption-people.js'
import { letsGoOn } from './hold-people.js'
import type { Random } from './random.js'
import { person, type World } from './world.js'

const day = 'the engine is simulated'

function inState(world: World, cluster: string, choose: (state: ClusterState) => string | undefined) {
  const state = world.store.peek(cluster)
  return state ? choose(state) : undefined
}

const running = (state: ClusterState) => activeTraffic(state)?.id

export const deploys: Deed = {
  what: 'deploys',
  run: (world, cluster, random) => {
    const versions = [...world.images.keys()]
    const version = random.chance(0.7) ? versions.filter((each) => each.startsWith('good')) : versions
    const image = world.images.get(random.pick(version))
    return deploy(world.parts, person, { cluster, image: image?.name ?? '', queue: random.chance(0.3) })
  },
}

export const cancels: Deed = {
  what: 'cancels what runs',
  run: async (world, cluster) => {
    const id = inState(world, cluster, running)
    return id ? cancelOperation(world.parts, person, id, day) : null
  },
}

export const switchesBack: Deed = {
  what: 'switches back',
  run: (world, cluster, random) =>
    switchBack(world.parts, person, {
      cluster,
      reason: day,
      markBad: random.chance(0.5),
      ...(random.chance(0.15) ? { now: true } : {}),
    }),
}

/** Looks whether something waits for a word, and gives it; who does not come by has forgotten it. */
export const decides: Deed = {
  what: 'approves or declines',
  run: async (world, cluster, random) => {
    const awaited = (state: ClusterState) => state.operations.find(({ phase }) => phase === 'approving')?.id
    const id = inState(world, cluster, awaited)
    if (!id) return null
    const decide = random.chance(0.7) ? approveOperation : declineOperation
    return decide(world.parts, person, id, day)
  },
}

const keeps: Deed = {
  what: 'keeps a group',
  run: async (world, cluster, random) => {
    const name = inState(world, cluster, (state) => state.groups.find((group) => group.role === 'warm')?.name)
    const until = random.chance(0.5) ? new Date(world.time.now + random.between(1, 40) * 3_600_000) : null
    return name ? keepGroup(world.parts, person, { group: name, until, why: day }) : null
  },
}

const releases: Deed = {
  what: 'lets a kept group go',
  run: async (world, cluster) => {
    const name = inState(world, cluster, (state) => state.groups.find((group) => group.keep)?.name)
    return name ? releaseGroup(world.parts, person, name) : null
  },
}

const destroys: Deed = {
  what: 'destroys a group',
  run: async (world, cluster, random) => {
    const name = inState(world, cluster, (state) =>
      state.groups.length > 0 ? random.pick(state.groups).name : undefined,
    )
    return name ? destroyGroup(world.parts, person, { group: name, reason: day }) : null
  },
}

const resizes: Deed = {
  what: 'resizes a group',
  run: async (world, cluster, random) => {
    const group = inState(world, cluster, (state) => {
      const some = state.groups.filter((each) => each.role === 'live' || each.role === 'warm')
      return some.length > 0 ? random.pick(some).name : undefined
    })
    const min = random.between(3, 6)
    const max = random.chance(0.5) ? { max: random.between(min, 9) } : {}
    return group ? resizeGroup(world.parts, person, { group, min, ...max, reason: day }) : null
  },
}

/** Rarely, and once in a while thought better of by whoever cancels. */
const decommissions: Deed = {
  what: 'decommissions the cluster',
  run: async (world, cluster, random) =>
    random.chance(0.5) ? decommission(world.parts, person, { cluster, name: cluster, reason: day }) : null,
}

/** What people do all day, the frequent more than once. */
export const clicks: readonly Deed[] = [
  deploys,
  deploys,
  deploys,
  cancels,
  decides,
  switchesBack,
  keeps,
  releases,
  destroys,
  resizes,
  resizes,
  decommissions,
]

/** What somebody does who is called because a cluster needs a person. */
export const answers: Deed = {
  what: 'answers what is halted',
  run: async (world, cluster, random) => {
    const state = world.store.peek(cluster)
    if (!state) return null
    const halted = state.operations.find((operation) => operation.phase === 'halted')
    if (isGivenBack(world, cluster)) return adopts.run(world, cluster, random)
    if (state.operations.some(({ paused }) => paused)) return letsGoOn.run(world, cluster, random)
    if (state.cluster.retired) {
      const { size, balancer } = state.cluster.settings
      const image = world.images.get('good-1')
      return image ? world.create(cluster, image, size.min, balancer.listenerPort) : null
    }
    const restorable = state.cluster.needsPerson !== null && state.cluster.ruleArn !== null
    if (halted)
      return resumeOperation(
        world.parts,
        person,
        halted.id,
        restorable ? 'restore' : halted.kind === 'decommission' || random.chance(0.6) ? 'again' : 'accept',
      )
    if (restorable) return restoreRule(world.parts, person, cluster)
    return state.cluster.queuePaused ? resumeQueue(world.parts, person, cluster) : null
  },
}

export const cleans: Deed = {
  what: 'runs the nightly cleanup',
  run: (world) => runCleanup(world.parts, { name: 'nightly cleanup', via: 'job' }),
}

/** Runs a deed; a refusal or a fault of the cloud is an answer, anything else is thrown on. */
export async function attempt(world: World, cluster: string, deed: Deed, random: Random): Promise<string> {
  try {
    await world.asks(() => deed.run(world, cluster, random))
    return `${deed.what}`
  } catch (error) {
    if (error instanceof Refusal) return `${deed.what}: refused (${error.code})`
    if (error instanceof Error && '$metadata' in error) return `${deed.what}: AWS did not answer`
    if (error instanceof Error && /socket hang up|timed out|aborted/.test(error.message))
      return `${deed.what}: AWS did not answer`
    throw error
  }
}
