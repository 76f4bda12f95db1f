import { describe, expect, it } from 'vitest'
import type { SeenBalancer, SeenRule } from '../../server/domain/balancing.js'
import type { Cluster } from '../../server/domain/cluster.js'
import { markedInBalancing } from '../../server/domain/marked-balancing.js'
import { orphansOf, removalOf } from '../../server/domain/orphan.js'
import { testConditions } from '../../server/domain/smoke-test.js'
import { cluster, rule as observedRule, targetArn } from '../support/build.js'

const now = new Date('2026-11-30T12:00:00Z')
const hourMs = 3_600_000
const ours = { 'delling:owner': 'us', 'delling:app': 'shop', 'delling:cluster': 'shop-main' }
const at = (kind: string, more = '') =>
  `arn:aws:elasticloadbalancing:us-east-1:123456789012:${kind}/app/shop-alb/50dc6c495c0c9188${more}`

const rule = (patch: Partial<SeenRule> = {}): SeenRule => ({
  ...observedRule({ 'shop-main-v003': 100 }),
  ruleArn: at('listener-rule', '/f2f7dc8efc522ab2/9683b2d02a6cabee'),
  isDefault: false,
  does: [],
  tags: ours,
  ...patch,
})
const balancer = (rules: readonly SeenRule[], tags: SeenBalancer['tags'] = ours): SeenBalancer => ({
  arn: at('loadbalancer'),
  name: 'shop-alb',
  scheme: 'internet-facing',
  state: 'active',
  dnsName: 'shop.example',
  vpcId: 'vpc-1',
  zones: [],
  securityGroupIds: [],
  createdAt: new Date('2026-11-01T12:00:00Z'),
  tags,
  listeners: [
    {
      arn: at('listener', '/f2f7dc8efc522ab2'),
      port: 80,
      protocol: 'HTTP',
      url: null,
      tags,
      rules,
    },
  ],
})
const stateOf = (patch: Partial<Cluster> = {}) => {
  const made = cluster({
    ruleArn: rule().ruleArn,
    listenerArn: at('listener', '/f2f7dc8efc522ab2'),
    loadBalancerArn: at('loadbalancer'),
    ...patch,
  })
  return { cluster: made, groups: [], operations: [], obligations: [], tickets: [] }
}
const kinds = (balancers: readonly SeenBalancer[], states: ReturnType<typeof stateOf>[]) =>
  markedInBalancing(
    { balancers, others: [], targetGroups: [] },
    { states, owner: 'us', now, youngMs: hourMs },
  ).map(({ kind }) => kind)

describe('load balancers, listeners and rules with our mark', () => {
  it('are nobody’s where no recorded cluster is behind them', () => {
    expect(kinds([balancer([rule()])], [])).toEqual(['load balancer', 'listener', 'listener rule'])
  })

  it('are accounted for by a cluster that stands behind them', () => {
    expect(kinds([balancer([rule()])], [stateOf()])).toEqual([])
  })

  it('are a rule alone where its cluster has another one, and nothing of somebody else’s', () => {
    const stray = rule({ ruleArn: 'another' })
    expect(kinds([balancer([rule(), stray])], [stateOf()])).toEqual(['listener rule'])
    const theirs = { 'delling:owner': 'them', 'delling:cluster': 'shop-main' }
    expect(kinds([balancer([rule({ tags: theirs })], theirs)], [])).toEqual([])
    expect(kinds([balancer([rule({ tags: {} })], {})], [])).toEqual([])
  })

  it('are not a default rule, one that is on its way, nor one for a smoke test', () => {
    expect(kinds([balancer([rule({ isDefault: true })], {})], [])).toEqual([])
    expect(kinds([balancer([rule()])], [stateOf({ ruleArn: null })])).toEqual([])
    const test = rule({
      ruleArn: 'test',
      conditions: testConditions(rule().conditions, { path: '/' }, 'secret'),
    })
    expect(kinds([balancer([rule(), test])], [stateOf()])).toEqual([])
    expect(kinds([balancer([rule(), test])], [])).toHaveLength(4)
  })

  it('are given an hour after their cluster was retired, as a look may be older than the records', () => {
    const retired = (agoMs: number) =>
      stateOf({ ruleArn: null, retired: { by: 'Ada', at: new Date(now.getTime() - agoMs) } })
    expect(kinds([balancer([rule()])], [retired(hourMs / 2)])).toEqual([])
    expect(kinds([balancer([rule()])], [retired(2 * hourMs)])).toHaveLength(3)
  })

  it('are told of with what they do and what a person can do, and never removed', () => {
    const things = markedInBalancing(
      { balancers: [balancer([rule()])], others: [], targetGroups: [] },
      { states: [], owner: 'us', now, youngMs: hourMs },
    )
    const accounted = { known: new Set<string>(), underWay: new Set<string>(), clusters: new Set<string>() }
    const orphans = orphansOf(things, accounted, now, hourMs)
    expect(orphans.map(({ fate, href }) => [fate, href])).toEqual(
      Array(3).fill(['told', '/load-balancers/shop-alb']),
    )
    expect(orphans[2]?.why).toBe(
      `No recorded cluster is behind it (it was made for shop-main), and it forwards to ${targetArn('shop-main-v003').split('/')[1]}. Look whether anybody uses it, then: aws elbv2 delete-rule --rule-arn ${rule().ruleArn}`,
    )
    expect(orphans.map(removalOf)).toEqual([null, null, null])
  })
})
