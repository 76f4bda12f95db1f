import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { ClientTokens } from './client-tokens.js'
import { type Ec2Core, visibleFrom } from './core.js'
import { describeInstance } from './describe-instance.js'
import { newId } from './ids.js'
import { type LaunchPlan, planLaunch, type RunInput } from './launch-plan.js'
import { templateOf, versionOf } from './launch-templates.js'
import type { Lifecycle } from './lifecycle.js'
import type { InstanceRecord, SubnetRecord } from './records.js'

/** A request over its launch template: what the request says wins, tags of both are kept. */
export function withTemplate(
  core: Ec2Core,
  input: RunInput,
): { input: RunInput; ownedTags: Record<string, string> } {
  if (!input.LaunchTemplate) return { input, ownedTags: {} }
  const template = templateOf(core, input.LaunchTemplate)
  const version = versionOf(template, input.LaunchTemplate.Version)
  const said = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
  const TagSpecifications = [...(version.data.TagSpecifications ?? []), ...(input.TagSpecifications ?? [])]
  return {
    input: { ...version.data, ...said, TagSpecifications },
    ownedTags: {
      'aws:ec2launchtemplate:id': template.templateId,
      'aws:ec2launchtemplate:version': String(version.number),
    },
  }
}

/** Makes the records of `count` instances and sets them going. */
export function createInstances(
  core: Ec2Core,
  lifecycle: Lifecycle,
  plan: LaunchPlan,
  count: number,
  ownedTags: Readonly<Record<string, string>>,
  clientToken?: string,
): InstanceRecord[] {
  const reservationId = newId('r')
  const made = Array.from({ length: count }, (_, launchIndex): InstanceRecord => {
    const instance: InstanceRecord = {
      instanceId: newId('i'),
      reservationId,
      imageId: plan.image.imageId,
      instanceType: plan.instanceType,
      subnetId: plan.subnet.subnetId,
      vpcId: plan.subnet.vpcId,
      availabilityZone: plan.subnet.availabilityZone,
      privateIp: freeAddress(core, plan.subnet),
      groupIds: plan.groupIds,
      volumeId: newId('vol'),
      networkInterfaceId: newId('eni'),
      keyName: plan.keyName,
      profileArn: plan.profileArn,
      clientToken,
      launchIndex,
      monitoring: plan.monitoring,
      httpTokens: plan.httpTokens,
      hopLimit: plan.hopLimit,
      userData: plan.userData,
      shutdownBehavior: plan.shutdownBehavior,
      terminationProtected: plan.terminationProtected,
      launchedAt: core.now(),
      state: 'pending',
      stateReason: { Code: 'pending', Message: 'pending' },
      transitionReason: '',
      runningAt: undefined,
      terminatedAt: undefined,
      alive: true,
      provisioned: false,
      port: undefined,
      visibleAt: visibleFrom(core.cloud),
    }
    core.state.instances[instance.instanceId] = instance
    core.tags.set(instance.instanceId, plan.instanceTags)
    core.tags.setOwned(instance.instanceId, ownedTags)
    core.tags.set(instance.volumeId, plan.volumeTags)
    core.tags.set(instance.networkInterfaceId, plan.networkInterfaceTags)
    return instance
  })
  plan.image.lastLaunchedAt = core.now()
  core.cloud.state.changed()
  for (const instance of made) lifecycle.launch(instance)
  return made
}

/** The subnet's next address that no instance has; AWS keeps the first four. */
function freeAddress(core: Ec2Core, subnet: SubnetRecord): string {
  const [a = 0, b = 0, c = 0] = (subnet.cidrBlock.split('/')[0] ?? '').split('.').map(Number)
  const used = new Set(
    Object.values(core.state.instances)
      .filter((each) => each.state !== 'terminated')
      .map((each) => each.privateIp),
  )
  for (let n = 4; n < 4091; n++) {
    const address = `${a}.${b}.${c + Math.floor(n / 256)}.${n % 256}`
    if (!used.has(address)) return address
  }
  throw new AwsFault(
    'InsufficientFreeAddressesInSubnet',
    `Not enough free addresses in subnet '${subnet.subnetId}' to satisfy the requested number of instances.`,
  )
}

/** A network interface has a subnet and groups of its own. */
function checkInterfaces(asked: RunInput): void {
  if (!asked.NetworkInterfaces?.length) return
  const given = asked.SecurityGroupIds ?? asked.SecurityGroups
  const what = given ? 'security groups' : asked.SubnetId ? 'subnet ID' : undefined
  if (what)
    throw new AwsFault(
      'InvalidParameterCombination',
      `Network interfaces and an instance-level ${what} may not be specified on the same request`,
    )
}

export function runOperations(
  core: Ec2Core,
  lifecycle: Lifecycle,
  tokens: ClientTokens,
): Record<string, Operation> {
  const reservation = (instances: readonly InstanceRecord[]) => ({
    ReservationId: instances[0]?.reservationId,
    OwnerId: core.cloud.accountId,
    Groups: [],
    Instances: instances.map((each) => describeInstance(core, each)),
  })
  return {
    RunInstances: (asked: RunInput) => {
      const earlier = tokens.earlier('RunInstances', asked.ClientToken, asked)
      if (earlier) return reservation(earlier.flatMap((id) => core.state.instances[id] ?? []))
      const { MinCount = 1, MaxCount = 1 } = asked
      if (MinCount < 1 || MaxCount < MinCount)
        throw new AwsFault('InvalidParameterValue', `Value (${MinCount}) for parameter minCount is invalid.`)
      checkInterfaces(asked)
      const { input, ownedTags } = withTemplate(core, asked)
      const plan = planLaunch(core, input, MaxCount)
      if (asked.DryRun)
        throw new AwsFault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412)
      const made = createInstances(core, lifecycle, plan, MaxCount, ownedTags, asked.ClientToken)
      tokens.remember(
        'RunInstances',
        asked.ClientToken,
        asked,
        made.map((each) => each.instanceId),
      )
      return reservation(made)
    },
  }
}
