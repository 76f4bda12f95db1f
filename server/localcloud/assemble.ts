import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Audit } from './audit.js'
import { makeAutoScaling } from './auto-scaling/service.js'
import { fillBigAccount, isBigAccount } from './big-account/fill.js'
import { Clock } from './clock.js'
import type { Ec2Api, ElbApi, LocalCloud, MetricsApi, Service } from './cloud.js'
import { makeCloudWatch } from './cloudwatch/service.js'
import { Control } from './control.js'
import { Dispatcher } from './dispatcher.js'
import type { Ec2State } from './ec2/records.js'
import { makeEc2 } from './ec2/service.js'
import { HomeLock } from './home-lock.js'
import type { Host } from './host.js'
import { close, listen } from './http.js'
import { firstKnobs, Knobs } from './knobs.js'
import { makeLoadBalancing } from './load-balancing/service.js'
import { socketNetwork } from './load-balancing/socket-network.js'
import { log } from './log.js'
import { Machines } from './machine/machines.js'
import type { LocalCloudOptions, RunningLocalCloud } from './options.js'
import { recordsHost } from './records-host/records-host.js'
import { makeS3 } from './s3/service.js'
import { makeSsm } from './ssm/service.js'
import { StateFile } from './state-file.js'
import { makeSts } from './sts/service.js'
import { Wire } from './wire.js'

const ACCOUNT = '123456789012'
const REGION = 'us-east-1'

interface Assembly {
  readonly cloud: LocalCloud
  readonly services: ReadonlyMap<string, Service>
  readonly wire: Wire
}

/** The host, and what can be said of how instances are kept apart on it. */
interface Ground extends Host {
  readonly confinement: { readonly kind: string; readonly sentence: string }
  readonly folder: string
}

/**
 * Starts a local cloud: state read, leftovers of a crashed one killed, instances booted, one loopback port open.
 * Throws with a sentence when the home is in use by another one or the port is taken.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<RunningLocalCloud> {
  await mkdir(options.home, { recursive: true, mode: 0o700 })
  const lock = await HomeLock.take(options.home)
  const state = await StateFile.open(join(options.home, 'state.json'), (error) =>
    log('state file not written', { error: String(error) }),
  )
  if (options.bigAccount !== undefined) makeBigAccount(state, options, options.bigAccount)
  const ground = await groundOf(options, isBigAccount(state))
  const audit = new Audit()
  let current = assemble(options, state, ground, audit)
  const control = new Control({
    cloud: () => current.cloud,
    audit,
    token: options.controlToken,
    health: () => health(options, current, ground),
    state: () => describeState(current, ground),
    reset: async () => {
      await stopServices(current)
      await state.clear()
      await ground.machines.removeAll()
      await rm(join(options.home, 's3'), { recursive: true, force: true })
      audit.clear()
      current = assemble(options, state, ground, audit)
      await startServices(current)
    },
  })
  const { server, port } = await listen(options.port, { wire: () => current.wire, control, log })
  const url = `http://127.0.0.1:${port}`
  await startServices(current)
  return {
    url,
    port,
    confinement: ground.confinement.sentence,
    instancesDir: ground.folder,
    stop: async () => {
      await close(server)
      await stopServices(current)
      await state.flush()
      await lock.release()
    },
  }
}

function makeBigAccount(state: StateFile, options: LocalCloudOptions, serverGroups: number): void {
  const now = Date.now()
  fillBigAccount(state, serverGroups, { region: REGION, zones: zonesOf(options), accountId: ACCOUNT, now })
}

function zonesOf(options: LocalCloudOptions): readonly string[] {
  return (options.zones ?? ['a', 'b', 'c']).map((letter) => `${REGION}${letter}`)
}

/** Thousands of generated instances are never processes, however the cloud is started. */
async function groundOf(options: LocalCloudOptions, big: boolean): Promise<Ground> {
  if (big || options.instances === 'records') {
    const sentence = 'They are records: no process runs, no disk is kept and no listener answers.'
    return {
      ...recordsHost({ measured: !big }),
      confinement: { kind: 'records', sentence },
      folder: join(options.home, 'instances'),
    }
  }
  const machines = await Machines.open(options)
  return { machines, network: socketNetwork, confinement: machines.confinement, folder: machines.folder }
}

function assemble(options: LocalCloudOptions, state: StateFile, ground: Ground, audit: Audit): Assembly {
  const zones = zonesOf(options)
  const clock = restoredClock(options, state)
  const { cloud, services } = makeModel({ zones, clock, state, host: ground })
  const s3 = makeS3(cloud, join(options.home, 's3'))
  services.set(s3.name, s3)
  const dispatcher = new Dispatcher({ cloud, services, audit })
  return { cloud, services, wire: new Wire({ cloud, dispatcher, key: options.key }) }
}

interface ModelParts {
  readonly zones: readonly string[]
  readonly clock: Clock
  readonly state: StateFile
  readonly host: Host
  readonly log?: LocalCloud['log']
}

/** The cloud's services on some host, not started and reachable by nobody yet. */
export function makeModel(parts: ModelParts): { cloud: LocalCloud; services: Map<string, Service> } {
  const { zones, clock, state, host } = parts
  const cloud: LocalCloud = {
    accountId: ACCOUNT,
    region: REGION,
    zones,
    clock,
    knobs: new Knobs(state.section('knobs', firstKnobs())),
    state,
    // Each service puts its own api here while it is made; none is called before all have been made.
    ec2: undefined as unknown as Ec2Api,
    elb: undefined as unknown as ElbApi,
    metrics: undefined as unknown as MetricsApi,
    log: parts.log ?? log,
  }
  const made = [
    makeEc2(cloud, host.machines),
    makeCloudWatch(cloud),
    makeLoadBalancing(cloud, host.network),
    makeAutoScaling(cloud),
    makeSts(cloud),
    makeSsm(cloud),
  ]
  return { cloud, services: new Map(made.map((service) => [service.name, service])) }
}

function restoredClock(options: LocalCloudOptions, state: StateFile): Clock {
  const clock = new Clock(options.pace)
  const kept = state.section<{ offsetMs?: number; frozenAtMs?: number | null }>('clock', {})
  if (kept.offsetMs) clock.setTo(new Date(Date.now() + kept.offsetMs))
  if (kept.frozenAtMs) {
    clock.freeze()
    clock.setTo(new Date(kept.frozenAtMs))
  }
  return clock
}

async function startServices({ services }: Assembly): Promise<void> {
  for (const service of services.values()) await service.start()
}

async function stopServices({ services }: Assembly): Promise<void> {
  for (const service of [...services.values()].reverse()) await service.stop()
}

function health(options: LocalCloudOptions, { cloud }: Assembly, { confinement, folder }: Ground): object {
  return {
    ok: true,
    account: cloud.accountId,
    region: cloud.region,
    zones: cloud.zones,
    pace: cloud.clock.pace,
    signatures: options.key ? 'checked' : 'any key is taken',
    confinement: confinement.kind,
    confinementSentence: confinement.sentence,
    instancesDir: folder,
    pid: process.pid,
    memoryBytes: process.memoryUsage.rss(),
  }
}

/** What a test or a person wants to see of the instances: their processes, ports and states. */
function describeState({ cloud }: Assembly, { machines }: Ground): object {
  const { instances } = cloud.state.section<Partial<Ec2State>>('ec2', {})
  return {
    instances: Object.values(instances ?? {}).map((instance) => ({
      instanceId: instance.instanceId,
      state: instance.state,
      alive: instance.alive,
      availabilityZone: instance.availabilityZone,
      privateIp: instance.privateIp,
      port: instance.port,
      initPid: machines.initPid(instance.instanceId),
      cpuSeconds: machines.cpuSeconds(instance.instanceId),
      tags: cloud.ec2.instance(instance.instanceId)?.tags,
    })),
  }
}
