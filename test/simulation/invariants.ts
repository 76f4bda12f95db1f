import type { ClusterState } from '../../server/domain/cluster-state.js'
import { activeTraffic } from '../../server/domain/cluster-state.js'
import { ticketsElsewhere } from '../../server/domain/open-tickets.js'
import type { Operation, OperationEvent } from '../../server/domain/operation.js'
import { testHeader } from '../../server/domain/smoke-test.js'
import { openTestValues } from '../../server/domain/test-rules.js'
import { orphansOfBakes } from './baked-things.js'
import type { Written } from './memory-store.js'
import type { Landing } from './simulated-cloud.js'
import { carrying, sharesOf, truthOf, type ClusterTruth } from './truth.js'
import type { World } from './world.js'

/** A promise that did not hold, and when. */
export class Violation extends Error {
  constructor(
    readonly promise: string,
    readonly at: Date,
    what: string,
  ) {
    super(`${promise} does not hold at ${at.toISOString()}: ${what}`)
    this.name = 'Violation'
  }
}

/** A decision is at most this much older than its landing, unless the call was on the wire for longer. */
const promptMs = 20_000
/** So far back a decision may have looked. */
const windowMs = promptMs + 5000
/** How long a warm group may be unable to take the traffic back without the console saying so, in watched time. */
const saidWithinMs = 130_000
/** A person's own change may be noticed this late, when every replica slept. */
const strangerMs = 45 * 60_000

/** A write that moved traffic: who carried it before and after, and whose share grew to how many per cent. */
interface Move {
  readonly from: readonly string[]
  readonly to: readonly string[]
  readonly grown: ReadonlyMap<string, number>
}

function healthyOf(truth: ClusterTruth, names: readonly string[]): number {
  return names.reduce((sum, each) => sum + (truth.get(each)?.healthy ?? 0), 0)
}

/** Whoever carries more now has as many healthy targets as that share takes, or more than all who carry less. */
function isEnough(truth: ClusterTruth, operation: Operation | null, { from, grown }: Move): boolean {
  // While a canary shares the traffic, what all of it takes is what the previous group has, which does not shrink.
  const measured = operation?.canary && from.includes(operation.from ?? '') ? [operation.from ?? ''] : from
  const need = Math.max(0, ...measured.map((each) => truth.get(each)?.need ?? 0))
  const others = from.filter((each) => !grown.has(each))
  return [...grown].every(([name, share]) => {
    const healthy = truth.get(name)?.healthy ?? 0
    return healthy >= (share * need) / 100 || healthy > healthyOf(truth, others)
  })
}

/** The group that loses traffic to the one that an operation moves it to. */
function leftBy(operation: Operation, from: readonly string[]): string | null {
  if (from.length === 1) return from[0] ?? null
  return operation.from && from.includes(operation.from) ? operation.from : null
}

interface Sample {
  readonly at: number
  readonly truth: ClusterTruth
}

/** Watches every write and every landing and keeps what it saw that should not be. */
export class Invariants {
  readonly violations: Violation[] = []
  /** Late landings that P1 can't exclude: counted, not excused. */
  lateLandings = 0
  checks = 0
  private readonly samples = new Map<string, Sample[]>()
  private readonly strangers = new Map<string, number>()
  private readonly strangeSizes = new Set<string>()
  /** What somebody else suspended on a group, by its name. */
  private readonly strangeSuspensions = new Map<string, readonly string[]>()
  private readonly names = new Set<string>()
  private readonly nightAsked = new Set<string>()
  private readonly unreadySince = new Map<string, number>()

  constructor(private readonly world: World) {
    world.cloud.onLanding = (landing) => this.landing(landing)
    world.store.watch = (written) => this.written(written)
    world.strangerActed = (cluster) => this.stranger(cluster)
  }

  /** Somebody else is about to change something of this cluster. */
  stranger(cluster: string, group?: string): void {
    this.strangers.set(cluster, this.world.time.now)
    if (group) this.strangeSizes.add(group)
  }

  private strangerLanding({ action, input }: Landing): void {
    if (action !== 'SuspendProcesses') return
    const processes = input.ScalingProcesses as readonly string[]
    this.strangeSuspensions.set(input.AutoScalingGroupName ?? '', processes)
  }

  /** Takes what is so now as something that a decision may have seen. */
  sample(cluster: string): void {
    const state = this.world.store.peek(cluster)
    if (!state) return
    const now = this.world.time.now
    const kept = (this.samples.get(cluster) ?? []).filter((each) => each.at >= now - windowMs)
    kept.push({ at: now, truth: truthOf(this.world.cloud, state) })
    this.samples.set(cluster, kept)
  }

  private fail(promise: string, what: string): void {
    this.violations.push(new Violation(promise, new Date(this.world.time.now), what))
  }

  private held(cluster: string, condition: (truth: ClusterTruth) => boolean): boolean {
    this.sample(cluster)
    this.checks += 1
    return (this.samples.get(cluster) ?? []).some((sample) => condition(sample.truth))
  }

  private stateOfGroup(name: string): ClusterState | null {
    const states = this.world.store.allStates()
    return states.find((state) => state.groups.some((group) => group.name === name)) ?? null
  }

  private isStrange(cluster: string): boolean {
    return this.world.time.now - (this.strangers.get(cluster) ?? Number.NEGATIVE_INFINITY) < strangerMs
  }

  // ---- what lands in the cloud

  private landing(landing: Landing): (() => void) | void {
    if (landing.byStranger) return this.strangerLanding(landing)
    if (landing.action === 'ModifyRule') return this.ruleLanding(landing)
    if (landing.action === 'DeleteRule') return this.ruleDeleted(landing)
    const name = landing.input.AutoScalingGroupName ?? ''
    const state = this.stateOfGroup(name)
    if (!state) return
    const before = truthOf(this.world.cloud, state).get(name)
    if (landing.action === 'DeleteAutoScalingGroup' || landing.input.DesiredCapacity === 0)
      this.destroying(landing, state, name)
    return () => {
      const after = truthOf(this.world.cloud, state).get(name)
      if (before && after && before.weight > 0 && after.desired < before.desired)
        this.fail(
          'P2',
          `${landing.action} shrank ${name}, which carries traffic, from ${before.desired} to ${after.desired}`,
        )
    }
  }

  private destroying(landing: Landing, state: ClusterState, name: string): void {
    const group = state.groups.find((each) => each.name === name)
    const truth = truthOf(this.world.cloud, state)
    const own = truth.get(name)
    if (own && own.weight > 0) this.fail('P2', `${landing.action} of ${name}, which carries traffic`)
    if (group && !group.shrinkStarted)
      this.fail('P2', `${landing.action} of ${name} before its shrinking was recorded`)
    if (own?.listed) this.fail('P8', `${landing.action} of ${name} while it stands in the rule`)
    if (landing.input.DesiredCapacity !== 0) return
    const live = state.groups.find((each) => each.role === 'live')
    if (
      live &&
      !this.held(state.cluster.name, (seen) => (seen.get(live.name)?.healthy ?? 0) >= 1) &&
      // Out of the rule nobody checks its health any more.
      (own?.need ?? 0) > 0
    )
      this.fail('P2', `${name} is destroyed while ${live.name}, which is live, has no healthy target`)
  }

  private ruleLanding({ input, signedAt }: Landing): (() => void) | void {
    const arn = input.RuleArn ?? ''
    const state = this.world.store.allStates().find((each) => each.cluster.ruleArn === arn)
    if (!state) return
    const { name } = state.cluster
    this.sample(name)
    const before = truthOf(this.world.cloud, state)
    return () => {
      const after = truthOf(this.world.cloud, state)
      const isLate = this.world.time.now - signedAt > promptMs
      const entries = this.world.cloud.rule(arn)?.actions.at(-1)?.ForwardConfig?.TargetGroups ?? []
      if (entries.length > 5) this.fail('P16', `the rule of ${name} names ${entries.length} target groups`)
      if (!entries.some((entry) => (entry.Weight ?? 0) > 0))
        this.fail('P16', `nothing has weight in the rule of ${name}`)
      for (const group of state.groups)
        if (group.shrinkStarted && (after.get(group.name)?.weight ?? 0) > 0)
          this.fail('P2', `${group.name} is given traffic while it is being shrunk`)
      const [was, is] = [sharesOf(before), sharesOf(after)]
      const grown = [...is].filter(([group, share]) => share > (was.get(group) ?? 0))
      if (grown.length === 0) return
      this.moved(state, { from: carrying(before), to: carrying(after), grown: new Map(grown) }, isLate)
    }
  }

  /** A rule goes only once no request matches it. */
  private ruleDeleted({ input }: Landing): void {
    const state = this.world.store.allStates().find((each) => each.cluster.ruleArn === input.RuleArn)
    const carries = state ? carrying(truthOf(this.world.cloud, state)) : []
    this.checks += 1
    if (carries.length > 0) this.fail('P2', `the rule that gives ${carries.join(', ')} traffic is deleted`)
  }

  /** A person retires the cluster, or has thought better of it: its rule is parked, or given its conditions back. */
  private parked(state: ClusterState, operation: Operation, to: readonly string[], isLate: boolean): void {
    const mayPark = ['parking', 'quieting'].includes(operation.phase) || isLate
    this.checks += 1
    if (to.length === 0 && !mayPark)
      this.fail(
        'P1',
        `the rule of ${state.cluster.name} is parked while its decommission is ${operation.phase}`,
      )
  }

  /** Our own write has moved the traffic, or a part of it. */
  private moved(state: ClusterState, { from, to, grown }: Move, isLate: boolean): void {
    const { name } = state.cluster
    const operation = activeTraffic(state)
    if (operation?.kind === 'decommission') return this.parked(state, operation, to, isLate)
    const shares = [...grown].map(([group, share]) => `${group} ${Math.round(share)} %`).join(', ')
    const moves = `${from.join(', ') || 'nothing'} → ${shares}`
    if (!operation && !state.cluster.restoreAsked)
      this.fail('P11', `the traffic of ${name} was moved (${moves}) while nothing runs`)
    // A person who moves traffic at once, or puts a rule back, has seen what it costs.
    const decided = operation?.request.now ?? state.cluster.restoreAsked !== null
    const useful = (truth: ClusterTruth) => healthyOf(truth, to) >= 1
    if (decided && !isLate && !this.held(name, useful))
      this.fail('P1', `a person moved the traffic of ${name} to nobody (${moves})`)
    if (
      from.length > 0 &&
      !decided &&
      !this.held(name, (truth) => isEnough(truth, operation, { from, to, grown }))
    ) {
      if (isLate) this.lateLandings += 1
      else this.fail('P1', `traffic of ${name} moved to fewer healthy targets (${moves})`)
    }
    const isReturn = operation !== null && ['returning', 'aborting'].includes(operation.phase)
    // A person who puts a rule back as it was decides that too.
    const mayLeave = isReturn || isLate || state.cluster.restoreAsked !== null
    const left = operation && !mayLeave ? leftBy(operation, from) : null
    const pinned = (truth: ClusterTruth) => {
      const group = truth.get(left ?? '')
      return !group?.exists || (group.min >= group.need && group.unscheduled)
    }
    if (left && !this.held(name, pinned))
      this.fail('P7', `${left} lost traffic without being held at its size`)
    const next = operation && operation.kind !== 'switchBack' && !isReturn ? (operation.to ?? '') : ''
    if (grown.has(next) && !isLate && !this.held(name, (truth) => (truth.get(next)?.zones ?? 0) >= 3))
      this.fail('P6', `${next} was given traffic over fewer than three zones`)
  }

  // ---- what is written down

  private written({ change, lease, scope }: Written): void {
    if (lease && !this.world.store.isHeld(lease)) this.fail('P4', `${scope} was written without its lease`)
    this.switchSent(scope, change)
    for (const { stream, event, cluster, actor } of change.events ?? []) {
      if (actor.name === 'night watch' && cluster) this.nightWatchAsks(cluster)
      if (stream.startsWith('operation:'))
        this.operationEvent(stream.slice('operation:'.length), event as OperationEvent, cluster)
      if (event.type === 'Drifted' && cluster && !this.isStrange(cluster))
        this.fail('P12', `the rule of ${cluster} is said to be changed by somebody else, and nobody did`)
      if (
        event.type === 'AbortStarted' &&
        cluster &&
        !this.isStrange(cluster) &&
        /deleted by somebody else/.test(String((event as { sentence?: string }).sentence))
      )
        this.fail('P12', `a new group of ${cluster} is said to be deleted by somebody else, and nobody did`)
      if (event.type === 'LaunchStarted') this.named(event as OperationEvent & { type: 'LaunchStarted' })
      if (event.type === 'GroupLost' && cluster && !this.isStrange(cluster))
        this.fail('P12', `a group of ${cluster} is said to be deleted by somebody else, and nobody did`)
    }
  }

  /** A switch that an unanswered request of ours could still undo would end otherwise than it says. */
  private switchSent(scope: string, { intent }: Written['change']): void {
    if (intent?.call.type !== 'ModifyRule' || intent.call.purpose !== 'switch') return
    const state = this.world.store.peek(scope.slice('cluster:'.length))
    if (!state || activeTraffic(state)?.request.now) return
    this.checks += 1
    const other = ticketsElsewhere(state, intent.call.entries)
    if (other.length > 0)
      this.fail(
        'P11',
        `${state.cluster.name} is switched while ${other.length} unanswered changes could undo it`,
      )
  }

  /** A late request for an abandoned group must not be taken for one for a new group of the same name. */
  private named({ to }: { readonly to: string }): void {
    if (this.names.has(to)) this.fail('P3', `the name ${to} is given a second time`)
    this.names.add(to)
  }

  /** The night watch asks at most once for each live group, only where it may, and only for a switch back. */
  private nightWatchAsks(cluster: string): void {
    const state = this.world.store.peek(cluster)
    const live = state?.groups.find((group) => group.role === 'live')
    const key = `${live?.name ?? ''} ${live?.liveSince?.toISOString() ?? ''}`
    this.checks += 1
    if (this.nightAsked.has(key)) this.fail('P2', `the night watch asks twice for a switch back from ${key}`)
    this.nightAsked.add(key)
    if (state?.cluster.policy.switchBack !== 'automatic')
      this.fail('P2', `the night watch of ${cluster} asks for a switch back, which a person decides there`)
  }

  private operationEvent(id: string, event: OperationEvent, cluster: string | null): void {
    const state = cluster ? this.world.store.peek(cluster) : null
    const operation = state?.operations.find((each) => each.id === id)
    if (!state) return
    if (['SwitchIntended', 'StepStarted'].includes(event.type) && operation?.cancelRequested)
      this.fail('P13', `${operation.kind} ${id} moves traffic after it was cancelled`)
    if (event.type === 'TestPassed' || event.type === 'TestFailed') this.tested(state, operation, event.type)
    if (event.type === 'Quieted' && carrying(truthOf(this.world.cloud, state)).length > 0)
      this.fail('P2', `${state.cluster.name} is said to be missed by nobody while it has traffic`)
    // A person may override a halt; that somebody else did must be so.
    if (
      event.type === 'Overridden' &&
      event.sentence.startsWith('Somebody else') &&
      !this.isStrange(state.cluster.name)
    )
      this.fail('P12', `an operation of ${state.cluster.name} is said to be overridden, and nobody did`)
    if (event.type === 'RetireStarted' && event.was === 'warm')
      this.retireStarted(state, event.group, operation?.request.why)
    const hasEnded = ['Succeeded', 'RolledBack', 'Aborted'].includes(event.type)
    // A resize may end while a canary shares the traffic; what it says is of sizes.
    const moving = activeTraffic(state)
    const isLast = moving === null || moving.id === id
    if (hasEnded && isLast && !this.isStrange(cluster ?? '') && !state.cluster.needsPerson)
      this.endedAt(state)
  }

  /** Only a release whose pages work passes, and only one whose pages don’t fails: whoever else answered was not next. */
  private tested(state: ClusterState, operation: Operation | undefined, verdict: string): void {
    const next = state.groups.find((group) => group.name === operation?.to)
    const release = this.world.cloud.releases.get(next?.image.imageId ?? '')
    this.checks += 1
    if (verdict === 'TestPassed' && release?.pageStatus !== undefined)
      this.fail('P18', `${next?.name} passed its test though its pages answer ${release.pageStatus}`)
  }

  /** What an operation says at its end is so. */
  private endedAt(state: ClusterState): void {
    const live = state.groups.find((group) => group.role === 'live')
    const carriers = carrying(truthOf(this.world.cloud, state))
    this.checks += 1
    if (live && carriers.join() !== live.name)
      this.fail(
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
    this.checks += 1
    if (!other) this.fail('P15', `${name}, the last one that survived a night, is retired`)
  }

  /** The connection's own check has passed: the lease must really be held. */
  signed(replica: {
    readonly name: string
    readonly lastLease: Parameters<World['store']['isHeld']>[0] | null
  }): void {
    this.checks += 1
    if (replica.lastLease && !this.world.store.isHeld(replica.lastLease))
      this.fail('P4', `${replica.name} sends a request of ${replica.lastLease.scope} without its lease`)
  }

  // ---- what must hold as time passes

  /** Called again and again while somebody watches. */
  watch(watched: boolean): void {
    for (const state of this.world.store.allStates()) this.readiness(state, watched)
  }

  private readiness(state: ClusterState, watched: boolean): void {
    const truth = truthOf(this.world.cloud, state)
    const need = Math.max(0, ...carrying(truth).map((name) => truth.get(name)?.need ?? 0))
    for (const group of state.groups) {
      if (group.role !== 'warm' || activeTraffic(state) || state.cluster.needsPerson) {
        this.unreadySince.delete(group.name)
        continue
      }
      const own = truth.get(group.name)
      const couldTake = own !== undefined && own.listed && own.healthy >= Math.max(1, need)
      this.checks += 1
      if (couldTake || group.degradedSince || !watched) {
        this.unreadySince.delete(group.name)
        continue
      }
      const since = this.unreadySince.get(group.name) ?? this.world.time.now
      this.unreadySince.set(group.name, since)
      if (this.world.time.now - since <= saidWithinMs) continue
      this.fail(
        'P7',
        `${group.name} could not take the traffic back since ${new Date(since).toISOString()}, and nobody says so`,
      )
      this.unreadySince.delete(group.name)
    }
  }

  /** Asked when all is quiet: nothing is left over, nothing is owed that should be repaid. `watched`: somebody has looked all the time. */
  atRest({ watched = false } = {}): void {
    const known = new Set<string>()
    for (const state of this.world.store.allStates()) {
      for (const group of state.groups) known.add(group.name)
      this.debts(state)
      if (watched) this.rejectedAreUnlisted(state)
      this.unshared(state)
    }
    this.testRules()
    this.checks += 1
    for (const name of Object.keys(this.world.cloud.groups))
      if (!known.has(name)) this.fail('P5', `the Auto Scaling group ${name} belongs to nobody`)
    const targetGroups = new Set(
      this.world.store.allStates().flatMap((state) => state.groups.map((group) => group.targetGroupName)),
    )
    for (const { name } of Object.values(this.world.cloud.balancing.targetGroups))
      if (!targetGroups.has(name)) this.fail('P5', `the target group ${name} belongs to nobody`)
    for (const orphan of orphansOfBakes(this.world)) this.fail('P5', orphan)
  }

  /** A test rule is there only while a deployment is tested, or while it is owed because AWS lets nobody delete it. */
  private testRules(): void {
    const states = this.world.store.allStates()
    const owed = states.flatMap(openTestValues)
    for (const { arn, conditions } of Object.values(this.world.cloud.balancing.rules)) {
      const values = conditions
        .filter((each) => each.HttpHeaderConfig?.HttpHeaderName === testHeader)
        .flatMap((each) => each.HttpHeaderConfig?.Values ?? [])
      if (values.some((value) => !owed.includes(value)))
        this.fail('P5', `the test rule ${arn} belongs to nobody`)
    }
    for (const state of states)
      if (openTestValues(state).length > 0 && activeTraffic(state)?.phase !== 'testing')
        this.fail('P5', `a test rule of ${state.cluster.name} is still owed, and nothing is tested`)
  }

  /** Drained, they are not health-checked any more and would take a place that another needs. */
  private rejectedAreUnlisted(state: ClusterState): void {
    const truth = truthOf(this.world.cloud, state)
    const drainMs = state.cluster.settings.deregistrationDelaySec * 1000 + 120_000
    for (const group of state.groups) {
      if (
        !['rejected', 'failed'].includes(group.role) ||
        this.isStrange(state.cluster.name) ||
        activeTraffic(state)
      )
        continue
      const since = (group.quietSince ?? group.roleSince).getTime()
      if (truth.get(group.name)?.listed && this.world.time.now - since > drainMs)
        this.fail('P16', `${group.name}, which is ${group.role}, still stands in the rule`)
    }
  }

  /** Shares belong to a canary; when nothing runs, one group carries everything. */
  private unshared(state: ClusterState): void {
    if (activeTraffic(state) || state.cluster.needsPerson || this.isStrange(state.cluster.name)) return
    const carriers = carrying(truthOf(this.world.cloud, state))
    if (carriers.length > 1)
      this.fail(
        'P11',
        `${carriers.join(' and ')} share the traffic of ${state.cluster.name}, and nothing runs`,
      )
  }

  private debts(state: ClusterState): void {
    // While a halted operation shares the traffic, the previous group stays held: it is to carry all of it again.
    if (activeTraffic(state)?.canary) return
    const live = state.groups.find((group) => group.role === 'live')
    for (const row of state.obligations) {
      if (!state.groups.some((group) => group.name === row.object))
        this.fail('P5', `${row.kind} is still owed to ${row.object}, which is gone`)
      else if (row.object === live?.name)
        this.fail('P5', `${row.kind} is still owed to ${row.object}, which has long been live`)
    }
    const record = live ? this.world.cloud.groups[live.name] : undefined
    if (!live || !record || this.strangeSizes.has(live.name)) return
    const meant = [...(this.strangeSuspensions.get(live.name) ?? []), ...(live.suspendedFromStart ?? [])]
    const suspended = Object.keys(record.suspended).filter((process) => !meant.includes(process))
    if (suspended.length > 0) this.fail('P17', `${live.name} is live and cannot ${suspended.join(', ')}`)
    if (record.min !== live.size.min)
      this.fail('P17', `${live.name} has MinSize ${record.min}, ${live.size.min} was asked`)
  }
}
