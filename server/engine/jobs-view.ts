import type { Cluster } from '../domain/cluster.js'
import type { ImageRetentionPolicy } from '../domain/image-retention-policy.js'
import { dueInMs, jobs, type Job, type JobRun } from '../domain/job.js'
import { morningAfter } from '../domain/morning.js'
import { isAlive, replicaName, type Pulse } from '../domain/replica.js'
import { nextMarks, type MorningClock } from '../domain/retention-times.js'
import type { ImageRetentionRecords } from './ports-image-retention.js'
import type { JobRuns, SystemRecords } from './ports-system.js'
import type { Clock, History } from './ports.js'

/** A job with how it goes. */
export interface JobView extends Job {
  /** Newest first; none for what goes on all the time. */
  readonly runs: readonly JobRun[]
  /** When it runs next by itself; null: all the time, or there is nothing to run it for. */
  readonly next: { readonly inMs: number; readonly why: string } | null
  /** How it went the last time in each replica that is there. */
  readonly pulses: readonly (Pulse & { readonly replica: string })[]
}

/** What it is read from; as its reader sees it. */
export interface JobsParts {
  readonly records: Pick<SystemRecords, 'replicas'>
  readonly runs: JobRuns
  readonly history: Pick<History, 'clusters'>
  readonly retention: Pick<ImageRetentionRecords, 'policy'>
  readonly defaults: MorningClock
  readonly clock: Clock
}

const shownRuns = 5

/** Every job, as it is now. */
export async function jobsView({
  records,
  runs,
  history,
  retention,
  defaults,
  clock,
}: JobsParts): Promise<readonly JobView[]> {
  const [replicas, last, clusters, policy] = await Promise.all([
    records.replicas(),
    runs.lastRuns(shownRuns),
    history.clusters(),
    retention.policy(),
  ])
  const alive = replicas.filter(isAlive)
  return jobs.map((job) => {
    const own = last.filter((run) => run.job === job.name)
    return {
      ...job,
      runs: own,
      next: nextOf(job, { runs: own, clusters, policy, defaults, now: clock.now() }),
      pulses: alive.flatMap((replica) =>
        replica.report.pulses
          .filter((pulse) => pulse.job === job.name)
          .map((pulse) => ({
            ...pulse,
            agoMs: pulse.agoMs + replica.beatAgoMs,
            replica: replicaName(replica),
          })),
      ),
    }
  })
}

function nextOf(
  { comesRound }: Job,
  {
    runs,
    clusters,
    policy,
    defaults,
    now,
  }: {
    readonly runs: readonly JobRun[]
    readonly clusters: readonly Cluster[]
    readonly policy: ImageRetentionPolicy
    readonly defaults: MorningClock
    readonly now: Date
  },
): JobView['next'] {
  const at = (moment: Date, why: string) => ({ inMs: moment.getTime() - now.getTime(), why })
  switch (comesRound.by) {
    case 'interval':
      return { inMs: dueInMs(runs[0], comesRound.everyMs), why: comesRound.why }
    case 'hour before the morning':
      return at(nextMarks(defaults, now), 'an hour before the morning')
    case 'morning of retention':
      return policy.on ? at(morningAfter(defaults, now), 'the morning of this installation') : null
    case 'mornings of clusters':
      return firstMorning(clusters, now)
    case 'itself':
      return null
  }
}

function firstMorning(clusters: readonly Cluster[], now: Date): JobView['next'] {
  const mornings = clusters
    .filter(({ retired }) => !retired)
    .map((cluster) => ({ cluster: cluster.name, at: morningAfter(cluster.policy, now) }))
    .sort((a, b) => a.at.getTime() - b.at.getTime())
  const [first] = mornings
  return first ? { inMs: first.at.getTime() - now.getTime(), why: `the morning of ${first.cluster}` } : null
}
