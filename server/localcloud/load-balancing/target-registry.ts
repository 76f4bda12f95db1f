import { ailmentOf, answersSick } from '../ailments.js'
import type { LocalCloud } from '../cloud.js'
import { usersOf } from './forward-actions.js'
import type { ProbeTarget } from './probe.js'
import type { LoadBalancingRecords, TargetGroupRecord, TargetRecord } from './records.js'
import { type Standing, Target } from './target.js'
import { TargetGroup } from './target-group.js'
import type { TargetPools } from './target-pools.js'

const DRAIN_POLL_MS = 20
/** How soon it is seen that a draining target was registered again. */
const DRAIN_LOOK_MS = 2000
const FORGET_TERMINATED_MS = 60_000

const unused = (reason: string, description: string): Standing => ({ state: 'unused', reason, description })
const draining: Standing = {
  state: 'draining',
  reason: 'Target.DeregistrationInProgress',
  description: 'Target deregistration is in progress',
}
const notInUse = unused(
  'Target.NotInUse',
  'Target group is not configured to receive traffic from the load balancer',
)
const zoneNotEnabled = unused(
  'Target.NotInUse',
  'Target is in an Availability Zone that is not enabled for the load balancer',
)
const unchecked: Standing = {
  state: 'unavailable',
  reason: 'Target.HealthCheckDisabled',
  description: 'Health checks are disabled for this target group',
}

/** Keeps the target groups at work in step with the records: who is checked, who drains, who is unused and why. */
export class TargetRegistry {
  private readonly groups = new Map<string, TargetGroup>()
  private readonly drains = new Map<Target, Promise<void>>()

  constructor(
    private readonly cloud: LocalCloud,
    private readonly records: () => LoadBalancingRecords,
    private readonly pools: TargetPools,
    private readonly probeTarget: ProbeTarget,
  ) {}

  group(targetGroupArn: string): TargetGroup | undefined {
    return this.groups.get(targetGroupArn)
  }

  all(): Iterable<TargetGroup> {
    return this.groups.values()
  }

  /** Must be called after every change of the records and of any instance. Cheap when nothing has changed. */
  sync(): void {
    const records = this.records()
    const users = usersOf(records)
    for (const [arn, group] of this.groups) {
      if (records.targetGroups[arn] === group.record) continue
      for (const target of group.targets) target.stop()
      this.groups.delete(arn)
    }
    for (const record of Object.values(records.targetGroups)) {
      const group = this.groups.get(record.arn) ?? new TargetGroup(record)
      this.groups.set(record.arn, group)
      this.syncTargets(group, zonesOf(this.cloud, records, users.get(record.arn)))
    }
    this.pools.keepOnly(this.ports())
  }

  /** Health check settings of the group have changed. */
  recheck(targetGroupArn: string): void {
    const group = this.groups.get(targetGroupArn)
    for (const target of group?.targets ?? []) target.recheck(group!.record.healthCheck)
  }

  /** No new requests for the target; it leaves the group when the deregistration delay has passed and it is idle. */
  drain(record: TargetGroupRecord, registered: TargetRecord): Promise<void> {
    const group = this.groups.get(record.arn)
    const target = group?.find(registered.id, registered.port)
    const never = !target || target.state === 'unused'
    registered.draining = true
    if (never) {
      remove(record, registered)
      this.sync()
      return Promise.resolve()
    }
    this.sync()
    const known = this.drains.get(target)
    if (known) return known
    const drain = this.drained(record, registered, target).finally(() => this.drains.delete(target))
    this.drains.set(target, drain)
    return drain
  }

  stop(): void {
    for (const group of this.groups.values()) for (const target of group.targets) target.stop()
    this.groups.clear()
  }

  private async drained(record: TargetGroupRecord, registered: TargetRecord, target: Target): Promise<void> {
    const delayMs = Number(record.attributes['deregistration_delay.timeout_seconds'] ?? 300) * 1000
    const endsAt = performance.now() + this.cloud.clock.scaled(delayMs)
    // A request takes as long as it takes at any pace: only the unscaled delay may cut it off.
    const cutAt = performance.now() + delayMs
    while (registered.draining) {
      const now = performance.now()
      if (now >= endsAt && (target.inFlight === 0 || now >= cutAt)) break
      await rest(Math.max(DRAIN_POLL_MS, Math.min(endsAt - now, DRAIN_LOOK_MS)))
    }
    if (!registered.draining) return
    remove(record, registered)
    this.cloud.state.changed()
    this.sync()
  }

  private syncTargets(group: TargetGroup, zones: ReadonlySet<string> | undefined): void {
    const { record } = group
    const wanted = new Set<Target>()
    for (const registered of record.targets) {
      const target = group.find(registered.id, registered.port) ?? this.newTarget(group, registered)
      wanted.add(target)
      const standing = this.standing(record, registered, zones)
      target.port = this.portOf(record, registered)
      if (standing) target.stand(standing)
      else target.check(record.healthCheck)
    }
    for (const target of [...group.targets]) {
      if (wanted.has(target)) continue
      target.stop()
      group.targets.splice(group.targets.indexOf(target), 1)
    }
    group.changed()
  }

  private newTarget(group: TargetGroup, registered: TargetRecord): Target {
    const address = () => this.portOf(group.record, registered)
    const target = new Target(
      registered.id,
      registered.port,
      this.cloud.clock,
      this.probeTarget,
      address,
      () => this.isSick(registered.id),
      () => group.changed(),
    )
    group.targets.push(target)
    return target
  }

  private isSick(instanceId: string): boolean {
    const { knobs, clock, ec2 } = this.cloud
    if (knobs.settings.ailments.length === 0) return false
    const instance = ec2.instance(instanceId)
    return instance !== undefined && answersSick(ailmentOf(knobs.settings.ailments, instance), clock)
  }

  private portOf(record: TargetGroupRecord, registered: TargetRecord): number | undefined {
    return record.targetType === 'ip' ? registered.port : this.cloud.ec2.instance(registered.id)?.port
  }

  private standing(
    record: TargetGroupRecord,
    registered: TargetRecord,
    zones: ReadonlySet<string> | undefined,
  ): Standing | undefined {
    if (registered.draining) return draining
    if (!zones) return notInUse
    if (record.targetType === 'instance') {
      const instance = this.cloud.ec2.instance(registered.id)
      if (!instance || instance.state !== 'running') {
        const state = instance?.state ?? 'terminated'
        if (state === 'terminated') this.forget(record, registered)
        return unused('Target.InvalidState', `Target is in the ${state} state`)
      }
      if (!zones.has(instance.availabilityZone)) return zoneNotEnabled
    }
    return record.healthCheck.enabled ? undefined : unchecked
  }

  /** A terminated instance leaves its groups by itself after a while. */
  private forget(record: TargetGroupRecord, registered: TargetRecord): void {
    const timer = setTimeout(
      () => {
        if (!record.targets.includes(registered)) return
        remove(record, registered)
        this.cloud.state.changed()
        this.sync()
      },
      this.cloud.clock.scaled(FORGET_TERMINATED_MS, 1000),
    )
    timer.unref()
  }

  private ports(): Set<number> {
    const ports = new Set<number>()
    for (const group of this.groups.values()) {
      for (const target of group.targets) if (target.port !== undefined) ports.add(target.port)
    }
    return ports
  }
}

/** The zones enabled on the load balancers that use the group; undefined when none does. */
function zonesOf(
  cloud: LocalCloud,
  records: LoadBalancingRecords,
  users: ReadonlySet<string> | undefined,
): Set<string> | undefined {
  if (!users) return undefined
  const subnets = [...users].flatMap((arn) => records.loadBalancers[arn]?.subnetIds ?? [])
  return new Set(subnets.flatMap((id) => cloud.ec2.subnet(id)?.availabilityZone ?? []))
}

function remove(record: TargetGroupRecord, registered: TargetRecord): void {
  const at = record.targets.indexOf(registered)
  if (at >= 0) record.targets.splice(at, 1)
}

function rest(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
