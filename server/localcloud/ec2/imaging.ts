import type { Ec2Core } from './core.js'
import type { Lifecycle } from './lifecycle.js'
import type { ImageRecord, InstanceRecord, StateReason } from './records.js'

/** AWS's own time for a small root, before the pace. */
const PENDING_MS = 60_000

const reasons = {
  internal: {
    Code: 'Server.InternalError',
    Message: 'Server.InternalError: Internal error on image creation',
  },
  terminated: {
    Code: 'Client.InstanceTerminated',
    Message: 'Client.InstanceTerminated: The instance was terminated or rebooted during AMI creation',
  },
} satisfies Record<string, StateReason>

/** The disks behind images: copied from an instance or another image, from pending to available or failed. */
export class Imaging {
  private readonly timers = new Set<NodeJS.Timeout>()
  private readonly copying = new Map<string, Promise<void>>()

  constructor(
    private readonly core: Ec2Core,
    private readonly lifecycle: Lifecycle,
  ) {}

  /** From an instance's disk. A running one is shut down for the copy and booted again, unless `noReboot`. */
  capture(instance: InstanceRecord, image: ImageRecord, noReboot: boolean): void {
    const copy = () => this.core.machines.snapshot(instance.instanceId, image.disk)
    const isUp = instance.state === 'running' && !noReboot
    const isGone = () => instance.state === 'shutting-down' || instance.state === 'terminated'
    const work = async () => {
      try {
        await (isUp ? this.lifecycle.whileDown(instance, copy) : copy())
      } catch (error) {
        if (!isGone()) throw error
      }
      return isGone() ? reasons.terminated : undefined
    }
    this.run(image, work)
  }

  copy(source: ImageRecord, image: ImageRecord): void {
    this.run(image, async () => {
      await this.core.machines.copyImage(source.disk, image.disk)
      return undefined
    })
  }

  async remove(image: ImageRecord): Promise<void> {
    const { state, tags, cloud, machines } = this.core
    delete state.images[image.imageId]
    tags.forget(image.imageId)
    cloud.state.changed()
    await this.copying.get(image.imageId)
    // Instances of it have their own copy of its disk.
    if (!Object.values(state.images).some((each) => each.disk === image.disk))
      await machines.removeImage(image.disk)
  }

  removeSnapshot(snapshotId: string): void {
    delete this.core.state.snapshots[snapshotId]
    this.core.tags.forget(snapshotId)
    this.core.cloud.state.changed()
  }

  /** Images that were pending when the cloud ended were copied or not: those without a complete disk have failed. */
  resume(): void {
    for (const image of Object.values(this.core.state.images))
      if (image.state === 'pending') this.settle(image, reasons.internal)
  }

  async close(): Promise<void> {
    for (const timer of this.timers) clearTimeout(timer)
    await Promise.allSettled(this.copying.values())
  }

  private run(image: ImageRecord, work: () => Promise<StateReason | undefined>): void {
    const { settings } = this.core.cloud.knobs
    const mustFail = settings.failNextImages > 0
    if (mustFail) settings.failNextImages -= 1
    const startedAt = Date.now()
    const done = work().then(
      (reason) => (mustFail ? reasons.internal : reason),
      (error: unknown) => {
        this.core.cloud.log('image could not be made', { imageId: image.imageId, error: String(error) })
        return reasons.internal
      },
    )
    const copied = done.then(() => undefined)
    this.copying.set(image.imageId, copied)
    void done.then((reason) => {
      this.copying.delete(image.imageId)
      const leftMs = this.core.cloud.clock.scaled(PENDING_MS) - (Date.now() - startedAt)
      const timer = setTimeout(
        () => {
          this.timers.delete(timer)
          this.settle(image, reason)
        },
        Math.max(0, leftMs),
      )
      this.timers.add(timer)
    })
  }

  private settle(image: ImageRecord, reason: StateReason | undefined): void {
    image.state = reason ? 'failed' : 'available'
    image.stateReason = reason
    const snapshot = this.core.state.snapshots[image.snapshotId]
    if (snapshot) snapshot.state = reason ? 'error' : 'completed'
    this.core.cloud.state.changed()
  }
}
