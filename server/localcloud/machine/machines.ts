import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { chmod, chown, mkdir, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { MachineHost } from '../host.js'
import type { LocalCloudOptions } from '../options.js'
import { withCertificates } from './certificates.js'
import { type Confinement, detectConfinement } from './confinement.js'
import { placeGuestFolder } from './guest-folder.js'
import { instancesFolder } from './instances-folder.js'
import { Machine, type MachineEvents } from './machine.js'
import { type MachineMetadata, writeMetadata, writeTags } from './metadata-folder.js'
import { nodeRuntime } from './node-runtime.js'
import { freePort, isFree } from './port.js'
import { mapPaths, rootOf } from './path-mapping.js'
import { processStat, signal, tree, withEnvironment } from './processes.js'
import { runTool } from './tool.js'

const SHUT_DOWN_GRACE_MS = 6000

/** Every instance's and image's files and processes on this machine. It knows nothing of EC2. */
export class Machines implements MachineHost {
  private readonly running = new Map<string, Machine>()

  private constructor(
    readonly folder: string,
    readonly confinement: Confinement,
    private readonly guest: string,
    private readonly node: string | undefined,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Finds out how instances can be confined here, and kills what a cloud that died left running. */
  static async open(options: LocalCloudOptions): Promise<Machines> {
    const confinement = await detectConfinement(options.home, options.confinement ?? 'auto')
    const folder = await instancesFolder(options, confinement)
    for (const name of ['instances', 'images']) {
      await mkdir(join(folder, name), { recursive: true })
      await chmod(join(folder, name), 0o711)
    }
    killLeftovers(join(folder, 'instances'))
    const guest = await placeGuestFolder(folder)
    const node = await nodeRuntime(folder)
    const environment = await withCertificates(options.instanceEnvironment ?? {}, guest)
    return new Machines(folder, confinement, guest, node, environment)
  }

  private instanceFolder(instanceId: string): string {
    return join(this.folder, 'instances', instanceId)
  }

  private imageFolder(image: string): string {
    return join(this.folder, 'images', image)
  }

  /** The disk of the Amazon-owned base images. */
  async makeBase(image: string): Promise<void> {
    if (existsSync(join(this.imageFolder(image), 'root'))) return
    await this.ownFolder(this.imageFolder(image))
    await this.tool('sh', join(this.guest, 'make-base.sh'), this.imageFolder(image))
  }

  /** Copies the image's disk for a new instance. */
  async provision(instanceId: string, image: string): Promise<void> {
    const folder = this.instanceFolder(instanceId)
    // The instance's user gets the disk but not the folder around it, or it could lead our own writes elsewhere.
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o711)
    await this.copy(this.imageFolder(image), join(folder, 'disk'))
  }

  /** Copies a stopped (or running: then as it is at this moment) instance's disk into a new image. */
  async snapshot(instanceId: string, image: string): Promise<void> {
    await this.copy(join(this.instanceFolder(instanceId), 'disk'), this.imageFolder(image))
  }

  async copyImage(from: string, to: string): Promise<void> {
    await this.copy(this.imageFolder(from), this.imageFolder(to))
  }

  async boot(metadata: MachineMetadata, events: MachineEvents): Promise<void> {
    const folder = this.instanceFolder(metadata.instanceId)
    const { confinement, guest, node } = this
    // overlayfs refuses a work folder that another mount left behind.
    await this.remove(join(folder, 'work'))
    await this.ownFolder(join(folder, 'work'))
    await mkdir(join(folder, 'metadata'), { recursive: true, mode: 0o755 })
    const environment = { ...this.environment, ...metadata.environment }
    writeMetadata(join(folder, 'metadata'), await this.mapped(folder, { ...metadata, environment }))
    const known = this.running.get(metadata.instanceId)
    const machine = known ?? new Machine({ folder, guest, node, confinement })
    this.running.set(metadata.instanceId, machine)
    await machine.boot(events)
  }

  /** Without namespaces the disk and the user data are led into the instance's folder. */
  private async mapped(folder: string, metadata: MachineMetadata): Promise<MachineMetadata> {
    if (this.confinement.kind === 'namespaces') return metadata
    const root = rootOf({ folder })
    await this.tool('sh', join(this.guest, 'adopt-disk.sh'), root)
    const nodeBin = this.node === undefined ? dirname(process.execPath) : join(this.node, 'bin')
    const LOCALCLOUD_PATH = `${root}/usr/bin:${root}/usr/sbin:${nodeBin}`
    const script =
      metadata.userData && mapPaths(Buffer.from(metadata.userData, 'base64').toString('utf8'), { folder })
    const led = Object.fromEntries(
      Object.entries(metadata.environment).map(([name, value]) => [name, mapPaths(value, { folder })]),
    )
    return {
      ...metadata,
      environment: { ...led, LOCALCLOUD_ROOT: root, LOCALCLOUD_PATH },
      userData: script && Buffer.from(script).toString('base64'),
    }
  }

  retag(instanceId: string, tags: Readonly<Record<string, string>>): void {
    const folder = join(this.instanceFolder(instanceId), 'metadata')
    if (existsSync(folder)) writeTags(folder, tags)
  }

  async shutDown(instanceId: string): Promise<void> {
    await this.running.get(instanceId)?.shutDown(SHUT_DOWN_GRACE_MS)
  }

  reboot(instanceId: string): void {
    this.running.get(instanceId)?.reboot()
  }

  kill(instanceId: string): void {
    this.running.get(instanceId)?.kill()
  }

  crashApplication(instanceId: string): void {
    this.running.get(instanceId)?.crashApplication()
  }

  isRunning(instanceId: string): boolean {
    return this.running.get(instanceId)?.running ?? false
  }

  initPid(instanceId: string): number | undefined {
    return this.running.get(instanceId)?.initPid
  }

  cpuSeconds(instanceId: string): number {
    return this.running.get(instanceId)?.cpuSeconds ?? 0
  }

  consoleOutput(instanceId: string, untilMs?: number): Buffer {
    const machine = this.running.get(instanceId)
    if (machine) return machine.console.text(untilMs)
    try {
      return readFileSync(join(this.instanceFolder(instanceId), 'console.log'))
    } catch {
      return Buffer.alloc(0)
    }
  }

  /** Keeps the console: EC2 shows it for an hour after the termination. */
  async removeDisk(instanceId: string): Promise<void> {
    const folder = this.instanceFolder(instanceId)
    await this.remove(join(folder, 'disk'), join(folder, 'work'))
  }

  async removeInstance(instanceId: string): Promise<void> {
    this.running.delete(instanceId)
    await this.remove(this.instanceFolder(instanceId))
  }

  async removeImage(image: string): Promise<void> {
    await this.remove(this.imageFolder(image))
  }

  /** For a reset: nothing must be running any more. */
  async removeAll(): Promise<void> {
    for (const machine of this.running.values()) machine.kill()
    await Promise.all([...this.running.values()].map((machine) => machine.gone()))
    this.running.clear()
    for (const name of ['instances', 'images']) {
      const entries = readdirSync(join(this.folder, name)).map((entry) => join(this.folder, name, entry))
      if (entries.length > 0) await this.remove(...entries)
    }
  }

  async portFor(had: number | undefined, taken: () => ReadonlySet<number>): Promise<number> {
    return had !== undefined && (await isFree(had)) ? had : freePort(taken())
  }

  private async ownFolder(folder: string): Promise<void> {
    await mkdir(folder, { recursive: true })
    await chmod(folder, 0o700)
    const { user } = this.confinement
    if (user) await chown(folder, user.uid, user.gid)
  }

  private async copy(from: string, to: string): Promise<void> {
    await this.ownFolder(to)
    const reflink = process.platform === 'linux' ? ['--reflink=auto'] : []
    await this.tool('cp', '-a', ...reflink, `${from}/.`, to)
  }

  private async remove(...paths: string[]): Promise<void> {
    await this.tool('rm', '-rf', ...paths).catch(() => undefined)
    for (const path of paths) await rm(path, { recursive: true, force: true })
  }

  /** Files of instances are touched only as their own user, who may be root inside but never on the machine. */
  private async tool(...command: string[]): Promise<void> {
    const { user, toolPrefix } = this.confinement
    const { status, output } = await runTool([...toolPrefix, ...command], { user })
    if (status !== 0) throw new Error(`${command[0] ?? ''} failed: ${output.trim()}`)
  }
}

function killLeftovers(instances: string): void {
  for (const name of readdirSync(instances)) {
    try {
      const record = join(instances, name, 'process.json')
      const { pid, startTicks } = JSON.parse(readFileSync(record, 'utf8')) as {
        pid: number
        startTicks?: number
      }
      // A pid is used again: only the start time says that it is still the same process.
      if (startTicks === undefined || processStat(pid)?.startTicks !== startTicks) continue
      for (const each of tree(pid).reverse()) signal(each.pid, 'SIGKILL')
    } catch {
      // Not running when the cloud ended, or already gone.
    }
  }
  // Without a process namespace they are no longer below the process that was recorded.
  for (const each of withEnvironment(`LOCALCLOUD_INSTANCE=${instances}/`)) signal(each.pid, 'SIGKILL')
}
