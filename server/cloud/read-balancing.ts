import {
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
  SeenTargetGroup,
  TagMap,
} from '../domain/balancing.js'
import type { AccountLeave } from '../engine/ports-account.js'
import type { Clock } from '../engine/ports.js'
import { tagsByArn } from './balancing-tags.js'
import { countedPages } from './counted-pages.js'
import { inTurns } from './in-turns.js'
import type { Read } from './kept-look.js'
import { observedRule, otherActionWords } from './rule-actions.js'
import { TargetHealths } from './target-healths.js'
import { allPages, orNull } from './tolerant-reads.js'

/** All reads of this service share one small budget per account, so they don't go all at once. */
const parallel = 4

/**
 * Reads everything that balances load, each request within the budget of looks: one for each application load balancer and each
 * listener, one for tags of twenty of them, and those for the health of target groups whose turn it is.
 */
export function makeReadBalancing(
  client: ElasticLoadBalancingV2Client,
  looks: AccountLeave,
  clock: Clock,
): () => Promise<Read<Balancing>> {
  const healths = new TargetHealths(client, looks, clock)
  return async () => {
    const reading = new Reading(client, looks)
    const [all, groups] = await Promise.all([reading.balancers(), reading.targetGroups()])
    const balancers = all.filter(({ Type }) => Type === 'application')
    const listeners = (await inTurns(balancers, parallel, (each) => reading.listeners(each))).flat()
    const ruled = await inTurns(listeners, parallel, async (listener) => ({
      listener,
      rules: await reading.rules(listener),
    }))
    const tags = await reading.tags([
      balancers.map(({ LoadBalancerArn = '' }) => LoadBalancerArn),
      listeners.map(({ ListenerArn = '' }) => ListenerArn),
      ruled.flatMap(({ rules }) => rules.map(({ RuleArn = '' }) => RuleArn)),
      groups.map(({ TargetGroupArn = '' }) => TargetGroupArn),
    ])
    const seenGroups = groups.map((group) => seenTargetGroup(group, tags))
    const health = await healths.look(seenGroups, () => reading.asked())
    const oldest = oldestOf([...health.values()].map(({ at }) => at))
    return {
      requests: reading.requests,
      ...(oldest ? { at: oldest } : {}),
      seen: {
        balancers: balancers
          .map((balancer) => seenBalancer(balancer, ruled, tags))
          .sort((a, b) => a.name.localeCompare(b.name)),
        others: all
          .filter(({ Type }) => Type !== 'application')
          .map(({ LoadBalancerArn = '' }) => LoadBalancerArn),
        targetGroups: seenGroups
          .map((group) => ({ ...group, targets: health.get(group.arn)?.targets ?? null }))
          .sort((a, b) => a.name.localeCompare(b.name)),
      },
    }
  }
}

function oldestOf(dates: readonly Date[]): Date | null {
  return dates.reduce<Date | null>((oldest, at) => (oldest && oldest < at ? oldest : at), null)
}

/** The requests of one look, counted. What goes between two of them is as good as never there. */
class Reading {
  requests = 0

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

  tags(kinds: readonly (readonly string[])[]): Promise<ReadonlyMap<string, TagMap>> {
    return tagsByArn(this.client, kinds, () => this.asked())
  }

  private counted<Page extends { readonly NextMarker?: string | undefined }>(
    pages: AsyncIterable<Page>,
  ): AsyncIterable<Page> {
    return countedPages(pages, () => this.asked())
  }

  async asked(): Promise<void> {
    await this.looks.leaveForAccount()
    this.requests += 1
  }
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

function seenTargetGroup(group: TargetGroup, tags: Tags): Omit<SeenTargetGroup, 'targets'> {
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
    tags: tags.get(arn) ?? {},
  }
}
