import { randomUUID } from 'node:crypto'
import type { LocalCloud } from '../cloud.js'
import type { ActivityLog } from './activity-log.js'
import type { GroupInstance, GroupRecord, HookRecord, MemberState } from './group-record.js'
import { stamp } from './parts.js'

const LAUNCHING = 'autoscaling:EC2_INSTANCE_LAUNCHING'
const TERMINATING = 'autoscaling:EC2_INSTANCE_TERMINATING'

/**
 * Takes instances through their lifecycle. Every state is on disk and each look goes on from it, so that a restarted
 * cloud finishes what it had begun.
 */
export class InstanceLifecycle {
  /** Instances that are draining: their next state follows by itself. */
  private readonly draining = new Set<string>()

  constructor(
    private readonly cloud: LocalCloud,
    private readonly log: ActivityLog,
    private readonly poke: (groupName: string) => void,
  ) {}

  /** Begins to take an instance out of the group and out of the world. */
  terminate(group: GroupRecord, instance: GroupInstance, cause: string): void {
    if (instance.lifecycle.startsWith('Terminating')) return
    this.log.end(instance.activityId, 'Cancelled')
    const place = { zone: instance.zone, subnetId: this.cloud.ec2.instance(instance.id)?.subnetId ?? '' }
    instance.activityId = this.log.begin(group, `Terminating EC2 instance: ${instance.id}`, cause, place).id
    instance.passedHooks = []
    delete instance.waiting
    this.enter(group, instance, 'Terminating')
  }

  /** One step, if the instance is ready for it. */
  advance(group: GroupRecord, instance: GroupInstance): void {
    switch (instance.lifecycle) {
      case 'Pending':
        return this.pending(group, instance)
      case 'Pending:Wait':
      case 'Terminating:Wait':
        return this.waiting(group, instance)
      case 'Pending:Proceed':
        return this.serve(group, instance)
      case 'Terminating':
        return this.drain(group, instance, () => this.drained(group, instance))
      case 'Terminating:Proceed':
        return this.finish(group, instance)
      case 'EnteringStandby':
        return this.drain(group, instance, () => {
          this.log.end(instance.activityId, 'Successful')
          this.enter(group, instance, 'Standby')
        })
      case 'Detaching':
        return this.drain(group, instance, () => {
          this.log.end(instance.activityId, 'Successful')
          this.leave(group, instance)
        })
      case 'InService':
      case 'Standby':
        return
    }
  }

  /** Puts an instance in service: also one that comes back from standby or is attached by hand. */
  serve(group: GroupRecord, instance: GroupInstance): void {
    if (!('AddToLoadBalancer' in group.suspended)) {
      for (const { arn, state } of group.attachments) {
        if (state !== 'Removing' && this.cloud.elb.targetGroupExists(arn)) this.register(group, arn, instance)
      }
    }
    instance.inServiceAt = Date.now()
    instance.wasHealthy = false
    this.log.end(instance.activityId, 'Successful')
    this.enter(group, instance, 'InService')
  }

  /** Without draining and without hooks, for a forced deletion. */
  discard(group: GroupRecord, instance: GroupInstance): void {
    const cause = `At ${stamp(this.cloud)} a user request force deleted the AutoScalingGroup.`
    this.terminate(group, instance, cause)
    this.enter(group, instance, 'Terminating:Proceed')
  }

  private pending(group: GroupRecord, instance: GroupInstance): void {
    const view = this.cloud.ec2.instance(instance.id)
    if (view?.state === 'running') {
      this.log.progress(instance.activityId, 'PreInService', 50)
      return this.hooksThen(group, instance, LAUNCHING, 'Pending')
    }
    if (view?.state === 'pending') return
    this.log.end(
      instance.activityId,
      'Failed',
      'Instance became unhealthy while waiting for instance to be in InService state. Termination Reason: Client.InternalError: Client error on launch.',
    )
    this.leave(group, instance)
  }

  private hooksThen(
    group: GroupRecord,
    instance: GroupInstance,
    transition: string,
    phase: 'Pending' | 'Terminating',
  ) {
    const hook = group.hooks.find(
      (candidate) => candidate.transition === transition && !instance.passedHooks.includes(candidate.name),
    )
    if (!hook) {
      this.enter(group, instance, `${phase}:Proceed`)
      return this.advance(group, instance)
    }
    instance.waiting = { hook: hook.name, token: randomUUID(), deadline: this.deadlineOf(hook) }
    this.log.progress(instance.activityId, 'MidLifecycleAction', 60)
    this.enter(group, instance, `${phase}:Wait`)
  }

  /** When the hook's heartbeat ends, in machine time. */
  deadlineOf(hook: HookRecord): number {
    return Date.now() + this.cloud.clock.scaled(hook.heartbeatSeconds * 1000, 200)
  }

  private waiting(group: GroupRecord, instance: GroupInstance): void {
    const { waiting } = instance
    const hook = group.hooks.find((candidate) => candidate.name === waiting?.hook)
    const result =
      waiting?.result ??
      (hook && waiting && Date.now() < waiting.deadline ? undefined : (hook?.defaultResult ?? 'CONTINUE'))
    if (result === undefined) return
    const launching = instance.lifecycle === 'Pending:Wait'
    instance.passedHooks.push(waiting?.hook ?? '')
    delete instance.waiting
    if (launching && result === 'ABANDON') return this.abandon(group, instance, waiting?.token ?? '')
    // At termination ABANDON only skips the hooks that are left.
    if (result === 'ABANDON') instance.passedHooks = group.hooks.map((candidate) => candidate.name)
    this.hooksThen(
      group,
      instance,
      launching ? LAUNCHING : TERMINATING,
      launching ? 'Pending' : 'Terminating',
    )
  }

  private abandon(group: GroupRecord, instance: GroupInstance, token: string): void {
    const message =
      `Instance failed to complete user's Lifecycle Action: Lifecycle Action with token ${token} was abandoned: ` +
      'Lifecycle Action Completed with ABANDON Result'
    this.log.end(instance.activityId, 'Cancelled', message)
    delete instance.activityId
    const cause = `At ${stamp(this.cloud)} an instance was taken out of service because its lifecycle action was abandoned.`
    this.terminate(group, instance, cause)
  }

  private drain(group: GroupRecord, instance: GroupInstance, then: () => void): void {
    if (this.draining.has(instance.id)) return
    const registered = group.attachments.filter(
      ({ arn }) => this.cloud.elb.targetState(arn, instance.id) !== undefined,
    )
    if (registered.length === 0) return then()
    this.draining.add(instance.id)
    this.log.progress(instance.activityId, 'WaitingForELBConnectionDraining', 50)
    void Promise.allSettled(registered.map(({ arn }) => this.cloud.elb.deregister(arn, instance.id))).then(
      () => {
        this.draining.delete(instance.id)
        if (!group.instances.includes(instance)) return
        then()
        this.poke(group.name)
      },
    )
  }

  private drained(group: GroupRecord, instance: GroupInstance): void {
    if (instance.lifecycle === 'Terminating') this.hooksThen(group, instance, TERMINATING, 'Terminating')
  }

  private finish(group: GroupRecord, instance: GroupInstance): void {
    const view = this.cloud.ec2.instance(instance.id)
    if (view && view.state !== 'terminated') {
      if (view.state !== 'shutting-down') this.cloud.ec2.terminate(instance.id, 'User initiated')
      if (this.cloud.ec2.instance(instance.id)?.state !== 'terminated') return
    }
    this.log.end(instance.activityId, 'Successful')
    this.leave(group, instance)
  }

  private register(group: GroupRecord, targetGroupArn: string, instance: GroupInstance): void {
    try {
      this.cloud.elb.register(targetGroupArn, instance.id)
    } catch (error) {
      this.cloud.log('instance not registered', {
        group: group.name,
        instance: instance.id,
        error: String(error),
      })
    }
  }

  private enter(group: GroupRecord, instance: GroupInstance, state: MemberState): void {
    if (instance.lifecycle === state) return
    instance.lifecycle = state
    this.cloud.state.changed()
    this.poke(group.name)
  }

  private leave(group: GroupRecord, instance: GroupInstance): void {
    const at = group.instances.indexOf(instance)
    if (at >= 0) group.instances.splice(at, 1)
    if (group.balancing === instance.id) delete group.balancing
    this.cloud.state.changed()
    this.poke(group.name)
  }
}
