import { countsOf } from '../support/counts-of.js'
import type { Application } from '../../server/domain/application.js'
import type { Bake, Image } from '../../server/domain/bake.js'
import { isBakeEnded } from '../../server/domain/bake-transitions.js'
import { cleanupStream, recordedRunOf, runLineOf, type RunLine } from '../../server/domain/cleanup-run.js'
import type { Cluster } from '../../server/domain/cluster.js'
import { withChange, type ClusterState } from '../../server/domain/cluster-state.js'
import { ruleAnswered } from '../../server/domain/explain-rule.js'
import {
  isKnownRestraint,
  refuseNewerBake,
  refuseNewerCluster,
  refuseNewerRestraint,
} from '../../server/domain/newer-records.js'
import type { InstalledPackage } from '../../server/domain/image-packages.js'
import type { Obligation } from '../../server/domain/obligation.js'
import {
  isActive,
  isEnded,
  isTraffic,
  type Operation,
  type OperationEvent,
  type Stamped,
} from '../../server/domain/operation.js'
import { overAt, type Restraint } from '../../server/domain/restraint.js'
import { isPresent, type ServerGroup } from '../../server/domain/server-group.js'
import type { Ticket } from '../../server/domain/ticket.js'
import {
  Fenced,
  type Answered,
  type ApplicationFilter,
  type BakeName,
  type Change,
  type Clock,
  type History,
  type IntentFilter,
  type IntentRow,
  type Lease,
  type LogFilter,
  type LogLine,
  type LogRow,
  type NewEvent,
  type OperationFilter,
  type OperationName,
  type RunFilter,
  type Store,
} from '../../server/engine/ports.js'
import { asRefusal } from '../../server/store/as-refusal.js'
import { scopesWritten, sentenceOf } from '../../server/store/write-change.js'
import { isAfter } from '../support/is-after.js'
import { MemoryImageRetention } from '../support/memory-image-retention.js'

interface LeaseRow {
  holder: string
  epoch: number
  until: number
}

type MutableIntent = { -readonly [Field in keyof IntentRow]: IntentRow[Field] } & {
  readonly scope: string
  ticket: Ticket | null
}

/** What a store's watcher is told of each write, after it. */
export interface Written {
  readonly scope: string
  readonly change: Change
  /** Whose lease it was written under; null for a person's request. */
  readonly lease: Lease | null
}

/** What PostgreSQL says where a row meets another in a unique index, as its client reports it. */
class TakenTwice extends Error {
  readonly code = '23505'
  constructor(readonly constraint: string) {
    super(`duplicate key value violates unique constraint "${constraint}"`)
    this.name = 'TakenTwice'
  }
}

/**
 * The engine's store in memory, with the same leases, versions, unique rows and tickets as the one on PostgreSQL: both keep
 * the contract of test/store/store-contract.ts. Rows are never changed in place, so that what was read stays what was read.
 */
export class MemoryStore implements Store, History {
  private readonly states = new Map<string, ClusterState>()
  private readonly leases = new Map<string, LeaseRow>()
  private readonly endedOperations = new Map<string, Operation>()
  /** When each operation was first written, as a number that grows. */
  private readonly operationOrder = new Map<string, number>()
  private readonly destroyed = new Map<string, ServerGroup>()
  private readonly bakeRows = new Map<string, Bake>()
  private readonly packageRows = new Map<string, readonly InstalledPackage[]>()
  private readonly imageRows = new Map<string, Image>()
  private readonly applicationRows = new Map<string, Application>()
  readonly retention = new MemoryImageRetention()
  private readonly restraintRows = new Map<string, Restraint>()
  private readonly rows: LogRow[] = []
  private readonly streams = new Map<string, LogRow[]>()
  private readonly intentRows = new Map<string, MutableIntent>()
  /** Those without a clear answer. */
  private readonly openIntents = new Map<string, MutableIntent>()
  /** Open ones, of clusters and bakes alike, oldest first. */
  private readonly ledger = new Map<string, Obligation>()
  private readonly listeners = new Set<(scope: string, seq: number) => void>()
  /** Told of every write. */
  watch: (written: Written) => void = () => undefined
  /** Throws where the database is away. */
  reach: () => void = () => undefined

  constructor(private readonly clock: Clock) {}

  async claim(scope: string, holder: string, leaseMs: number): Promise<Lease | null> {
    const deadline = performance.now() + leaseMs
    const wallDeadline = Date.now() + leaseMs
    this.reach()
    const row = this.leases.get(scope)
    const now = performance.now()
    if (row && row.holder !== holder && row.until >= now) return null
    const epoch = row ? row.epoch + (row.holder === holder ? 0 : 1) : 1
    this.leases.set(scope, { holder, epoch, until: now + leaseMs })
    return { scope, holder, epoch, deadline, wallDeadline }
  }

  async release(lease: Lease): Promise<void> {
    this.reach()
    if (this.isHeld(lease)) this.leases.get(lease.scope)!.until = performance.now() - 1
  }

  /** Whether a lease is good now, by the store's clock. */
  isHeld(lease: Lease): boolean {
    const row = this.leases.get(lease.scope)
    return row?.holder === lease.holder && row.epoch === lease.epoch && row.until > performance.now()
  }

  /** How often a lease has changed hands. */
  epochOf(scope: string): number {
    return this.leases.get(scope)?.epoch ?? 0
  }

  async clusterNames(): Promise<readonly string[]> {
    this.reach()
    return [...this.states.keys()]
  }

  async activeBakeIds(): Promise<readonly string[]> {
    this.reach()
    return [...this.bakeRows.values()].filter((bake) => !isBakeEnded(bake)).map((bake) => bake.id)
  }

  async retiringImageIds(): Promise<readonly string[]> {
    return [...this.imageRows.values()]
      .filter((image) => image.retirement && isThere(image))
      .map(({ imageId }) => imageId)
  }

  async openRestraints(at: Date): Promise<readonly Restraint[]> {
    this.reach()
    const open = [...this.restraintRows.values()].filter((each) => {
      const over = overAt(each)
      return over === null || over > at
    })
    for (const restraint of open) refuseNewerRestraint(restraint)
    return open
  }

  async loadCluster(name: string): Promise<ClusterState | null> {
    this.reach()
    const state = this.states.get(name) ?? null
    if (state) this.refuseNewer(state)
    return state
  }

  async loadBake(id: string): Promise<Bake | null> {
    this.reach()
    const bake = this.bakeRows.get(id) ?? null
    if (bake) refuseNewerBake(bake)
    return bake
  }

  async commitTurn(lease: Lease, version: number | null, change: Change): Promise<void> {
    this.reach()
    if (!this.isHeld(lease)) throw new Fenced('lease')
    const name = lease.scope.replace(/^cluster:/, '')
    if (version !== null && this.states.get(name)?.cluster.version !== version) throw new Fenced('version')
    this.refuseTwins(change)
    for (const row of this.openIntents.values())
      if (row.scope === lease.scope && row.answered === null)
        Object.assign(row, {
          answered: 'unclear',
          answeredAt: this.clock.now(),
          message: 'the process that sent it, or was about to, ended before the answer was kept',
        })
    this.write(change, lease, version === null ? null : name)
  }

  async answerIntent(lease: Lease, intentId: string, answer: Answered, change?: Change): Promise<void> {
    this.reach()
    if (!this.isHeld(lease)) throw new Fenced('lease')
    if (change) this.refuseTwins(change)
    const row = this.intentRows.get(intentId)
    if (row) {
      Object.assign(row, {
        answered: answer.answered,
        answeredAt: this.clock.now(),
        requestId: answer.requestId,
        message: answer.message,
      })
      if (answer.answered === 'unclear') this.openIntents.set(intentId, row)
      else this.openIntents.delete(intentId)
    }
    const name = lease.scope.replace(/^cluster:/, '')
    const state = this.states.get(name)
    if (state) {
      const cluster = answer.rule ? ruleAnswered(state.cluster, answer.rule, this.clock.now()) : state.cluster
      const version = state.cluster.version + (answer.rule ? 1 : 0)
      this.states.set(name, this.withTickets({ ...state, cluster: { ...cluster, version } }))
    }
    if (change) this.write(change, lease, null)
  }

  async saveWait(
    lease: Lease,
    what: { operationId?: string; bakeId?: string; wait: Operation['wait']; bakeLog?: string },
  ): Promise<void> {
    this.reach()
    if (!this.isHeld(lease)) throw new Fenced('lease')
    for (const [name, state] of what.operationId ? this.states : [])
      if (state.operations.some((operation) => operation.id === what.operationId))
        this.states.set(name, {
          ...state,
          operations: state.operations.map((operation) =>
            operation.id === what.operationId ? { ...operation, wait: what.wait } : operation,
          ),
        })
    const bake = what.bakeId ? this.bakeRows.get(what.bakeId) : undefined
    if (bake) this.bakeRows.set(bake.id, { ...bake, wait: what.wait, log: what.bakeLog ?? bake.log })
    this.tell([`view:${lease.scope}`], 0)
  }

  async request<T>(
    cluster: string,
    decide: (state: ClusterState | null) => { change: Change; result: T },
  ): Promise<T> {
    this.reach()
    try {
      const state = this.states.get(cluster) ?? null
      if (state) this.refuseNewer(state)
      const { change, result } = decide(state)
      this.refuseTwins(change)
      this.write(change, null, cluster)
      return result
    } catch (error) {
      throw asRefusal(error, cluster)
    }
  }

  async requestApplication<T>(
    name: string,
    decide: (known: Application | null) => { change: Change & { application?: Application }; result: T },
  ): Promise<T> {
    this.reach()
    const { change, result } = decide(this.applicationRows.get(name) ?? null)
    const { application, ...rest } = change
    this.refuseTwins(rest)
    if (application) this.applicationRows.set(name, application)
    this.write(rest, null, null)
    return result
  }

  async record(change: Change): Promise<void> {
    this.reach()
    this.refuseTwins(change)
    this.write(change, null, null)
  }

  onChange(listener: (scope: string, seq: number) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  seesForeign(): boolean {
    return true
  }

  async applications(): Promise<readonly Application[]> {
    return [...this.applicationRows.values()].sort((a, b) => a.name.localeCompare(b.name))
  }

  async application(name: string): Promise<Application | null> {
    return this.applicationRows.get(name) ?? null
  }

  async clusters(): Promise<readonly Cluster[]> {
    const rows = [...this.states.values()].map((state) => state.cluster)
    return rows.sort((a, b) => a.name.localeCompare(b.name))
  }

  async clusterState(name: string): Promise<ClusterState | null> {
    this.reach()
    return this.states.get(name) ?? null
  }

  async clusterStates(): Promise<readonly ClusterState[]> {
    this.reach()
    return [...this.states.values()].sort((a, b) => a.cluster.name.localeCompare(b.cluster.name))
  }

  async serverGroup(name: string): Promise<ServerGroup | null> {
    const present = [...this.states.values()].flatMap((state) => state.groups)
    return present.find((group) => group.name === name) ?? this.destroyed.get(name) ?? null
  }

  async groupsNamed(part: string, limit: number): Promise<readonly ServerGroup[]> {
    const present = [...this.states.values()].flatMap((state) => state.groups)
    const wanted = part.toLowerCase()
    const byPush = (a: ServerGroup, b: ServerGroup) => b.push - a.push || a.name.localeCompare(b.name)
    return [...present.sort(byPush), ...[...this.destroyed.values()].sort(byPush)]
      .filter((group) => group.name.includes(wanted))
      .slice(0, limit)
  }

  async destroyedGroups(cluster: string, limit: number): Promise<readonly ServerGroup[]> {
    const gone = [...this.destroyed.values()].filter((group) => group.cluster === cluster)
    return gone.sort((a, b) => b.push - a.push).slice(0, limit)
  }

  async operation(id: string): Promise<Operation | null> {
    return this.allOperations().find((operation) => operation.id === id) ?? null
  }

  async operations(filter: OperationFilter): Promise<readonly Operation[]> {
    const order = ({ id }: Operation) => this.operationOrder.get(id) ?? 0
    return this.allOperations()
      .sort((a, b) => order(b) - order(a))
      .filter(isAfter(filter.after, ({ id }) => id))
      .filter(
        (operation) =>
          (filter.cluster === undefined || operation.cluster === filter.cluster) &&
          (filter.active === undefined || !isEnded(operation) === filter.active) &&
          (filter.kinds === undefined || filter.kinds.includes(operation.kind)),
      )
      .slice(0, filter.limit)
  }

  async operationsAmong(ids: readonly string[], without?: 'succeeded'): Promise<readonly Operation[]> {
    return this.allOperations().filter(({ id, phase }) => ids.includes(id) && phase !== without)
  }

  operationNames(limit: number): Promise<readonly OperationName[]> {
    return this.operations({ limit })
  }

  async operationEvents(id: string): Promise<readonly Stamped<OperationEvent>[]> {
    return (this.streams.get(`operation:${id}`) ?? []).map(({ seq, at, actor, data }) => ({
      seq,
      at,
      actor,
      event: data as unknown as OperationEvent,
    }))
  }

  async intents(filter: IntentFilter): Promise<readonly IntentRow[]> {
    return [...this.intentRows.values()]
      .reverse()
      .filter(isAfter(filter.after, ({ id }) => id))
      .filter(
        (row) =>
          (filter.operationId === undefined || row.operationId === filter.operationId) &&
          (filter.cluster === undefined || row.cluster === filter.cluster),
      )
      .slice(0, filter.limit)
  }

  async intent(id: string): Promise<IntentRow | null> {
    return this.intentRows.get(id) ?? null
  }

  async log(filter: LogFilter): Promise<readonly LogRow[]> {
    const rows = filter.stream !== undefined ? (this.streams.get(filter.stream) ?? []) : this.rows
    return rows
      .filter(
        (row) =>
          (filter.cluster === undefined || row.cluster === filter.cluster) &&
          (filter.application === undefined || row.application === filter.application) &&
          (filter.type === undefined || row.type === filter.type) &&
          (filter.by === undefined || row.actor.name === filter.by) &&
          (filter.from === undefined || row.at >= filter.from) &&
          (filter.to === undefined || row.at < filter.to) &&
          (filter.beforeSeq === undefined || row.seq < filter.beforeSeq),
      )
      .slice(-filter.limit)
      .reverse()
  }

  logLines(filter: LogFilter): Promise<readonly LogLine[]> {
    return this.log(filter)
  }

  async cleanupRuns(filter: RunFilter): Promise<readonly RunLine[]> {
    return (await this.log({ stream: cleanupStream, ...filter })).map(runLineOf)
  }

  async cleanupRun(runId: string): Promise<LogRow | null> {
    const rows = this.streams.get(cleanupStream) ?? []
    return rows.find((row) => recordedRunOf(row).runId === runId) ?? null
  }

  async eventsAfter(seq: number, limit: number): Promise<readonly LogRow[]> {
    return this.rows.filter((row) => row.seq > seq).slice(0, limit)
  }

  async lastSeq(): Promise<number> {
    return this.rows.at(-1)?.seq ?? 0
  }

  async bake(id: string): Promise<Bake | null> {
    return this.bakeRows.get(id) ?? null
  }

  async bakes(filter: ApplicationFilter): Promise<readonly Bake[]> {
    return [...this.bakeRows.values()]
      .reverse()
      .filter(isAfter(filter.after, ({ id }) => id))
      .filter((bake) => filter.application === undefined || bake.request.application === filter.application)
      .slice(0, filter.limit)
  }

  async bakeNames(limit: number): Promise<readonly BakeName[]> {
    return (await this.bakes({ limit })).map(({ id, phase, request: { application, version } }) => ({
      id,
      phase,
      application,
      version,
    }))
  }

  async image(nameOrId: string): Promise<Image | null> {
    const rows = [...this.imageRows.values()].filter(
      (image) => image.imageId === nameOrId || image.name === nameOrId,
    )
    return rows.find(isThere) ?? rows.at(-1) ?? null
  }

  async images(filter: ApplicationFilter): Promise<readonly Image[]> {
    return [...this.imageRows.values()]
      .reverse()
      .filter(isAfter(filter.after, ({ imageId }) => imageId))
      .filter((image) => isThere(image) && (filter.application ?? image.application) === image.application)
      .slice(0, filter.limit)
  }

  async bakePackages(bakeId: string): Promise<readonly InstalledPackage[] | null> {
    return this.packageRows.get(bakeId) ?? null
  }

  everyImage(): Promise<readonly Image[]> {
    return this.images({ limit: Number.MAX_SAFE_INTEGER })
  }

  async imagesOn(baseImageId: string): Promise<readonly Image[]> {
    return [...this.imageRows.values()].filter((image) => image.baseImageId === baseImageId && isThere(image))
  }

  async imageByKey(contentKey: string): Promise<Image | null> {
    return [...this.imageRows.values()].findLast((image) => image.contentKey === contentKey) ?? null
  }

  async imageCounts(): Promise<ReadonlyMap<string, number>> {
    return countsOf((await this.images({ limit: Number.MAX_SAFE_INTEGER })).map((each) => each.application))
  }

  async obligations(): Promise<readonly Obligation[]> {
    return [...this.ledger.values()]
  }

  async restraint(id: string): Promise<Restraint | null> {
    return this.restraintRows.get(id) ?? null
  }

  async restraints(limit: number): Promise<readonly Restraint[]> {
    const known = [...this.restraintRows.values()].filter(({ kind }) => isKnownRestraint(kind))
    return known.reverse().slice(0, limit)
  }

  /** The present rows, for whoever watches from outside. */
  peek(cluster: string): ClusterState | null {
    return this.states.get(cluster) ?? null
  }

  /** The number of the last event. */
  get seq(): number {
    return this.rows.at(-1)?.seq ?? 0
  }

  allStates(): readonly ClusterState[] {
    return [...this.states.values()]
  }

  allBakes(): readonly Bake[] {
    return [...this.bakeRows.values()]
  }

  allImages(): readonly Image[] {
    return [...this.imageRows.values()]
  }

  allRestraints(): readonly Restraint[] {
    return [...this.restraintRows.values()]
  }

  openObligations(): readonly Obligation[] {
    return [...this.ledger.values()]
  }

  operationCount(): number {
    return this.allOperations().length
  }

  /** How each operation ended, oldest first. */
  endedKinds(): readonly string[] {
    const halted = this.allOperations().filter((operation) => operation.phase === 'halted')
    return [...this.endedOperations.values(), ...halted].map(
      (operation) =>
        `${operation.kind} ${operation.phase}: ${operation.endSentence ?? operation.haltedBecause ?? ''}`,
    )
  }

  isHalted(operationId: string): boolean {
    for (const { operations } of this.states.values())
      if (operations.some((each) => each.id === operationId && each.phase === 'halted')) return true
    return false
  }

  isEnded(operationId: string): boolean {
    return this.endedOperations.has(operationId)
  }

  private allOperations(): Operation[] {
    return [
      ...this.endedOperations.values(),
      ...[...this.states.values()].flatMap((state) => state.operations),
    ]
  }

  private refuseNewer(state: ClusterState): void {
    const streams = state.operations.map(({ id }) => this.streams.get(`operation:${id}`) ?? [])
    refuseNewerCluster(
      state,
      streams.flatMap((rows) => rows.map(({ type }) => type)),
    )
  }

  /** Every row of a change is checked before the first is written, as one transaction does. */
  private write(change: Change, lease: Lease | null, bumped: string | null): void {
    for (const name of new Set([...clustersOf(change), ...(bumped ? [bumped] : [])]))
      this.writeCluster(name, change, bumped === name)
    this.writeOthers(change)
    this.settleTickets(change)
    if (change.intent) this.writeIntent(change.intent, lease)
    for (const name of this.namesWithTickets(change))
      this.states.set(name, this.withTickets(this.states.get(name)!))
    let seq = 0
    for (const event of change.events ?? []) seq = this.append(event)
    this.watch({ scope: lease?.scope ?? 'request', change, lease })
    this.tell(scopesWritten(change), seq)
  }

  private tell(scopes: Iterable<string>, seq: number): void {
    for (const scope of scopes)
      for (const listener of this.listeners) setImmediate(() => listener(scope, seq))
  }

  private writeCluster(name: string, change: Change, bump: boolean): void {
    const after = this.clusterAfter(name, change)
    if (!after) return
    const version = this.states.get(name)?.cluster.version
    for (const operation of after.operations) {
      if (!this.operationOrder.has(operation.id))
        this.operationOrder.set(operation.id, this.operationOrder.size)
      if (isEnded(operation)) this.endedOperations.set(operation.id, operation)
    }
    for (const group of after.groups) if (!isPresent(group)) this.destroyed.set(group.name, group)
    this.states.set(name, {
      ...after,
      cluster: { ...after.cluster, version: version === undefined ? 1 : version + (bump ? 1 : 0) },
      groups: after.groups.filter(isPresent).sort((one, other) => one.push - other.push),
      operations: after.operations.filter((operation) => !isEnded(operation)),
      obligations: after.obligations.filter((row) => row.closedAt === null),
    })
  }

  /** The cluster with its part of a change; null where there is none to change. */
  private clusterAfter(name: string, change: Change): ClusterState | null {
    const known = this.states.get(name)
    const first = change.cluster?.name === name ? change.cluster : undefined
    const groups = change.groups?.filter((group) => group.cluster === name)
    const operations = change.operations?.filter((operation) => operation.cluster === name)
    const obligations = change.obligations?.filter((row) => row.cluster === name)
    if (!known && !first) {
      if (groups?.length || operations?.length) throw new Error(`there is no cluster ${name} to write to`)
      return null
    }
    const before: ClusterState = known ?? {
      cluster: first!,
      groups: [],
      operations: [],
      obligations: [],
      tickets: [],
    }
    const waiting = (operation: Operation) => {
      const row = before.operations.find(({ id }) => id === operation.id)
      return { ...operation, wait: row?.phase === operation.phase ? row.wait : null }
    }
    return withChange(before, {
      ...(first && { cluster: first }),
      ...(groups && { groups }),
      ...(operations && { operations: operations.map(waiting) }),
      ...(obligations && { obligations }),
    })
  }

  /** What PostgreSQL's unique indexes refuse. */
  private refuseTwins(change: Change): void {
    for (const name of clustersOf(change)) {
      const after = this.clusterAfter(name, change)
      if (after) this.refuseTwinsIn(after)
    }
    for (const group of change.groups ?? []) this.refusePushTwice(group)
    const { obligations = [] } = change
    const written = new Set(obligations.map(({ id }) => id))
    const debts = [...[...this.ledger.values()].filter(({ id }) => !written.has(id)), ...obligations]
    for (const row of obligations)
      refuseAnother(debts, row, 'one_open_obligation', ({ closedAt, kind, object }) =>
        closedAt === null ? `${kind} ${object}` : null,
      )
    if (change.bake)
      refuseAnother([...this.bakeRows.values()], change.bake, 'one_bake_of_a_key', (bake) =>
        isBakeEnded(bake) ? null : bake.contentKey,
      )
    const { image } = change
    const named =
      image && [...this.imageRows.values()].find((each) => each.name === image.name && isThere(each))
    if (named && isThere(image) && named.imageId !== image.imageId) throw new TakenTwice('images_name_key')
  }

  private refuseTwinsIn({ cluster, operations }: ClusterState): void {
    const active = operations.filter(isActive)
    for (const operation of active) {
      refuseAnother(active, operation, 'one_traffic_operation', ({ kind }) =>
        isTraffic(kind) ? 'traffic' : null,
      )
      refuseAnother(active, operation, 'one_operation_of_a_group', ({ kind, to }) =>
        isTraffic(kind) || to === null ? null : `${kind} ${to}`,
      )
    }
    const taken = [...this.states.values()].some(
      (other) =>
        other.cluster.name !== cluster.name &&
        other.cluster.ruleArn &&
        other.cluster.ruleArn === cluster.ruleArn,
    )
    if (taken) throw new TakenTwice('clusters_rule_arn_key')
  }

  private refusePushTwice({ cluster, push, name }: ServerGroup): void {
    const groups = [...(this.states.get(cluster)?.groups ?? []), ...this.destroyed.values()]
    if (groups.some((other) => other.cluster === cluster && other.push === push && other.name !== name))
      throw new TakenTwice('server_groups_cluster_push_key')
  }

  private writeOthers(change: Change): void {
    if (change.bake) {
      const row = this.bakeRows.get(change.bake.id)
      this.bakeRows.set(change.bake.id, {
        ...change.bake,
        log: change.bake.log || row?.log || '',
        wait: row?.phase === change.bake.phase ? row.wait : null,
      })
    }
    if (change.packages) this.packageRows.set(change.packages.bakeId, change.packages.listed)
    if (change.image) {
      const row = this.imageRows.get(change.image.imageId)
      this.imageRows.set(change.image.imageId, row ? { ...change.image, bad: row.bad } : change.image)
    }
    if (change.imageBad) {
      const { imageId, bad } = change.imageBad
      const row = this.imageRows.get(imageId)
      if (row) this.imageRows.set(imageId, { ...row, bad })
    }
    if (change.retention) this.retention.apply(change.retention)
    if (change.restraint) this.restraintRows.set(change.restraint.id, change.restraint)
    for (const row of change.obligations ?? [])
      if (row.closedAt === null) this.ledger.set(row.id, row)
      else this.ledger.delete(row.id)
  }

  private writeIntent(intent: NonNullable<Change['intent']>, lease: Lease | null): void {
    const at = this.clock.now()
    const { id, object, cluster, operationId, call, why } = intent
    const row: MutableIntent = {
      id,
      at,
      api: call.type,
      why,
      operationId,
      cluster,
      answered: null,
      answeredAt: null,
      requestId: null,
      message: null,
      scope: lease?.scope ?? 'request',
      ticket: cluster ? { id, call, object, operationId, signedAt: at, repeated: false } : null,
    }
    this.intentRows.set(id, row)
    this.openIntents.set(id, row)
  }

  private settleTickets(change: Change): void {
    for (const { id, as } of change.ticketsClosed ?? []) {
      const row = this.intentRows.get(id)
      if (row) Object.assign(row, { answered: as, answeredAt: this.clock.now() })
      this.openIntents.delete(id)
    }
    for (const id of change.ticketsRepeated ?? []) {
      const row = this.openIntents.get(id)
      if (row?.ticket) row.ticket = { ...row.ticket, repeated: true }
    }
  }

  /** The clusters whose tickets a change may have changed. */
  private namesWithTickets({ intent, ticketsClosed, ticketsRepeated }: Change): readonly string[] {
    const ids = [...(ticketsClosed ?? []).map(({ id }) => id), ...(ticketsRepeated ?? [])]
    const names = [intent?.cluster, ...ids.map((id) => this.intentRows.get(id)?.cluster)]
    return [...new Set(names)].filter(
      (name): name is string => typeof name === 'string' && this.states.has(name),
    )
  }

  private withTickets(state: ClusterState): ClusterState {
    const tickets = [...this.openIntents.values()].flatMap(({ ticket, cluster }) =>
      ticket && cluster === state.cluster.name ? [ticket] : [],
    )
    return { ...state, tickets }
  }

  private append(written: NewEvent): number {
    const { stream, actor, cluster, application, event } = written
    const seq = (this.rows.at(-1)?.seq ?? 0) + 1
    const row: LogRow = {
      seq,
      at: this.clock.now(),
      stream,
      cluster,
      application,
      actor,
      type: event.type,
      sentence: sentenceOf(written),
      data: event as unknown as LogRow['data'],
    }
    this.rows.push(row)
    const rows = this.streams.get(stream) ?? []
    rows.push(row)
    this.streams.set(stream, rows)
    return seq
  }
}

function clustersOf({ cluster, groups, operations, obligations }: Change): ReadonlySet<string> {
  const rows = [...(groups ?? []), ...(operations ?? []), ...(obligations ?? [])]
  const names = [cluster?.name, ...rows.map((row) => row.cluster)]
  return new Set(names.filter((name): name is string => typeof name === 'string'))
}

/** Throws where another row has the same key; those whose key is null are not in the index. */
function refuseAnother<Row extends { readonly id: string }>(
  rows: readonly Row[],
  row: Row,
  index: string,
  keyOf: (row: Row) => string | null,
): void {
  const key = keyOf(row)
  if (key !== null && rows.some((other) => other.id !== row.id && keyOf(other) === key))
    throw new TakenTwice(index)
}

function isThere({ retirement }: Image): boolean {
  return retirement?.phase !== 'retired'
}
