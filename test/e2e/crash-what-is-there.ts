import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling'
import {
  DescribeInstancesCommand,
  DescribeImagesCommand,
  DescribeLaunchTemplatesCommand,
  EC2Client,
} from '@aws-sdk/client-ec2'
import {
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { activeTraffic } from '../../server/domain/cluster-state.js'
import type { EngineStack } from '../support/engine-stack.js'
import { until } from '../support/until.js'

/** What is recorded of a cluster and what the cloud holds of it, by names that are the same for every run. */
export interface WhatIsThere {
  readonly running: string | null
  readonly statement: string
  readonly needsPerson: string | null
  readonly groups: Readonly<Record<string, string>>
  readonly ledger: readonly string[]
  readonly weights: Readonly<Record<string, number>>
  readonly scaling: Readonly<Record<string, string>>
  readonly targetGroups: readonly string[]
  readonly launchTemplates: readonly string[]
}

export function makeLook(stack: EngineStack) {
  const client = {
    region: 'us-east-1',
    endpoint: stack.cloudUrl,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  const [asg, ec2, elb] = [
    new AutoScalingClient(client),
    new EC2Client(client),
    new ElasticLoadBalancingV2Client(client),
  ]

  /** Everything of a cluster; the group pushed last is called `next`, whatever number it has. */
  const cluster = async (name: string): Promise<WhatIsThere> => {
    const state = await stack.parts.history.clusterState(name)
    if (!state) throw new Error(`there is no cluster ${name}`)
    const { lastPush, ruleArn, statement, needsPerson } = state.cluster
    const label = (text: string) =>
      text
        .replace(/-[0-9a-f]{8}-v/, '-v')
        .replace(new RegExp(`v0*${lastPush}(?=\\D|$)`), lastPush > 1 ? 'next' : 'first')
        .replace('v001', 'first')
    const own = (candidate: string | undefined) => candidate?.startsWith(name) === true
    const [groups, targets, templates, rules] = await Promise.all([
      asg.send(new DescribeAutoScalingGroupsCommand({})),
      elb.send(new DescribeTargetGroupsCommand({})),
      ec2.send(new DescribeLaunchTemplatesCommand({})),
      ruleArn ? elb.send(new DescribeRulesCommand({ RuleArns: [ruleArn] })) : { Rules: [] },
    ])
    const names = new Map(targets.TargetGroups?.map((group) => [group.TargetGroupArn, group.TargetGroupName]))
    const entries = rules.Rules?.[0]?.Actions?.at(-1)?.ForwardConfig?.TargetGroups ?? []
    return {
      running: activeTraffic(state)?.kind ?? null,
      statement: label(statement),
      needsPerson,
      groups: Object.fromEntries(state.groups.map((group) => [label(group.name), group.role])),
      ledger: state.obligations.map((row) => `${label(row.object)} ${row.kind}`).sort(),
      weights: Object.fromEntries(
        entries.map((entry) => [label(names.get(entry.TargetGroupArn) ?? 'unknown'), entry.Weight ?? 0]),
      ),
      scaling: Object.fromEntries(
        (groups.AutoScalingGroups ?? [])
          .filter((group) => own(group.AutoScalingGroupName))
          .map((group) => [
            label(group.AutoScalingGroupName ?? ''),
            `${group.MinSize}/${group.DesiredCapacity}/${group.MaxSize} suspended: ${(
              group.SuspendedProcesses ?? []
            )
              .map((process) => process.ProcessName)
              .sort()
              .join(' ')}`,
          ]),
      ),
      targetGroups: [...names.values()]
        .filter((each) => own(each))
        .map((each) => label(each ?? ''))
        .sort(),
      launchTemplates: (templates.LaunchTemplates ?? [])
        .filter((template) => own(template.LaunchTemplateName))
        .map((template) => label(template.LaunchTemplateName ?? ''))
        .sort(),
    }
  }

  /** The same once it has not changed for `stillMs`. */
  const atRest = async (name: string, stillMs: number): Promise<WhatIsThere> => {
    let seen = await cluster(name)
    let stillSince = performance.now()
    const isStill = async () => {
      const now = await cluster(name)
      if (JSON.stringify(now) !== JSON.stringify(seen)) stillSince = performance.now()
      seen = now
      return performance.now() - stillSince > stillMs
    }
    await until(isStill, 60_000, `${name} at rest`)
    return seen
  }

  /** Builders that are not gone, and how many images there are of a name. */
  const bakes = async (imageName: string) => {
    const [instances, images] = await Promise.all([
      ec2.send(
        new DescribeInstancesCommand({
          Filters: [
            { Name: 'tag-key', Values: ['delling:bake'] },
            { Name: 'instance-state-name', Values: ['pending', 'running', 'stopping', 'stopped'] },
          ],
        }),
      ),
      ec2.send(
        new DescribeImagesCommand({ Owners: ['self'], Filters: [{ Name: 'name', Values: [imageName] }] }),
      ),
    ])
    return {
      builders: instances.Reservations?.flatMap((each) => each.Instances ?? []).length ?? 0,
      images: images.Images?.map((image) => image.State) ?? [],
    }
  }

  return { atRest, bakes, close: () => [asg, ec2, elb].forEach((each) => each.destroy()) }
}
