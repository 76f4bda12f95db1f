import { describe, expect, it } from 'vitest'
import { balancingView } from '../../server/domain/balancing-view.js'
import type { Balancing, SeenRule } from '../../server/domain/balancing.js'
import type { Surroundings } from '../../server/domain/surroundings.js'
import { testHeader } from '../../server/domain/smoke-test.js'
import { seenBalancer, seenRule, seenTargetGroup } from '../support/demo-account.js'
import { demoWorld } from '../support/demo-world.js'

const states = [...demoWorld().states.values()]
const around = (more: Partial<Surroundings> = {}): Surroundings => ({
  states,
  owner: 'test',
  seesForeign: true,
  zones: new Map(),
  ...more,
})
const target = (instanceId: string, state: string, reason: string | null = null) => ({
  instanceId,
  state,
  reason,
  description: null,
  port: 8080,
})
const healthy = seenTargetGroup('well', { targets: [target('i-1', 'healthy')] })

function viewOf(rule: Partial<SeenRule>, of = around(), groups = [healthy]) {
  const balancing: Balancing = {
    others: [],
    balancers: [seenBalancer('alb', [seenRule('arn:rule/x', rule)])],
    targetGroups: groups,
  }
  return balancingView(balancing, of)
}
const ruleOf = (rule: Partial<SeenRule>, of = around(), groups = [healthy]) =>
  viewOf(rule, of, groups).balancers[0]?.listeners[0]?.rules[0]
const forward = (arn: string, weight: number) => ({ targetGroupArn: arn, weight })

describe('whose a rule is', () => {
  it('is told by the records first, then by marks', () => {
    const owner = (rule: Partial<SeenRule>) => ruleOf(rule)?.owner
    expect(owner({ ruleArn: 'arn:rule/shop-main' })).toMatchObject({ kind: 'cluster', cluster: 'shop-main' })
    const marks = (cluster: string, by: string) => ({ 'delling:cluster': cluster, 'delling:owner': by })
    const condition = { field: 'http-header', headerName: testHeader, values: ['abcdefgh'] } as const
    expect(owner({ tags: marks('shop-main', 'test'), conditions: [condition] })).toMatchObject({
      kind: 'test',
      cluster: 'shop-main',
    })
    expect(owner({ tags: marks('shop-main', 'test') })).toMatchObject({ kind: 'marked' })
    expect(owner({ tags: marks('other', 'somebody') })).toMatchObject({
      kind: 'elsewhere',
      words: 'another Delling, somebody, cluster other',
    })
    expect(owner({})).toMatchObject({ kind: 'foreign', cluster: null })
  })
})

describe('a rule in words', () => {
  it('says its conditions, and no secret of them', () => {
    const rule = ruleOf({
      conditions: [
        { field: 'host-header', values: ['a.example.com', 'b.example.com'] },
        { field: 'path-pattern', values: ['/api/*'] },
        { field: 'http-header', headerName: 'X-Api-Token', values: ['hunter2'] },
        { field: 'http-header', headerName: testHeader, values: ['abcdefgh'] },
      ],
    })
    expect(rule?.when).toContain('the host is a.example.com or b.example.com and the path is /api/*')
    expect(rule?.when).toContain(`the header ${testHeader} is abcd…`)
    expect(rule?.when).not.toMatch(/hunter2|abcdefgh/)
  })

  it('shows its shares in per cent with the health behind them', () => {
    const other = seenTargetGroup('other', { targets: [target('i-2', 'unhealthy')] })
    const rule = ruleOf({ entries: [forward(healthy.arn, 3), forward(other.arn, 1)] }, around(), [
      healthy,
      other,
    ])
    expect(rule?.forwards).toMatchObject([
      { targetGroup: 'well', share: 75, healthy: 1, targets: 1 },
      { targetGroup: 'other', share: 25, healthy: 0, targets: 1 },
    ])
    expect(rule?.warnings).toEqual(['other gets a share and has no healthy target.'])
  })
})

describe('what is worth a look', () => {
  it.each<[string, Partial<SeenRule>, readonly ReturnType<typeof seenTargetGroup>[], RegExp]>([
    ['weights of 0', { entries: [forward(healthy.arn, 0)] }, [healthy], /every weight is 0/],
    [
      'no target',
      { entries: [forward(healthy.arn, 1)] },
      [{ ...healthy, targets: [] }],
      /no target is registered/,
    ],
    [
      'no healthy target',
      { entries: [forward(healthy.arn, 1)] },
      [{ ...healthy, targets: [target('i-1', 'unhealthy')] }],
      /fail open/,
    ],
  ])('is a rule that leads to nobody: %s', (_what, rule, groups, sentence) => {
    expect(ruleOf(rule, around(), [...groups])?.warnings.join()).toMatch(sentence)
  })

  it('is nothing about a healthy rule, a parked one, or one whose targets could not be read', () => {
    expect(ruleOf({ entries: [forward(healthy.arn, 1)] })?.warnings).toEqual([])
    const parked = { field: 'http-header', headerName: 'X-Delling-Parked', values: ['x'] } as const
    const rule = ruleOf({ conditions: [parked], entries: [forward(healthy.arn, 0)] })
    expect([rule?.warnings, rule?.when]).toEqual([[], 'no request: it is parked'])
    const unread = { ...healthy, targets: null }
    expect(ruleOf({ entries: [forward(unread.arn, 1)] }, around(), [unread])?.warnings).toEqual([])
  })

  it('is a load balancer in fewer than three zones, and a target group that no rule uses', () => {
    const balancing: Balancing = {
      others: [],
      balancers: [seenBalancer('narrow', [], { zones: ['a', 'b'] })],
      targetGroups: [healthy, seenTargetGroup('of-an-nlb', { balancerArns: ['arn:nlb'] })],
    }
    const view = balancingView(balancing, around())
    expect(view.balancers[0]?.warnings.join()).toMatch(/enabled in a and b only/)
    expect(view.targetGroups.map(({ warnings }) => warnings.length)).toEqual([1, 0])
  })

  it('is a group with traffic whose healthy targets stand in two zones', () => {
    const group = seenTargetGroup('g', { targets: [target('i-1', 'healthy'), target('i-2', 'healthy')] })
    const zones = new Map([
      ['i-1', 'eu-west-1a'],
      ['i-2', 'eu-west-1b'],
    ])
    const view = viewOf({ entries: [forward(group.arn, 1)] }, around({ zones }), [group])
    expect(view.targetGroups[0]?.warnings).toEqual([
      'It gets traffic and has healthy targets in eu-west-1a and eu-west-1b only.',
    ])
  })

  it('groups targets that are alike, with AWS’s reason in words', () => {
    const group = seenTargetGroup('g', {
      targets: [
        { ...target('i-1', 'unhealthy', 'Target.ResponseCodeMismatch'), description: 'codes: [503]' },
        { ...target('i-2', 'unhealthy', 'Target.ResponseCodeMismatch'), description: 'codes: [503]' },
        target('i-3', 'healthy'),
      ],
    })
    const view = viewOf({ entries: [forward(group.arn, 1)] }, around(), [group]).targetGroups[0]
    expect(view?.states).toEqual([
      {
        state: 'unhealthy',
        count: 2,
        reason: 'its health check answers with a code that is not taken for healthy. AWS says: codes: [503]',
      },
      { state: 'healthy', count: 1, reason: null },
    ])
    expect(view?.sick.map(({ id }) => id)).toEqual(['i-1', 'i-2'])
  })
})

describe('who may see only some applications', () => {
  const shop = around({
    seesForeign: false,
    states: states.filter(({ cluster }) => cluster.name === 'shop-main'),
  })
  const ofShop = shop.states[0]!.groups.find(({ targetGroupArn }) => targetGroupArn)!
  const ofOthers = states.flatMap(({ groups }) => groups).find(({ cluster }) => cluster === 'account-web')!

  it('sees no foreign rule, listener, load balancer or target group', () => {
    expect(viewOf({ entries: [forward(healthy.arn, 1)] }, shop)).toEqual({
      balancers: [],
      others: 0,
      targetGroups: [],
    })
    expect(viewOf({ ruleArn: 'arn:rule/account-web' }, shop).balancers).toEqual([])
  })

  it('sees their own rule, and of a target group of others in it only the weight', () => {
    const group = seenTargetGroup('secret-name', { arn: ofOthers.targetGroupArn! })
    const rule = {
      ruleArn: 'arn:rule/shop-main',
      entries: [forward(ofShop.targetGroupArn!, 9), forward(ofOthers.targetGroupArn!, 1)],
    }
    const own = seenTargetGroup('own', { arn: ofShop.targetGroupArn!, targets: [target('i-1', 'healthy')] })
    const view = viewOf(rule, shop, [own, group])
    expect(view.targetGroups.map(({ name }) => name)).toEqual(['own'])
    expect(view.balancers[0]?.listeners[0]?.rules[0]?.forwards).toMatchObject([
      { targetGroup: 'own', share: 90 },
      { targetGroup: null, arn: null, group: null, share: 10 },
    ])
    expect(JSON.stringify(view)).not.toMatch(/secret-name|account/)
  })
})
