import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { Ec2Core } from './core.js'
import { instanceOf } from './instances.js'
import type { InstanceRecord } from './records.js'

export function instanceAttributeOperations(core: Ec2Core): Record<string, Operation> {
  return {
    DescribeInstanceAttribute: (input: { InstanceId: string; Attribute: string }) => {
      const instance = instanceOf(core, input.InstanceId)
      return { InstanceId: instance.instanceId, ...attribute(instance, input.Attribute) }
    },
    ModifyInstanceAttribute: (input: AttributeChange) => {
      const instance = instanceOf(core, input.InstanceId)
      modify(instance, input)
      core.cloud.state.changed()
      return {}
    },
  }
}

function attribute(instance: InstanceRecord, name: string): object {
  switch (name) {
    case 'userData':
      return { UserData: { Value: instance.userData } }
    case 'instanceType':
      return { InstanceType: { Value: instance.instanceType } }
    case 'disableApiTermination':
      return { DisableApiTermination: { Value: instance.terminationProtected } }
    case 'instanceInitiatedShutdownBehavior':
      return { InstanceInitiatedShutdownBehavior: { Value: instance.shutdownBehavior } }
    case 'rootDeviceName':
      return { RootDeviceName: { Value: '/dev/xvda' } }
    case 'groupSet':
      return { Groups: instance.groupIds.map((GroupId) => ({ GroupId })) }
    default:
      throw new AwsFault(
        'InvalidParameterValue',
        `Value (${name}) for parameter attribute is invalid. Unknown attribute.`,
      )
  }
}

interface AttributeChange {
  readonly InstanceId: string
  readonly DisableApiTermination?: { readonly Value?: boolean }
  readonly InstanceInitiatedShutdownBehavior?: { readonly Value?: string }
  readonly UserData?: { readonly Value?: Uint8Array }
}

function modify(instance: InstanceRecord, input: AttributeChange): void {
  const protection = input.DisableApiTermination?.Value
  const behavior = input.InstanceInitiatedShutdownBehavior?.Value
  if (protection !== undefined) instance.terminationProtected = protection
  if (behavior === 'stop' || behavior === 'terminate') instance.shutdownBehavior = behavior
  if (!input.UserData) return
  if (instance.state !== 'stopped')
    throw new AwsFault(
      'IncorrectInstanceState',
      `The instance '${instance.instanceId}' is not in the 'stopped' state.`,
    )
  instance.userData = Buffer.from(input.UserData.Value ?? []).toString('base64')
}
