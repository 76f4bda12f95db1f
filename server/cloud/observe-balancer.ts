import {
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  paginateDescribeListeners,
  paginateDescribeRules,
  type ElasticLoadBalancingV2Client,
  type Listener,
  type LoadBalancer,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { BalancerMaking, ObservedBalancer, ObservedRule } from '../domain/observation.js'
import type { Tags } from '../domain/tags.js'
import type { ClusterQuery } from '../engine/ports.js'
import { hasTestValue, isTestRule } from '../domain/smoke-test.js'
import { observedRule } from './rule-actions.js'
import { sharedRead, type SharedRead } from './shared-reads.js'
import { ownMarks } from './tags.js'
import { allPages, oneByOne } from './tolerant-reads.js'

export interface BalancerReads {
  readonly byArn: SharedRead<LoadBalancer>
  readonly byName: SharedRead<LoadBalancer>
  /** By load balancer ARN. */
  readonly listeners: SharedRead<readonly Listener[]>
  /** By listener ARN; the default rule among them. */
  readonly rules: SharedRead<readonly Rule[]>
  /** The tags of whatever has the ARN. */
  readonly tags: SharedRead<ReadonlyMap<string, string>>
}

/** One request for each key: a name that AWS doesn't know would fail the others of its request. */
export function balancerReads(client: ElasticLoadBalancingV2Client): BalancerReads {
  const balancer = async (input: { Names: string[] } | { LoadBalancerArns: string[] }) =>
    (await client.send(new DescribeLoadBalancersCommand(input))).LoadBalancers?.[0] ?? null
  return {
    byArn: sharedRead(
      oneByOne((arn) => balancer({ LoadBalancerArns: [arn] })),
      { batch: 1 },
    ),
    byName: sharedRead(
      oneByOne((name) => balancer({ Names: [name] })),
      { batch: 1 },
    ),
    listeners: sharedRead(
      oneByOne((arn) =>
        allPages(paginateDescribeListeners({ client }, { LoadBalancerArn: arn }), (page) => page.Listeners),
      ),
      { batch: 1 },
    ),
    rules: sharedRead(
      oneByOne((arn) =>
        allPages(paginateDescribeRules({ client }, { ListenerArn: arn }), (page) => page.Rules),
      ),
      { batch: 1 },
    ),
    tags: sharedRead(
      oneByOne(async (arn) => {
        const reply = await client.send(new DescribeTagsCommand({ ResourceArns: [arn] }))
        const tags = reply.TagDescriptions?.[0]?.Tags ?? []
        return new Map(tags.map(({ Key = '', Value = '' }) => [Key, Value]))
      }),
      { batch: 1 },
    ),
  }
}

interface BalancerSeen {
  readonly balancer: ObservedBalancer | null
  readonly rule: ObservedRule | null
  /** Target groups that any other rule of the load balancer forwards to, on every listener, defaults included. */
  readonly usedElsewhere: readonly string[]
  /** Only where marks were asked for. */
  readonly ruleMarks?: Tags | null
}

export async function observeBalancer(
  reads: BalancerReads,
  query: ClusterQuery,
  signal: AbortSignal,
): Promise<BalancerSeen> {
  const { loadBalancerArn: knownArn, listenerArn: knownListener } = query
  // What is known by ARN is read side by side; what has to be found goes step by step.
  const [found, listenersEarly, rulesEarly] = await Promise.all([
    knownArn ? reads.byArn.get([knownArn], signal) : reads.byName.get([query.loadBalancerName], signal),
    reads.listeners.get(knownArn ? [knownArn] : [], signal),
    reads.rules.get(knownListener ? [knownListener] : [], signal),
  ])
  const balancer = [...found.values()][0]
  const arn = balancer?.LoadBalancerArn
  if (!balancer || !arn) return { balancer: null, rule: null, usedElsewhere: [] }

  const listeners = (knownArn ? listenersEarly : await reads.listeners.get([arn], signal)).get(arn) ?? []
  const others = listeners.flatMap(({ ListenerArn }) =>
    ListenerArn && ListenerArn !== knownListener ? [ListenerArn] : [],
  )
  const rulesByListener = new Map([...rulesEarly, ...(await reads.rules.get(others, signal))])

  const listener = listeners.find((one) =>
    knownListener ? one.ListenerArn === knownListener : one.Port === query.listenerPort,
  )
  const ownRules = await withOwners(
    reads,
    specificRules(rulesByListener.get(listener?.ListenerArn ?? '') ?? []),
    signal,
  )
  const rule = ownRules.find((one) => isClusterRule(one, query)) ?? null
  const elsewhere = [...rulesByListener.values()].flat().map(observedRule)
  return {
    balancer: {
      loadBalancerArn: arn,
      dnsName: balancer.DNSName ?? '',
      state: balancer.State?.Code ?? 'unknown',
      listenerArn: listener?.ListenerArn ?? null,
      zones: (balancer.AvailabilityZones ?? [])
        .flatMap(({ ZoneName }) => (ZoneName ? [ZoneName] : []))
        .sort(),
      rules: ownRules,
      ...(listener?.Protocol ? { protocol: listener.Protocol } : {}),
      ...(query.address ? { url: await urlOf(reads, listener, signal) } : {}),
      ...(query.making ? { making: await makingOf(reads, arn, listeners, listener, signal) } : {}),
    },
    rule,
    ...(query.marks ? { ruleMarks: rule ? await marksOf(reads, rule.ruleArn, signal) : null } : {}),
    usedElsewhere: [
      ...new Set(
        elsewhere
          .filter((other) => other.ruleArn !== rule?.ruleArn)
          .filter((other) => !query.testValues.some((value) => hasTestValue(other, value)))
          .flatMap(({ entries }) => entries.map(({ targetGroupArn }) => targetGroupArn)),
      ),
    ],
  }
}

/** Of test rules whose they are: they are the only ones that are deleted by their looks. */
async function withOwners(
  reads: BalancerReads,
  rules: readonly ObservedRule[],
  signal: AbortSignal,
): Promise<readonly ObservedRule[]> {
  const arns = rules.filter(isTestRule).map(({ ruleArn }) => ruleArn)
  if (arns.length === 0) return rules
  const tags = await reads.tags.get(arns, signal)
  return rules.map((rule) =>
    arns.includes(rule.ruleArn)
      ? { ...rule, owner: tags.get(rule.ruleArn)?.get('delling:owner') ?? null }
      : rule,
  )
}

/** On AWS nothing says so: there the load balancer’s name is its address. */
async function urlOf(
  reads: BalancerReads,
  listener: Listener | undefined,
  signal: AbortSignal,
): Promise<string | null> {
  const arn = listener?.ListenerArn
  if (!arn) return null
  return (await reads.tags.get([arn], signal)).get(arn)?.get('localcloud:url') ?? null
}

async function makingOf(
  reads: BalancerReads,
  balancerArn: string,
  listeners: readonly Listener[],
  own: Listener | undefined,
  signal: AbortSignal,
): Promise<BalancerMaking> {
  const listenerArn = own?.ListenerArn ?? null
  const tags = await reads.tags.get([balancerArn, ...(listenerArn ? [listenerArn] : [])], signal)
  const ownerOf = (arn: string) => tags.get(arn)?.get('delling:owner') ?? null
  return {
    balancerOwner: ownerOf(balancerArn),
    listenerOwner: listenerArn === null ? null : ownerOf(listenerArn),
    otherListeners: listeners.filter((one) => one !== own).length,
  }
}

/** Our marks on whatever has the ARN: a target group, a rule. */
export async function marksOf(
  reads: Pick<BalancerReads, 'tags'>,
  arn: string,
  signal: AbortSignal,
): Promise<Tags> {
  const tags = (await reads.tags.get([arn], signal)).get(arn) ?? new Map<string, string>()
  return ownMarks([...tags].map(([Key, Value]) => ({ Key, Value })))
}

function specificRules(rules: readonly Rule[]): ObservedRule[] {
  return rules.filter((rule) => rule.IsDefault !== true).map(observedRule)
}

/** By its ARN; while that is not known, by the secret value of its parked condition. */
function isClusterRule(rule: ObservedRule, { ruleArn, parkedValue }: ClusterQuery): boolean {
  if (ruleArn !== null) return rule.ruleArn === ruleArn
  if (parkedValue === null) return false
  return rule.conditions.some(({ field, values }) => field === 'http-header' && values.includes(parkedValue))
}
