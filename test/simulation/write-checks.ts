import type { ClusterState } from '../../server/domain/cluster-state.js'
import { activeTraffic } from '../../server/domain/cluster-state.js'
import { ticketsElsewhere } from '../../server/domain/open-tickets.js'
import type { Operation, OperationEvent } from '../../server/domain/operation.js'
import type { Written } from './memory-store.js'
import { RestraintChecks } from './restraint-checks.js'
import { carrying, truthOf } from './truth.js'
import type { Witness } from './witness.js'
import type { World } from './world.js'

/** What must hold of everything that is written down, and of who writes it. */
export class WriteChecks {
  private readonly names = new Set<string>()
  private readonly nightAsked = new Set<string>()

  private readonly restraints: RestraintChecks
  /** The rule of each cluster that has, or had, one. */
  private readonly rules = new Map<string, string>()

  constructor(private readonly witness: Witness) {
    this.restraints = new RestraintChecks(witness)
  }

  /** Told of each write, after it. */
  written({ change, lease, scope }: Written): void {
    if (lease && !this.witness.world.store.isHeld(lease))
      this.witness.fail('P4', `${scope} was written without its lease`)
    this.switchSent(scope, change)
    this.givenBack(change)
    for (const { stream, event, cluster, actor } of change.events ?? []) {
      if (actor.name === 'night watch' && cluster) this.nightWatchAsks(cluster)
      if (stream.startsWith('operation:')) {
        const id = stream.slice('operation:'.length)
        this.operationEvent(id, event as OperationEvent, cluster)
        this.restraints.recorded(id, event as OperationEvent, cluster)
      }
      if (event.type === 'Drifted' && cluster && !this.witness.isStrange(cluster))
        this.witness.fail(
          'P12',
          `the rule of ${cluster} is said to be changed by somebody else, and nobody did`,
        )
      if (
        event.type === 'AbortStarted' &&
        cluster &&
        !this.witness.isStrange(cluster) &&
        /deleted by somebody else/.test(String((event as { sentence?: string }).sentence))
      )
        this.witness.fail(
          'P12',
          `a new group of ${cluster} is said to be deleted by somebody else, and nobody did`,
        )
      if (event.type === 'LaunchStarted') this.named(event as OperationEvent & { type: 'LaunchStarted' })
      if (event.type === 'GroupLost') this.lost(event.data?.group)
    }
  }

  private lost(group: unknown): void {
    const name = String(group)
    if (this.witness.world.strangersDeleted.has(name)) return
    this.witness.fail('P12', `${name} is said to be deleted by somebody else, and nobody did`)
  }

  /** What is let go owes nothing, and is somebody else's from now on. */
  private givenBack({ cluster, groups = [], obligations = [], events = [] }: Written['change']): void {
    if (cluster?.ruleArn) this.rules.set(cluster.name, cluster.ruleArn)
    const gone = groups.filter(({ role }) => role === 'givenBack')
    const objects = gone.flatMap(({ name, targetGroupName, adopted }) => [
      name,
      targetGroupName,
      adopted?.launchTemplateName ?? name,
    ])
    if (gone.length > 0) objects.push(this.rules.get(cluster?.name ?? '') ?? '')
    const isAsItWas = events.some(({ event }) => ['Overridden', 'Resumed'].includes(event.type))
    for (const each of objects) {
      this.witness.theirs.add(each)
      if (isAsItWas) this.witness.leftMarked.add(each)
    }
    const hasEnded = events.some(({ event }) => event.type === 'Succeeded')
    if (gone.length === 0 || !hasEnded) return
    this.witness.checks += 1
    for (const { kind, object } of obligations)
      this.witness.fail('P5', `${object} is given back while ${kind} is still owed to it`)
  }

  /** A switch that an unanswered request of ours could still undo would end otherwise than it says. */
  private switchSent(scope: string, { intent }: Written['change']): void {
    if (intent?.call.type !== 'ModifyRule' || intent.call.purpose !== 'switch') return
    const state = this.witness.world.store.peek(scope.slice('cluster:'.length))
    if (!state || activeTraffic(state)?.request.now) return
    this.witness.checks += 1
    const other = ticketsElsewhere(state, intent.call.entries)
    if (other.length > 0)
      this.witness.fail(
        'P11',
        `${state.cluster.name} is switched while ${other.length} unanswered changes could undo it`,
      )
  }

  /** A late request for an abandoned group must not be taken for one for a new group of the same name. */
  private named({ to }: { readonly to: string }): void {
    if (this.names.has(to)) this.witness.fail('P3', `the name ${to} is given a second time`)
    this.names.add(to)
  }

  /** The night watch asks at most once for each live group, only where it may, and only for a switch back. */
  private nightWatchAsks(cluster: string): void {
    const state = this.witness.world.store.peek(cluster)
    const live = state?.groups.find((group) => group.role === 'live')
    const key = `${live?.name ?? ''} ${live?.liveSince?.toISOString() ?? ''}`
    this.witness.checks += 1
    if (this.nightAsked.has(key))
      this.witness.fail('P2', `the night watch asks twice for a switch back from ${key}`)
    this.nightAsked.add(key)
    if (state?.cluster.policy.switchBack !== 'automatic')
      this.witness.fail(
        'P2',
        `the night watch of ${cluster} asks for a switch back, which a person decides there`,
      )
  }

  private operationEvent(id: string, event: OperationEvent, cluster: string | null): void {
    const state = cluster ? this.witness.world.store.peek(cluster) : null
    const operation = state?.operations.find((each) => each.id === id)
    if (!state) return
    if (['SwitchIntended', 'StepStarted'].includes(event.type) && operation?.cancelRequested)
      this.witness.fail('P13', `${operation.kind} ${id} moves traffic after it was cancelled`)
    if (event.type === 'TestPassed' || event.type === 'TestFailed') this.tested(state, operation, event.type)
    if (event.type === 'Quieted' && carrying(truthOf(this.witness.world.cloud, state)).length > 0)
      this.witness.fail('P2', `${state.cluster.name} is said to be missed by nobody while it has traffic`)
    // A person may override a halt; that somebody else did must be so.
    if (
      event.type === 'Overridden' &&
      event.sentence.startsWith('Somebody else') &&
      !this.witness.isStrange(state.cluster.name)
    )
      this.witness.fail(
        'P12',
        `an operation of ${state.cluster.name} is said to be overridden, and nobody did`,
      )
    if (event.type === 'RetireStarted' && event.was === 'warm')
      this.retireStarted(state, event.group, operation?.request.why)
    const hasEnded = ['Succeeded', 'RolledBack', 'Aborted'].includes(event.type)
    // A resize may end while a canary shares the traffic; what it says is of sizes.
    const moving = activeTraffic(state)
    const isLast = moving === null || moving.id === id
    if (hasEnded && isLast && !this.witness.isStrange(cluster ?? '') && !state.cluster.needsPerson)
      this.endedAt(state)
  }

  /** Only a release whose pages work passes, and only one whose pages don’t fails: whoever else answered was not next. */
  private tested(state: ClusterState, operation: Operation | undefined, verdict: string): void {
    const next = state.groups.find((group) => group.name === operation?.to)
    const release = this.witness.world.cloud.releases.get(next?.image.imageId ?? '')
    this.witness.checks += 1
    if (verdict === 'TestPassed' && release?.pageStatus !== undefined)
      this.witness.fail('P18', `${next?.name} passed its test though its pages answer ${release.pageStatus}`)
  }

  /** What an operation says at its end is so. */
  private endedAt(state: ClusterState): void {
    const live = state.groups.find((group) => group.role === 'live')
    const carriers = carrying(truthOf(this.witness.world.cloud, state))
    this.witness.checks += 1
    if (live && carriers.join() !== live.name)
      this.witness.fail(
        'P11',
        `${state.cluster.name} says ${state.cluster.statement}, the rule says ${carriers.join(', ') || 'nothing'}`,
      )
  }

  private retireStarted(state: ClusterState, name: string, why: string | undefined): void {
    const group = state.groups.find((each) => each.name === name)
    if (!group || why === 'asked' || why === 'decommissioned' || group.survived.length === 0) return
    const other = state.groups.some(
      (each) => each.name !== name && ['live', 'warm'].includes(each.role) && each.survived.length > 0,
    )
    this.witness.checks += 1
    if (!other) this.witness.fail('P15', `${name}, the last one that survived a night, is retired`)
  }

  /** The connection's own check has passed: the lease must really be held. */
  signed(replica: {
    readonly name: string
    readonly lastLease: Parameters<World['store']['isHeld']>[0] | null
  }): void {
    this.witness.checks += 1
    if (replica.lastLease && !this.witness.world.store.isHeld(replica.lastLease))
      this.witness.fail(
        'P4',
        `${replica.name} sends a request of ${replica.lastLease.scope} without its lease`,
      )
  }
}
