import { ailmentOf, crashAfterMs } from '../ailments.js'
import type { InstanceStateName } from '../cloud.js'
import type { Ending } from '../machine/machine.js'
import type { Ec2Core } from './core.js'
import type { InstanceRecord, StateReason } from './records.js'

/** AWS's own times, before the pace: until it runs, after its system has gone down, and how long it stays listed. */
const PENDING_MS = 40_000
const GOING_DOWN_MS = 20_000
const LISTED_MS = 3_600_000
const LISTED_AT_LEAST_MS = 600_000

const reasons = {
  initiated: {
    Code: 'Client.InstanceInitiatedShutdown',
    Message: 'Client.InstanceInitiatedShutdown: Instance initiated shutdown',
  },
  user: {
    Code: 'Client.UserInitiatedShutdown',
    Message: 'Client.UserInitiatedShutdown: User initiated shutdown',
  },
  internal: { Code: 'Server.InternalError', Message: 'Server.InternalError: Internal error on launch' },
} satisfies Record<string, StateReason>

/**
 * An instance's life: pending → running → stopping → stopped, or → shutting-down → terminated. Each step is in the state
 * file before it is taken, so that a cloud that starts again goes on from it.
 */
export class Lifecycle {
  /** Waits that a close ends early. */
  private readonly waits = new Map<NodeJS.Timeout, () => void>()
  private readonly work = new Set<Promise<void>>()
  private readonly listeners: ((instance: InstanceRecord) => void)[] = []
  private readonly provisioning = new Map<string, Promise<void>>()
  private ports: Promise<unknown> = Promise.resolve()
  private closing = false
  /** Instances that are down only while their disk is copied or they boot again. */
  private readonly held = new Set<string>()

  constructor(private readonly core: Ec2Core) {}

  onChange(listener: (instance: InstanceRecord) => void): void {
    this.listeners.push(listener)
  }

  /** A new instance, already in the state file as pending. */
  launch(instance: InstanceRecord): void {
    this.run(this.bringUp(instance))
  }

  start(instance: InstanceRecord): void {
    instance.launchedAt = this.core.now()
    instance.transitionReason = ''
    instance.stateReason = undefined
    this.move(instance, 'pending')
    this.run(this.bringUp(instance))
  }

  stop(instance: InstanceRecord): void {
    if (instance.state !== 'running' && instance.state !== 'pending') return
    this.goDown(instance, 'stopping', reasons.user, this.userInitiated())
  }

  reboot(instance: InstanceRecord): void {
    this.core.machines.reboot(instance.instanceId)
  }

  /** Idempotent: a terminated instance stays as it is. */
  terminate(instance: InstanceRecord, transitionReason = this.userInitiated()): void {
    if (instance.state === 'shutting-down' || instance.state === 'terminated') return
    this.goDown(instance, 'shutting-down', reasons.user, transitionReason)
  }

  /** Pulls the plug of everything in these zones. */
  killZones(zones: readonly string[]): void {
    for (const each of Object.values(this.core.state.instances))
      if (zones.includes(each.availabilityZone)) this.core.machines.kill(each.instanceId)
  }

  /** Runs `work` while the instance's system is down, then boots it again: CreateImage of a running instance. */
  async whileDown(instance: InstanceRecord, work: () => Promise<void>): Promise<void> {
    this.held.add(instance.instanceId)
    try {
      await this.core.machines.shutDown(instance.instanceId)
      await work()
    } finally {
      this.held.delete(instance.instanceId)
      if (instance.state === 'running' && instance.alive) await this.boot(instance)
    }
  }

  /** After a start of the cloud: goes on with every instance from the state that it was left in. */
  resume(): void {
    for (const instance of Object.values(this.core.state.instances)) {
      if (instance.state === 'pending') this.run(this.bringUp(instance))
      if (instance.state === 'running' && instance.alive) this.run(this.boot(instance))
      if (instance.state === 'stopping') this.run(this.settleDown(instance, 'stopped'))
      if (instance.state === 'shutting-down') this.run(this.settleDown(instance, 'terminated'))
      if (instance.state === 'terminated') this.forgetLater(instance)
    }
  }

  /** Stops every process; the state file keeps what should be running. */
  async close(): Promise<void> {
    this.closing = true
    for (const [timer, resolve] of this.waits) {
      clearTimeout(timer)
      resolve()
    }
    const shutDown = () => {
      const ids = Object.keys(this.core.state.instances)
      return Promise.all(ids.map((id) => this.core.machines.shutDown(id)))
    }
    await shutDown()
    await Promise.all(this.work)
    // What was just about to boot when the first round was made.
    await shutDown()
  }

  private async bringUp(instance: InstanceRecord): Promise<void> {
    const { cloud } = this.core
    const delay = this.delay(cloud.clock.scaled(PENDING_MS))
    try {
      if (!instance.provisioned) {
        const provisioned = this.provision(instance)
        this.provisioning.set(instance.instanceId, provisioned)
        await provisioned
      }
      await delay
      if (this.closing || instance.state !== 'pending') return
      instance.alive = true
      instance.runningAt = this.core.now()
      await this.boot(instance)
      if (instance.state === 'pending') this.move(instance, 'running')
    } catch (error) {
      cloud.log('instance could not be brought up', { instanceId: instance.instanceId, error: String(error) })
      if (instance.state === 'pending')
        this.goDown(instance, 'shutting-down', reasons.internal, 'Server.InternalError')
    }
  }

  private async provision(instance: InstanceRecord): Promise<void> {
    const { machines, state } = this.core
    const disk = state.images[instance.imageId]?.disk
    if (disk === undefined) throw new Error(`The image ${instance.imageId} has no disk.`)
    // A cloud that died half-way may have left half a disk.
    await machines.removeDisk(instance.instanceId)
    await machines.provision(instance.instanceId, disk)
    instance.provisioned = true
  }

  private async boot(instance: InstanceRecord): Promise<void> {
    const { machines, cloud, tags } = this.core
    if (this.closing) return
    await this.ensurePort(instance)
    const { instanceId } = instance
    await machines.boot(
      {
        instanceId,
        imageId: instance.imageId,
        instanceType: instance.instanceType,
        availabilityZone: instance.availabilityZone,
        region: cloud.region,
        privateIp: instance.privateIp,
        port: instance.port ?? 0,
        userData: instance.userData,
        tags: tags.of(instanceId),
        environment: { AWS_REGION: cloud.region, AWS_DEFAULT_REGION: cloud.region },
      },
      {
        ended: (ending) => this.ended(instance, ending),
        tag: (key, value) => {
          try {
            tags.set(instanceId, [{ Key: key, Value: value }])
            cloud.state.changed()
            return undefined
          } catch (error) {
            return error instanceof Error ? error.message : String(error)
          }
        },
      },
    )
    if (cloud.knobs.zoneIsOut(instance.availabilityZone)) machines.kill(instanceId)
    this.ail(instance)
  }

  /** An instance that is to die by itself does: at once, or a little later if that is still wished then. */
  private ail({ instanceId, launchedAt }: InstanceRecord): void {
    const { machines, cloud, tags, state: ec2 } = this.core
    const ailment = () => ailmentOf(cloud.knobs.settings.ailments, { instanceId, tags: tags.of(instanceId) })
    if (ailment() === 'never-boots') machines.kill(instanceId)
    if (ailment() !== 'crash-loops') return
    const crash = async () => {
      await this.delay(crashAfterMs(cloud.clock))
      const now = ec2.instances[instanceId]
      if (!this.closing && now?.launchedAt === launchedAt && ailment() === 'crash-loops')
        machines.kill(instanceId)
    }
    this.run(crash())
  }

  /** One after the other, or two instances could be given the same port. */
  private ensurePort(instance: InstanceRecord): Promise<void> {
    const pick = async () => {
      const { machines, state, cloud } = this.core
      const taken = () => {
        const others = Object.values(state.instances).filter((each) => each !== instance)
        return new Set(others.flatMap((each) => each.port ?? []))
      }
      instance.port = await machines.portFor(instance.port, taken)
      cloud.state.changed()
    }
    const picked = this.ports.then(pick)
    this.ports = picked.catch(() => undefined)
    return picked
  }

  private ended(instance: InstanceRecord, ending: Ending): void {
    if (this.closing || this.held.has(instance.instanceId)) return
    if (instance.state !== 'running' && instance.state !== 'pending') return
    if (ending === 'reboot') this.run(this.boot(instance))
    else if (ending === 'poweroff') {
      const next = instance.shutdownBehavior === 'terminate' ? 'shutting-down' : 'stopping'
      this.goDown(instance, next, reasons.initiated, '')
    } else {
      instance.alive = false
      this.core.cloud.log('instance died', { instanceId: instance.instanceId })
      this.move(instance, instance.state)
    }
  }

  private goDown(
    instance: InstanceRecord,
    through: 'stopping' | 'shutting-down',
    reason: StateReason,
    transition: string,
  ): void {
    instance.stateReason = reason
    instance.transitionReason = transition
    this.move(instance, through)
    this.run(this.settleDown(instance, through === 'stopping' ? 'stopped' : 'terminated'))
  }

  private async settleDown(instance: InstanceRecord, into: 'stopped' | 'terminated'): Promise<void> {
    const { machines, cloud } = this.core
    const delay = this.delay(cloud.clock.scaled(GOING_DOWN_MS))
    // Its disk may only just be being copied.
    await this.provisioning.get(instance.instanceId)?.catch(() => undefined)
    this.provisioning.delete(instance.instanceId)
    await machines.shutDown(instance.instanceId)
    await delay
    // A stopping instance may have been terminated meanwhile: the later order decides.
    if (this.closing || instance.state !== (into === 'stopped' ? 'stopping' : 'shutting-down')) return
    instance.runningAt = undefined
    if (into === 'terminated') {
      instance.terminatedAt = this.core.now()
      await machines.removeDisk(instance.instanceId)
      this.forgetLater(instance)
    }
    this.move(instance, into)
  }

  private forgetLater(instance: InstanceRecord): void {
    const { state, cloud, tags, machines } = this.core
    const { instanceId } = instance
    const forget = async () => {
      await this.delay(cloud.clock.scaled(LISTED_MS, LISTED_AT_LEAST_MS))
      if (this.closing) return
      delete state.instances[instanceId]
      for (const id of [instanceId, instance.volumeId, instance.networkInterfaceId]) tags.forget(id)
      cloud.state.changed()
      await machines.removeInstance(instanceId)
    }
    this.run(forget())
  }

  private move(instance: InstanceRecord, state: InstanceStateName): void {
    instance.state = state
    this.core.cloud.state.changed()
    for (const listener of this.listeners) listener(instance)
  }

  private userInitiated(): string {
    return `User initiated (${new Date(this.core.now()).toISOString().replace('T', ' ').slice(0, 19)} GMT)`
  }

  /** Ends early when the cloud is being stopped: who waits looks at `closing` afterwards. */
  private delay(ms: number): Promise<void> {
    if (this.closing) return Promise.resolve()
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.waits.delete(timer)
        resolve()
      }, ms)
      this.waits.set(timer, resolve)
    })
  }

  private run(step: Promise<void>): void {
    const followed = step
      .catch((error: unknown) => this.core.cloud.log('instance step failed', { error: String(error) }))
      .finally(() => this.work.delete(followed))
    this.work.add(followed)
  }
}
