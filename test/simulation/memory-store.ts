import type { Application } from '../../server/domain/application.js'
import type { Bake, Image } from '../../server/domain/bake.js'
import { withChange, type ClusterState } from '../../server/domain/cluster-state.js'
import { ruleAnswered } from '../../server/domain/explain-rule.js'
import {
  isActive,
  isEnded,
  isTraffic,
  type Operation,
  type OperationEvent,
  type Stamped,
} from '../../server/domain/operation.js'
import { Refusal } from '../../server/domain/refusal.js'
import { eventSentence } from '../../server/domain/sentences.js'
import type { ServerGroup } from '../../server/domain/server-group.js'
import type { Ticket } from '../../server/domain/ticket.js'
import {
  Fenced,
  type Answered,
  type Change,
  type Clock,
  type History,
  type IntentRow,
  type Lease,
  type LogRow,
  type NewEvent,
  type Store,
} from '../../server/engine/ports.js'

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

const terminalBakes = ['baked', 'failed', 'cancelled']

/**
 * The engine's store in memory, with the same leases, versions, unique rows and tickets as the one on PostgreSQL; the same
 * tests run on both. Rows are never changed in place, so that what was read stays what was read.
 */
export class MemoryStore implements Store, History {
  private readonly states = new Map<string, ClusterState>()
  private readonly leases = new Map<string, LeaseRow>()
  private readonly endedOperations = new Map<string, Operation>()
  private readonly destroyed = new Map<string, ServerGroup>()
  private readonly bakeRows = new Map<string, Bake>()
  private readonly imageRows = new Map<string, Image>()
  private readonly applicationRows = new Map<string, Application>()
  private readonly rows: LogRow[] = []
  private readonly streams = new Map<string, LogRow[]>()
  private readonly intentRows = new Map<string, MutableIntent>()
  /** Those without a clear answer. */
  private readonly openIntents = new Map<string, MutableIntent>()
  private readonly bakeLedger = new Map<string, NonNullable<Change['obligations']>[number]>()
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
    return [...this.bakeRows.values()]
      .filter((bake) => !terminalBakes.includes(bake.phase))
      .map((bake) => bake.id)
  }

  async loadCluster(name: string): Promise<ClusterState | null> {
    this.reach()
    return this.states.get(name) ?? null
  }

  async loadBake(id: string): Promise<Bake | null> {
    this.reach()
    return this.bakeRows.get(id) ?? null
  }

  async commitTurn(lease: Lease, version: number | null, change: Change): Promise<void> {
    this.reach()
    if (!this.isHeld(lease)) throw new Fenced('lease')
    const name = lease.scope.replace(/^cluster:/, '')
    if (version !== null && this.states.get(name)?.cluster.version !== version) throw new Fenced('version')
    for (const row of this.openIntents.values())
      if (row.scope === lease.scope && row.answered === null) row.answered = 'unclear'
    this.write(change, lease, version === null ? null : name)
  }

  async answerIntent(lease: Lease, intentId: string, answer: Answered, change?: Change): Promise<void> {
    this.reach()
    if (!this.isHeld(lease)) throw new Fenced('lease')
    const row = this.intentRows.get(intentId)
    if (row)
      Object.assign(row, {
        answered: answer.answered,
        answeredAt: this.clock.now(),
        requestId: answer.requestId,
        message: answer.message,
      })
    if (answer.answered !== 'unclear') this.openIntents.delete(intentId)
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
    _lease: Lease,
    what: { operationId?: string; bakeId?: string; wait: Operation['wait']; bakeLog?: string },
  ): Promise<void> {
    this.reach()
    if (!this.isHeld(_lease)) throw new Fenced('lease')
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
  }

  async request<T>(
    cluster: string,
    decide: (state: ClusterState | null) => { change: Change; result: T },
  ): Promise<T> {
    this.reach()
    const { change, result } = decide(this.states.get(cluster) ?? null)
    this.write(change, null, cluster)
    return result
  }

  async record(change: Change & { application?: Application }): Promise<void> {
    this.reach()
    if (change.application) this.applicationRows.set(change.application.name, change.application)
    this.write(change, null, null)
  }

  onChange(listener: (scope: string, seq: number) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  async applications(): Promise<readonly Application[]> {
    return [...this.applicationRows.values()].sort((a, b) => a.name.localeCompare(b.name))
  }

  async application(name: string): Promise<Application | null> {
    return this.applicationRows.get(name) ?? null
  }

  async clusters() {
    return [...this.states.values()].map((state) => state.cluster)
  }

  async clusterState(name: string): Promise<ClusterState | null> {
    this.reach()
    return this.states.get(name) ?? null
  }

  async serverGroup(name: string): Promise<ServerGroup | null> {
    const present = [...this.states.values()].flatMap((state) => state.groups)
    return present.find((group) => group.name === name) ?? this.destroyed.get(name) ?? null
  }

  async destroyedGroups(cluster: string, limit: number): Promise<readonly ServerGroup[]> {
    const gone = [...this.destroyed.values()].filter((group) => group.cluster === cluster)
    return gone.sort((a, b) => b.push - a.push).slice(0, limit)
  }

  async operation(id: string): Promise<Operation | null> {
    return this.allOperations().find((operation) => operation.id === id) ?? null
  }

  async operations(filter: {
    cluster?: string
    active?: boolean
    kinds?: readonly string[]
    limit: number
  }): Promise<readonly Operation[]> {
    return this.allOperations()
      .filter(
        (operation) =>
          (filter.cluster === undefined || operation.cluster === filter.cluster) &&
          (filter.active === undefined || !isEnded(operation) === filter.active) &&
          (filter.kinds === undefined || filter.kinds.includes(operation.kind)),
      )
      .sort((a, b) => b.requestedAt.getTime() - a.requestedAt.getTime())
      .slice(0, filter.limit)
  }

  async operationEvents(id: string): Promise<readonly Stamped<OperationEvent>[]> {
    return (this.streams.get(`operation:${id}`) ?? []).map(({ seq, at, actor, data }) => ({
      seq,
      at,
      actor,
      event: data as unknown as OperationEvent,
    }))
  }

  async intents(filter: { operationId?: string; limit: number }): Promise<readonly IntentRow[]> {
    return [...this.intentRows.values()]
      .filter((row) => filter.operationId === undefined || row.operationId === filter.operationId)
      .reverse()
      .slice(0, filter.limit)
  }

  async log(filter: {
    cluster?: string
    application?: string
    stream?: string
    beforeSeq?: number
    limit: number
  }): Promise<readonly LogRow[]> {
    const rows = filter.stream !== undefined ? (this.streams.get(filter.stream) ?? []) : this.rows
    return rows
      .filter(
        (row) =>
          (filter.cluster === undefined || row.cluster === filter.cluster) &&
          (filter.application === undefined || row.application === filter.application) &&
          (filter.beforeSeq === undefined || row.seq < filter.beforeSeq),
      )
      .slice(-filter.limit)
      .reverse()
  }

  async eventsAfter(seq: number, limit: number): Promise<readonly LogRow[]> {
    return this.rows.filter((row) => row.seq > seq).slice(0, limit)
  }

  async lastSeq(): Promise<number> {
    return this.rows.at(-1)?.seq ?? 0
  }

  async bake(id: string): Promise<Bake | null> {
    return this.loadBake(id)
  }

  async bakes(filter: { application?: string; limit: number }): Promise<readonly Bake[]> {
    return [...this.bakeRows.values()]
      .filter((bake) => filter.application === undefined || bake.request.application === filter.application)
      .reverse()
      .slice(0, filter.limit)
  }

  async image(nameOrId: string): Promise<Image | null> {
    const rows = [...this.imageRows.values()]
    return rows.find((image) => image.imageId === nameOrId || image.name === nameOrId) ?? null
  }

  async images(filter: { application?: string; limit: number }): Promise<readonly Image[]> {
    return [...this.imageRows.values()]
      .filter((image) => filter.application === undefined || image.application === filter.application)
      .reverse()
      .slice(0, filter.limit)
  }

  async imageByKey(contentKey: string): Promise<Image | null> {
    return [...this.imageRows.values()].findLast((image) => image.contentKey === contentKey) ?? null
  }

  async obligations() {
    const open = [...this.states.values()].flatMap((state) => state.obligations)
    return [...open, ...this.bakeLedger.values()]
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
    return this.allOperations().some((each) => each.id === operationId && each.phase === 'halted')
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

  private write(change: Change, lease: Lease | null, bumped: string | null): void {
    const scopes = new Set<string>()
    const name =
      change.cluster?.name ?? change.groups?.[0]?.cluster ?? change.operations?.[0]?.cluster ?? bumped
    if (name) this.writeCluster(name, change, bumped === name)
    if (name && (change.cluster || change.groups || change.operations)) scopes.add(`cluster:${name}`)
    this.writeOthers(change, scopes)
    if (change.intent) this.writeIntent(change.intent, lease)
    this.settleTickets(change)
    if (name && this.states.has(name)) this.states.set(name, this.withTickets(this.states.get(name)!))
    let seq = 0
    for (const event of change.events ?? []) seq = this.append(event)
    if (seq > 0 && scopes.size === 0) scopes.add('log')
    this.watch({ scope: lease?.scope ?? 'request', change, lease })
    for (const scope of scopes)
      for (const listener of this.listeners) setImmediate(() => listener(scope, seq))
  }

  private writeCluster(name: string, change: Change, bump: boolean): void {
    const known = this.states.get(name)
    const first = change.cluster
    if (!known && !first) return
    const before: ClusterState = known ?? {
      cluster: { ...first!, version: 0 },
      groups: [],
      operations: [],
      obligations: [],
      tickets: [],
    }
    const after = withChange(before, change)
    this.refuseTwins(name, after)
    for (const operation of after.operations)
      if (isEnded(operation)) this.endedOperations.set(operation.id, operation)
    for (const group of after.groups) if (group.role === 'destroyed') this.destroyed.set(group.name, group)
    this.states.set(name, {
      ...after,
      cluster: { ...after.cluster, version: before.cluster.version + (bump || !known ? 1 : 0) },
      groups: after.groups.filter((group) => group.role !== 'destroyed'),
      operations: after.operations.filter((operation) => !isEnded(operation)),
      obligations: after.obligations.filter((row) => row.closedAt === null),
    })
  }

  /** What PostgreSQL's unique indexes refuse. */
  private refuseTwins(name: string, state: ClusterState): void {
    const active = state.operations.filter(isActive)
    if (active.filter((operation) => isTraffic(operation.kind)).length > 1)
      throw new Refusal(
        'OperationRunning',
        `Another operation of ${name} started at the same moment. Nothing was changed.`,
      )
    const objects = active
      .filter((operation) => !isTraffic(operation.kind))
      .map((operation) => `${operation.kind} ${operation.to ?? ''}`)
    if (new Set(objects).size < objects.length)
      throw new Refusal(
        'AlreadyAsked',
        'The same was asked of that group at the same moment. Nothing was changed.',
      )
    const debts = state.obligations
      .filter((row) => row.closedAt === null)
      .map((row) => `${row.kind} ${row.object}`)
    if (new Set(debts).size < debts.length)
      throw new Error(`two open obligations of one kind: ${debts.join(', ')}`)
    const taken = [...this.states.values()].some(
      (other) =>
        other.cluster.name !== name &&
        other.cluster.ruleArn &&
        other.cluster.ruleArn === state.cluster.ruleArn,
    )
    if (taken) throw new Refusal('RuleTaken', 'Another cluster owns that listener rule. Nothing was changed.')
  }

  private writeOthers(change: Change, scopes: Set<string>): void {
    if (change.bake) {
      const log = change.bake.log || this.bakeRows.get(change.bake.id)?.log || ''
      this.bakeRows.set(change.bake.id, { ...change.bake, log })
      scopes.add(`bake:${change.bake.id}`)
    }
    if (change.image) this.imageRows.set(change.image.imageId, change.image)
    for (const row of change.obligations ?? []) {
      if (row.cluster !== null) continue
      if (row.closedAt === null) this.bakeLedger.set(row.id, row)
      else this.bakeLedger.delete(row.id)
    }
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
      const row = this.openIntents.get(id)
      if (row) row.answered = as
      this.openIntents.delete(id)
    }
    for (const id of change.ticketsRepeated ?? []) {
      const row = this.openIntents.get(id)
      if (row?.ticket) row.ticket = { ...row.ticket, repeated: true }
    }
  }

  private withTickets(state: ClusterState): ClusterState {
    const tickets = [...this.openIntents.values()].flatMap(({ ticket, cluster }) =>
      ticket && cluster === state.cluster.name ? [ticket] : [],
    )
    return { ...state, tickets }
  }

  private append({ stream, actor, cluster, application, event }: NewEvent): number {
    const seq = (this.rows.at(-1)?.seq ?? 0) + 1
    const sentence = stream.startsWith('operation:')
      ? eventSentence(event as OperationEvent)
      : 'sentence' in event
        ? event.sentence
        : event.type
    const row: LogRow = {
      seq,
      at: this.clock.now(),
      stream,
      cluster,
      application,
      actor,
      type: event.type,
      sentence,
      data: event as unknown as LogRow['data'],
    }
    this.rows.push(row)
    const rows = this.streams.get(stream) ?? []
    rows.push(row)
    this.streams.set(stream, rows)
    return seq
  }
}
