import type { Ec2Api, InstanceView } from '../cloud.js'
import type { Ec2Core } from './core.js'
import { planLaunch } from './launch-plan.js'
import { templateOf, versionOf } from './launch-templates.js'
import type { Lifecycle } from './lifecycle.js'
import type { InstanceRecord } from './records.js'
import { createInstances, withTemplate } from './run-instances.js'

/** EC2 as Auto Scaling and load balancing see it: the same checks and codes as over the wire. */
export function ec2Api(core: Ec2Core, lifecycle: Lifecycle): Ec2Api {
  const { state } = core
  const view = (instance: InstanceRecord) => new View(core, instance)
  return {
    subnet: (subnetId) => state.subnets.find((each) => each.subnetId === subnetId),
    instance: (instanceId) => {
      const instance = state.instances[instanceId]
      return instance && view(instance)
    },
    instances: () => Object.values(state.instances).map(view),
    checkLaunchTemplate: (ref) => {
      const template = templateOf(core, {
        LaunchTemplateId: ref.id,
        LaunchTemplateName: ref.id ? undefined : ref.name,
      })
      const version = versionOf(template, ref.version)
      const { templateId: id, name } = template
      return { id, name, version: String(version.number), imageId: version.data.ImageId ?? '' }
    },
    launch: (request) => {
      const { id, name, version } = request.launchTemplate
      const LaunchTemplate = {
        ...(id ? { LaunchTemplateId: id } : name ? { LaunchTemplateName: name } : {}),
        Version: version,
      }
      const { input, ownedTags } = withTemplate(core, {
        LaunchTemplate,
        SubnetId: request.subnetId,
        ...(request.instanceType ? { InstanceType: request.instanceType } : {}),
      })
      const plan = planLaunch(core, input, 1)
      const [made] = createInstances(core, lifecycle, plan, 1, { ...ownedTags, ...request.tags })
      if (!made) throw new Error('A launch of one instance made none.')
      return view(made)
    },
    terminate: (instanceId, reason) => {
      const instance = state.instances[instanceId]
      if (instance) lifecycle.terminate(instance, reason)
    },
    crashApplication: (instanceId) => core.machines.crashApplication(instanceId),
    onInstanceChange: (listener) => lifecycle.onChange((instance) => listener(view(instance))),
  }
}

/** Views are taken by the thousand to look at a state: what costs something is made only when it is asked for. */
class View implements InstanceView {
  readonly instanceId: string
  readonly state: InstanceView['state']
  readonly subnetId: string
  readonly vpcId: string
  readonly availabilityZone: string
  readonly instanceType: string
  readonly imageId: string
  readonly privateIpAddress: string
  readonly alive: boolean
  readonly port: InstanceView['port']
  readonly #core: Ec2Core
  readonly #launchedAt: number

  constructor(core: Ec2Core, instance: InstanceRecord) {
    this.instanceId = instance.instanceId
    this.state = instance.state
    this.subnetId = instance.subnetId
    this.vpcId = instance.vpcId
    this.availabilityZone = instance.availabilityZone
    this.instanceType = instance.instanceType
    this.imageId = instance.imageId
    this.privateIpAddress = instance.privateIp
    this.alive = instance.alive
    this.port = instance.port
    this.#core = core
    this.#launchedAt = instance.launchedAt
  }

  get launchTime(): Date {
    return new Date(this.#launchedAt)
  }

  get tags(): InstanceView['tags'] {
    return this.#core.tags.of(this.instanceId)
  }

  /** Walks the machine's process table. */
  get cpuSeconds(): InstanceView['cpuSeconds'] {
    return this.#core.machines.cpuSeconds(this.instanceId)
  }
}
