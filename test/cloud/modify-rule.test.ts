import {
  DescribeRulesCommand,
  ElasticLoadBalancingV2Client,
  ModifyRuleCommand,
  RuleNotFoundException,
  type Action,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Clients } from '../../server/cloud/clients.js'
import { performModifyRule } from '../../server/cloud/modify-rule.js'
import type { ModifyRule } from '../../server/domain/call.js'

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true'
const elb = mockClient(ElasticLoadBalancingV2Client)
const never = new AbortController().signal
const clients = (() => {
  const set = {
    elb: new ElasticLoadBalancingV2Client({ region: 'us-east-1' }),
  } as unknown as Clients['readers']
  return { readers: set, writers: set, close: () => {} } satisfies Clients
})()

const arn = (name: string) => `arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/${name}/0123`
const entry = (name: string, weight: number) => ({ targetGroupArn: arn(name), weight })
const tuple = (name: string, Weight?: number) => ({ TargetGroupArn: arn(name), Weight })
const forward = (...TargetGroups: ReturnType<typeof tuple>[]): Action => ({
  Type: 'forward',
  Order: 1,
  ForwardConfig: { TargetGroups },
})

const call: ModifyRule = {
  type: 'ModifyRule',
  ruleArn: 'arn:rule',
  before: [entry('v001', 100), entry('v002', 0)],
  entries: [entry('v001', 0), entry('v002', 100)],
  purpose: 'switch',
}

const ruleIs = (...Actions: Action[]) =>
  elb.on(DescribeRulesCommand).resolves({ Rules: [{ RuleArn: 'arn:rule', Actions }] })
const perform = (given: Partial<ModifyRule> = {}) =>
  performModifyRule(clients, { ...call, ...given }, () => {}, never)
const written = () => elb.commandCalls(ModifyRuleCommand).map(({ args }) => args[0].input)

beforeEach(() => elb.on(ModifyRuleCommand).resolves({ $metadata: { requestId: 'req-1' } }))
afterEach(() => elb.reset())

describe('ModifyRule', () => {
  it('writes the whole list, stickiness off, when the rule is as it was decided from, in any order', async () => {
    ruleIs(forward(tuple('v002', 0), tuple('v001', 100)))
    expect(await perform()).toEqual({ requestId: 'req-1', learnt: {} })
    expect(written()).toEqual([
      {
        RuleArn: 'arn:rule',
        Actions: [
          {
            Type: 'forward',
            Order: 1,
            ForwardConfig: {
              TargetGroups: [tuple('v001', 0), tuple('v002', 100)],
              TargetGroupStickinessConfig: { Enabled: false },
            },
          },
        ],
      },
    ])
  })

  it.each<[string, Action[]]>([
    ['weights', [forward(tuple('v001', 50), tuple('v002', 50))]],
    ['target groups', [forward(tuple('v001', 100), tuple('v003', 0))]],
    ['the action itself', [{ Type: 'redirect', Order: 1, RedirectConfig: { StatusCode: 'HTTP_301' } }]],
  ])('sends nothing when somebody changed %s meanwhile, and says what is there', async (_, actions) => {
    ruleIs(...actions)
    const thrown: unknown = await perform().catch((error: unknown) => error)
    expect(thrown).toMatchObject({ name: 'CallRefused', means: 'changed', code: 'RuleChanged' })
    expect(String(thrown)).toMatch(/expected v001 100, v002 0, found /)
    expect(written()).toEqual([])
  })

  it('takes a lone target group for all of the traffic, with or without a weight', async () => {
    ruleIs({ Type: 'forward', Order: 1, TargetGroupArn: arn('v001') })
    await perform({ before: [entry('v001', 100)], entries: [entry('v001', 100), entry('v002', 0)] })
    expect(written()).toHaveLength(1)
  })

  it('does not take a lone target group of weight 0 for one with traffic', async () => {
    ruleIs(forward(tuple('v001', 0)))
    await expect(perform({ before: [entry('v001', 100)] })).rejects.toMatchObject({ means: 'changed' })
  })

  it('writes sign-in back before the forward, and lets AWS keep the secret that it does not show', async () => {
    const oidc = { Issuer: 'https://id', ClientId: 'shop' } as never
    ruleIs(
      { Type: 'forward', Order: 2, ForwardConfig: { TargetGroups: [tuple('v001', 100), tuple('v002', 0)] } },
      { Type: 'authenticate-oidc', Order: 1, AuthenticateOidcConfig: oidc },
    )
    await perform()
    expect(written()[0]?.Actions).toMatchObject([
      {
        Type: 'authenticate-oidc',
        Order: 1,
        AuthenticateOidcConfig: { ClientId: 'shop', UseExistingClientSecret: true },
      },
      { Type: 'forward', Order: 2 },
    ])
  })

  it('sets the conditions only where the call has some', async () => {
    ruleIs(forward(tuple('v001', 100), tuple('v002', 0)))
    await perform({ conditions: [{ field: 'path-pattern', values: ['/*'] }] })
    expect(written()[0]?.Conditions).toEqual([
      { Field: 'path-pattern', PathPatternConfig: { Values: ['/*'] } },
    ])
  })

  it('is refused as gone when the rule does not exist', async () => {
    elb.on(DescribeRulesCommand).rejects(
      Object.assign(
        new RuleNotFoundException({
          message: 'no',
          $metadata: { httpStatusCode: 400, requestId: 'req-2' },
        }),
        { Code: 'RuleNotFound' },
      ),
    )
    await expect(perform()).rejects.toMatchObject({ name: 'CallRefused', means: 'gone' })
    elb.on(DescribeRulesCommand).resolves({ Rules: [] })
    await expect(perform()).rejects.toMatchObject({ name: 'CallRefused', means: 'gone' })
  })

  it('sends nothing when the rule can not be read', async () => {
    elb.on(DescribeRulesCommand).rejects(Object.assign(new Error('reset'), { code: 'ECONNRESET' }))
    await expect(perform()).rejects.toMatchObject({ name: 'CallRefused', means: 'busy' })
    expect(written()).toEqual([])
  })
})
