import type { Blueprint } from './blueprint.js'
import { reasonBadEnvironment, settingsOfUserData } from './user-data.js'
import type { ClusterSettings, GroupSize } from './cluster.js'
import { fieldsOf, listOf, textOf, textsOf, type Fields, type FieldValue } from './fields.js'
import type { ForwardingRule } from './forwarding-rule.js'

/** What a group’s blueprint does not say by itself. */
export interface AdoptedPlace {
  readonly rule: ForwardingRule
  readonly size: GroupSize
  /** Every subnet of the account with its zone. */
  readonly subnets: readonly { readonly subnetId: string; readonly zone: string }[]
  /** Where the template names none. */
  readonly standard: { readonly instanceType: string; readonly securityGroupId: string | null }
  /** False: its own user data is not taken along. */
  readonly keepUserData: boolean
}

/** The settings of a cluster whose next group is made as this one is, and what they can’t say. */
export function adoptedSettings(
  blueprint: Blueprint,
  place: AdoptedPlace,
): { readonly settings: ClusterSettings; readonly left: readonly string[] } {
  const { scalingGroup, targetGroup, attributes } = blueprint
  const template = blueprint.launchTemplate ?? {}
  const userData = userDataOf(template, place)
  const ids = textOf(scalingGroup.VPCZoneIdentifier).split(',')
  return {
    settings: {
      vpcId: textOf(targetGroup.VpcId),
      subnets: ids.flatMap((id) => place.subnets.filter(({ subnetId }) => subnetId === id)),
      instanceType: instanceTypeOf(template, scalingGroup) ?? place.standard.instanceType,
      securityGroupIds: securityGroupsOf(template, place),
      instanceProfile: profileOf(template),
      userData: userData.userData,
      environment: userData.environment,
      port: numberOf(targetGroup.Port, 80),
      healthCheck: {
        path: textOf(targetGroup.HealthCheckPath) || '/',
        intervalSec: numberOf(targetGroup.HealthCheckIntervalSeconds, 30),
        timeoutSec: numberOf(targetGroup.HealthCheckTimeoutSeconds, 5),
        healthyThreshold: numberOf(targetGroup.HealthyThresholdCount, 5),
        unhealthyThreshold: numberOf(targetGroup.UnhealthyThresholdCount, 2),
        matcher: textOf(fieldsOf(targetGroup.Matcher).HttpCode) || '200',
      },
      size: place.size,
      // Its own policies are carried over one by one; a setting would add another.
      scaling: null,
      balancer: balancerOf(place.rule),
      deregistrationDelaySec: Number(attributes['deregistration_delay.timeout_seconds'] ?? 300),
      healthCheckGraceSec: numberOf(scalingGroup.HealthCheckGracePeriod, 300),
    },
    left: userData.left,
  }
}

function balancerOf(rule: ForwardingRule): ClusterSettings['balancer'] {
  return {
    loadBalancerName: rule.loadBalancerName,
    loadBalancerArn: rule.loadBalancerArn,
    listenerPort: rule.port,
    listenerArn: rule.listenerArn,
    ruleArn: rule.ruleArn,
    conditions: rule.conditions,
  }
}

function userDataOf(template: Fields, { keepUserData }: AdoptedPlace) {
  const nothing = { environment: {}, userData: '' }
  const shown = textOf(template.UserData)
  if (!keepUserData)
    return {
      ...nothing,
      left: shown
        ? ['Its user data is not taken along, as you asked: an image from Delling starts by itself.']
        : [],
    }
  const { left, ...settings } = settingsOfUserData(shown)
  const bad = reasonBadEnvironment(settings.environment)
  if (bad)
    return { ...nothing, userData: settings.userData, left: [`Its environment is not taken along: ${bad}`] }
  return { ...settings, left: left ? [left] : [] }
}

function instanceTypeOf(template: Fields, { MixedInstancesPolicy }: Fields): string | null {
  const overrides = listOf(fieldsOf(fieldsOf(MixedInstancesPolicy).LaunchTemplate).Overrides)
  return textOf(template.InstanceType) || textOf(overrides[0]?.InstanceType) || null
}

/** They stand beside the interfaces or in the first of them; without any AWS takes the default one. */
function securityGroupsOf(template: Fields, { standard }: AdoptedPlace): readonly string[] {
  const ids = [
    ...textsOf(template.SecurityGroupIds),
    ...textsOf(listOf(template.NetworkInterfaces)[0]?.Groups),
  ]
  if (ids.length > 0) return ids
  return standard.securityGroupId === null ? [] : [standard.securityGroupId]
}

function profileOf(template: Fields): string | null {
  const profile = fieldsOf(template.IamInstanceProfile)
  return textOf(profile.Arn) || textOf(profile.Name) || null
}

function numberOf(value: FieldValue | undefined, standard: number): number {
  return typeof value === 'number' ? value : standard
}
