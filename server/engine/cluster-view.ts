import type { Cluster } from '../domain/cluster.js'
import {
  activeRetirements,
  activeTraffic,
  recordedLive,
  waitingOperations,
  type ClusterState,
} from '../domain/cluster-state.js'
import { darkZones } from '../domain/dark-zones.js'
import { holdsWords } from '../domain/find.js'
import { firstChoice } from '../domain/first-choice.js'
import { weightOf, type Observed, type ObservedGroup } from '../domain/observation.js'
import type { Operation } from '../domain/operation.js'
import { neededFor, registeredPart, type Readiness } from '../domain/readiness.js'
import { Refusal } from '../domain/refusal.js'
import { isParked } from '../domain/rule-lists.js'
import { whereIs } from '../domain/scope.js'
import { shownState, type ServerGroup, type ShownState } from '../domain/server-group.js'
import { shareOf } from '../domain/share.js'
import { clusterSentence, nextStepOf, type NextStep } from './cluster-sentence.js'
import { differenceViews, shownDifference, type DifferenceView } from './drift-view.js'
import { unknownCluster } from './fresh-look.js'
import type { Parts } from './parts.js'
import { retiredSentence } from './retired-cluster.js'
import { mayStart } from './restrained.js'
import { seenForPages } from './seen-cache.js'
import { readinessOf } from './switch-back.js'

export interface InstanceView {
  readonly instanceId: string
  readonly zone: string
  readonly lifecycle: string
  /** `unchecked`: its target group serves nobody, so that no health check runs. */
  readonly health: 'healthy' | 'unhealthy' | 'starting' | 'draining' | 'unchecked'
  readonly reason: string | null
}

export interface GroupView {
  readonly group: ServerGroup
  readonly state: ShownState
  readonly weight: number
  /** Of the requests that the rule forwards, in per cent. */
  readonly share: number
  readonly size: number
  readonly healthy: number
  readonly zones: readonly string[]
  readonly instances: readonly InstanceView[]
  readonly readiness: Readiness | null
}

/** Everything that a cluster's page shows, from records and one look at AWS. */
export interface ClusterView {
  readonly cluster: Cluster
  /** Newest first, without the destroyed. */
  readonly groups: readonly GroupView[]
  readonly live: GroupView | null
  readonly active: Operation | null
  readonly retiring: readonly Operation[]
  readonly queue: readonly Operation[]
  /** The warm group that a switch back would go to. */
  readonly switchBack: GroupView | null
  readonly seenAt: Date | null
  /** Why AWS could not be looked at; records are shown then, without health. */
  readonly fault: string | null
  readonly url: string | null
  readonly sentence: string
  /** Which zones have no healthy instance of what is live and warm, in a sentence; null: each has. */
  readonly darkZones: string | null
  readonly nextStep: NextStep | null
  /** What differs from the records; empty when AWS could not be looked at. */
  readonly differences: readonly DifferenceView[]
  /** Why no deployment may start now, in a sentence; null: one may. */
  readonly onHold: string | null
}

export interface ClusterSummary {
  readonly name: string
  readonly application: string
  readonly live: string | null
  readonly version: string | null
  readonly image: string | null
  readonly sentence: string
  readonly retired: { readonly by: string; readonly at: string; readonly givenBack: boolean } | null
  readonly needsPerson: string | null
  readonly active: Operation | null
  readonly warm: number
  readonly morning: string
  readonly timeZone: string
}

/** Throws Refusal for a cluster that is not there. */
export async function clusterView(parts: Parts, name: string, maxAgeMs?: number): Promise<ClusterView> {
  const state = await parts.history.clusterState(name)
  if (!state) throw unknownCluster(name)
  const { seen, fault } = await look(parts, state, maxAgeMs)
  const needed = neededFor(liveObserved(state, seen))
  const groups = [...state.groups].reverse().map((group) => groupView(parts, seen, group, needed))
  const live =
    groups.find((view) => view.state === 'live' && view.weight > 0) ??
    groups.find((view) => view.state === 'live') ??
    null
  const best = firstChoice(state, seen)
  const view = {
    cluster: state.cluster,
    groups,
    live,
    active: activeTraffic(state),
    retiring: activeRetirements(state),
    queue: waitingOperations(state),
    switchBack: groups.find((candidate) => candidate.group === best) ?? null,
    seenAt: seen?.at ?? null,
    fault,
    url: await urlOf(parts, state.cluster, seen),
    darkZones: seen ? darkZonesOf(state.cluster, groups) : null,
    differences: seen ? differenceViews(parts, state, seen) : [],
    onHold: await whyOnHold(parts, state.cluster),
  }
  return { ...view, sentence: clusterSentence(view), nextStep: nextStepOf(view) }
}

function darkZonesOf({ settings }: Cluster, groups: readonly GroupView[]): string | null {
  const standing = groups.filter(({ state }) => state === 'live' || state === 'warm')
  return darkZones(
    standing.map(({ group: { name }, size, zones }) => ({ name, size, zones })),
    settings.subnets.map(({ zone }) => zone),
  )
}

async function look(
  parts: Parts,
  state: ClusterState,
  maxAgeMs?: number,
): Promise<{ seen: Observed | null; fault: string | null }> {
  // Nothing of a retired cluster is left to be looked at.
  if (state.cluster.retired) return { seen: null, fault: null }
  try {
    return { seen: await seenForPages(parts, state, maxAgeMs), fault: null }
  } catch (error) {
    return { seen: null, fault: error instanceof Error ? error.message : String(error) }
  }
}

/** What is placed by a newer version keeps this one from deploying too, but not from showing the cluster. */
async function whyOnHold(parts: Parts, cluster: Cluster): Promise<string | null> {
  if (cluster.retired) return null
  try {
    return (await mayStart(parts, 'deploy', whereIs(cluster))).sentence || null
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

function liveObserved(state: ClusterState, seen: Observed | null): ObservedGroup | null {
  const live = state.groups.find((group) => weightOf(seen?.rule ?? null, group.targetGroupArn) > 0)
  return live ? (seen?.groups.get(live.name) ?? null) : null
}

function groupView(parts: Parts, seen: Observed | null, group: ServerGroup, needed: number): GroupView {
  const observed = seen?.groups.get(group.name) ?? null
  const weight = weightOf(seen?.rule ?? null, group.targetGroupArn)
  const registered = observed ? registeredPart(observed) : { instanceIds: [], zones: [] }
  const instances = observed ? instanceViews(observed) : []
  // A create's rule has weight before any request matches it.
  const carries = weight > 0 && seen?.rule != null && !isParked(seen.rule)
  return {
    group,
    state: shownState(group.role, carries ? weight : 0),
    weight: carries ? weight : 0,
    share: carries ? shareOf(seen.rule.entries, group.targetGroupArn) : 0,
    size: observed?.autoScaling?.desired ?? 0,
    healthy: registered.instanceIds.length,
    zones: registered.zones,
    instances,
    readiness: group.role === 'warm' && seen ? readinessOf(parts, seen, group, needed) : null,
  }
}

function instanceViews(observed: ObservedGroup): readonly InstanceView[] {
  return (observed.autoScaling?.instances ?? []).map((instance) => {
    const target = observed.targets.find((candidate) => candidate.instanceId === instance.instanceId)
    return {
      instanceId: instance.instanceId,
      zone: instance.zone,
      lifecycle: instance.lifecycleState,
      health: healthOf(instance.lifecycleState, target?.state),
      reason: target?.description ?? target?.reason ?? null,
    }
  })
}

function healthOf(lifecycle: string, target: string | undefined): InstanceView['health'] {
  if (lifecycle.startsWith('Terminating') || target === 'draining') return 'draining'
  if (lifecycle.startsWith('Pending') || target === undefined || target === 'initial') return 'starting'
  if (target === 'unused') return 'unchecked'
  return target === 'healthy' ? 'healthy' : 'unhealthy'
}

/** Where the cluster answers: the local cloud's listener has an address of its own. */
async function urlOf(parts: Parts, cluster: Cluster, seen: Observed | null): Promise<string | null> {
  const listenerArn = cluster.listenerArn ?? seen?.balancer?.listenerArn ?? null
  // On AWS a load balancer’s name is its address: nothing has to be read for it.
  const listener = listenerArn && parts.place.mode !== 'aws' ? await listenerOf(parts, listenerArn) : null
  if (listener?.url) return listener.url
  if (!seen?.balancer) return null
  const host = cluster.settings.balancer.conditions.find((condition) => condition.field === 'host-header')
    ?.values[0]
  const port = cluster.settings.balancer.listenerPort
  return `http://${host && !host.includes('*') ? host : seen.balancer.dnsName}${port === 80 ? '' : `:${port}`}/`
}

/** From the cached catalog; a listener made since that was read is looked up anew. */
async function listenerOf(parts: Parts, listenerArn: string) {
  for (const fresh of [false, true]) {
    const catalog = await parts.account.catalog(fresh).catch(() => null)
    const listeners = catalog?.loadBalancers.flatMap((balancer) => balancer.listeners) ?? []
    const found = listeners.find((listener) => listener.arn === listenerArn)
    if (found) return found
  }
  return null
}

/** Of an operation that has not ended, where it stands and what it waits for. */
export function shownStanding({ id, kind, phase, wait, paused = null }: Operation) {
  return { id, kind, phase, wait, paused }
}

function shownRetired({ retired }: Cluster) {
  if (!retired) return null
  return { by: retired.by, at: retired.at.toISOString(), givenBack: retired.givenBack ?? false }
}

/** What `delling status` prints, and the API's answer for a cluster. */
export function statusDocument(view: ClusterView) {
  const { cluster, active } = view
  return {
    cluster: cluster.name,
    application: cluster.application,
    live: view.live?.group.name ?? null,
    url: view.url,
    operation: active && shownStanding(active),
    queue: view.queue.map(shownStanding),
    queueStands: view.queue.length > 0 ? cluster.queuePaused : null,
    needsPerson: cluster.needsPerson,
    onHold: view.onHold,
    retired: shownRetired(cluster),
    differences: view.differences.map(shownDifference),
    statement: cluster.statement,
    sentence: view.sentence,
    serverGroups: view.groups.map(({ group, state, weight, share, size, healthy, zones, readiness }) => ({
      name: group.name,
      state,
      weight,
      share,
      image: group.image.name,
      imageId: group.image.imageId,
      version: group.image.version,
      size,
      healthy,
      zones,
      warmUntil: state === 'warm' ? (group.expiresAt?.toISOString() ?? null) : null,
      keptUntil: group.expiresAt?.toISOString() ?? null,
      verdict: group.verdict?.badSince
        ? { badSince: group.verdict.badSince.toISOString(), sentence: group.verdict.sentence }
        : null,
      readyToSwitchBack: readiness?.state === 'ready',
      reason: group.reason ?? (readiness && readiness.state !== 'ready' ? readiness.sentence : null),
    })),
    seenAt: view.seenAt?.toISOString() ?? null,
    fault: view.fault,
  }
}

/** What a list of clusters can be filtered by. */
export function wordsOfCluster(state: ClusterState): readonly (string | null)[] {
  const { name, application, needsPerson, retired } = state.cluster
  return [
    name,
    application,
    recordedLive(state)?.image.version ?? null,
    needsPerson && 'needs a person',
    retired ? (retired.givenBack ? 'given back' : 'retired') : null,
  ]
}

/** One line for each cluster by name, or for a page of them, from records alone: a list costs AWS nothing. */
export async function clusterSummaries(
  parts: Parts,
  page: {
    readonly after?: string | undefined
    readonly limit?: number
    readonly words?: string | undefined
  } = {},
): Promise<readonly ClusterSummary[]> {
  const { after, limit, words = '' } = page
  return [...(await parts.history.clusterStates())]
    .filter(({ cluster: { name } }) => after === undefined || name > after)
    .filter((state) => holdsWords(words, wordsOfCluster(state)))
    .sort((a, b) => (a.cluster.name < b.cluster.name ? -1 : 1))
    .slice(0, limit)
    .map((state) => {
      const { cluster } = state
      const live = recordedLive(state)
      return {
        name: cluster.name,
        application: cluster.application,
        live: live?.name ?? null,
        version: live?.image.version ?? null,
        image: live?.image.name ?? null,
        sentence: retiredSentence(cluster) ?? cluster.statement,
        retired: shownRetired(cluster),
        needsPerson: cluster.needsPerson,
        active: activeTraffic(state),
        warm: state.groups.filter((group) => group.role === 'warm').length,
        morning: cluster.policy.morning,
        timeZone: cluster.policy.timeZone,
      }
    })
}
