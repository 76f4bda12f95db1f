import type { Application } from '../domain/application.js'
import {
  reasonBadSize,
  reasonTooFewZones,
  type Balancer,
  type ClusterPolicy,
  type ClusterSettings,
  type GroupSize,
  type HealthCheck,
} from '../domain/cluster.js'
import { reasonBadMorning } from '../domain/morning.js'
import { Refusal } from '../domain/refusal.js'
import { reasonBadEnvironment, serverGroupUserData } from '../domain/user-data.js'
import type { Parts } from './parts.js'
import type { Catalog, Zoned } from './ports.js'
import { trialsFor, type TrialsInput } from './trial-settings.js'
import { invalid, wholeNumber } from './validate.js'

/** How many instances were asked for: one number, or each bound by itself. */
export interface SizeInput {
  readonly size?: number | undefined
  readonly min?: number | undefined
  readonly max?: number | undefined
  readonly desired?: number | undefined
}

/** What the create form says about the instances and the cluster's night. */
export interface SettingsInput extends SizeInput, TrialsInput {
  readonly vpc?: string | undefined
  readonly zones?: readonly string[] | undefined
  readonly subnets?: readonly string[] | undefined
  readonly instanceType?: string | undefined
  readonly securityGroups?: readonly string[] | undefined
  readonly instanceProfile?: string | undefined
  readonly userData?: string | undefined
  readonly environment?: Readonly<Record<string, string>> | undefined
  readonly scalingCpu?: number | undefined
  readonly healthPath?: string | undefined
  readonly healthIntervalSec?: number | undefined
  readonly healthTimeoutSec?: number | undefined
  readonly healthyThreshold?: number | undefined
  readonly unhealthyThreshold?: number | undefined
  readonly matcher?: string | undefined
  readonly port?: number | undefined
  readonly deregistrationDelaySec?: number | undefined
  readonly healthCheckGraceSec?: number | undefined
  readonly morning?: string | undefined
  readonly timeZone?: string | undefined
  readonly minWarmHours?: number | undefined
  readonly maxWarm?: number | undefined
  readonly warm?: 'held' | 'follow' | undefined
  readonly switchBack?: 'person' | 'automatic' | undefined
  readonly alarms?: readonly string[] | undefined
}

/** AWS's limit of user data before encoding. */
const maxUserDataBytes = 16_384

/** The form with every default filled in and every name resolved. Throws Refusal naming the field. */
export function settingsFor(
  parts: Parts,
  input: SettingsInput,
  application: Application,
  catalog: Catalog,
  balancer: Balancer,
): ClusterSettings {
  const vpcId = vpcFor(input, catalog, balancer)
  const subnets = subnetsFor(input, catalog, vpcId, balancer)
  refuseDisabledZones(catalog, balancer, subnets)
  const environment = input.environment ?? {}
  const badEnvironment = reasonBadEnvironment(environment)
  if (badEnvironment) throw invalid('environment', badEnvironment)
  const instanceType = input.instanceType ?? parts.defaults.instanceType
  if (catalog.instanceTypes.length > 0 && !catalog.instanceTypes.includes(instanceType))
    throw invalid('instanceType', `There is no instance type ${instanceType} in this region.`)
  const settings: ClusterSettings = {
    vpcId,
    subnets: subnets.map(({ subnetId, zone }) => ({ subnetId, zone })),
    instanceType,
    securityGroupIds: securityGroupsFor(input, catalog, vpcId),
    instanceProfile: input.instanceProfile?.trim() || null,
    userData: input.userData ?? '',
    environment,
    port: wholeNumber('port', input.port ?? application.port, 1, 65_535, 'A port'),
    healthCheck: healthCheckFor(input, application),
    size: sizeFor(input),
    scaling: scalingFor(input),
    balancer,
    healthCheckGraceSec: wholeNumber(
      'healthCheckGraceSec',
      input.healthCheckGraceSec ?? 300,
      0,
      7200,
      'A health check grace in seconds',
    ),
    deregistrationDelaySec: wholeNumber(
      'deregistrationDelaySec',
      input.deregistrationDelaySec ?? 300,
      0,
      3600,
      'A drain time',
    ),
  }
  const bytes = Buffer.byteLength(serverGroupUserData(settings, {}))
  if (bytes > maxUserDataBytes - 512)
    throw invalid('userData', `User data has at most 16 KB with what Delling adds; this has ${bytes} bytes.`)
  return settings
}

/** min, max, desired from `size` or one by one; a missing one follows the others. */
export function sizeFor(input: SizeInput, defaults?: GroupSize): GroupSize {
  const desired = input.desired ?? input.size ?? defaults?.desired ?? input.min ?? 3
  const min = input.min ?? input.size ?? Math.min(defaults?.min ?? desired, desired)
  const size = { min, max: input.max ?? Math.max(defaults?.max ?? desired, desired, min), desired }
  const reason = reasonBadSize(size)
  if (reason) throw invalid('size', reason)
  return size
}

function vpcFor(input: SettingsInput, catalog: Catalog, balancer: Balancer): string {
  const behind = catalog.loadBalancers.find((candidate) => candidate.arn === balancer.loadBalancerArn)?.vpcId
  const vpcId =
    input.vpc ?? behind ?? catalog.vpcs.find((vpc) => vpc.isDefault)?.vpcId ?? catalog.vpcs[0]?.vpcId
  if (!vpcId) throw invalid('vpc', 'This account and region has no VPC; make one first.')
  if (!catalog.vpcs.some((vpc) => vpc.vpcId === vpcId))
    throw invalid('vpc', `There is no VPC ${vpcId} in this region.`)
  if (behind && behind !== vpcId)
    throw invalid(
      'vpc',
      `The load balancer ${balancer.loadBalancerName} stands in ${behind}, so ${vpcId} can't be reached from it.`,
    )
  return vpcId
}

/**
 * One subnet a zone: the ones named, or for each zone the one with the most free addresses. Where no zone is named, the
 * first three that the load balancer is enabled in.
 */
function subnetsFor(
  input: SettingsInput,
  catalog: Catalog,
  vpcId: string,
  balancer: Balancer,
): readonly Zoned[] {
  const inVpc = catalog.subnets.filter((subnet) => subnet.vpcId === vpcId)
  const offered = [...new Set(inVpc.map((subnet) => subnet.zone))].sort()
  const enabled = catalog.loadBalancers.find((candidate) => candidate.arn === balancer.loadBalancerArn)?.zones
  const usable = offered.filter((zone) => !enabled || enabled.includes(zone))
  const chosen = input.subnets?.length
    ? input.subnets.map((id) => {
        const subnet = inVpc.find((candidate) => candidate.subnetId === id)
        if (!subnet) throw invalid('subnets', `There is no subnet ${id} in ${vpcId}.`)
        return subnet
      })
    : (input.zones?.length ? [...new Set(input.zones)] : usable.slice(0, 3)).map((zone) => {
        const best = inVpc
          .filter((subnet) => subnet.zone === zone)
          .sort((a, b) => b.freeAddresses - a.freeAddresses)[0]
        if (!best)
          throw invalid(
            'zones',
            `${vpcId} has no subnet in zone ${zone}; it has them in ${offered.join(', ')}.`,
          )
        return best
      })
  const reason = reasonTooFewZones(
    chosen.map((subnet) => subnet.zone),
    offered,
  )
  if (reason)
    throw new Refusal('TooFewZones', `${reason} Nothing was changed.`, 'invalid', {
      faults: [{ field: 'zones', sentence: reason }],
    })
  return chosen
}

function refuseDisabledZones(catalog: Catalog, balancer: Balancer, subnets: readonly Zoned[]): void {
  const existing = catalog.loadBalancers.find((candidate) => candidate.arn === balancer.loadBalancerArn)
  if (!existing) return
  const disabled = [...new Set(subnets.map((subnet) => subnet.zone))].filter(
    (zone) => !existing.zones.includes(zone),
  )
  if (disabled.length > 0)
    throw invalid(
      'zones',
      `The load balancer ${existing.name} is not enabled in ${disabled.join(', ')}; enable it there or choose among ${existing.zones.join(', ')}.`,
    )
}

function securityGroupsFor(input: SettingsInput, catalog: Catalog, vpcId: string): readonly string[] {
  const inVpc = catalog.securityGroups.filter((group) => group.vpcId === vpcId)
  if (!input.securityGroups?.length) {
    const standard = inVpc.find((group) => group.name === 'default')
    if (!standard) throw invalid('securityGroups', `${vpcId} has no default security group; name one.`)
    return [standard.groupId]
  }
  return input.securityGroups.map((asked) => {
    const group = inVpc.find((candidate) => candidate.groupId === asked || candidate.name === asked)
    if (!group) throw invalid('securityGroups', `There is no security group ${asked} in ${vpcId}.`)
    return group.groupId
  })
}

function healthCheckFor(input: SettingsInput, application: Application): HealthCheck {
  const path = input.healthPath ?? application.healthPath
  if (!path.startsWith('/')) throw invalid('healthPath', 'A health path begins with “/”.')
  const intervalSec = wholeNumber(
    'healthIntervalSec',
    input.healthIntervalSec ?? 10,
    5,
    300,
    'A health check interval in seconds',
  )
  const timeoutSec = wholeNumber(
    'healthTimeoutSec',
    input.healthTimeoutSec ?? 5,
    2,
    120,
    'A health check time-out in seconds',
  )
  if (timeoutSec >= intervalSec)
    throw invalid(
      'healthTimeoutSec',
      `The time-out (${timeoutSec} s) must be shorter than the interval (${intervalSec} s).`,
    )
  const matcher = input.matcher ?? '200'
  if (!/^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/.test(matcher))
    throw invalid('matcher', `“${matcher}” is no list of HTTP codes; write 200, 200-299 or 200,202.`)
  return {
    path,
    intervalSec,
    timeoutSec,
    healthyThreshold: wholeNumber(
      'healthyThreshold',
      input.healthyThreshold ?? 2,
      2,
      10,
      'A healthy threshold',
    ),
    unhealthyThreshold: wholeNumber(
      'unhealthyThreshold',
      input.unhealthyThreshold ?? 2,
      2,
      10,
      'An unhealthy threshold',
    ),
    matcher,
  }
}

function scalingFor(input: SettingsInput): ClusterSettings['scaling'] {
  if (input.scalingCpu === undefined) return null
  return {
    metric: 'cpu',
    targetPercent: wholeNumber('scalingCpu', input.scalingCpu, 1, 100, 'A target of mean processor use'),
  }
}

/** When the cluster's night ends, how long a group stays warm at least, and what its deployments must pass. */
export function policyFor(parts: Parts, input: SettingsInput): ClusterPolicy {
  const policy = {
    morning: input.morning ?? parts.defaults.morning,
    timeZone: input.timeZone ?? parts.defaults.timeZone,
    minWarmHours: input.minWarmHours ?? parts.defaults.minWarmHours,
    maxWarm: wholeNumber(
      'maxWarm',
      input.maxWarm ?? parts.defaults.maxWarm,
      1,
      3,
      'The number of warm groups',
    ),
    warm: input.warm ?? ('held' as const),
    switchBack: input.switchBack ?? ('person' as const),
    alarms: input.alarms ?? [],
    ...trialsFor(input),
  }
  const reason = reasonBadMorning(policy.morning, policy.timeZone)
  if (reason) throw invalid(reason.includes('zone') ? 'timeZone' : 'morning', reason)
  if (!(policy.minWarmHours >= 1 && policy.minWarmHours <= 168))
    throw invalid('minWarmHours', 'The minimum of warm hours lies between 1 and 168.')
  return policy
}
