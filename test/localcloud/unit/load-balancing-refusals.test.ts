import type { Listener, LoadBalancer, Rule } from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type LoadBalancingService,
  makeLoadBalancing,
} from '../../../server/localcloud/load-balancing/service.js'
import { serviceModel } from '../../../server/localcloud/protocol/models.js'
import { ask, type FakeCloud, fakeCloud } from './fake-cloud.js'
import { filledIn, refusalOf } from './refusal-of.js'
import { type Group, makeStack, type Stack } from './stack.js'

/** The parts that rows name: `$rule` in an input stands for the rule's ARN. */
const names: Record<string, string> = {}
let cloud: FakeCloud
let elb: LoadBalancingService
let stack: Stack
let group: Group

const unknown = (kind: string) =>
  `arn:aws:elasticloadbalancing:us-east-1:123456789012:${kind}/0123456789abcdef`
const fixed = { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200' } }
const path = { Field: 'path-pattern', Values: ['/a'] }
const many = (count: number, of: (at: number) => unknown) => Array.from({ length: count }, (_, at) => of(at))

beforeAll(async () => {
  await serviceModel('elasticloadbalancing')
  cloud = await fakeCloud()
  elb = makeLoadBalancing(cloud)
  stack = await makeStack(cloud, elb)
  group = await stack.group('shop', 0)
  const rule = (Priority: number) =>
    ask<{ Rules: Rule[] }>(elb, 'CreateRule', {
      ListenerArn: stack.listenerArn,
      Priority,
      Conditions: [path],
      Actions: [{ Type: 'forward', TargetGroupArn: group.arn }],
    })
  names.rule = (await rule(10)).Rules[0]!.RuleArn!
  names.other = (await rule(20)).Rules[0]!.RuleArn!
  const { Rules } = await ask<{ Rules: Rule[] }>(elb, 'DescribeRules', { ListenerArn: stack.listenerArn })
  names.default = Rules.find((each) => each.IsDefault)!.RuleArn!
  names.listener = stack.listenerArn
  names.lb = stack.loadBalancerArn
  names.group = group.arn
  const { instanceId } = cloud.fake.launch({ subnetId: 'subnet-a', tags: {} })
  cloud.fake.change(instanceId, { state: 'stopped' })
  names.stopped = instanceId
}, 60_000)

afterAll(async () => {
  await elb.stop()
  for (const { instanceId } of cloud.fake.all.values()) cloud.fake.terminate(instanceId)
})

type Row = readonly [action: string, what: string, input: object, refusal: RegExp]

const rule = { ListenerArn: '$listener', Priority: 30, Conditions: [path], Actions: [fixed] }
const condition = (what: string, given: object, refusal: RegExp): Row => [
  'CreateRule',
  what,
  { ...rule, Conditions: [given] },
  refusal,
]
const action = (what: string, given: object, refusal: RegExp): Row => [
  'CreateRule',
  what,
  { ...rule, Actions: [given] },
  refusal,
]
const targetGroup = { Name: 'new', Protocol: 'HTTP', Port: 80, VpcId: 'vpc-1' }
const loadBalancer = { Name: 'new', Subnets: ['subnet-a', 'subnet-b'] }
const attribute = (
  kind: 'TargetGroup' | 'LoadBalancer' | 'Listener',
  Key: string,
  Value: string,
  refusal: RegExp,
): Row => {
  const owner = { TargetGroup: '$group', LoadBalancer: '$lb', Listener: '$listener' }[kind]
  return [
    `Modify${kind}Attributes`,
    `${Key} ${Value}`,
    { [`${kind}Arn`]: owner, Attributes: [{ Key, Value }] },
    refusal,
  ]
}

const rows: Row[] = [
  // Rules: conditions
  condition(
    'no such field',
    { Field: 'colour', Values: ['red'] },
    /^ValidationError: Condition field 'colour' must be one of '\[path-pattern, host-header, /,
  ),
  condition('no value', { Field: 'path-pattern' }, /^ValidationError: A condition value must be specified$/),
  condition(
    'an empty list',
    { Field: 'host-header', HostHeaderConfig: { Values: [] } },
    /^ValidationError: A condition value must be specified$/,
  ),
  condition(
    'two values directly',
    { Field: 'host-header', Values: ['one', 'two'] },
    /^ValidationError: The 'host-header' field contains too many values; the limit is '1'$/,
  ),
  condition(
    'values twice',
    { Field: 'path-pattern', Values: ['/a'], PathPatternConfig: { Values: ['/b'] } },
    /^ValidationError: You cannot provide both Values and 'PathPatternConfig' for a condition of type 'path-pattern'$/,
  ),
  condition(
    'another field’s configuration',
    { Field: 'path-pattern', HostHeaderConfig: { Values: ['a'] } },
    /^ValidationError: The 'HostHeaderConfig' field is not compatible with 'path-pattern'$/,
  ),
  condition(
    'values of a method directly',
    { Field: 'http-request-method', Values: ['GET'] },
    /^ValidationError: The 'Values' field is not compatible with 'http-request-method'$/,
  ),
  condition(
    'a long path',
    { Field: 'path-pattern', Values: ['/'.repeat(129)] },
    /^ValidationError: The 'path-pattern' value is too long; the limit is '128'$/,
  ),
  condition(
    'a method in small letters',
    { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['get'] } },
    /^ValidationError: The 'http-request-method' value is invalid; the allowed characters are A-Z, hyphen and underscore$/,
  ),
  condition(
    'a long method',
    { Field: 'http-request-method', HttpRequestMethodConfig: { Values: ['X'.repeat(41)] } },
    /^ValidationError: The 'http-request-method' value is too long; the limit is '40'$/,
  ),
  condition(
    'no methods',
    { Field: 'http-request-method' },
    /^ValidationError: A 'HttpRequestMethodConfig' must be specified with 'http-request-method'$/,
  ),
  condition(
    'a long header name',
    { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x'.repeat(41), Values: ['y'] } },
    /^ValidationError: The 'HttpHeaderName' value is too long; the limit is '40'$/,
  ),
  condition(
    'a long header',
    { Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'x', Values: ['y'.repeat(129)] } },
    /^ValidationError: The 'http-header' value is too long; the limit is '128'$/,
  ),
  condition(
    'a query without a value',
    { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'a' }] } },
    /^ValidationError: A 'Value' must be specified in 'QueryStringKeyValuePair'$/,
  ),
  condition(
    'a long query key',
    { Field: 'query-string', QueryStringConfig: { Values: [{ Key: 'x'.repeat(129), Value: 'a' }] } },
    /^ValidationError: The 'Key' value is too long; the limit is '128'$/,
  ),
  condition(
    'no addresses',
    { Field: 'source-ip', SourceIpConfig: { Values: [] } },
    /^ValidationError: A 'source-ip' value must be specified$/,
  ),
  condition(
    'no address configuration',
    { Field: 'source-ip' },
    /^ValidationError: A 'SourceIpConfig' must be specified with 'source-ip'$/,
  ),
  condition(
    'an address that is none',
    { Field: 'source-ip', SourceIpConfig: { Values: ['10.0.0.0/33'] } },
    /^ValidationError: The value '10\.0\.0\.0\/33' is not a valid CIDR block$/,
  ),
  [
    'CreateRule',
    'a field twice',
    { ...rule, Conditions: [path, path] },
    /^ValidationError: Only one condition of type 'path-pattern'/,
  ],
  [
    'CreateRule',
    'six values',
    {
      ...rule,
      Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: many(6, (at) => `/${at}`) } }],
    },
    /^ValidationError: A rule can only have '5' condition values$/,
  ],
  [
    'CreateRule',
    'seven wildcards',
    { ...rule, Conditions: [{ Field: 'path-pattern', Values: ['/*?*?*?*'] }] },
    /^ValidationError: A rule can only have '6' condition wildcards$/,
  ],
  [
    'CreateRule',
    'no conditions',
    { ...rule, Conditions: [] },
    /^ValidationError: A condition must be specified$/,
  ],
  // Rules: actions
  action(
    'an unknown group',
    { Type: 'forward', TargetGroupArn: unknown('targetgroup/none') },
    /^TargetGroupNotFound: /,
  ),
  action(
    'no group',
    { Type: 'forward' },
    /^ValidationError: A target group ARN must be specified for a forward action$/,
  ),
  action(
    'a weight of 1000',
    { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: '$group', Weight: 1000 }] } },
    /^ValidationError: .* between 0 and 999, inclusive$/,
  ),
  action(
    'a negative weight',
    { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: '$group', Weight: -1 }] } },
    /^ValidationError: .* between 0 and 999, inclusive$/,
  ),
  action(
    'half a weight',
    { Type: 'forward', ForwardConfig: { TargetGroups: [{ TargetGroupArn: '$group', Weight: 0.5 }] } },
    /^(MalformedInput|ValidationError): /,
  ),
  action(
    'a group twice',
    {
      Type: 'forward',
      ForwardConfig: { TargetGroups: many(2, () => ({ TargetGroupArn: '$group', Weight: 1 })) },
    },
    /^InvalidLoadBalancerAction: .*unique$/,
  ),
  action(
    'stickiness of eight days',
    {
      Type: 'forward',
      ForwardConfig: {
        TargetGroups: [{ TargetGroupArn: '$group', Weight: 1 }],
        TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 691_200 },
      },
    },
    /^InvalidLoadBalancerAction: .*between 1 and 604800 seconds$/,
  ),
  action(
    'a redirect in a circle',
    { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301' } },
    /^InvalidLoadBalancerAction: The redirect configuration is not valid because it creates a loop\.$/,
  ),
  action(
    'a redirect without a status',
    { Type: 'redirect', RedirectConfig: { Host: 'a' } },
    /^ValidationError: .*Value null at 'actions\.1\.member\.redirectConfig\.statusCode'/,
  ),
  action(
    'a redirect to port 70000',
    { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Port: '70000' } },
    /^InvalidLoadBalancerAction: The port '70000'/,
  ),
  action(
    'a redirect to a path without a slash',
    { Type: 'redirect', RedirectConfig: { StatusCode: 'HTTP_301', Path: 'a' } },
    /^InvalidLoadBalancerAction: The path 'a'/,
  ),
  action(
    'a response of another type',
    { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', ContentType: 'Fake content type' } },
    /^InvalidLoadBalancerAction: The ContentType must be one of:'text\/html', 'application\/json', 'application\/javascript', 'text\/css', 'text\/plain'$/,
  ),
  action(
    'a response that is long',
    { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '200', MessageBody: 'x'.repeat(1025) } },
    /^ValidationError: .*less than or equal to 1024$/,
  ),
  action(
    'a response of 305',
    { Type: 'fixed-response', FixedResponseConfig: { StatusCode: '305' } },
    /^ValidationError: .*'actions\.1\.member\.fixedResponseConfig\.statusCode'/,
  ),
  action(
    'another type’s configuration',
    { ...fixed, TargetGroupArn: '$group' },
    /^InvalidLoadBalancerAction: You cannot specify 'TargetGroupArn' for an action of type 'fixed-response'$/,
  ),
  ['CreateRule', 'two actions', { ...rule, Actions: [fixed, fixed] }, /^TooManyActions: /],
  ['CreateRule', 'no actions', { ...rule, Actions: [] }, /^ValidationError: At least one action/],
  // Rules: the rest
  [
    'CreateRule',
    'a priority in use',
    { ...rule, Priority: 10 },
    /^PriorityInUse: Priority '10' is currently in use$/,
  ],
  [
    'CreateRule',
    'a condition before the priority',
    { ...rule, Priority: 10, Conditions: [{ Field: 'path-pattern' }] },
    /^ValidationError: A condition value/,
  ],
  [
    'CreateRule',
    'a priority of 50001',
    { ...rule, Priority: 50_001 },
    /^ValidationError: .*less than or equal to 50000$/,
  ],
  [
    'CreateRule',
    'no listener',
    { ...rule, ListenerArn: unknown('listener/app/lb/1') },
    /^ListenerNotFound: One or more listeners not found$/,
  ],
  [
    'CreateRule',
    'an ARN of something else',
    { ...rule, ListenerArn: '$group' },
    /^ValidationError: '.*' is not a valid listener ARN$/,
  ],
  [
    'ModifyRule',
    'nothing to modify',
    { RuleArn: '$rule' },
    /^ValidationError: Either conditions or actions must be specified$/,
  ],
  ['ModifyRule', 'the default rule', { RuleArn: '$default', Actions: [fixed] }, /^OperationNotPermitted: /],
  ['DeleteRule', 'the default rule', { RuleArn: '$default' }, /^OperationNotPermitted: /],
  [
    'DeleteRule',
    'an unknown rule',
    { RuleArn: unknown('listener-rule/app/lb/1/2') },
    /^RuleNotFound: One or more rules not found$/,
  ],
  [
    'DescribeRules',
    'nothing named',
    {},
    /^ValidationError: You must specify either listener rule ARNs or a listener ARN$/,
  ],
  [
    'DescribeRules',
    'both named',
    { ListenerArn: '$listener', RuleArns: ['$rule'] },
    /^ValidationError: Listener rule ARNs and a listener ARN cannot be specified at the same time$/,
  ],
  [
    'DescribeRules',
    'a token that is rubbish',
    { ListenerArn: '$listener', Marker: 'rubbish' },
    /^ValidationError: The Marker 'rubbish' is not valid$/,
  ],
  [
    'SetRulePriorities',
    'a priority twice',
    {
      RulePriorities: [
        { RuleArn: '$rule', Priority: 7 },
        { RuleArn: '$other', Priority: 7 },
      ],
    },
    /^ValidationError: Priority '7' was provided multiple times$/,
  ],
  [
    'SetRulePriorities',
    'a priority in use',
    { RulePriorities: [{ RuleArn: '$rule', Priority: 20 }] },
    /^PriorityInUse: /,
  ],
  [
    'SetRulePriorities',
    'the default rule',
    { RulePriorities: [{ RuleArn: '$default', Priority: 7 }] },
    /^OperationNotPermitted: /,
  ],
  // Listeners
  [
    'CreateListener',
    'no load balancer',
    {
      LoadBalancerArn: unknown('loadbalancer/app/none'),
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [fixed],
    },
    /^LoadBalancerNotFound: /,
  ],
  [
    'CreateListener',
    'no port',
    { LoadBalancerArn: '$lb', Protocol: 'HTTP', DefaultActions: [fixed] },
    /^ValidationError: /,
  ],
  [
    'CreateListener',
    'a protocol of network load balancers',
    { LoadBalancerArn: '$lb', Port: 80, Protocol: 'TCP', DefaultActions: [fixed] },
    /^UnsupportedProtocol: /,
  ],
  [
    'CreateListener',
    'HTTPS without a certificate',
    { LoadBalancerArn: '$lb', Port: 443, Protocol: 'HTTPS', DefaultActions: [fixed] },
    /^ValidationError: A certificate must be specified for HTTPS listeners$/,
  ],
  [
    'CreateListener',
    'HTTP with a certificate',
    {
      LoadBalancerArn: '$lb',
      Port: 81,
      Protocol: 'HTTP',
      Certificates: [{ CertificateArn: 'a' }],
      DefaultActions: [fixed],
    },
    /^ValidationError: A certificate cannot be specified for HTTP listeners$/,
  ],
  [
    'CreateListener',
    'two certificates',
    {
      LoadBalancerArn: '$lb',
      Port: 443,
      Protocol: 'HTTPS',
      Certificates: [{ CertificateArn: 'a' }, { CertificateArn: 'b' }],
      DefaultActions: [fixed],
    },
    /^TooManyCertificates: /,
  ],
  [
    'CreateListener',
    'an unknown policy',
    {
      LoadBalancerArn: '$lb',
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'none',
      Certificates: [{ CertificateArn: 'a' }],
      DefaultActions: [fixed],
    },
    /^SSLPolicyNotFound: SSL policy 'none' not found$/,
  ],
  [
    'DescribeListeners',
    'nothing named',
    {},
    /^ValidationError: You must specify either listener ARNs or a load balancer ARN$/,
  ],
  [
    'DescribeListeners',
    'both named',
    { LoadBalancerArn: '$lb', ListenerArns: ['$listener'] },
    /^ValidationError: .*at the same time$/,
  ],
  [
    'DescribeListeners',
    'an unknown one',
    { ListenerArns: [unknown('listener/app/lb/1')] },
    /^ListenerNotFound: /,
  ],
  [
    'DeleteListener',
    'an unknown one',
    { ListenerArn: unknown('listener/app/lb/1') },
    /^ListenerNotFound: One or more listeners not found$/,
  ],
  ['DescribeSSLPolicies', 'an unknown one', { Names: ['none'] }, /^SSLPolicyNotFound: /],
  // Load balancers
  [
    'CreateLoadBalancer',
    'a name of 33 characters',
    { ...loadBalancer, Name: 'x'.repeat(33) },
    /^ValidationError: The load balancer name 'x+' cannot be longer than '32' characters$/,
  ],
  [
    'CreateLoadBalancer',
    'a name with a dot',
    { ...loadBalancer, Name: 'a.b' },
    /^ValidationError: The load balancer name 'a\.b' can contain only/,
  ],
  [
    'CreateLoadBalancer',
    'a name that is reserved',
    { ...loadBalancer, Name: 'internal-a' },
    /^ValidationError: /,
  ],
  [
    'CreateLoadBalancer',
    'a scheme of its own',
    { ...loadBalancer, Scheme: 'secret' },
    /^ValidationError: .*enum value set: \[internet-facing, internal\]$/,
  ],
  [
    'CreateLoadBalancer',
    'one zone',
    { ...loadBalancer, Subnets: ['subnet-a'] },
    /^ValidationError: At least two subnets in two different Availability Zones must be specified$/,
  ],
  ['CreateLoadBalancer', 'no subnets', { Name: 'new' }, /^ValidationError: At least two subnets/],
  [
    'CreateLoadBalancer',
    'an unknown subnet',
    { ...loadBalancer, Subnets: ['subnet-a', 'subnet-x'] },
    /^SubnetNotFound: The subnet ID 'subnet-x' does not exist$/,
  ],
  [
    'CreateLoadBalancer',
    'subnets and mappings',
    { ...loadBalancer, SubnetMappings: [{ SubnetId: 'subnet-a' }] },
    /^ValidationError: Subnets and subnet mappings/,
  ],
  [
    'CreateLoadBalancer',
    'the same name with another scheme',
    { Name: 'lb', Subnets: ['subnet-a', 'subnet-b', 'subnet-c'], Scheme: 'internal' },
    /^DuplicateLoadBalancerName: /,
  ],
  [
    'CreateLoadBalancer',
    'a tag twice',
    { ...loadBalancer, Tags: [{ Key: 'a' }, { Key: 'a' }] },
    /^DuplicateTagKeys: /,
  ],
  [
    'CreateLoadBalancer',
    '51 tags',
    { ...loadBalancer, Tags: many(51, (at) => ({ Key: `k${at}` })) },
    /^TooManyTags: /,
  ],
  [
    'DescribeLoadBalancers',
    '21 of them',
    { Names: many(21, (at) => `n${at}`) },
    /^ValidationError: You cannot describe more than '20' load balancers at a time$/,
  ],
  [
    'DescribeLoadBalancers',
    'an unknown name',
    { Names: ['none'] },
    /^LoadBalancerNotFound: Load balancers '\[none\]' not found$/,
  ],
  [
    'DescribeLoadBalancers',
    'names and ARNs',
    { Names: ['lb'], LoadBalancerArns: ['$lb'] },
    /^ValidationError: .*at the same time$/,
  ],
  [
    'DeleteLoadBalancer',
    'what is gone: no fault',
    { LoadBalancerArn: unknown('loadbalancer/app/none') },
    /^done$/,
  ],
  ['DeleteLoadBalancer', 'an ARN of something else', { LoadBalancerArn: '$group' }, /^ValidationError: /],
  attribute(
    'LoadBalancer',
    'colour',
    'red',
    /^ValidationError: Load balancer attribute key 'colour' is not recognized$/,
  ),
  attribute('LoadBalancer', 'idle_timeout.timeout_seconds', '4001', /^ValidationError: /),
  attribute(
    'LoadBalancer',
    'access_logs.s3.enabled',
    'true',
    /^InvalidConfigurationRequest: You must specify 'access_logs\.s3\.bucket'/,
  ),
  attribute(
    'Listener',
    'colour',
    'red',
    /^ValidationError: Listener attribute key 'colour' is not recognized$/,
  ),
  // Target groups
  [
    'CreateTargetGroup',
    'a name of 33 characters',
    { ...targetGroup, Name: 'A'.repeat(33) },
    /^ValidationError: Target group name 'A+' cannot be longer than '32' characters$/,
  ],
  [
    'CreateTargetGroup',
    'a dot',
    { ...targetGroup, Name: 'example.com' },
    /^ValidationError: Target group name 'example\.com' can only contain characters that are alphanumeric characters or hyphens\(-\)$/,
  ],
  [
    'CreateTargetGroup',
    'a hyphen first',
    { ...targetGroup, Name: '-a' },
    /^ValidationError: Target group name '-a' cannot begin or end with a hyphen/,
  ],
  [
    'CreateTargetGroup',
    'no VPC',
    { ...targetGroup, VpcId: undefined },
    /^ValidationError: A VPC ID must be specified for creating a target group with target type 'instance'$/,
  ],
  [
    'CreateTargetGroup',
    'a VPC that is none',
    { ...targetGroup, VpcId: 'main' },
    /^ValidationError: The VPC ID 'main' is not found$/,
  ],
  ['CreateTargetGroup', 'no port', { ...targetGroup, Port: undefined }, /^ValidationError: A port/],
  [
    'CreateTargetGroup',
    'another version',
    { ...targetGroup, ProtocolVersion: 'HTTP9' },
    /^ValidationError: Target group protocol version 'HTTP9'/,
  ],
  [
    'CreateTargetGroup',
    'a check of its own protocol',
    { ...targetGroup, HealthCheckProtocol: '/HTTP' },
    /Value '\/HTTP' at 'healthCheckProtocol' failed to satisfy constraint/,
  ],
  [
    'CreateTargetGroup',
    'a path without a slash',
    { ...targetGroup, HealthCheckPath: 'a' },
    /^ValidationError: Health check path 'a' must begin with '\/'$/,
  ],
  [
    'CreateTargetGroup',
    'a check of port 0',
    { ...targetGroup, HealthCheckPort: '0' },
    /^ValidationError: Health check port/,
  ],
  [
    'CreateTargetGroup',
    'a matcher of 600',
    { ...targetGroup, Matcher: { HttpCode: '600' } },
    /^ValidationError: Health check matcher HTTP code '600' must be within '200-499'$/,
  ],
  [
    'CreateTargetGroup',
    'other settings',
    { ...targetGroup, Name: 'shop', Port: 81 },
    /^DuplicateTargetGroupName: A target group with the same name 'shop' exists, but with different settings$/,
  ],
  [
    'ModifyTargetGroup',
    'a timeout as long as the interval',
    { TargetGroupArn: '$group', HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 5 },
    /^ValidationError: Health check timeout '5' must be smaller than the interval '5'$/,
  ],
  [
    'DescribeTargetGroups',
    '21 of them',
    { TargetGroupArns: many(21, () => '$group') },
    /^ValidationError: You cannot describe more than '20' target groups at a time$/,
  ],
  [
    'DescribeTargetGroups',
    'an unknown name',
    { Names: ['none'] },
    /^TargetGroupNotFound: One or more target groups not found$/,
  ],
  [
    'DeleteTargetGroup',
    'one in use',
    { TargetGroupArn: '$group' },
    /^ResourceInUse: Target group '.*' is currently in use by a listener or a rule$/,
  ],
  attribute(
    'TargetGroup',
    'colour',
    'red',
    /^ValidationError: Target group attribute key 'colour' is not recognized$/,
  ),
  attribute(
    'TargetGroup',
    'constructor',
    'x',
    /^ValidationError: Target group attribute key 'constructor' is not recognized$/,
  ),
  attribute('TargetGroup', 'deregistration_delay.timeout_seconds', '3601', /^ValidationError: /),
  attribute('TargetGroup', 'deregistration_delay.timeout_seconds', 'soon', /^ValidationError: /),
  attribute('TargetGroup', 'slow_start.duration_seconds', '29', /^ValidationError: /),
  attribute(
    'TargetGroup',
    'stickiness.app_cookie.cookie_name',
    'AWSALB',
    /^ValidationError: The cookie name/,
  ),
  [
    'ModifyTargetGroupAttributes',
    'an application’s cookie without its name',
    {
      TargetGroupArn: '$group',
      Attributes: [
        { Key: 'stickiness.enabled', Value: 'true' },
        { Key: 'stickiness.type', Value: 'app_cookie' },
      ],
    },
    /^InvalidConfigurationRequest: /,
  ],
  [
    'ModifyTargetGroupAttributes',
    'a key twice',
    { TargetGroupArn: '$group', Attributes: many(2, () => ({ Key: 'stickiness.enabled', Value: 'true' })) },
    /^ValidationError: .*more than once$/,
  ],
  // Targets
  [
    'RegisterTargets',
    'an id that is none',
    { TargetGroupArn: '$group', Targets: [{ Id: 'server1' }] },
    /^ValidationError: Instance ID 'server1' is not valid$/,
  ],
  [
    'RegisterTargets',
    'two that do not exist',
    { TargetGroupArn: '$group', Targets: [{ Id: 'i-0a' }, { Id: 'i-0b' }] },
    /^InvalidTarget: The following targets do not exist: 'i-0a', 'i-0b'$/,
  ],
  [
    'RegisterTargets',
    'one that is stopped',
    { TargetGroupArn: '$group', Targets: [{ Id: '$stopped' }] },
    /^InvalidTarget: The following targets are not in a running state and cannot be registered: 'i-\d+'$/,
  ],
  [
    'RegisterTargets',
    'an unknown group',
    { TargetGroupArn: unknown('targetgroup/none'), Targets: [{ Id: 'i-0a' }] },
    /^TargetGroupNotFound: One or more target groups not found$/,
  ],
  [
    'DeregisterTargets',
    'a target that is not registered: no fault',
    { TargetGroupArn: '$group', Targets: [{ Id: 'i-0a' }] },
    /^done$/,
  ],
  [
    'DescribeTargetHealth',
    'a target that does not exist',
    { TargetGroupArn: '$group', Targets: [{ Id: 'i-0a' }] },
    /^InvalidTarget: /,
  ],
  // Tags
  [
    'AddTags',
    'a reserved key',
    { ResourceArns: ['$group'], Tags: [{ Key: 'aws:mine' }] },
    /^ValidationError: Tag keys cannot begin with 'aws:'/,
  ],
  [
    'AddTags',
    'a key twice',
    { ResourceArns: ['$group'], Tags: [{ Key: 'a' }, { Key: 'a' }] },
    /^DuplicateTagKeys: /,
  ],
  [
    'AddTags',
    'a key of 129 characters',
    { ResourceArns: ['$group'], Tags: [{ Key: 'k'.repeat(129) }] },
    /less than or equal to 128$/,
  ],
  [
    'AddTags',
    'something that has no tags',
    { ResourceArns: ['arn:aws:s3:::bucket'], Tags: [{ Key: 'a' }] },
    /^ValidationError: /,
  ],
  ['RemoveTags', 'a reserved key', { ResourceArns: ['$group'], TagKeys: ['aws:mine'] }, /^ValidationError: /],
  ['DescribeTags', '21 of them', { ResourceArns: many(21, () => '$group') }, /^ValidationError: .*'20'/],
  [
    'DescribeTags',
    'an unknown group',
    { ResourceArns: [unknown('targetgroup/none')] },
    /^TargetGroupNotFound: /,
  ],
]

describe('Elastic Load Balancing answers', () => {
  it.each(rows)('%s with %s', async (action, _what, input, refusal) => {
    const before = JSON.stringify(cloud.state.section('elasticloadbalancing', {}))
    expect(await refusalOf(elb, action, filledIn(input, names))).toMatch(refusal)
    expect(JSON.stringify(cloud.state.section('elasticloadbalancing', {}))).toBe(before)
  })

  it('a listener that is made again with the same listener, and with other settings not at all', async () => {
    const settings = {
      LoadBalancerArn: stack.loadBalancerArn,
      Protocol: 'HTTP',
      Port: stack.port,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }
    const { Listeners } = await ask<{ Listeners: Listener[] }>(elb, 'CreateListener', settings)
    expect(Listeners[0]!.ListenerArn).toBe(stack.listenerArn)
    expect(await refusalOf(elb, 'CreateListener', { ...settings, DefaultActions: [fixed] })).toBe(
      `DuplicateListener: A listener already exists on this port for this load balancer '${stack.loadBalancerArn}'`,
    )
  })

  it('a load balancer that is made again with the same one', async () => {
    const { LoadBalancers } = await ask<{ LoadBalancers: LoadBalancer[] }>(elb, 'CreateLoadBalancer', {
      Name: 'lb',
      Subnets: ['subnet-c', 'subnet-b', 'subnet-a'],
    })
    expect(LoadBalancers[0]!.LoadBalancerArn).toBe(stack.loadBalancerArn)
  })
})
