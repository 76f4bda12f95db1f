import type { Application } from '../domain/application.js'
import { may, type Person } from '../domain/access.js'
import type { Bake, Image, ListedBake } from '../domain/bake.js'
import type { RunLine } from '../domain/cleanup-run.js'
import type { Cluster } from '../domain/cluster.js'
import type { ClusterState } from '../domain/cluster-state.js'
import type { InstalledPackage } from '../domain/image-packages.js'
import type { Obligation } from '../domain/obligation.js'
import type { Operation, OperationEvent, Stamped } from '../domain/operation.js'
import type { Restraint } from '../domain/restraint.js'
import type { ServerGroup } from '../domain/server-group.js'
import type {
  ApplicationFilter,
  BakeName,
  History,
  IntentFilter,
  IntentRow,
  LogFilter,
  LogLine,
  LogRow,
  OperationFilter,
  OperationName,
  RunFilter,
} from '../engine/ports.js'
import { accessStream } from './guard/access-log.js'
import { applicationOfCluster } from './guard/application-of.js'
import { seesRestraint } from './override-rights.js'

/** True for a line of the log that the person may read. */
export function seesRow(person: Person, row: Pick<LogRow, 'stream' | 'application' | 'cluster'>): boolean {
  if (row.stream.startsWith('access:')) return may(person, 'managePeople', null)
  return may(
    person,
    'see',
    row.application ?? (row.cluster === null ? null : applicationOfCluster(row.cluster)),
  )
}

/** The records as far as their reader may see them: what may not be seen is not there. */
export class ReaderHistory implements History {
  /** What of each list is seen, by its readers' rights. */
  private readonly seen = new WeakMap<object, Map<string, unknown>>()

  constructor(
    private readonly all: History,
    private readonly reader: () => Person,
  ) {}

  seesForeign(): boolean {
    return this.sees(null)
  }

  async applications(): Promise<readonly Application[]> {
    return (await this.all.applications()).filter(({ name }) => this.sees(name))
  }

  async application(name: string): Promise<Application | null> {
    return this.sees(name) ? this.all.application(name) : null
  }

  async clusters(): Promise<readonly Cluster[]> {
    return (await this.all.clusters()).filter(({ name }) => this.seesCluster(name))
  }

  async clusterState(name: string): Promise<ClusterState | null> {
    return this.seesCluster(name) ? this.all.clusterState(name) : null
  }

  async clusterStates(): Promise<readonly ClusterState[]> {
    return this.seenOf(await this.all.clusterStates(), ({ cluster }) => this.seesCluster(cluster.name))
  }

  async serverGroup(name: string): Promise<ServerGroup | null> {
    const group = await this.all.serverGroup(name)
    return group && this.seesCluster(group.cluster) ? group : null
  }

  async groupsNamed(part: string, limit: number): Promise<readonly ServerGroup[]> {
    return mostSeen(
      limit,
      (most) => this.all.groupsNamed(part, most),
      ({ cluster }) => this.seesCluster(cluster),
    )
  }

  async destroyedGroups(cluster: string, limit: number): Promise<readonly ServerGroup[]> {
    return this.seesCluster(cluster) ? this.all.destroyedGroups(cluster, limit) : []
  }

  async operation(id: string): Promise<Operation | null> {
    const operation = await this.all.operation(id)
    return operation && this.seesCluster(operation.cluster) ? operation : null
  }

  operations(filter: OperationFilter): Promise<readonly Operation[]> {
    return readOn(filter, {
      read: (each) => this.all.operations(each),
      sees: ({ cluster }) => this.seesCluster(cluster),
      next: ({ id }) => ({ after: id }),
    })
  }

  async operationsAmong(ids: readonly string[], without?: 'succeeded'): Promise<readonly Operation[]> {
    return (await this.all.operationsAmong(ids, without)).filter(({ cluster }) => this.seesCluster(cluster))
  }

  operationNames(limit: number): Promise<readonly OperationName[]> {
    return mostSeen(
      limit,
      (most) => this.all.operationNames(most),
      ({ cluster }) => this.seesCluster(cluster),
    )
  }

  async operationEvents(id: string): Promise<readonly Stamped<OperationEvent>[]> {
    return (await this.operation(id)) ? this.all.operationEvents(id) : []
  }

  intents(filter: IntentFilter): Promise<readonly IntentRow[]> {
    return readOn(filter, {
      read: (each) => this.all.intents(each),
      sees: (row) => this.seesIntent(row),
      next: ({ id }) => ({ after: id }),
    })
  }

  async intent(id: string): Promise<IntentRow | null> {
    const row = await this.all.intent(id)
    return row && this.seesIntent(row) ? row : null
  }

  /** Who may what stands in a log of its own, which has to be asked for by its name. */
  log(filter: LogFilter): Promise<readonly LogRow[]> {
    return this.logged(filter, (each) => this.all.log(each))
  }

  logLines(filter: LogFilter): Promise<readonly LogLine[]> {
    return this.logged(filter, (each) => this.all.logLines(each))
  }

  private logged<Row extends LogLine>(
    filter: LogFilter,
    read: (filter: LogFilter) => Promise<readonly Row[]>,
  ): Promise<readonly Row[]> {
    const asked = filter.stream === accessStream
    return readOn(filter, {
      read,
      sees: (row) => (row.stream !== accessStream || asked) && seesRow(this.reader(), row),
      next: ({ seq }) => ({ beforeSeq: seq }),
    })
  }

  async cleanupRuns(filter: RunFilter): Promise<readonly RunLine[]> {
    return this.sees(null) ? this.all.cleanupRuns(filter) : []
  }

  async cleanupRun(runId: string): Promise<LogRow | null> {
    return this.sees(null) ? this.all.cleanupRun(runId) : null
  }

  async eventsAfter(seq: number, limit: number): Promise<readonly LogRow[]> {
    return (await this.all.eventsAfter(seq, limit)).filter((row) => seesRow(this.reader(), row))
  }

  lastSeq(): Promise<number> {
    return this.all.lastSeq()
  }

  async bake(id: string): Promise<Bake | null> {
    const bake = await this.all.bake(id)
    return bake && this.sees(bake.request.application) ? bake : null
  }

  bakes(filter: ApplicationFilter): Promise<readonly ListedBake[]> {
    return readOn(filter, {
      read: (each) => this.all.bakes(each),
      sees: ({ request }) => this.sees(request.application),
      next: ({ id }) => ({ after: id }),
    })
  }

  bakeNames(limit: number): Promise<readonly BakeName[]> {
    return mostSeen(
      limit,
      (most) => this.all.bakeNames(most),
      ({ application }) => this.sees(application),
    )
  }

  async image(nameOrId: string): Promise<Image | null> {
    const image = await this.all.image(nameOrId)
    return image && this.sees(image.application) ? image : null
  }

  images(filter: ApplicationFilter): Promise<readonly Image[]> {
    return readOn(filter, {
      read: (each) => this.all.images(each),
      sees: ({ application }) => this.sees(application),
      next: ({ imageId }) => ({ after: imageId }),
    })
  }

  async imagesOn(baseImageId: string): Promise<readonly Image[]> {
    return (await this.all.imagesOn(baseImageId)).filter(({ application }) => this.sees(application))
  }

  async everyImage(): Promise<readonly Image[]> {
    return this.seenOf(await this.all.everyImage(), ({ application }) => this.sees(application))
  }

  async imageByKey(contentKey: string): Promise<Image | null> {
    const image = await this.all.imageByKey(contentKey)
    return image && this.sees(image.application) ? image : null
  }

  async imageCounts(): Promise<ReadonlyMap<string, number>> {
    return new Map([...(await this.all.imageCounts())].filter(([application]) => this.sees(application)))
  }

  async bakePackages(bakeId: string): Promise<readonly InstalledPackage[] | null> {
    return (await this.bake(bakeId)) ? this.all.bakePackages(bakeId) : null
  }

  async restraint(id: string): Promise<Restraint | null> {
    const restraint = await this.all.restraint(id)
    return restraint && seesRestraint(this.reader(), restraint) ? restraint : null
  }

  async restraints(limit: number): Promise<readonly Restraint[]> {
    const person = this.reader()
    return (await this.all.restraints(limit)).filter((each) => seesRestraint(person, each))
  }

  async obligations(): Promise<readonly Obligation[]> {
    const rows = await this.all.obligations()
    const seen = await Promise.all(rows.map((row) => this.seesObligation(row)))
    return rows.filter((_, index) => seen[index])
  }

  private async seesObligation({ kind, cluster, object }: Obligation): Promise<boolean> {
    if (cluster !== null) return this.seesCluster(cluster)
    return kind === 'builder' && (await this.bake(object)) !== null
  }

  /** What belongs to no cluster is a bake's: its builder and its image. */
  private seesIntent({ cluster }: IntentRow): boolean {
    return this.sees(cluster === null ? null : applicationOfCluster(cluster))
  }

  /** Who sees the same of a list gets the very same, so that what is made of it can be remembered. */
  private seenOf<Row>(all: readonly Row[], sees: (row: Row) => boolean): readonly Row[] {
    const rights = JSON.stringify(this.reader().rights)
    const byRights = (this.seen.get(all) ?? new Map()) as Map<string, readonly Row[]>
    this.seen.set(all, byRights)
    const seen = byRights.get(rights) ?? all.filter(sees)
    byRights.set(rights, seen)
    return seen
  }

  private sees(application: string | null): boolean {
    return may(this.reader(), 'see', application)
  }

  private seesCluster(name: string): boolean {
    return this.sees(applicationOfCluster(name))
  }
}

/** The first of a list that are seen: it is read again, further, while too few of them are. */
async function mostSeen<Row>(
  limit: number,
  read: (most: number) => Promise<readonly Row[]>,
  sees: (row: Row) => boolean,
): Promise<readonly Row[]> {
  for (let most = limit; ; most *= 2) {
    const rows = await read(most)
    const seen = rows.filter(sees)
    if (rows.length < most || seen.length >= limit) return seen.slice(0, limit)
  }
}

interface List<Row, Filter> {
  readonly read: (filter: Filter) => Promise<readonly Row[]>
  readonly sees: (row: Row) => boolean
  /** What makes the list go on behind this row. */
  readonly next: (row: Row) => Partial<Filter>
}

/** As many rows as are asked for, in the order of the list, though some that are read may not be seen. */
async function readOn<Row, Filter extends { readonly limit: number }>(
  filter: Filter,
  { read, sees, next }: List<Row, Filter>,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (let page = filter; ;) {
    const some = await read(page)
    rows.push(...some.filter(sees))
    const last = some.at(-1)
    if (last === undefined || some.length < filter.limit || rows.length >= filter.limit)
      return rows.slice(0, filter.limit)
    page = { ...filter, ...next(last) }
  }
}
