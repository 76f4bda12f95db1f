import type { ClusterState } from '../../server/domain/cluster-state.js'
import { activeTraffic } from '../../server/domain/cluster-state.js'
import type { Operation } from '../../server/domain/operation.js'
import type { Landing } from './simulated-cloud.js'
import { carrying, sharesOf, truthOf, type ClusterTruth } from './truth.js'
import { promptMs, type Witness } from './witness.js'

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

const tagging = /Tags$/

/** What must hold of every change that reaches the cloud, whoever sent it and however late. */
export class LandingChecks {
  /** Late landings that P1 can't exclude: counted, not excused. */
  lateLandings = 0

  constructor(private readonly witness: Witness) {}

  /** Told of each change before it takes effect; the answer is called after it. */
  landing(landing: Landing): (() => void) | void {
    if (landing.byStranger) return this.strangerLanding(landing)
    if (landing.action === 'ModifyRule') return this.ruleLanding(landing)
    if (landing.action === 'DeleteRule') return this.ruleDeleted(landing)
    if (landing.action === 'DeregisterImage') return this.imageGone(String(landing.input.ImageId))
    const name = landing.input.AutoScalingGroupName ?? ''
    const state = this.witness.stateOfGroup(name)
    if (!state) return this.othersChanged(landing, name)
    this.onlyMarks(landing, state, name)
    const before = truthOf(this.witness.world.cloud, state).get(name)
    if (landing.action === 'DeleteAutoScalingGroup' || landing.input.DesiredCapacity === 0)
      this.destroying(landing, state, name)
    return () => {
      const after = truthOf(this.witness.world.cloud, state).get(name)
      if (before && after && before.weight > 0 && after.desired < before.desired)
        this.witness.fail(
          'P2',
          `${landing.action} shrank ${name}, which carries traffic, from ${before.desired} to ${after.desired}`,
        )
    }
  }

  /** A group can launch from its image as long as it stands; what runs from it by somebody's hand may be a group tomorrow. */
  private imageGone(imageId: string): void {
    const { cloud, store } = this.witness.world
    const groups = store
      .allStates()
      .flatMap((state) => state.groups)
      .filter((group) => group.image.imageId === imageId && cloud.groups[group.name])
    const instances = Object.values(cloud.ec2.instances)
      .filter((each) => each.imageId === imageId && !['shutting-down', 'terminated'].includes(each.state))
      .map(({ instanceId }) => ({ name: instanceId }))
    const users = [...groups, ...instances]
    this.witness.checks += 1
    if (users.length > 0)
      this.witness.fail(
        'P20',
        `${imageId} is deregistered while ${users.map(({ name }) => name).join(', ')} runs it`,
      )
  }

  /** What was never ours, or is not any more, is left alone. */
  private othersChanged({ action }: Landing, name: string): void {
    this.witness.checks += 1
    if (this.witness.theirs.has(name) && !tagging.test(action))
      this.witness.fail('P20', `${action} of ${name}, which is somebody else’s`)
  }

  /** Until a cluster is adopted nothing of it is changed but marks. */
  private onlyMarks({ action, signedAt }: Landing, state: ClusterState, name: string): void {
    const operation = activeTraffic(state)
    if (operation?.kind !== 'adopt' || signedAt < operation.requestedAt.getTime()) return
    this.witness.checks += 1
    if (!tagging.test(action)) this.witness.fail('P20', `${action} of ${name} while it is being adopted`)
  }

  private destroying(landing: Landing, state: ClusterState, name: string): void {
    const group = state.groups.find((each) => each.name === name)
    const truth = truthOf(this.witness.world.cloud, state)
    const own = truth.get(name)
    if (own && own.weight > 0) this.witness.fail('P2', `${landing.action} of ${name}, which carries traffic`)
    if (group && !group.shrinkStarted)
      this.witness.fail('P2', `${landing.action} of ${name} before its shrinking was recorded`)
    if (own?.listed) this.witness.fail('P8', `${landing.action} of ${name} while it stands in the rule`)
    if (landing.input.DesiredCapacity !== 0) return
    const live = state.groups.find((each) => each.role === 'live')
    if (
      live &&
      !this.witness.held(state.cluster.name, (seen) => (seen.get(live.name)?.healthy ?? 0) >= 1) &&
      // Out of the rule nobody checks its health any more.
      (own?.need ?? 0) > 0
    )
      this.witness.fail('P2', `${name} is destroyed while ${live.name}, which is live, has no healthy target`)
  }

  private ruleLanding({ input, signedAt }: Landing): (() => void) | void {
    const arn = input.RuleArn ?? ''
    const state = this.witness.world.store.allStates().find((each) => each.cluster.ruleArn === arn)
    if (!state) return
    const { name } = state.cluster
    this.witness.sample(name)
    const before = truthOf(this.witness.world.cloud, state)
    return () => {
      const after = truthOf(this.witness.world.cloud, state)
      const isLate = this.witness.now - signedAt > promptMs
      const entries = this.witness.world.cloud.rule(arn)?.actions.at(-1)?.ForwardConfig?.TargetGroups ?? []
      if (entries.length > 5)
        this.witness.fail('P16', `the rule of ${name} names ${entries.length} target groups`)
      if (!entries.some((entry) => (entry.Weight ?? 0) > 0))
        this.witness.fail('P16', `nothing has weight in the rule of ${name}`)
      for (const group of state.groups)
        if (group.shrinkStarted && (after.get(group.name)?.weight ?? 0) > 0)
          this.witness.fail('P2', `${group.name} is given traffic while it is being shrunk`)
      const [was, is] = [sharesOf(before), sharesOf(after)]
      const grown = [...is].filter(([group, share]) => share > (was.get(group) ?? 0))
      if (grown.length === 0) return
      this.moved(state, { from: carrying(before), to: carrying(after), grown: new Map(grown) }, isLate)
    }
  }

  /** A rule goes only once no request matches it. */
  private ruleDeleted({ input }: Landing): void {
    const state = this.witness.world.store.allStates().find((each) => each.cluster.ruleArn === input.RuleArn)
    const carries = state ? carrying(truthOf(this.witness.world.cloud, state)) : []
    this.witness.checks += 1
    if (carries.length > 0)
      this.witness.fail('P2', `the rule that gives ${carries.join(', ')} traffic is deleted`)
  }

  /** A person retires the cluster, or has thought better of it: its rule is parked, or given its conditions back. */
  private parked(state: ClusterState, operation: Operation, to: readonly string[], isLate: boolean): void {
    const mayPark = ['parking', 'quieting'].includes(operation.phase) || isLate
    this.witness.checks += 1
    if (to.length === 0 && !mayPark)
      this.witness.fail(
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
      this.witness.fail('P11', `the traffic of ${name} was moved (${moves}) while nothing runs`)
    // A person who moves traffic at once, or puts a rule back, has seen what it costs.
    const decided = operation?.request.now ?? state.cluster.restoreAsked !== null
    const useful = (truth: ClusterTruth) => healthyOf(truth, to) >= 1
    if (decided && !isLate && !this.witness.held(name, useful))
      this.witness.fail('P1', `a person moved the traffic of ${name} to nobody (${moves})`)
    if (
      from.length > 0 &&
      !decided &&
      !this.witness.held(name, (truth) => isEnough(truth, operation, { from, to, grown }))
    ) {
      if (isLate) this.lateLandings += 1
      else this.witness.fail('P1', `traffic of ${name} moved to fewer healthy targets (${moves})`)
    }
    const isReturn = operation !== null && ['returning', 'aborting'].includes(operation.phase)
    // A person who puts a rule back as it was decides that too.
    const mayLeave = isReturn || isLate || state.cluster.restoreAsked !== null
    const left = operation && !mayLeave ? leftBy(operation, from) : null
    const pinned = (truth: ClusterTruth) => {
      const group = truth.get(left ?? '')
      return !group?.exists || (group.min >= group.need && group.unscheduled)
    }
    if (left && !this.witness.held(name, pinned))
      this.witness.fail('P7', `${left} lost traffic without being held at its size`)
    const next = operation && operation.kind !== 'switchBack' && !isReturn ? (operation.to ?? '') : ''
    if (grown.has(next) && !isLate && !this.witness.held(name, (truth) => (truth.get(next)?.zones ?? 0) >= 3))
      this.witness.fail('P6', `${next} was given traffic over fewer than three zones`)
  }

  private strangerLanding({ action, input }: Landing): void {
    const made = {
      CreateAutoScalingGroup: 'AutoScalingGroupName',
      CreateTargetGroup: 'Name',
      CreateLaunchTemplate: 'LaunchTemplateName',
    }[action]
    if (made) this.witness.theirs.add(String(input[made]))
    if (action !== 'SuspendProcesses') return
    const processes = input.ScalingProcesses as readonly string[]
    this.witness.strangeSuspensions.set(input.AutoScalingGroupName ?? '', processes)
  }
}
