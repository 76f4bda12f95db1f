import { z } from 'zod'
import { count, listOf, moment, text, texts, wordOf } from './values.js'

/** How old what AWS showed is, in each answer that shows it. */
export const age = {
  seenAt: moment.nullable().describe('When AWS was looked at; null while it could not be yet.'),
  fault: text.nullable().describe('Why the last look failed; null while this is what AWS showed last.'),
  partial: z.boolean().describe('True where only what belongs to applications that you may see is in it.'),
}

const ruleOwner = z
  .object({
    kind: wordOf(['cluster', 'test', 'marked', 'elsewhere', 'foreign']),
    cluster: text.nullable(),
    words: text,
  })
  .meta({
    id: 'RuleOwner',
    description:
      'Whose a rule is: the recorded rule of a cluster, one of its smoke tests, one with this Delling’s mark but no record, another Delling’s, or somebody else’s.',
  })

const forward = z.object({
  arn: text.nullable(),
  targetGroup: text.nullable().describe('Null where you may not see whose it is.'),
  group: text.nullable().describe('The server group that fills it; null where it is none of ours.'),
  weight: count,
  share: z.number().describe('Per cent of what the rule takes.'),
  healthy: count.nullable().describe('Null where its health was not asked for yet, or you may not see it.'),
  targets: count.nullable(),
})

const rule = z
  .object({
    arn: text,
    priority: count.nullable().describe('Null for the default rule.'),
    when: text.describe('Its conditions in words.'),
    forwards: listOf(forward),
    does: texts.describe('What it does beside forwarding.'),
    sticky: z.boolean(),
    owner: ruleOwner,
    warnings: texts,
  })
  .meta({ id: 'ListenerRule', description: 'One rule of a listener, in the order in which AWS tries them.' })

const whereItStands = {
  arn: text,
  name: text,
  scheme: wordOf(['internet-facing', 'internal']),
  state: text,
  dnsName: text,
  vpcId: text,
  zones: texts,
  clusters: texts.describe('Clusters that it serves.'),
  createdAt: moment.nullable(),
  warnings: texts,
}

export const balancerSummary = z
  .object({
    ...whereItStands,
    listeners: listOf(
      z.object({
        port: count,
        protocol: text,
        url: text.nullable(),
        rules: count.describe('How many you may see.'),
      }),
    ),
  })
  .meta({ id: 'LoadBalancerSummary', description: 'An Application Load Balancer of the account.' })

/** They cost a request of their own, so only the answer about one target group has them. */
export const targetGroupSettings = z
  .object({
    deregistrationDelaySec: z.number().nullable(),
    slowStartSec: z.number().nullable(),
    stickiness: text,
    algorithm: text.nullable(),
  })
  .nullable()
  .describe('Null where AWS could not be asked for them now.')

const target = z.object({
  id: text,
  port: count.nullable(),
  zone: text.nullable(),
  state: text,
  reason: text.nullable().describe('AWS’s reason in words.'),
})

export const targetGroup = z
  .object({
    arn: text,
    name: text,
    protocol: text,
    port: count.nullable(),
    targetType: text,
    vpcId: text.nullable(),
    group: text.nullable().describe('The server group that fills it; null where it is none of ours.'),
    cluster: text.nullable(),
    rules: listOf(
      z.object({
        loadBalancer: text,
        port: count,
        priority: count.nullable(),
        when: text,
        weight: count,
        owner: ruleOwner,
      }),
    ).describe('Rules that forward to it.'),
    isHealthSeen: z
      .boolean()
      .describe('False: its health was not asked for yet; counts, zones and targets are empty then.'),
    counts: listOf(z.object({ state: text, count })).describe('Targets by state.'),
    zones: listOf(z.object({ zone: text, healthy: count, targets: count })),
    states: listOf(z.object({ state: text, reason: text.nullable(), count })).describe(
      'Targets alike in state and reason.',
    ),
    sick: listOf(target),
    targets: listOf(target),
    healthCheck: text,
    warnings: texts,
  })
  .meta({ id: 'TargetGroup', description: 'A target group, its targets and what leads to it.' })

export const balancer = z
  .object({
    ...whereItStands,
    securityGroupIds: texts,
    listeners: listOf(
      z.object({ arn: text, port: count, protocol: text, url: text.nullable(), rules: listOf(rule) }),
    ),
    targetGroups: listOf(targetGroup).describe('Those that its rules forward to.'),
    ...age,
  })
  .meta({ id: 'LoadBalancer', description: 'An Application Load Balancer with its listeners and rules.' })
