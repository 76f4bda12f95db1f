import type { LocalCloud, Service } from '../cloud.js'
import type { MachineHost } from '../host.js'
import { ec2Api } from './api.js'
import { ClientTokens } from './client-tokens.js'
import type { Ec2Core } from './core.js'
import { BASE_DISK, firstEc2State } from './first-state.js'
import { imageAttributeOperations } from './image-attributes.js'
import { imageOperations } from './images.js'
import { Imaging } from './imaging.js'
import { instanceOperations } from './instances.js'
import { launchTemplateOperations } from './launch-templates.js'
import { Lifecycle } from './lifecycle.js'
import { keyPairOperations } from './key-pairs.js'
import { networkOperations } from './network.js'
import { attachmentOperations } from './attachments.js'
import { typeOperations } from './type-operations.js'
import { zoneOperations } from './zones.js'
import { instanceStatusOperations } from './instance-status.js'
import { instanceAttributeOperations } from './instance-attributes.js'
import { runOperations } from './run-instances.js'
import { securityGroupRuleOperations } from './security-group-rules.js'
import { securityGroupOperations } from './security-groups.js'
import { templateVersionOperations } from './launch-template-versions.js'
import { Tags } from './tags.js'
import { tagOperations } from './tag-operations.js'

export function makeEc2(cloud: LocalCloud, machines: MachineHost): Service {
  const now = () => cloud.clock.now().getTime()
  const state = cloud.state.section('ec2', firstEc2State(cloud.region, cloud.zones, cloud.accountId, now()))
  const tags = new Tags(state.tags, (id) => {
    if (state.instances[id]) machines.retag(id, tags.of(id))
  })
  const core: Ec2Core = { cloud, machines, state, tags, now }
  const tokens = new ClientTokens(state.tokens)
  const lifecycle = new Lifecycle(core)
  const imaging = new Imaging(core, lifecycle)

  cloud.ec2 = ec2Api(core, lifecycle)
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
      ...templateVersionOperations(core, tokens),
      ...networkOperations(core),
      ...zoneOperations(core),
      ...typeOperations(core),
      ...attachmentOperations(core),
      ...keyPairOperations(core),
      ...securityGroupOperations(core),
      ...securityGroupRuleOperations(core),
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
