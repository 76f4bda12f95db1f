import type {
  LocalCloudKnobs,
  LocalCloudSeen,
  LocalInstance,
  PlannedFault,
} from '../../server/domain/rehearsal.js'
import type { LocalCloudControl } from '../../server/engine/ports.js'

/** A local cloud that only remembers what it was told. */
export class FakeLocalCloud implements LocalCloudControl {
  instances: LocalInstance[] = []
  knobs: LocalCloudKnobs = {
    latencyMs: 0,
    invisibleMs: 0,
    staleReadsMs: 0,
    consoleDelayMs: 0,
    zonesWithoutCapacity: [],
    zonesOut: [],
    ailments: [],
    throttle: null,
    failNextImages: 0,
  }
  faults: { id: string; fault: PlannedFault }[] = []
  clock = { offsetMs: 0, frozen: false }
  /** What was done at once, in order: the method and what it was given. */
  acts: unknown[][] = []
  /** Thrown by whatever is done next. */
  failure: Error | null = null
  private ids = 0

  async look(): Promise<LocalCloudSeen> {
    return {
      zones: ['eu-west-1a', 'eu-west-1b', 'eu-west-1c'],
      pace: 'brisk',
      confinement: 'Instances run in namespaces of their own.',
      now: new Date('2026-11-19T14:19:08Z'),
      ...this.clock,
      instances: this.instances,
      knobs: this.knobs,
      faults: this.faults.map(({ id, fault }) => ({ ...fault, id, remaining: fault.times })),
    }
  }

  async turnKnobs(patch: Partial<LocalCloudKnobs>): Promise<void> {
    this.mayFail()
    this.knobs = { ...this.knobs, ...patch }
  }

  async planFault(fault: PlannedFault): Promise<void> {
    this.mayFail()
    this.faults.push({ id: `fault-${++this.ids}`, fault })
  }

  async forgetFault(id: string | null): Promise<void> {
    this.faults = this.faults.filter((each) => id !== null && each.id !== id)
  }

  async moveClock(hours: number): Promise<void> {
    this.clock = { ...this.clock, offsetMs: this.clock.offsetMs + hours * 3_600_000 }
  }

  async freezeClock(): Promise<void> {
    this.clock = { ...this.clock, frozen: true }
  }

  async resetClock(): Promise<void> {
    this.clock = { offsetMs: 0, frozen: false }
  }

  crashApplication = this.noted('crashApplication')
  terminateInstance = this.noted('terminateInstance')
  changeWeight = this.noted('changeWeight')
  resizeGroup = this.noted('resizeGroup')
  deleteTargetGroup = this.noted('deleteTargetGroup')

  private noted(name: string) {
    return async (...given: unknown[]): Promise<void> => {
      this.mayFail()
      this.acts.push([name, ...given])
    }
  }

  private mayFail(): void {
    const { failure } = this
    this.failure = null
    if (failure) throw failure
  }
}
