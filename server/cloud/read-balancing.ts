import {
  DescribeTargetGroupAttributesCommand,
  DescribeTargetHealthCommand,
  paginateDescribeListeners,
  paginateDescribeLoadBalancers,
  paginateDescribeRules,
  paginateDescribeTargetGroups,
  type ElasticLoadBalancingV2Client,
  type Listener,
  type LoadBalancer,
  type Rule,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type {
  Balancing,
  SeenBalancer,
  SeenListener,
  SeenRule,
  SeenTarget,
  SeenTargetGroup,
  TagMap,
} from '../domain/balancing.js'
import type { AccountLeave } from '../engine/ports-account.js'
import { tagsByArn } from './balancing-tags.js'
import { countedPages } from './counted-pages.js'
import { inTurns } from './in-turns.js'
import type { Read } from './kept-look.js'
import { observedTarget } from './observe-targets.js'
import { observedRule, otherActionWords } from './rule-actions.js'
import { tagMap } from './read-fleet.js'
import { allPages, orNull } from './tolerant-reads.js'

/** All reads of this service share one small budget per account, so they don't go all at once. */
const parallel = 4
/** Attributes of a target group cost a request each and hardly ever change. */
const attributesMs = 3_600_000
/** The engine looks at each cluster about this often, in an account that it can look at in time. */
const targetsMs = 15 * 60_000

interface Known {
  readonly attributes: TagMap
  readonly nowMs: number
}

/**
 * Reads everything that balances load: a request for each application load balancer, each listener and each target group,
 * and one for tags of twenty of them, each within the budget of looks. Targets that the engine has just looked at are not asked
 * for again, and attributes only when they are an hour old.
 */
export function makeReadBalancing(
  client: ElasticLoadBalancingV2Client,
  looks: AccountLeave,
): () => Promise<Read<Balancing>> {
  const known = new Map<string, Known>()
  return async () => {
    const reading = new Reading(client, looks)
    const [all, groups] = await Promise.all([reading.balancers(), reading.targetGroups()])
    const balancers = all.filter(({ Type }) => Type === 'application')
    const listeners = (await inTurns(balancers, parallel, (each) => reading.listeners(each))).flat()
    const ruled = await inTurns(listeners, parallel, async (listener) => ({
      listener,
      rules: await reading.rules(listener),
    }))
    const targets = await inTurns(groups, parallel, (group) => reading.targets(group))
    const attributes = await inTurns(groups, parallel, (group) => attributesOf(group, known, reading))
    const tags = await reading.tags([
      balancers.map(({ LoadBalancerArn = '' }) => LoadBalancerArn),
      listeners.map(({ ListenerArn = '' }) => ListenerArn),
      ruled.flatMap(({ rules }) => rules.map(({ RuleArn = '' }) => RuleArn)),
      groups.map(({ TargetGroupArn = '' }) => TargetGroupArn),
    ])
    const arns = new Set(groups.map(({ TargetGroupArn = '' }) => TargetGroupArn))
    for (const arn of known.keys()) if (!arns.has(arn)) known.delete(arn)
    looks.keepTargetsOf(arns)
    return {
      requests: reading.requests,
      ...(reading.seenAt ? { at: reading.seenAt } : {}),
      seen: {
        balancers: balancers
          .map((balancer) => seenBalancer(balancer, ruled, tags))
          .sort((a, b) => a.name.localeCompare(b.name)),
        others: all
          .filter(({ Type }) => Type !== 'application')
          .map(({ LoadBalancerArn = '' }) => LoadBalancerArn),
        targetGroups: groups
          .map((group, index) =>
            seenTargetGroup(group, targets[index] ?? null, attributes[index] ?? {}, tags),
          )
          .sort((a, b) => a.name.localeCompare(b.name)),
      },
    }
  }
}

/** The requests of one look, counted. What goes between two of them is as good as never there. */
class Reading {
  requests = 0

  /** The oldest of what was seen before it; null: all was asked for. */
  seenAt: Date | null = null

  constructor(
    private readonly client: ElasticLoadBalancingV2Client,
    private readonly looks: AccountLeave,
  ) {}

  balancers(): Promise<LoadBalancer[]> {
    return allPages(
      this.counted(paginateDescribeLoadBalancers({ client: this.client }, {})),
      (page) => page.LoadBalancers,
    )
  }

  targetGroups(): Promise<TargetGroup[]> {
    return allPages(
      this.counted(paginateDescribeTargetGroups({ client: this.client }, { PageSize: 400 })),
      (page) => page.TargetGroups,
    )
  }

  async listeners({ LoadBalancerArn }: LoadBalancer): Promise<Listener[]> {
    const pages = () => paginateDescribeListeners({ client: this.client }, { LoadBalancerArn })
    return (await orNull(() => allPages(this.counted(pages()), (page) => page.Listeners))) ?? []
  }

  async rules({ ListenerArn }: Listener): Promise<Rule[]> {
    const pages = () => paginateDescribeRules({ client: this.client }, { ListenerArn })
    return (await orNull(() => allPages(this.counted(pages()), (page) => page.Rules))) ?? []
  }

  async targets({ TargetGroupArn = '', Port }: TargetGroup): Promise<readonly SeenTarget[] | null> {
    const seen = this.looks.targetsSeen(TargetGroupArn, targetsMs)
    if (seen) {
      if (this.seenAt === null || seen.at < this.seenAt) this.seenAt = seen.at
      return seen.targets.map((each) => ({ ...each, port: Port ?? null }))
    }
    await this.asked()
    const reply = await orNull(() => this.client.send(new DescribeTargetHealthCommand({ TargetGroupArn })))
    if (!reply) return null
    return (reply.TargetHealthDescriptions ?? []).map((each) => ({
      ...observedTarget(each),
      port: each.Target?.Port ?? null,
    }))
  }

  async attributes({ TargetGroupArn }: TargetGroup): Promise<TagMap | null> {
    await this.asked()
    const command = new DescribeTargetGroupAttributesCommand({ TargetGroupArn })
    const reply = await orNull(() => this.client.send(command))
    return reply && tagMap(reply.Attributes)
  }

  tags(kinds: readonly (readonly string[])[]): Promise<ReadonlyMap<string, TagMap>> {
    return tagsByArn(this.client, kinds, () => this.asked())
  }

  private counted<Page extends { readonly NextMarker?: string | undefined }>(
    pages: AsyncIterable<Page>,
  ): AsyncIterable<Page> {
    return countedPages(pages, () => this.asked())
  }

  private async asked(): Promise<void> {
    await this.looks.leaveForAccount()
    this.requests += 1
  }
}

async function attributesOf(
  group: TargetGroup,
  known: Map<string, Known>,
  reading: Reading,
): Promise<TagMap> {
  const arn = group.TargetGroupArn ?? ''
  const nowMs = performance.now()
  const held = known.get(arn)
  if (held && nowMs - held.nowMs < attributesMs) return held.attributes
  const attributes = await reading.attributes(group)
  if (attributes) known.set(arn, { attributes, nowMs })
  return attributes ?? {}
}

type Tags = ReadonlyMap<string, TagMap>

function seenBalancer(
  balancer: LoadBalancer,
  ruled: readonly { readonly listener: Listener; readonly rules: readonly Rule[] }[],
  tags: Tags,
): SeenBalancer {
  const arn = balancer.LoadBalancerArn ?? ''
  return {
    arn,
    name: balancer.LoadBalancerName ?? '',
    scheme: balancer.Scheme ?? '',
    state: balancer.State?.Code ?? '',
    dnsName: balancer.DNSName ?? '',
    vpcId: balancer.VpcId ?? '',
    zones: (balancer.AvailabilityZones ?? []).map(({ ZoneName }) => ZoneName ?? '').sort(),
    securityGroupIds: balancer.SecurityGroups ?? [],
    createdAt: balancer.CreatedTime ?? null,
    tags: tags.get(arn) ?? {},
    listeners: ruled
      .filter(({ listener }) => listener.LoadBalancerArn === arn)
      .map(({ listener, rules }) => seenListener(listener, rules, tags))
      .sort((a, b) => a.port - b.port),
  }
}

function seenListener(listener: Listener, rules: readonly Rule[], tags: Tags): SeenListener {
  const arn = listener.ListenerArn ?? ''
  const own = tags.get(arn) ?? {}
  return {
    arn,
    port: listener.Port ?? 0,
    protocol: listener.Protocol ?? '',
    url: own['localcloud:url'] ?? null,
    tags: own,
    rules: rules
      .map((rule): SeenRule => ({
        ...observedRule(rule),
        isDefault: rule.IsDefault === true,
        does: otherActionWords(rule.Actions ?? []),
        tags: tags.get(rule.RuleArn ?? '') ?? {},
      }))
      .sort((a, b) => Number(a.isDefault) - Number(b.isDefault) || a.priority - b.priority),
  }
}

function seenTargetGroup(
  group: TargetGroup,
  targets: readonly SeenTarget[] | null,
  attributes: TagMap,
  tags: Tags,
): SeenTargetGroup {
  const arn = group.TargetGroupArn ?? ''
  return {
    arn,
    name: group.TargetGroupName ?? '',
    protocol: group.Protocol ?? '',
    port: group.Port ?? null,
    targetType: group.TargetType ?? 'instance',
    vpcId: group.VpcId ?? null,
    healthCheck: {
      protocol: group.HealthCheckProtocol ?? '',
      port: group.HealthCheckPort ?? '',
      path: group.HealthCheckPath ?? null,
      intervalSec: group.HealthCheckIntervalSeconds ?? 0,
      timeoutSec: group.HealthCheckTimeoutSeconds ?? 0,
      healthyThreshold: group.HealthyThresholdCount ?? 0,
      unhealthyThreshold: group.UnhealthyThresholdCount ?? 0,
      matcher: group.Matcher?.HttpCode ?? group.Matcher?.GrpcCode ?? null,
    },
    balancerArns: group.LoadBalancerArns ?? [],
    attributes,
    tags: tags.get(arn) ?? {},
    targets,
  }
}
