import type { ClusterState } from '../../server/domain/cluster-state.js'
import { activeTraffic } from '../../server/domain/cluster-state.js'
import { testHeader } from '../../server/domain/smoke-test.js'
import { openTestValues } from '../../server/domain/test-rules.js'
import { orphansOfBakes } from './baked-things.js'
import { ourMarks } from './our-marks.js'
import { carrying, truthOf } from './truth.js'
import type { Witness } from './witness.js'

/** What must hold as time passes, and once all is quiet. */
export class RestChecks {
  private readonly unreadySince = new Map<string, number>()

  constructor(private readonly witness: Witness) {}

  /** Called again and again while somebody watches. */
  watch(watched: boolean): void {
    for (const state of this.witness.world.store.allStates()) this.readiness(state, watched)
  }

  /** How long a warm group may be unable to take the traffic back without the console saying so: two looks, in watched time. */
  private get saidWithinMs(): number {
    return 2 * this.witness.world.parts.timings.stewardMs + 10_000
  }

  private readiness(state: ClusterState, watched: boolean): void {
    const truth = truthOf(this.witness.world.cloud, state)
    const need = Math.max(0, ...carrying(truth).map((name) => truth.get(name)?.need ?? 0))
    for (const group of state.groups) {
      if (group.role !== 'warm' || activeTraffic(state) || state.cluster.needsPerson) {
        this.unreadySince.delete(group.name)
        continue
      }
      const own = truth.get(group.name)
      const couldTake = own !== undefined && own.listed && own.healthy >= Math.max(1, need)
      this.witness.checks += 1
      if (couldTake || group.degradedSince || !watched) {
        this.unreadySince.delete(group.name)
        continue
      }
      const since = this.unreadySince.get(group.name) ?? this.witness.now
      this.unreadySince.set(group.name, since)
      if (this.witness.now - since <= this.saidWithinMs) continue
      this.witness.fail(
        'P7',
        `${group.name} could not take the traffic back since ${new Date(since).toISOString()}, and nobody says so`,
      )
      this.unreadySince.delete(group.name)
    }
  }

  /** Asked when all is quiet: nothing is left over, nothing is owed that should be repaid. `watched`: somebody has looked all the time. */
  atRest({ watched = false } = {}): void {
    const known = new Set<string>()
    for (const state of this.witness.world.store.allStates()) {
      for (const group of state.groups) known.add(group.name)
      this.debts(state)
      if (watched) this.rejectedAreUnlisted(state)
      this.unshared(state)
    }
    this.testRules()
    this.othersAreUnmarked()
    this.witness.checks += 1
    for (const name of Object.keys(this.witness.world.cloud.groups))
      if (!known.has(name) && !this.witness.theirs.has(name))
        this.witness.fail('P5', `the Auto Scaling group ${name} belongs to nobody`)
    const targetGroups = new Set(
      this.witness.world.store
        .allStates()
        .flatMap((state) => state.groups.map((group) => group.targetGroupName)),
    )
    for (const { name } of Object.values(this.witness.world.cloud.balancing.targetGroups))
      if (!targetGroups.has(name) && !this.witness.theirs.has(name))
        this.witness.fail('P5', `the target group ${name} belongs to nobody`)
    for (const orphan of orphansOfBakes(this.witness.world)) this.witness.fail('P5', orphan)
  }

  /** What is somebody else's carries no mark of ours, unless it is a part of a cluster of ours. */
  private othersAreUnmarked(): void {
    const states = this.witness.world.store.allStates()
    const ours = new Set(
      states.flatMap(({ cluster, groups }) => [
        cluster.ruleArn,
        ...groups.flatMap((group) => [
          group.name,
          group.targetGroupName,
          group.adopted?.launchTemplateName ?? group.name,
        ]),
      ]),
    )
    this.witness.checks += 1
    for (const { what, object } of ourMarks(this.witness.world))
      if (this.witness.theirs.has(object) && !this.witness.leftMarked.has(object) && !ours.has(object))
        this.witness.fail('P20', `the ${what} is somebody else’s and carries our mark`)
  }

  /** A test rule is there only while a deployment is tested, or while it is owed because AWS lets nobody delete it. */
  private testRules(): void {
    const states = this.witness.world.store.allStates()
    const owed = states.flatMap(openTestValues)
    for (const { arn, conditions } of Object.values(this.witness.world.cloud.balancing.rules)) {
      const values = conditions
        .filter((each) => each.HttpHeaderConfig?.HttpHeaderName === testHeader)
        .flatMap((each) => each.HttpHeaderConfig?.Values ?? [])
      if (values.some((value) => !owed.includes(value)))
        this.witness.fail('P5', `the test rule ${arn} belongs to nobody`)
    }
    for (const state of states)
      if (openTestValues(state).length > 0 && activeTraffic(state)?.phase !== 'testing')
        this.witness.fail('P5', `a test rule of ${state.cluster.name} is still owed, and nothing is tested`)
  }

  /** Drained, they are not health-checked any more and would take a place that another needs. */
  private rejectedAreUnlisted(state: ClusterState): void {
    const truth = truthOf(this.witness.world.cloud, state)
    const drainMs = state.cluster.settings.deregistrationDelaySec * 1000 + 120_000
    for (const group of state.groups) {
      if (
        !['rejected', 'failed'].includes(group.role) ||
        this.witness.isStrange(state.cluster.name) ||
        activeTraffic(state)
      )
        continue
      const since = (group.quietSince ?? group.roleSince).getTime()
      if (truth.get(group.name)?.listed && this.witness.now - since > drainMs)
        this.witness.fail('P16', `${group.name}, which is ${group.role}, still stands in the rule`)
    }
  }

  /** Shares belong to a canary; when nothing runs, one group carries everything. */
  private unshared(state: ClusterState): void {
    if (activeTraffic(state) || state.cluster.needsPerson || this.witness.isStrange(state.cluster.name))
      return
    const carriers = carrying(truthOf(this.witness.world.cloud, state))
    if (carriers.length > 1)
      this.witness.fail(
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
        this.witness.fail('P5', `${row.kind} is still owed to ${row.object}, which is gone`)
      else if (row.object === live?.name)
        this.witness.fail('P5', `${row.kind} is still owed to ${row.object}, which has long been live`)
    }
    const record = live ? this.witness.world.cloud.groups[live.name] : undefined
    if (!live || !record || this.witness.strangeSizes.has(live.name)) return
    const meant = [
      ...(this.witness.strangeSuspensions.get(live.name) ?? []),
      ...(live.suspendedFromStart ?? []),
    ]
    const suspended = Object.keys(record.suspended).filter((process) => !meant.includes(process))
    if (suspended.length > 0)
      this.witness.fail('P17', `${live.name} is live and cannot ${suspended.join(', ')}`)
    if (record.min !== live.size.min)
      this.witness.fail('P17', `${live.name} has MinSize ${record.min}, ${live.size.min} was asked`)
  }
}
