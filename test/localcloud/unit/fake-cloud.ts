import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as rest } from 'node:timers/promises'
import type { Pace } from '../../../server/localcloud/clock.js'
import { Clock } from '../../../server/localcloud/clock.js'
import type {
  CallContext,
  InstanceView,
  LocalCloud,
  Service,
  Subnet,
} from '../../../server/localcloud/cloud.js'
import { AwsFault } from '../../../server/localcloud/fault.js'
import { Knobs } from '../../../server/localcloud/knobs.js'
import { StateFile } from '../../../server/localcloud/state-file.js'

export interface FakeInstance extends InstanceView {
  readonly server: Server | undefined
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** How a fake instance's application answers. */
export type App = (request: IncomingMessage, response: ServerResponse, instanceId: string) => void

const answersItsName: App = (_request, response, id) => response.end(id)

const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c']

/**
 * A local cloud whose EC2 is a list of HTTP servers inside the test: for what load balancing, Auto Scaling and
 * CloudWatch do by themselves.
 */
export class FakeEc2 {
  readonly all = new Map<string, Writable<FakeInstance>>()
  app: App = answersItsName
  /** Throws what a launch in this zone shall fail with. */
  failLaunch: (zone: string) => AwsFault | undefined = () => undefined
  /** The tags each launch asked for. */
  readonly launches: { readonly zone: string; readonly tags: Readonly<Record<string, string>> }[] = []
  private readonly listeners: ((instance: InstanceView) => void)[] = []
  private count = 0

  subnet(subnetId: string): Subnet | undefined {
    const at = ['subnet-a', 'subnet-b', 'subnet-c'].indexOf(subnetId)
    if (at < 0) return undefined
    return {
      subnetId,
      vpcId: 'vpc-1',
      availabilityZone: zones[at]!,
      availabilityZoneId: `use1-az${at + 1}`,
      cidrBlock: `172.31.${at}.0/24`,
    }
  }

  instance(instanceId: string): InstanceView | undefined {
    return this.all.get(instanceId)
  }

  instances(): InstanceView[] {
    return [...this.all.values()]
  }

  checkLaunchTemplate(ref: { id?: string; name?: string; version: string }) {
    if (ref.name === 'none') {
      throw new AwsFault(
        'InvalidLaunchTemplateName.NotFoundException',
        'The specified launch template does not exist.',
      )
    }
    return { id: ref.id ?? 'lt-1', name: ref.name ?? 'template', version: '1', imageId: 'ami-1' }
  }

  launch(request: { subnetId: string; tags: Readonly<Record<string, string>> }): InstanceView {
    const subnet = this.subnet(request.subnetId)!
    const fault = this.failLaunch(subnet.availabilityZone)
    if (fault) throw fault
    this.launches.push({ zone: subnet.availabilityZone, tags: request.tags })
    const id = `i-${String(++this.count).padStart(17, '0')}`
    const server = createServer((request, response) => this.app(request, response, id))
    const instance: Writable<FakeInstance> = {
      instanceId: id,
      state: 'pending',
      subnetId: subnet.subnetId,
      vpcId: subnet.vpcId,
      availabilityZone: subnet.availabilityZone,
      instanceType: 't3.micro',
      imageId: 'ami-1',
      privateIpAddress: '172.31.0.9',
      launchTime: new Date(),
      tags: request.tags,
      alive: true,
      port: undefined,
      cpuSeconds: 0,
      server,
    }
    this.all.set(id, instance)
    server.listen(0, '127.0.0.1', () => {
      instance.port = (server.address() as AddressInfo).port
      if (instance.state === 'pending') this.change(id, { state: 'running' })
    })
    return instance
  }

  terminate(instanceId: string): void {
    const instance = this.all.get(instanceId)
    if (!instance || instance.state === 'terminated') return
    instance.server?.close()
    instance.server?.closeAllConnections()
    this.change(instanceId, { state: 'terminated', alive: false })
  }

  change(instanceId: string, change: Partial<InstanceView>): void {
    const instance = this.all.get(instanceId)!
    Object.assign(instance, change)
    for (const listener of this.listeners) listener(instance)
  }

  crashApplication(instanceId: string): void {
    const server = this.all.get(instanceId)?.server
    server?.close()
    server?.closeAllConnections()
  }

  onInstanceChange(listener: (instance: InstanceView) => void): void {
    this.listeners.push(listener)
  }

  running(): FakeInstance[] {
    return [...this.all.values()].filter((instance) => instance.state === 'running')
  }
}

export interface FakeCloud extends LocalCloud {
  readonly fake: FakeEc2
}

export async function fakeCloud(pace: Pace = 'zero'): Promise<FakeCloud> {
  const fake = new FakeEc2()
  return {
    accountId: '123456789012',
    region: 'us-east-1',
    zones,
    clock: new Clock(pace),
    knobs: new Knobs(),
    state: await StateFile.open(undefined, () => undefined),
    ec2: fake,
    elb: undefined as never,
    metrics: undefined as never,
    log: () => undefined,
    fake,
  }
}

const call: CallContext = { requestId: 'test', signedAt: Date.now() }

/** Calls an operation as the wire layer does. */
export async function ask<T = Record<string, never>>(
  service: Service,
  action: string,
  input: object = {},
): Promise<T> {
  const operation = service.operations[action]
  if (!operation) throw new Error(`${service.name} has no operation ${action}`)
  return (await operation(input as never, call)) as T
}

/** Waits until `seen` is true; fails with `what` after ten seconds. */
export async function until(
  what: string,
  seen: () => boolean | Promise<boolean>,
  limitMs = 10_000,
): Promise<void> {
  const endsAt = Date.now() + limitMs
  while (!(await seen())) {
    if (Date.now() > endsAt) throw new Error(`Not within ${limitMs} ms: ${what}`)
    await rest(10)
  }
}
