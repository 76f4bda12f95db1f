import type { AutoScalingRecords } from '../auto-scaling/group-record.js'
import type { Ec2State } from '../ec2/records.js'
import { groupsOf } from '../load-balancing/forward-actions.js'
import { type LoadBalancingRecords, type RuleRecord, firstRecords } from '../load-balancing/records.js'
import type { StateFile } from '../state-file.js'
import { isBigAccount } from './fill.js'

/** A generated account cluster by cluster, for whoever keeps records of it; empty for any other account. */
export function describeBigAccount(state: StateFile): { readonly clusters: readonly object[] } {
  if (!isBigAccount(state)) return { clusters: [] }
  const balancing = state.section<LoadBalancingRecords>('elasticloadbalancing', firstRecords())
  const generated = Object.values(balancing.rules).filter((rule) => rule.tags['delling:cluster'])
  return { clusters: generated.map((rule) => describeCluster(state, balancing, rule)) }
}

function describeCluster(state: StateFile, balancing: LoadBalancingRecords, rule: RuleRecord): object {
  const { groups } = state.section<AutoScalingRecords>('autoscaling', { groups: {}, activities: [] })
  const { templates, images, tags, subnets, securityGroups } = state.section<Partial<Ec2State>>('ec2', {})
  const listener = balancing.listeners[rule.listenerArn]
  const balancer = balancing.loadBalancers[listener?.loadBalancerArn ?? '']
  return {
    name: rule.tags['delling:cluster'],
    application: rule.tags['delling:app'],
    vpcId: balancer?.vpcId,
    securityGroupIds: balancer?.securityGroups ?? Object.keys(securityGroups ?? {}),
    subnets: (balancer?.subnetIds ?? []).map((subnetId) => ({
      subnetId,
      zone: subnets?.find((subnet) => subnet.subnetId === subnetId)?.availabilityZone,
    })),
    loadBalancerName: balancer?.name,
    loadBalancerArn: balancer?.arn,
    listenerArn: listener?.arn,
    listenerPort: listener?.port,
    ruleArn: rule.arn,
    hosts: rule.conditions[0]?.HostHeaderConfig?.Values,
    groups: rule.actions.flatMap(groupsOf).map(({ targetGroupArn, weight }) => {
      const targetGroup = balancing.targetGroups[targetGroupArn]
      const group = Object.values(groups).find((each) =>
        each.attachments.some(({ arn }) => arn === targetGroupArn),
      )
      const template = templates?.[group?.launchTemplate?.id ?? '']
      const image = images?.[template?.versions[0]?.data.ImageId ?? '']
      return {
        name: group?.name,
        weight,
        size: { min: group?.min, max: group?.max, desired: group?.desired },
        zones: [...new Set(group?.instances.map(({ zone }) => zone))],
        targetGroupName: targetGroup?.name,
        targetGroupArn,
        healthCheck: targetGroup?.healthCheck,
        port: targetGroup?.port,
        launchTemplateId: template?.templateId,
        instanceType: template?.versions[0]?.data.InstanceType,
        operationId: group?.tags.find(({ key }) => key === 'delling:op')?.value,
        createdAt: new Date(group?.createdAt ?? 0).toISOString(),
        imageId: image?.imageId,
        imageName: image?.name,
        version: tags?.[image?.imageId ?? '']?.['delling:version'],
      }
    }),
  }
}
