import type { ClusterState } from '../domain/cluster-state.js'
import { warmUntil } from '../domain/morning.js'
import type { Store } from '../engine/ports.js'
import type { GeneratedCluster } from './layout.js'
import { pushHistory } from './push-history.js'
import { applicationOf, clusterOf, imageOf, type RecordedPlace } from './records.js'

/** A store whose writes bear the moment that was last set: history is written long after it. */
export interface BackdatedStore extends Pick<Store, 'record' | 'requestApplication' | 'loadCluster'> {
  setNow(at: Date): void
}

const keptMs = 14 * 86_400_000

/**
 * Writes the records that a generated account would have left: applications, images, clusters, and of each group how it was
 * deployed, oldest first. Broken off, it goes on where it stopped. Resolves to how many pushes it wrote.
 */
export async function recordBigAccount(
  store: BackdatedStore,
  clusters: readonly GeneratedCluster[],
  place: RecordedPlace,
  now: Date,
  newId: () => string,
): Promise<number> {
  const pushes = Math.max(0, ...clusters.map(({ groups }) => groups.length))
  let written = 0
  for (let index = 0; index < pushes; index += 1) {
    const begun = await Promise.all(
      clusters.map(async (cluster) => ({ cluster, state: await store.loadCluster(cluster.name) })),
    )
    const due = begun.filter(
      ({ cluster, state }) => (state?.cluster.lastPush ?? 0) === index && cluster.groups.length > index,
    )
    if (due.length === 0) continue
    await recordImages(
      store,
      due.map(({ cluster }) => cluster),
      index,
      newId,
    )
    for (const { cluster, state } of due) {
      await recordPush(store, { cluster, state, index, place, now, newId })
      written += 1
    }
  }
  return written
}

interface Due {
  readonly cluster: GeneratedCluster
  readonly state: ClusterState | null
  readonly index: number
  readonly place: RecordedPlace
  readonly now: Date
  readonly newId: () => string
}

async function recordPush(store: BackdatedStore, due: Due): Promise<void> {
  const { cluster: generated, index, place, now, newId } = due
  const [first] = generated.groups
  if (!first) return
  const state = due.state ?? {
    cluster: clusterOf(place, generated, first),
    groups: [],
    operations: [],
    obligations: [],
    tickets: [],
  }
  // The last one that had the traffic goes in the morning; those before it are still here to be looked at in a week.
  const isLast = index === generated.groups.length - 1
  const leftUntil = isLast ? warmUntil(state.cluster.policy, now) : new Date(now.getTime() + keptMs)
  for (const { at, change } of pushHistory(state, { generated, index, leftUntil, newId })) {
    store.setNow(at)
    await store.record(change)
  }
}

/** Clusters of one application share its images. */
async function recordImages(
  store: BackdatedStore,
  clusters: readonly GeneratedCluster[],
  index: number,
  newId: () => string,
): Promise<void> {
  const byImage = new Map(clusters.map((cluster) => [cluster.groups[index]?.imageId ?? '', cluster]))
  for (const cluster of byImage.values()) {
    const group = cluster.groups[index]
    if (!group) continue
    store.setNow(group.createdAt)
    const change = imageOf(cluster, group, newId())
    await store.requestApplication(cluster.application, (known) => ({
      change: known
        ? change
        : { ...change, application: applicationOf(cluster.application, group.createdAt) },
      result: null,
    }))
  }
}
