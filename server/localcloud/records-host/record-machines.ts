import type { MachineHost } from '../host.js'
import type { MachineEvents } from '../machine/machine.js'
import type { MachineMetadata } from '../machine/metadata-folder.js'

const FIRST_PORT = 1

/** What a booted record can do, as a process in it would: tag itself, end, and write to its console. */
export interface RecordEvents extends MachineEvents {
  print(text: string): void
}

/** What an instance that is only a record does when it boots: nothing, unless this says otherwise. */
export type Booted = (metadata: MachineMetadata, events: RecordEvents) => void

interface Printed {
  readonly at: number
  readonly text: string
}

/** Instances without a process: each is a line in a table, boots at once and is up until it is told otherwise. */
export class RecordMachines implements MachineHost {
  private readonly up = new Map<string, MachineEvents>()
  private nextPort = FIRST_PORT
  private readonly owners = new Map<number, string>()
  /** Up, but nothing answers in them. */
  private readonly crashed = new Set<string>()
  private readonly consoles = new Map<string, Printed[]>()

  /** @param measured false: nothing is said of processors that they don't use */
  constructor(
    private readonly booted: Booted = () => undefined,
    private readonly measured = true,
  ) {}

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

  /** What a boot does ends with it: an instance that was stopped or killed meanwhile does nothing any more. */
  async boot(metadata: MachineMetadata, events: MachineEvents): Promise<void> {
    const { instanceId } = metadata
    this.up.set(instanceId, events)
    this.crashed.delete(instanceId)
    this.owners.set(metadata.port, instanceId)
    const isUp = () => this.up.get(instanceId) === events
    this.booted(metadata, {
      tag: (key, value) => (isUp() ? events.tag(key, value) : 'The instance is down.'),
      ended: (ending) => {
        if (isUp() && this.up.delete(instanceId)) events.ended(ending)
      },
      print: (text) => {
        if (isUp()) this.print(instanceId, text)
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

  cpuSeconds(): number | undefined {
    return this.measured ? 0 : undefined
  }

  initPid(): undefined {
    return undefined
  }

  consoleOutput(instanceId: string, untilMs = Number.POSITIVE_INFINITY): Buffer {
    const printed = this.consoles.get(instanceId)
    if (!printed) return Buffer.from(`${instanceId} is a record without a process: it has no console.\n`)
    const shown = printed.filter(({ at }) => at <= untilMs)
    return Buffer.from(shown.map(({ text }) => text).join(''))
  }

  async removeDisk(): Promise<void> {}

  async removeInstance(instanceId: string): Promise<void> {
    for (const [port, owner] of this.owners) if (owner === instanceId) this.owners.delete(port)
    this.crashed.delete(instanceId)
    this.consoles.delete(instanceId)
  }

  async removeImage(): Promise<void> {}

  async removeAll(): Promise<void> {
    this.up.clear()
    this.owners.clear()
    this.crashed.clear()
    this.consoles.clear()
  }

  async portFor(had: number | undefined): Promise<number> {
    const port = had ?? this.nextPort
    this.nextPort = Math.max(this.nextPort, port + 1)
    return port
  }

  private print(instanceId: string, text: string): void {
    const printed = this.consoles.get(instanceId) ?? []
    this.consoles.set(instanceId, [...printed, { at: Date.now(), text }])
  }
}
