import { describe, expect, it } from 'vitest'
import type { ListedGroup } from '../../server/domain/account-listing.js'
import { candidatesOf, type AdoptionScene } from '../../server/domain/adoptable.js'
import type { ForwardingRule } from '../../server/domain/forwarding-rule.js'
import { listedGroup, targetArn } from '../support/build.js'

const theirs = { clusterTag: null, ownerTag: null, operationTag: null }
const group = (patch: Partial<ListedGroup> = {}) => listedGroup(3, { ...theirs, ...patch })
const name = 'shop-main-v003'

const rule = (patch: Partial<ForwardingRule> = {}): ForwardingRule => ({
  ruleArn: 'rule-7',
  isDefault: false,
  conditions: [{ field: 'path-pattern', values: ['/*'] }],
  entries: [{ targetGroupArn: targetArn(name), weight: 1 }],
  sticky: false,
  listenerArn: 'listener-7',
  port: 80,
  protocol: 'HTTP',
  loadBalancerArn: 'lb-7',
  loadBalancerName: 'theirs',
  loadBalancerZones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
  cluster: null,
  ...patch,
})

const judged = (groups: readonly ListedGroup[], patch: Partial<AdoptionScene> = {}) =>
  candidatesOf({
    listing: { readAt: new Date(0), whole: true, groups, targetGroups: [] },
    rules: [rule()],
    known: new Set(),
    clusters: new Set(),
    owner: 'test',
    zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
    mayName: () => true,
    ...patch,
  })
const obstacles = (patch: Partial<ListedGroup>, scene: Partial<AdoptionScene> = {}) =>
  judged([group(patch)], scene)[0]!.obstacles.map(({ sentence, mend }) => `${sentence} ${mend}`)

describe('a group that somebody else made', () => {
  it('is read by the grammar of names, and can be adopted behind a rule with a single forward', () => {
    const detailed = 'shop-main-canary.eu-west-v012'
    const [, plain] = judged([group(), group({ name: detailed, targetGroupArns: [targetArn(detailed)] })])
    expect(plain).toMatchObject({
      cluster: 'shop-main',
      application: 'shop',
      stack: 'main',
      detail: null,
      push: 3,
      share: 100,
      obstacles: [],
    })
    expect(judged([group({ name: detailed })])[0]).toMatchObject({ detail: 'canary.eu-west', push: 12 })
  })

  it('is left out where it is recorded as ours', () => {
    expect(judged([group()], { known: new Set([name]) })).toEqual([])
  })

  it.each<[string, Partial<ListedGroup>, RegExp]>([
    ['a name without a push number', { name: 'shop-main' }, /not of the form.*renames no group/],
    ['a name with capitals', { name: 'Shop-main-v003' }, /not of the form/],
    ['another installation’s mark', { ownerTag: 'theirs' }, /another installation.*give-back shop-main/],
    ['a launch configuration', { launchTemplateId: null, launchConfiguration: 'shop-lc' }, /shop-lc.*Copy/],
    ['no launch template', { launchTemplateId: null }, /does not launch from a launch template/],
    ['a Classic Load Balancer', { classicBalancers: ['old-elb'] }, /Classic Load Balancer old-elb/],
    ['no target group', { targetGroupArns: [] }, /no target group.*attach-load-balancer/],
    ['two target groups', { targetGroupArns: [targetArn(name), 'b'] }, /2 target groups/],
    ['two zones', { zones: ['us-east-1a', 'us-east-1b'] }, /three Availability Zones.*us-east-1c/],
    ['two instances', { min: 2, desired: 2 }, /smallest size is 3.*--min-size 3/],
    ['no instance', { min: 0, max: 0, desired: 0 }, /nothing to switch back to/],
    [
      'Launch suspended',
      { suspended: ['Launch', 'AlarmNotification'] },
      /Launch is suspended.*resume-processes/,
    ],
    [
      'a tag of Beanstalk',
      { tags: { 'elasticbeanstalk:environment-name': 'x' } },
      /Elastic Beanstalk holds it/,
    ],
    ['a tag of ECS', { tags: { AmazonECSManaged: '' } }, /Amazon ECS/],
    ['a tag of EKS', { tags: { 'eks:nodegroup-name': 'n' } }, /Kubernetes/],
    ['a tag of CodeDeploy', { tags: { CodeDeployProvisioningDeploymentId: 'd-1' } }, /CodeDeploy/],
  ])('can’t be adopted with %s, and is told what mends it', (_with, patch, sentence) => {
    expect(obstacles(patch).join(' ')).toMatch(sentence)
  })

  it.each<[string, Partial<ForwardingRule>, RegExp]>([
    ['another cluster’s rule', { cluster: 'shop-other' }, /that of shop-other/],
    ['a TCP listener', { protocol: 'TLS' }, /speaks TLS/],
    ['a default action', { isDefault: true }, /default action.*create-rule.*TargetGroupArn=.*v003/],
    ['stickiness', { sticky: true }, /pins clients/],
    [
      'a zone that the load balancer lacks',
      { loadBalancerZones: ['us-east-1a', 'us-east-1b'] },
      /us-east-1c/,
    ],
    [
      'a target group of nobody we see',
      {
        entries: [
          { targetGroupArn: targetArn(name), weight: 1 },
          { targetGroupArn: 'a/other/1', weight: 0 },
        ],
      },
      /forwards to other too/,
    ],
  ])('can’t be adopted behind a rule with %s', (_with, patch, sentence) => {
    expect(obstacles({}, { rules: [rule(patch)] }).join(' ')).toMatch(sentence)
  })

  it('can’t be adopted behind no rule, or behind two', () => {
    expect(obstacles({}, { rules: [] }).join(' ')).toMatch(/No rule of an Application Load Balancer/)
    expect(obstacles({}, { rules: [rule(), rule({ ruleArn: 'rule-8', port: 443 })] }).join(' ')).toMatch(
      /2 rules send it requests/,
    )
  })

  it('stands in no rule and can be adopted, where the rule of its cluster is known by another group', () => {
    const before = group({ name: 'shop-main-v002', targetGroupArns: [targetArn('shop-main-v002')] })
    const [second, third] = judged([before, group()])
    expect([second!.share, second!.obstacles, third!.share]).toEqual([null, [], 100])
  })

  it('can’t be told from another one by a weight while they share a target group, as Spinnaker’s do', () => {
    const before = group({ name: 'shop-main-v002', targetGroupArns: [targetArn(name)] })
    const rows = judged([before, group()])
    expect(rows.map((each) => each.obstacles[0]?.sentence)).toEqual([
      'shop-main-v003 uses the same target group: a weight could not tell them apart.',
      'shop-main-v002 uses the same target group: a weight could not tell them apart.',
    ])
    expect(rows[1]!.obstacles[0]?.mend).toContain(
      'detach-load-balancer-target-groups --auto-scaling-group-name shop-main-v002',
    )
  })

  it('is told of what its reader may not see without its name', () => {
    const secret = group({ name: 'media-main-v002', targetGroupArns: [targetArn(name)] })
    const shared = rule({
      cluster: 'media-main',
      entries: [...rule().entries, { targetGroupArn: 'a/media-other/1', weight: 0 }],
    })
    const mayName = (each: string) => each.startsWith('shop-')
    const told = (groups: readonly ListedGroup[]) =>
      JSON.stringify(
        judged(groups, { rules: [shared], mayName })
          .filter((each) => each.name === name)
          .map((each) => each.obstacles),
      )
    expect(told([secret, group()])).toMatch(/A group that you may not see uses.*Ask an admin of all/)
    expect(told([group()])).toMatch(/that of a cluster .* may not see.*forwards to a target group that you/)
    expect(told([secret, group()]) + told([group()])).not.toContain('media')
  })

  it('is led to the records of its cluster where that is one of ours', () => {
    const inOurs = (patch: Partial<ListedGroup>) =>
      obstacles(patch, { clusters: new Set(['shop-main']) }).join(' ')
    expect(inOurs({ ownerTag: 'test' })).toMatch(
      /a cluster of Delling’s already.*delling adopt shop-main shop-main-v003/,
    )
    // Without our mark that would be refused.
    expect(inOurs({})).toMatch(/stands beside shop-main.*delling leave shop-main shop-main-v003/)
    expect(inOurs({})).not.toContain('delling adopt')
  })

  it('may be adopted with a word of caution where a stack made it or its template floats', () => {
    const [row] = judged([
      group({ tags: { 'aws:cloudformation:stack-name': 'shop' }, launchTemplateVersion: '$Latest' }),
    ])
    expect(row!.obstacles).toEqual([])
    expect(row!.cautions.join(' ')).toMatch(/stack shop.*\$Latest/)
  })
})
