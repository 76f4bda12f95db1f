import { Audit } from '../../server/localcloud/audit.js'
import { makeModel } from '../../server/localcloud/assemble.js'
import type { AutoScalingRecords, GroupRecord } from '../../server/localcloud/auto-scaling/group-record.js'
import { Clock } from '../../server/localcloud/clock.js'
import type { LocalCloud, Operation, Service } from '../../server/localcloud/cloud.js'
import { Dispatcher } from '../../server/localcloud/dispatcher.js'
import type { Ec2State } from '../../server/localcloud/ec2/records.js'
import type { LoadBalancingRecords, RuleRecord } from '../../server/localcloud/load-balancing/records.js'
import { recordsHost } from '../../server/localcloud/records-host/records-host.js'
import { StateFile } from '../../server/localcloud/state-file.js'
import { buildersOf, type BuilderBehaviour } from './builders.js'
import type { VirtualTime } from './virtual-time.js'

/** How an application of an image behaves in its instances. */
export interface Release {
  /** From running to its first good answer. */
  readonly bootMs: number
  /** From then on it answers 503; null: it stays well. Zero: it never gets well. */
  readonly sickAfterMs: number | null
  /** The share of requests that it answers with a 5xx, though its health check goes well. */
  readonly errorShare?: number
  /** What its pages answer, whatever its health check says; missing: 200. */
  readonly pageStatus?: number
}

/** Told of every change that reaches the cloud, whoever sent it and however late: before and after it takes effect. */
export interface Landing {
  readonly service: string
  readonly action: string
  readonly input: Readonly<Record<string, unknown>> & {
    readonly AutoScalingGroupName?: string
    readonly RuleArn?: string
  }
  readonly signedAt: number
  /** A person or another tool changed it, not we. */
  readonly byStranger: boolean
}

const reads = /^(Describe|Get|List|Head)/

/**
 * The local cloud's own model under a virtual clock: EC2, Auto Scaling, load balancing and CloudWatch as they are, on a host
 * whose instances are records.
 */
export class SimulatedCloud {
  readonly dispatcher: Dispatcher
  /** By image. */
  readonly releases = new Map<string, Release>()
  /** Of images that were baked, by version; the others are good and answer from their first second on. */
  readonly bakedReleases = new Map<string, Release>()
  /** How builders of a version end; the others report success by their tag. */
  readonly builders: Map<string, BuilderBehaviour>
  onLanding: (landing: Landing) => (() => void) | void = () => undefined
  private strangerActs = false
  private readonly sickSince = new Map<string, number>()

  private constructor(
    readonly model: LocalCloud,
    readonly services: ReadonlyMap<string, Service>,
    private readonly time: VirtualTime,
    builders: Map<string, BuilderBehaviour>,
  ) {
    this.builders = builders
    for (const service of services.values()) this.watchOperations(service)
    this.dispatcher = new Dispatcher({
      cloud: model,
      services,
      audit: new Audit(),
      rest: (ms) => this.onTheWire(ms),
    })
  }

  static async start(time: VirtualTime): Promise<SimulatedCloud> {
    const state = await StateFile.open(undefined, () => undefined)
    const answers = { of: (_instanceId: string): number => 200 }
    const builders = new Map<string, BuilderBehaviour>()
    const host = recordsHost({
      answer: (id) => ({ outcome: 'answered', code: answers.of(id) }),
      booted: buildersOf((version) => builders.get(version) ?? 'tags'),
    })
    const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d']
    const { cloud, services } = makeModel({
      zones,
      clock: new Clock('real'),
      state,
      host,
      log: () => undefined,
    })
    const simulated = new SimulatedCloud(cloud, services, time, builders)
    answers.of = (id) => simulated.answerOf(id)
    for (const service of services.values()) await service.start()
    return simulated
  }

  async stop(): Promise<void> {
    for (const service of [...this.services.values()].reverse()) await service.stop()
  }

  /** An image that AWS knows and whose application behaves so. */
  async addImage(name: string, release: Release): Promise<string> {
    const base = Object.keys(this.ec2.images)[0] ?? ''
    const made = (await this.ask('ec2', 'CopyImage', {
      Name: name,
      SourceImageId: base,
      SourceRegion: this.model.region,
    })) as { ImageId: string }
    this.releases.set(made.ImageId, release)
    return made.ImageId
  }

  /** A change by somebody else: no lease, no ledger, no record. */
  async asStranger(service: string, action: string, input: object): Promise<object> {
    this.strangerActs = true
    try {
      return await this.ask(service, action, input)
    } finally {
      this.strangerActs = false
    }
  }

  /** From now on this instance is sick, whatever its release says. */
  sicken(instanceId: string): void {
    this.sickSince.set(instanceId, this.time.now)
  }

  get ec2(): Ec2State {
    return this.model.state.section<Ec2State>('ec2', {} as Ec2State)
  }

  get groups(): Readonly<Record<string, GroupRecord>> {
    return this.model.state.section<AutoScalingRecords>('autoscaling', { groups: {}, activities: [] }).groups
  }

  get balancing(): LoadBalancingRecords {
    return this.model.state.section<LoadBalancingRecords>('elasticloadbalancing', {} as LoadBalancingRecords)
  }

  rule(arn: string | null): RuleRecord | null {
    return arn ? (this.balancing.rules[arn] ?? null) : null
  }

  /** Ids and zones of the instances that serve well behind a target group now. */
  healthyTargets(targetGroupArn: string): readonly { id: string; zone: string }[] {
    const record = this.balancing.targetGroups[targetGroupArn]
    return (record?.targets ?? [])
      .filter((target) => this.model.elb.targetState(targetGroupArn, target.id) === 'healthy')
      .map((target) => ({ id: target.id, zone: this.model.ec2.instance(target.id)?.availabilityZone ?? '' }))
  }

  ask(service: string, action: string, input: object): Promise<object> | object {
    const operation = this.services.get(service)?.operations[action]
    if (!operation) throw new Error(`the local cloud has no ${service}:${action}`)
    return operation(input as never, { requestId: 'simulation', signedAt: this.time.now })
  }

  /** When each call that has been sent and has not arrived yet will, and when the last one did. */
  arrivals: readonly number[] = []
  arrivedAt = Number.NEGATIVE_INFINITY

  private async onTheWire(ms: number): Promise<void> {
    const at = this.time.now + ms
    this.arrivals = [...this.arrivals, at]
    await this.time.sleep(ms)
    this.arrivals = this.arrivals.toSpliced(this.arrivals.indexOf(at), 1)
    this.arrivedAt = this.time.now
  }

  /** When instances that are there fall sick by themselves or by somebody's hand, or did. */
  sicknesses(): readonly number[] {
    return Object.values(this.groups).flatMap(({ instances }) =>
      instances.flatMap(({ id }) => {
        const { imageId = '', runningAt } = this.ec2.instances[id] ?? {}
        const release = this.releaseOf(imageId)
        const bySomebody = this.sickSince.get(id)
        if (bySomebody !== undefined) return [bySomebody]
        if (!release?.sickAfterMs || runningAt === undefined) return []
        return [runningAt + release.bootMs + release.sickAfterMs]
      }),
    )
  }

  /** Nobody reaches a load balancer from the console. */
  isCutOff = false

  /** What a page of an instance answers now. */
  pageOf(instanceId: string): { kind: 'answered'; status: number; body: string } {
    const release = this.releaseOf(this.ec2.instances[instanceId]?.imageId ?? '')
    const well = this.answerOf(instanceId)
    const status = well === 200 ? (release?.pageStatus ?? 200) : well
    return {
      kind: 'answered',
      status,
      body: status === 200 ? 'The shop is open.' : 'Error: no such table orders',
    }
  }

  private answerOf(instanceId: string): number {
    const instance = this.ec2.instances[instanceId]
    const release = this.releaseOf(instance?.imageId ?? '')
    if (!instance || !release || instance.runningAt === undefined) return 200
    const upMs = this.time.now - instance.runningAt
    if (this.sickSince.has(instanceId) || upMs < release.bootMs) return 503
    return release.sickAfterMs !== null && upMs >= release.bootMs + release.sickAfterMs ? 503 : 200
  }

  private releaseOf(imageId: string): Release | undefined {
    const version = this.ec2.tags[imageId]?.['delling:version']
    return this.releases.get(imageId) ?? this.bakedReleases.get(version ?? '')
  }

  private watchOperations(service: Service): void {
    const operations = service.operations as Record<string, Operation>
    for (const [action, operation] of Object.entries(operations)) {
      if (reads.test(action)) continue
      operations[action] = (input, call) => {
        const after = this.onLanding({
          service: service.name,
          action,
          input,
          signedAt: call.signedAt,
          byStranger: this.strangerActs,
        })
        const done = operation(input, call)
        if (!after) return done
        if (!(done instanceof Promise)) {
          after()
          return done
        }
        return done.then((output: object) => {
          after()
          return output
        })
      }
    }
  }
}
