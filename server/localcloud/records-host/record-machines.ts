import type { MachineHost } from '../host.js'
import type { MachineEvents } from '../machine/machine.js'
import type { MachineMetadata } from '../machine/metadata-folder.js'

const FIRST_PORT = 1

/** What an instance that is only a record does when it boots: nothing, unless this says otherwise. */
export type Booted = (metadata: MachineMetadata, events: MachineEvents) => void

/** Instances without a process: each is a line in a table, boots at once and is up until it is told otherwise. */
export class RecordMachines implements MachineHost {
  private readonly up = new Map<string, MachineEvents>()
  private nextPort = FIRST_PORT
  private readonly owners = new Map<number, string>()
  /** Up, but nothing answers in them. */
  private readonly crashed = new Set<string>()

  constructor(private readonly booted: Booted = () => undefined) {}

  /** The instance that answers on a port, if one does. */
  at(port: number): string | undefined {
    const instanceId = this.owners.get(port)
    const answers = instanceId !== undefined && this.up.has(instanceId) && !this.crashed.has(instanceId)
    return answers ? instanceId : undefined
  }

  async makeBase(): Promise<void> {}
  async provision(): Promise<void> {}
  async snapshot(): Promise<void> {}
  async copyImage(): Promise<void> {}

  async boot(metadata: MachineMetadata, events: MachineEvents): Promise<void> {
    this.up.set(metadata.instanceId, events)
    this.crashed.delete(metadata.instanceId)
    this.owners.set(metadata.port, metadata.instanceId)
    this.booted(metadata, {
      tag: events.tag,
      ended: (ending) => {
        if (this.up.delete(metadata.instanceId)) events.ended(ending)
      },
    })
  }

  retag(): void {}

  async shutDown(instanceId: string): Promise<void> {
    this.up.delete(instanceId)
  }

  reboot(): void {}

  kill(instanceId: string): void {
    const events = this.up.get(instanceId)
    if (!this.up.delete(instanceId)) return
    events?.ended('died')
  }

  crashApplication(instanceId: string): void {
    this.crashed.add(instanceId)
  }

  cpuSeconds(): number {
    return 0
  }

  initPid(): undefined {
    return undefined
  }

  consoleOutput(instanceId: string): Buffer {
    return Buffer.from(`${instanceId} is a record without a process: it has no console.\n`)
  }

  async removeDisk(): Promise<void> {}

  async removeInstance(instanceId: string): Promise<void> {
    for (const [port, owner] of this.owners) if (owner === instanceId) this.owners.delete(port)
    this.crashed.delete(instanceId)
  }

  async removeImage(): Promise<void> {}

  async removeAll(): Promise<void> {
    this.up.clear()
    this.owners.clear()
    this.crashed.clear()
  }

  async portFor(had: number | undefined): Promise<number> {
    return had ?? this.nextPort++
  }
}
