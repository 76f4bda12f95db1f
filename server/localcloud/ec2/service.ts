import type { InstanceView, LocalCloud, Service } from '../cloud.js'
import type { Machines } from '../machine/machines.js'
import { ClientTokens } from './client-tokens.js'
import type { Ec2Core } from './core.js'
import { BASE_DISK, firstEc2State } from './first-state.js'
import { imageAttributeOperations } from './image-attributes.js'
import { imageOperations } from './images.js'
import { Imaging } from './imaging.js'
import { instanceOperations } from './instances.js'
import { planLaunch } from './launch-plan.js'
import { launchTemplateOperations, templateOf, versionOf } from './launch-templates.js'
import { Lifecycle } from './lifecycle.js'
import { keyPairOperations } from './key-pairs.js'
import { networkOperations } from './network.js'
import { attachmentOperations } from './attachments.js'
import { typeOperations } from './type-operations.js'
import { zoneOperations } from './zones.js'
import { instanceStatusOperations } from './instance-status.js'
import { instanceAttributeOperations } from './instance-attributes.js'
import type { InstanceRecord } from './records.js'
import { createInstances, runOperations, withTemplate } from './run-instances.js'
import { securityGroupOperations } from './security-groups.js'
import { Tags } from './tags.js'
import { tagOperations } from './tag-operations.js'

export function makeEc2(cloud: LocalCloud, machines: Machines): Service {
  const now = () => cloud.clock.now().getTime()
  const state = cloud.state.section('ec2', firstEc2State(cloud.region, cloud.zones, cloud.accountId, now()))
  const tags = new Tags(state.tags, (id) => {
    if (state.instances[id]) machines.retag(id, tags.of(id))
  })
  const core: Ec2Core = { cloud, machines, state, tags, now }
  const tokens = new ClientTokens(state.tokens)
  const lifecycle = new Lifecycle(core)
  const imaging = new Imaging(core, lifecycle)
  const view = (instance: InstanceRecord) => viewOf(core, instance)

  cloud.ec2 = {
    subnet: (subnetId) => state.subnets.find((each) => each.subnetId === subnetId),
    instance: (instanceId) => {
      const instance = state.instances[instanceId]
      return instance && view(instance)
    },
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
    onInstanceChange: (listener) => lifecycle.onChange((instance) => listener(view(instance))),
  }
  cloud.knobs.onChange(() => lifecycle.killZones(cloud.knobs.settings.zonesOut))

  return {
    name: 'ec2',
    operations: {
      ...runOperations(core, lifecycle, tokens),
      ...instanceOperations(core, lifecycle),
      ...instanceStatusOperations(core),
      ...instanceAttributeOperations(core),
      ...imageOperations(core, imaging),
      ...imageAttributeOperations(core, imaging),
      ...launchTemplateOperations(core, tokens),
      ...networkOperations(core),
      ...zoneOperations(core),
      ...typeOperations(core),
      ...attachmentOperations(core),
      ...keyPairOperations(core),
      ...securityGroupOperations(core),
      ...tagOperations(core),
    },
    start: async () => {
      await machines.makeBase(BASE_DISK)
      cloud.state.changed()
      imaging.resume()
      lifecycle.resume()
    },
    stop: async () => {
      await lifecycle.close()
      await imaging.close()
    },
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
  launchTime: new Date(instance.launchedAt),
  tags: core.tags.of(instance.instanceId),
  alive: instance.alive,
  port: instance.port,
  /** Read only when asked for: it walks the machine's process table. */
  get cpuSeconds() {
    return core.machines.cpuSeconds(instance.instanceId)
  },
})
