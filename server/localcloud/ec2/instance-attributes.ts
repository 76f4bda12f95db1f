import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { knownType } from './catalogue.js'
import type { Ec2Core } from './core.js'
import { allFound } from './ids.js'
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
      modify(core, instance, input)
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
  readonly Attribute?: string
  readonly Value?: string
  readonly InstanceType?: { readonly Value?: string }
  readonly Groups?: readonly string[]
  readonly DisableApiTermination?: { readonly Value?: boolean }
  readonly InstanceInitiatedShutdownBehavior?: { readonly Value?: string }
  readonly UserData?: { readonly Value?: Uint8Array }
}

/** One attribute a call, as EC2 has it. Throws AwsFault; nothing has been changed then. */
function modify(core: Ec2Core, instance: InstanceRecord, input: AttributeChange): void {
  const changes = changesOf(core, instance, input)
  const [change, second] = changes
  if (!change) throw new AwsFault('InvalidParameterCombination', 'No attributes specified.')
  if (second)
    throw new AwsFault(
      'InvalidParameterCombination',
      'Fields for multiple attribute types specified: only one can be changed in one call.',
    )
  change()
}

/** What the call asks for, in either of its two forms. */
function changesOf(core: Ec2Core, instance: InstanceRecord, input: AttributeChange): (() => void)[] {
  const named = (name: string) => (input.Attribute === name ? input.Value : undefined)
  const type = input.InstanceType?.Value ?? named('instanceType')
  const behavior =
    input.InstanceInitiatedShutdownBehavior?.Value ?? named('instanceInitiatedShutdownBehavior')
  const isProtected =
    input.DisableApiTermination?.Value ??
    (named('disableApiTermination') === undefined ? undefined : named('disableApiTermination') === 'true')
  const userData = input.UserData ? Buffer.from(input.UserData.Value ?? []).toString('base64') : undefined
  const changes: [given: unknown, change: () => void][] = [
    [type, () => setType(instance, type ?? '')],
    [behavior, () => setBehavior(instance, behavior ?? '')],
    [isProtected, () => (instance.terminationProtected = isProtected ?? false)],
    [userData, () => setUserData(instance, userData)],
    [input.Groups, () => setGroups(core, instance, input.Groups ?? [])],
  ]
  return changes.filter(([given]) => given !== undefined).map(([, change]) => change)
}

function mustBeStopped(instance: InstanceRecord): void {
  if (instance.state === 'stopped') return
  throw new AwsFault(
    'IncorrectInstanceState',
    `The instance '${instance.instanceId}' is not in the 'stopped' state.`,
  )
}

function setType(instance: InstanceRecord, type: string): void {
  if (!knownType(type))
    throw new AwsFault('InvalidParameterValue', `Invalid value '${type}' for InstanceType.`)
  mustBeStopped(instance)
  instance.instanceType = type
}

function setBehavior(instance: InstanceRecord, behavior: string): void {
  if (behavior !== 'stop' && behavior !== 'terminate')
    throw new AwsFault(
      'InvalidParameterValue',
      `Value (${behavior}) for parameter instanceInitiatedShutdownBehavior is invalid.`,
    )
  instance.shutdownBehavior = behavior
}

function setUserData(instance: InstanceRecord, userData: string | undefined): void {
  mustBeStopped(instance)
  instance.userData = userData
}

function setGroups(core: Ec2Core, instance: InstanceRecord, groupIds: readonly string[]): void {
  const groups = allFound('securityGroup', groupIds, (id) => core.state.securityGroups[id])
  instance.groupIds = groups.map(({ groupId }) => groupId)
}
