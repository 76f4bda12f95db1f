import type { ProxyParts } from './load-balancing/listener-server.js'
import type { ProbeTarget } from './load-balancing/probe.js'
import type { ListenerRecord } from './load-balancing/records.js'
import type { MachineEvents } from './machine/machine.js'
import type { MachineMetadata } from './machine/metadata-folder.js'

/**
 * What a local cloud stands on: this machine's processes, files and sockets, or mere records of them. EC2 and load
 * balancing are the same on both.
 */
export interface Host {
  readonly machines: MachineHost
  readonly network: NetworkHost
}

/** Instances' and images' disks and processes. It knows nothing of EC2. */
export interface MachineHost {
  makeBase(image: string): Promise<void>
  provision(instanceId: string, image: string): Promise<void>
  snapshot(instanceId: string, image: string): Promise<void>
  copyImage(from: string, to: string): Promise<void>
  boot(metadata: MachineMetadata, events: MachineEvents): Promise<void>
  retag(instanceId: string, tags: Readonly<Record<string, string>>): void
  shutDown(instanceId: string): Promise<void>
  reboot(instanceId: string): void
  /** Pulls the plug. */
  kill(instanceId: string): void
  /** Kills what the instance's units run; its system stays up. */
  crashApplication(instanceId: string): void
  /** Undefined where nothing is measured. */
  cpuSeconds(instanceId: string): number | undefined
  /** The process whose death is the instance's death; undefined where there is none. */
  initPid(instanceId: string): number | undefined
  consoleOutput(instanceId: string, untilMs?: number): Buffer
  removeDisk(instanceId: string): Promise<void>
  removeInstance(instanceId: string): Promise<void>
  removeImage(image: string): Promise<void>
  removeAll(): Promise<void>
  /** The port that answers for an instance: the one it had, where that is still free, else one that is none of `taken()`. */
  portFor(had: number | undefined, taken: () => ReadonlySet<number>): Promise<number>
}

/** The load balancers' sockets. */
export interface NetworkHost {
  /** How often requests are counted and handed to CloudWatch. */
  readonly countEveryMs: number
  /** Opens the first of `ports` that is free, else another one. */
  open(listener: ListenerRecord, ports: readonly number[], parts: ProxyParts): Promise<OpenListener>
  readonly probe: ProbeTarget
}

export interface OpenListener {
  readonly port: number
  close(): Promise<void>
}
