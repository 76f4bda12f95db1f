import type { PlannedCall } from '../domain/call.js'
import type { Cluster, GroupSize } from '../domain/cluster.js'
import { activeTraffic, recordedLive, waitingOperations, type ClusterState } from '../domain/cluster-state.js'
import { pushLabel, serverGroupName } from '../domain/names.js'
import type { Actor, Override } from '../domain/operation.js'
import { ownTargetGroupName } from '../domain/own-target-group.js'
import { deployPlan } from '../domain/plan-sentences.js'
import { neededFor } from '../domain/readiness.js'
import { Refusal, type WayOn } from '../domain/refusal.js'
import { maxRuleEntries } from '../domain/rule-lists.js'
import type { ImageRef } from '../domain/server-group.js'
import { whereIs } from '../domain/scope.js'
import { trialsOf } from '../domain/trials.js'
import { sizeFor, type SizeInput } from './cluster-settings.js'
import { requestOperation } from './operation-event.js'
import { deployChanges, plannedCarry, type DeployChanges } from './changes.js'
import { freshLook, refuseDrift, unknownCluster } from './fresh-look.js'
import { knownImage } from './known-image.js'
import type { Parts } from './parts.js'
import type { Started } from './started.js'
import { mayStart, plannedStart, refuseRestrained, type PlannedStart } from './restrained.js'

export interface DeployInput extends SizeInput {
  readonly cluster: string
  readonly image: string
  readonly reason?: string | undefined
  /** Waits for what is running, or until it may start, instead of being refused. */
  readonly queue?: boolean | undefined
  /** Why it starts in spite of a hold, a stop, a freeze or closed windows. */
  readonly override?: string | undefined
}

export interface DeployPlan extends PlannedStart {
  readonly cluster: string
  readonly from: string | null
  readonly to: string
  readonly image: ImageRef
  readonly size: GroupSize
  readonly plan: readonly PlannedCall[]
  readonly differences: readonly { readonly what: string; readonly was: string; readonly will: string }[]
  /** How it ends when all goes well. */
  readonly ends: string
  readonly warnings: readonly string[]
  /** Field by field against the live group; null where AWS does not show how that is made. */
  readonly changes: DeployChanges | null
}

/** At most two deployments wait in a queue; a third would be forgotten by whoever asked. */
const maxWaiting = 2

/** What a deployment would do, in calls; changes nothing. Throws Refusal. */
export async function planDeploy(parts: Parts, input: DeployInput): Promise<DeployPlan> {
  const { state, seen } = await freshLook(parts, input.cluster, 'live')
  const { cluster } = state
  const image = await knownImage(parts, input.image, cluster.application)
  refuseDrift(state, seen, activeTraffic(state) === null)
  const live = recordedLive(state)
  const size = sizeFor(input, live?.size ?? cluster.settings.size)
  const desired = Math.max(size.desired, neededFor(live ? seen.groups.get(live.name) : null))
  const push = cluster.lastPush + 1
  const to = serverGroupName(cluster.name, push)
  const from = live?.name ?? null
  const targetGroup = ownTargetGroupName(cluster, push)
  const sized = { ...size, desired, max: Math.max(size.max, desired) }
  const carried = from ? plannedCarry(state, seen, from, to) : null
  return {
    cluster: cluster.name,
    from,
    to,
    image,
    size: sized,
    plan: deployPlan({
      from: from ?? to,
      to,
      targetGroup,
      settings: cluster.settings,
      policy: cluster.policy,
      size: sized,
      now: parts.clock.now(),
      carried,
    }),
    differences: differencesOf(live?.image ?? null, image, live?.size ?? null, sized),
    ends: `traffic: ${pushLabel(to)} 100 %${from ? `; ${pushLabel(from)} warm until morning` : ''}`,
    warnings: warningsOf(state, image),
    changes: from ? await deployChanges(parts, state, seen, { from, to, image }) : null,
    ...(await plannedStart(parts, 'deploy', whereIs(cluster))),
  }
}

function differencesOf(was: ImageRef | null, will: ImageRef, sizeWas: GroupSize | null, sizeWill: GroupSize) {
  const sizes = (size: GroupSize) => `${size.desired} (${size.min} to ${size.max})`
  return [
    { what: 'Image', was: was?.name ?? 'none', will: will.name },
    { what: 'Version', was: was?.version ?? 'none', will: will.version },
    { what: 'Image id', was: was?.imageId ?? 'none', will: will.imageId },
    { what: 'Size', was: sizeWas ? sizes(sizeWas) : 'none', will: sizes(sizeWill) },
  ]
}

function warningsOf(
  state: ClusterState,
  image: { readonly name: string; readonly bad: string | null },
): readonly string[] {
  const warm = state.groups.filter((group) => group.role === 'warm')
  const { maxWarm } = state.cluster.policy
  return [
    ...(image.bad ? [`${image.name} is marked bad: ${image.bad}`] : []),
    ...(warm.length >= maxWarm
      ? [`${warm.length} groups are warm already; the one least worth keeping will be destroyed.`]
      : []),
  ]
}

/** Records a deployment; the engine does the rest. Throws Refusal. */
export async function deploy(parts: Parts, actor: Actor, input: DeployInput): Promise<Started> {
  const { state: known, seen } = await freshLook(parts, input.cluster)
  const { bad, ...image } = await knownImage(parts, input.image, known.cluster.application)
  const warnings = warningsOf(known, { ...image, bad })
  refuseDrift(known, seen, activeTraffic(known) === null)
  const size = sizeFor(input, recordedLive(known)?.size ?? known.cluster.settings.size)
  const { held, override } = await heldOrOverridden(parts, actor, known.cluster, input)
  const id = parts.newId()
  const at = parts.clock.now()
  return parts.store.request(input.cluster, (state) => {
    if (!state) throw unknownCluster(input.cluster)
    const { operation, rows } = requestOperation(state, {
      id,
      at,
      kind: 'deploy',
      queued: mustQueue(state, input, held),
      request: {
        actor,
        reason: input.reason ?? '',
        ...(override && { override }),
        image,
        size,
        trials: trialsOf(state.cluster.policy),
      },
    })
    // Asking for a new deployment is also the word that a queue stopped by a failure may go on.
    const cluster = { ...state.cluster, queuePaused: null }
    return { change: { cluster, ...rows }, result: { operation, warnings } }
  })
}

/** What may not start now waits in the queue where that was asked for. Throws Refusal where it was not. */
async function heldOrOverridden(
  parts: Parts,
  actor: Actor,
  cluster: Cluster,
  input: DeployInput,
): Promise<{ readonly held: boolean; readonly override?: Override }> {
  const where = whereIs(cluster)
  const ways = [
    {
      label: 'Queue it until it may start',
      href: `/clusters/${cluster.name}/deploy?image=${input.image}`,
      command: `delling deploy ${cluster.name} --image ${input.image} --queue`,
    },
  ]
  if (!input.queue || input.override !== undefined) {
    const asked = { change: 'deploy' as const, where, override: input.override, ways }
    return { held: false, ...(await refuseRestrained(parts, actor, asked)) }
  }
  return { held: (await mayStart(parts, 'deploy', where)).obstacles.length > 0 }
}

/** False: it starts now. Throws Refusal where it may neither start nor wait. `held`: it may not start yet. */
function mustQueue(state: ClusterState, input: DeployInput, held: boolean): boolean {
  const { cluster } = state
  const running = activeTraffic(state)
  if (!recordedLive(state) && !running)
    throw new Refusal(
      'NothingLive',
      `No group of ${cluster.name} is live, so there is nothing to deploy beside. Create the cluster again. Nothing was changed.`,
      'conflict',
      {
        ways: [
          {
            label: 'Create it again',
            href: `/clusters/new?name=${cluster.name}`,
            command: `delling clusters create ${cluster.name} --image ${input.image}`,
          },
        ],
      },
    )
  const kept = state.groups.filter((group) => group.role === 'warm' && group.keep)
  if (kept.length + 2 > maxRuleEntries)
    throw new Refusal(
      'NoSlot',
      `The rule of ${cluster.name} has no room: ${kept.map((group) => group.name).join(', ')} are kept by hand. Release one. Nothing was changed.`,
    )
  const waiting = waitingOperations(state).length
  if (!running && !held) return false
  if (!running) {
    if (waiting >= maxWaiting) throw queueFull(cluster.name, [])
    return true
  }
  const ways = [
    {
      label: `Follow the ${running.kind} that runs`,
      href: `/operations/${running.id}`,
      command: `delling operations show ${running.id}`,
    },
    {
      label: 'Cancel it',
      href: `/operations/${running.id}/cancel`,
      command: `delling cancel ${running.id}`,
    },
    {
      label: 'Queue behind it',
      href: `/clusters/${cluster.name}/deploy?queue=1&image=${input.image}`,
      command: `delling deploy ${cluster.name} --image ${input.image} --queue`,
    },
  ]
  if (!input.queue)
    throw new Refusal(
      'OperationRunning',
      `A ${running.kind} of ${cluster.name} is running (${running.phase}); queue behind it or cancel it. Nothing was changed.`,
      'conflict',
      { ways },
    )
  if (waiting >= maxWaiting) throw queueFull(cluster.name, ways.slice(0, 1))
  return true
}

function queueFull(cluster: string, ways: readonly WayOn[]): Refusal {
  return new Refusal(
    'QueueFull',
    `Two operations wait for ${cluster} already. Nothing was changed.`,
    'conflict',
    { ways },
  )
}
