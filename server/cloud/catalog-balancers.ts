import {
  DescribeTagsCommand,
  paginateDescribeListeners,
  paginateDescribeLoadBalancers,
  paginateDescribeRules,
  type ElasticLoadBalancingV2Client,
  type Listener,
  type LoadBalancer,
  type Rule,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { isTestRule } from '../domain/smoke-test.js'
import type { CatalogBalancer } from '../engine/ports.js'
import { countedPages } from './counted-pages.js'
import { inTurns } from './in-turns.js'
import { conditionValues, entriesOf, observedRule } from './rule-actions.js'
import { tagValue } from './tags.js'
import { allPages, orNull } from './tolerant-reads.js'

type CatalogListener = CatalogBalancer['listeners'][number]

/** What AWS takes in one DescribeTags. */
const tagsAtOnce = 20
/** All reads of this service share one small budget per account, so they don't go all at once. */
const parallel = 4

/** Every load balancer of the account with its listeners and rules: two requests, and one more for each of both; `asked` is told of each. */
export async function readCatalogBalancers(
  client: ElasticLoadBalancingV2Client,
  asked: () => void,
): Promise<readonly CatalogBalancer[]> {
  const from = { client, asked }
  const balancers = await allPages(
    countedPages(paginateDescribeLoadBalancers({ client }, {}), asked),
    (page) => page.LoadBalancers,
  )
  const listeners = (await inTurns(balancers, parallel, (balancer) => readListeners(from, balancer))).flat()
  const urls = await readUrls(
    from,
    listeners.map(({ ListenerArn = '' }) => ListenerArn),
  )
  const described = await inTurns(listeners, parallel, async (listener) => {
    const rules = listener.Protocol?.startsWith('HTTP') ? await readRules(from, listener) : []
    return [listener.LoadBalancerArn ?? '', catalogListener(listener, rules, urls)] as const
  })
  return balancers.map((balancer) => ({
    arn: balancer.LoadBalancerArn ?? '',
    name: balancer.LoadBalancerName ?? '',
    type: balancer.Type ?? '',
    vpcId: balancer.VpcId ?? '',
    dnsName: balancer.DNSName ?? '',
    zones: (balancer.AvailabilityZones ?? []).map(({ ZoneName }) => ZoneName ?? '').sort(),
    listeners: described.filter(([arn]) => arn === balancer.LoadBalancerArn).map(([, listener]) => listener),
  }))
}

interface From {
  readonly client: ElasticLoadBalancingV2Client
  readonly asked: () => void
}

async function readListeners(
  { client, asked }: From,
  { LoadBalancerArn }: LoadBalancer,
): Promise<Listener[]> {
  // Gone between two reads is as good as never there.
  const read = () =>
    allPages(
      countedPages(paginateDescribeListeners({ client }, { LoadBalancerArn }), asked),
      (page) => page.Listeners,
    )
  return (await orNull(read)) ?? []
}

async function readRules({ client, asked }: From, { ListenerArn }: Listener): Promise<Rule[]> {
  const read = () =>
    allPages(countedPages(paginateDescribeRules({ client }, { ListenerArn }), asked), (page) => page.Rules)
  return (await orNull(read)) ?? []
}

/** Where listeners answer, by ARN, for those that carry the tag `localcloud:url`. */
async function readUrls(
  { client, asked }: From,
  arns: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const urls = new Map<string, string>()
  for (let start = 0; start < arns.length; start += tagsAtOnce) {
    const command = new DescribeTagsCommand({ ResourceArns: arns.slice(start, start + tagsAtOnce) })
    asked()
    const reply = await orNull(() => client.send(command))
    for (const { ResourceArn = '', Tags } of reply?.TagDescriptions ?? []) {
      const url = tagValue(Tags, 'localcloud:url')
      if (url !== null) urls.set(ResourceArn, url)
    }
  }
  return urls
}

function catalogListener(
  listener: Listener,
  rules: readonly Rule[],
  urls: ReadonlyMap<string, string>,
): CatalogListener {
  const arn = listener.ListenerArn ?? ''
  // A test rule is nobody’s to take over, and its secret nobody’s to read.
  const shown = rules.filter((rule) => !isTestRule(observedRule(rule)))
  return {
    arn,
    port: listener.Port ?? 0,
    protocol: listener.Protocol ?? '',
    url: urls.get(arn) ?? null,
    rules: shown.map((rule) => ({
      arn: rule.RuleArn ?? '',
      priority: rule.Priority ?? '',
      summary: ruleSummary(rule),
      conditions: (rule.Conditions ?? []).map((one) => ({
        field: one.Field ?? '',
        values: conditionValues(one),
      })),
      sticky: observedRule(rule).sticky,
      forwards: entriesOf(rule.Actions ?? []).length > 0,
      entries: entriesOf(rule.Actions ?? []),
    })),
  }
}

/** `path-pattern /api/* → shop-v001 100, shop-v002 0`. */
function ruleSummary(rule: Rule): string {
  const conditions = (rule.Conditions ?? []).map((one) => `${one.Field} ${conditionValues(one).join(' or ')}`)
  const actions = rule.Actions ?? []
  const targets = entriesOf(actions).map(
    ({ targetGroupArn, weight }) => `${targetGroupArn.split('/')[1]} ${weight}`,
  )
  const others = actions.flatMap(({ Type }) => (Type && Type !== 'forward' ? [Type] : []))
  const from = rule.IsDefault ? 'everything else' : conditions.join(' and ')
  return `${from} → ${[...others, ...targets].join(', ') || 'nothing'}`
}
