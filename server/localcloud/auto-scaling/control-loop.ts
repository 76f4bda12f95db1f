import type { LocalCloud } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { ActivityLog } from './activity-log.js'
import { advanceAttachments } from './attachment-progress.js'
import { type AutoScalingRecords, type GroupRecord, isCapacity } from './group-record.js'
import { sicknessOf } from './instance-health.js'
import type { InstanceLifecycle } from './instance-lifecycle.js'
import { launchInstance } from './launch.js'
import { nextStep, type Step } from './reconcile.js'
import { fireSchedules } from './schedule-firing.js'
import type { Parts } from './parts.js'
import { stamp } from './parts.js'

const TICK_MS = 10_000
const MIN_TICK_MS = 100
const FIRST_REST_MS = 20_000
const LONGEST_REST_MS = 900_000
/** No group needs more steps than this in one look; the next look goes on. */
const MAX_STEPS = 200

const noZones: ReadonlySet<string> = new Set()

interface Rest {
  failures: number
  until: number
}

/** Looks at every group on each change and on each tick, and takes it a step nearer to what is desired. */
export class ControlLoop {
  private timer: NodeJS.Timeout | undefined
  private readonly poked = new Set<string>()
  /** Zones of a group whose launches failed: the loop backs off there. Key: group ARN and zone. */
  private readonly rests = new Map<string, Rest>()
  private readonly toldProtected = new Set<string>()
  private stopped = true

  constructor(
    private readonly cloud: LocalCloud,
    private readonly records: () => AutoScalingRecords,
    private readonly log: ActivityLog,
    private readonly lifecycle: InstanceLifecycle,
    private readonly parts: () => Parts,
  ) {}

  start(): void {
    this.stopped = false
    this.tick()
  }

  stop(): void {
    this.stopped = true
    clearTimeout(this.timer)
  }

  /** Looks at the group as soon as the present call has ended. */
  poke(groupName: string): void {
    if (this.stopped || this.poked.has(groupName)) return
    this.poked.add(groupName)
    setImmediate(() => {
      this.poked.delete(groupName)
      const group = this.records().groups[groupName]
      if (group && !this.stopped) this.look(group)
    })
  }

  /** Forgets back-off, because the person has changed something about the group. */
  forgive(group: GroupRecord): void {
    for (const key of this.rests.keys()) if (key.startsWith(`${group.arn}|`)) this.rests.delete(key)
    this.toldProtected.delete(group.arn)
  }

  private tick(): void {
    for (const group of Object.values(this.records().groups)) this.look(group)
    this.timer = setTimeout(() => this.tick(), this.cloud.clock.scaled(TICK_MS, MIN_TICK_MS))
    this.timer.unref()
  }

  private look(group: GroupRecord): void {
    try {
      fireSchedules(this.parts(), group)
      this.checkHealth(group)
      for (const instance of [...group.instances]) this.lifecycle.advance(group, instance)
      advanceAttachments(this.cloud, group)
      this.takeSteps(group)
      this.finishDeletion(group)
    } catch (error) {
      this.cloud.log('auto scaling group could not be looked at', {
        group: group.name,
        error: error instanceof Error ? error.stack : String(error),
      })
    }
  }

  private checkHealth(group: GroupRecord): void {
    if ('HealthCheck' in group.suspended) return
    for (const instance of group.instances) {
      if (instance.lifecycle !== 'InService' || instance.health === 'Unhealthy') continue
      const sickness = sicknessOf(this.cloud, group, instance)
      if (!sickness) continue
      Object.assign(instance, { health: 'Unhealthy', sickness })
      this.cloud.state.changed()
    }
  }

  private takeSteps(group: GroupRecord): void {
    const zones = this.zonesOf(group)
    for (let count = 0; count < MAX_STEPS; count++) {
      const step = nextStep(group, zones, this.restingZones(group, zones))
      if (!step) return this.settled(group)
      if (!this.take(group, step)) return
      this.cloud.state.changed()
    }
  }

  /** What changed the desired capacity is no reason for later launches. */
  private settled(group: GroupRecord): void {
    if (group.instances.filter(isCapacity).length === group.desired) group.cause = ''
  }

  /** False when no further step makes sense now. */
  private take(group: GroupRecord, step: Step): boolean {
    if (step.kind === 'launch') return this.launch(group, step)
    if (step.kind === 'terminate') {
      this.lifecycle.terminate(group, step.instance, this.terminationCause(group, step))
      return true
    }
    if (this.toldProtected.has(group.arn)) return false
    this.toldProtected.add(group.arn)
    const message =
      'Could not scale to desired capacity because all remaining instances are protected from scale-in.'
    const activity = this.log.begin(group, 'Terminating EC2 instance', group.cause, { zone: '' })
    this.log.end(activity.id, 'Failed', message)
    return false
  }

  private launch(group: GroupRecord, step: Step & { kind: 'launch' }): boolean {
    const [zone] = step.zones
    if (zone === undefined) return false
    const reason = this.launchCause(group, step)
    const key = `${group.arn}|${zone}`
    try {
      const instance = launchInstance(this.cloud, this.log, group, zone, reason)
      if (step.why === 'balance') group.balancing = instance.id
      this.rests.delete(key)
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error
      const failures = (this.rests.get(key)?.failures ?? 0) + 1
      const restMs = Math.min(LONGEST_REST_MS, FIRST_REST_MS * 2 ** (failures - 1))
      this.rests.set(key, {
        failures,
        until: Date.now() + this.cloud.clock.scaled(restMs, MIN_TICK_MS * failures),
      })
    }
    return true
  }

  private launchCause(group: GroupRecord, step: Step & { kind: 'launch' }): string {
    const now = stamp(this.cloud)
    if (step.why === 'balance')
      return `At ${now} an instance was launched to aid in balancing the group's zones.`
    if (!group.cause)
      return `At ${now} an instance was launched in response to an unhealthy instance needing to be replaced.`
    const capacity = group.instances.filter(isCapacity).length
    return (
      `${group.cause}At ${now} an instance was started in response to a difference between desired and actual ` +
      `capacity, increasing the capacity from ${capacity} to ${capacity + 1}.`
    )
  }

  private terminationCause(group: GroupRecord, step: Step & { kind: 'terminate' }): string {
    const now = stamp(this.cloud)
    if (step.why === 'unhealthy') {
      return `At ${now} an instance was taken out of service in response to ${step.instance.sickness ?? 'a user health-check'}.`
    }
    const capacity = group.instances.filter(isCapacity).length
    return (
      `${group.cause}At ${now} an instance was taken out of service in response to a difference between desired and ` +
      `actual capacity, shrinking the capacity from ${capacity} to ${capacity - 1}.  ` +
      `At ${now} instance ${step.instance.id} was selected for termination.`
    )
  }

  private restingZones({ arn }: GroupRecord, zones: readonly string[]): ReadonlySet<string> {
    if (this.rests.size === 0) return noZones
    const now = Date.now()
    return new Set(zones.filter((zone) => (this.rests.get(`${arn}|${zone}`)?.until ?? 0) > now))
  }

  private zonesOf(group: GroupRecord): string[] {
    return [...new Set(group.subnetIds.flatMap((id) => this.cloud.ec2.subnet(id)?.availabilityZone ?? []))]
  }

  private finishDeletion(group: GroupRecord): void {
    if (!group.deleting || group.instances.length > 0) return
    delete this.records().groups[group.name]
    this.cloud.state.changed()
  }
}
