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
  const view = (instance: InstanceRecord) => viewOf(core, instance)
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

const viewOf = (core: Ec2Core, instance: InstanceRecord): InstanceView => ({
  instanceId: instance.instanceId,
  state: instance.state,
  subnetId: instance.subnetId,
  vpcId: instance.vpcId,
  availabilityZone: instance.availabilityZone,
  instanceType: instance.instanceType,
  imageId: instance.imageId,
  privateIpAddress: instance.privateIp,
  /** Made only when asked for, as the tags are: views are taken by the thousand to look at a state. */
  get launchTime() {
    return new Date(instance.launchedAt)
  },
  get tags() {
    return core.tags.of(instance.instanceId)
  },
  alive: instance.alive,
  port: instance.port,
  /** Read only when asked for: it walks the machine's process table. */
  get cpuSeconds() {
    return core.machines.cpuSeconds(instance.instanceId)
  },
})
