import { cancelOperation } from '../../server/engine/cancel.js'
import { clusterView } from '../../server/engine/cluster-view.js'
import { deploy } from '../../server/engine/deploy.js'
import { switchBack } from '../../server/engine/switch-back.js'
import type { AilmentKind } from '../../server/localcloud/ailments.js'
import type { KnobSettings, PlannedFault } from '../../server/localcloud/knobs.js'
import { person, type World } from '../simulation/world.js'

export const cluster = 'shop-main'
export const group = (push: number) => `${cluster}-v00${push}`

const hourMs = 3_600_000

/** The cluster shop-main with v001 live, and the steps that scenarios are told in. Each step that is told is in the transcript. */
export class Stage {
  constructor(
    readonly world: World,
    /** Something that is done or happens, for the transcript. */
    readonly tell: (what: string) => void,
  ) {}

  minutes(count: number): Promise<void> {
    return this.world.time.runUntil(this.world.time.now + count * 60_000)
  }

  /** Ada deploys; answers the operation's id. */
  async deploys(version: string): Promise<string> {
    this.tell(`Ada deploys ${version}.`)
    const image = this.world.images.get(version)?.name ?? ''
    const { operation } = await this.world.asks(() => deploy(this.world.parts, person, { cluster, image }))
    return operation.id
  }

  /** Ada deploys, and time passes until the deployment has ended or needs a person. */
  async deployed(version: string): Promise<void> {
    await this.world.ended(await this.deploys(version))
  }

  /** Ada opens the cluster's page: what it says goes into the transcript. */
  async looks(): Promise<void> {
    const view = await this.world.asks(() => clusterView(this.world.parts, cluster, 0))
    const waits = view.active?.wait ? ` ${view.active.wait.sentence}.` : ''
    const blind = view.fault ? ` AWS could not be looked at: ${view.fault}` : ''
    this.tell(`Ada looks at the cluster’s page. It says: “${view.sentence}${waits}${blind}”`)
  }

  async cancels(id: string, why: string): Promise<void> {
    this.tell('Ada cancels.')
    await this.world.asks(() => cancelOperation(this.world.parts, person, id, why))
    await this.world.ended(id)
  }

  async rollsBack(reason: string): Promise<void> {
    this.tell('Ada rolls back.')
    const { operation } = await this.world.asks(() =>
      switchBack(this.world.parts, person, { cluster, reason }),
    )
    await this.world.ended(operation.id)
  }

  /** Time passes until an operation is in this phase; fails where none gets there within an hour. */
  async until(phase: string): Promise<void> {
    const isThere = () => this.world.state(cluster).operations.some((operation) => operation.phase === phase)
    await this.world.time.runUntil(this.world.time.now + hourMs, isThere)
    if (!isThere()) throw new Error(`no operation of ${cluster} got into the phase ${phase} within an hour`)
  }

  turnKnobs(patch: Partial<KnobSettings>): void {
    this.world.cloud.model.knobs.change(patch)
  }

  /** From now on this is wrong with the instances of a group, the ones that are still to come included. */
  ails(push: number, kind: AilmentKind): void {
    this.turnKnobs({ ailments: [{ of: group(push), kind }] })
  }

  plan(fault: Omit<PlannedFault, 'id' | 'remaining'>): void {
    this.world.cloud.model.knobs.plan(fault)
  }

  instances(push: number): readonly string[] {
    return this.world.cloud.groups[group(push)]?.instances.map(({ id }) => id) ?? []
  }

  /** Somebody changes the weights of the rule. */
  setsWeights(weights: Readonly<Record<number, number>>): Promise<void> {
    const entries = Object.entries(weights).map(([push, Weight]) => ({
      TargetGroupArn: this.targetGroup(Number(push)),
      Weight,
    }))
    return this.writesRule(entries)
  }

  /** Somebody takes the target group out of the rule, as AWS wants it, and deletes it. */
  async deletesTargetGroup(push: number): Promise<void> {
    const arn = this.targetGroup(push)
    const actions = this.world.cloud.rule(this.world.state(cluster).cluster.ruleArn)?.actions ?? []
    const entries = actions.at(-1)?.ForwardConfig?.TargetGroups ?? []
    await this.writesRule(entries.filter((entry) => entry.TargetGroupArn !== arn))
    await this.asStranger('elasticloadbalancing', 'DeleteTargetGroup', { TargetGroupArn: arn })
  }

  resizes(push: number, size: { min: number; desired: number; max: number }): Promise<void> {
    return this.asStranger('autoscaling', 'UpdateAutoScalingGroup', {
      AutoScalingGroupName: group(push),
      MinSize: size.min,
      DesiredCapacity: size.desired,
      MaxSize: size.max,
    })
  }

  async asStranger(service: string, action: string, input: object): Promise<void> {
    await this.world.cloud.asStranger(service, action, input)
  }

  private writesRule(TargetGroups: readonly object[]): Promise<void> {
    return this.asStranger('elasticloadbalancing', 'ModifyRule', {
      RuleArn: this.world.state(cluster).cluster.ruleArn,
      Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
    })
  }

  private targetGroup(push: number): string {
    const arn = this.world.state(cluster).groups.find((each) => each.push === push)?.targetGroupArn
    if (!arn) throw new Error(`${group(push)} has no target group`)
    return arn
  }
}
