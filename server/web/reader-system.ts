import { may, type Person } from '../domain/access.js'
import type { JobRun } from '../domain/job.js'
import type { Replica, ReplicaReport } from '../domain/replica.js'
import type { JobRuns, SystemRecords } from '../engine/ports-system.js'
import type { History } from '../engine/ports.js'
import { applicationOfCluster } from './guard/application-of.js'

/** How all is as far as its reader may see it: clusters and bakes of other applications are left out. */
export function readerSystem(
  all: SystemRecords,
  history: Pick<History, 'bake'>,
  reader: () => Person,
): SystemRecords {
  const sees = scopesSeenBy(history, reader)
  return {
    beat: (...rest) => all.beat(...rest),
    leave: (...rest) => all.leave(...rest),
    outbox: () => all.outbox(),
    databaseState: () => all.databaseState(),
    replicas: async () =>
      Promise.all(
        (await all.replicas()).map(async (replica): Promise<Replica> => ({
          ...replica,
          report: await reportSeen(replica.report, sees, may(reader(), 'see', null)),
        })),
      ),
    heldScopes: async () => kept(await all.heldScopes(), ({ scope }) => sees(scope)),
    unansweredCalls: async () => {
      const person = reader()
      return (await all.unansweredCalls()).filter(({ cluster }) =>
        may(person, 'see', cluster === null ? null : applicationOfCluster(cluster)),
      )
    },
  }
}

/** What a cleanup or the janitor did, and what went wrong in it, is about every application: for whoever sees all of them. */
export function readerRuns(all: JobRuns, reader: () => Person): JobRuns {
  return {
    begin: (run) => all.begin(run),
    end: (id, end) => all.end(id, end),
    lastRuns: async (ofEach) => {
      const runs = await all.lastRuns(ofEach)
      return may(reader(), 'see', null) ? runs : runs.map(withoutDetails)
    },
  }
}

function withoutDetails(run: JobRun): JobRun {
  if (run.job !== 'cleanup' && run.job !== 'orphans') return run
  return { ...run, by: null, did: null, error: null, resultId: null }
}

type Sees = (scope: string) => Promise<boolean>

function scopesSeenBy(history: Pick<History, 'bake'>, reader: () => Person): Sees {
  return async (scope) => {
    const [kind = '', ...rest] = scope.split(':')
    const name = rest.join(':')
    if (kind === 'job') return true
    if (kind === 'cluster') return may(reader(), 'see', applicationOfCluster(name))
    return may(reader(), 'see', null) || (kind === 'bake' && (await history.bake(name)) !== null)
  }
}

async function reportSeen(report: ReplicaReport, sees: Sees, seesAll: boolean): Promise<ReplicaReport> {
  return {
    ...report,
    looks: await kept(report.looks, ({ scope }) => sees(scope)),
    leftAlone: await kept(report.leftAlone, ({ scope }) => sees(scope)),
    pulses: seesAll
      ? report.pulses
      : // A fault's words may name what belongs to another application.
        report.pulses.map((pulse) => ({
          ...pulse,
          fault: pulse.fault && 'only who may see all applications is told what',
        })),
  }
}

async function kept<Item>(
  items: readonly Item[],
  keep: (item: Item) => Promise<boolean>,
): Promise<readonly Item[]> {
  const keeps = await Promise.all(items.map(keep))
  return items.filter((_, index) => keeps[index])
}
