import type { IncomingMessage } from 'node:http'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Codec } from '../../../server/localcloud/protocol/codec.js'
import { JsonCodec } from '../../../server/localcloud/protocol/json.js'
import { autoScalingLimits } from '../../../server/localcloud/protocol/limits/auto-scaling.js'
import { cloudWatchLimits } from '../../../server/localcloud/protocol/limits/cloudwatch.js'
import type { Limit } from '../../../server/localcloud/protocol/limits/limit.js'
import { loadBalancingLimits } from '../../../server/localcloud/protocol/limits/load-balancing.js'
import { serviceModel } from '../../../server/localcloud/protocol/models.js'
import { QueryCodec } from '../../../server/localcloud/protocol/query.js'

type Row = readonly [what: string, body: string, refusal: RegExp]

const answer = (codec: Codec, request: object, body: string): string => {
  try {
    const { input } = codec.decode(request as IncomingMessage, Buffer.from(body))
    return JSON.stringify(input)
  } catch (error) {
    const { name, message } = error as Error
    return `${name}: ${message}`
  }
}

const form = async (service: string, body: string) =>
  answer(new QueryCodec(service, await serviceModel(service), () => true), { headers: {} }, body)

const json = async (action: string, body: object) => {
  const codec = new JsonCodec(
    'monitoring',
    'application/x-amz-json-1.0',
    await serviceModel('monitoring'),
    () => true,
  )
  return answer(
    codec,
    { headers: { 'x-amz-target': `GraniteServiceVersion20100801.${action}` } },
    JSON.stringify(body),
  )
}

// EC2's client is large: on a busy machine to load it takes longer than a test may.
beforeAll(async () => {
  for (const service of ['ec2', 'autoscaling', 'elasticloadbalancing', 'monitoring'])
    await serviceModel(service)
}, 60_000)

describe('a form for Auto Scaling or Elastic Load Balancing is refused', () => {
  const autoScaling: Row[] = [
    [
      'without a required member',
      'Action=SetDesiredCapacity&AutoScalingGroupName=a',
      /^ValidationError: 1 validation error detected: Value null at 'desiredCapacity' failed to satisfy constraint: Member must not be null$/,
    ],
    [
      'with two faults, both named',
      'Action=CreateAutoScalingGroup&AutoScalingGroupName=&MinSize=1',
      /^ValidationError: 2 validation errors detected: Value '' at 'autoScalingGroupName' .* greater than or equal to 1; Value null at 'maxSize'/,
    ],
    [
      'without a member of a list’s member',
      'Action=CreateOrUpdateTags&Tags.member.1.Value=v',
      /Value null at 'tags\.1\.member\.key' failed to satisfy constraint: Member must not be null/,
    ],
    [
      'with a name that is too long',
      `Action=DeleteAutoScalingGroup&AutoScalingGroupName=${'n'.repeat(256)}`,
      /Member must have length less than or equal to 255$/,
    ],
    [
      'with a character that XML cannot carry',
      'Action=DeleteAutoScalingGroup&AutoScalingGroupName=a%01',
      /Member must satisfy regular expression pattern: \[\\u0020-/,
    ],
    [
      'with a name outside its pattern',
      'Action=PutLifecycleHook&AutoScalingGroupName=a&LifecycleHookName=a+b',
      /Value 'a b' at 'lifecycleHookName' .* pattern: \[A-Za-z0-9\\-_\\\/\]\+$/,
    ],
    [
      'with a word instead of a number',
      'Action=SetDesiredCapacity&AutoScalingGroupName=a&DesiredCapacity=three',
      /^MalformedInput: The value 'three' of DesiredCapacity is not a number$/,
    ],
    [
      'with half an instance',
      'Action=SetDesiredCapacity&AutoScalingGroupName=a&DesiredCapacity=1.5',
      /^MalformedInput: The value '1.5' of DesiredCapacity is no whole number$/,
    ],
    [
      'with something else than true and false',
      'Action=DeleteAutoScalingGroup&AutoScalingGroupName=a&ForceDelete=yes',
      /^MalformedInput: The value 'yes' of ForceDelete is not a boolean$/,
    ],
    [
      'with a time that is none',
      'Action=PutScheduledUpdateGroupAction&AutoScalingGroupName=a&ScheduledActionName=s&StartTime=tomorrow',
      /^MalformedInput: The value 'tomorrow' of StartTime is not a timestamp$/,
    ],
    [
      'with a percentage above a hundred',
      'Action=CreateAutoScalingGroup&AutoScalingGroupName=a&MinSize=1&MaxSize=1&InstanceMaintenancePolicy.MinHealthyPercentage=101',
      /'instanceMaintenancePolicy\.minHealthyPercentage' .* Member must have value less than or equal to 100/,
    ],
    [
      'with more hook names than a call takes',
      `Action=DescribeLifecycleHooks&AutoScalingGroupName=a&${Array.from({ length: 51 }, (_, at) => `LifecycleHookNames.member.${at + 1}=h${at}`).join('&')}`,
      /at 'lifecycleHookNames' .* Member must have length less than or equal to 50/,
    ],
  ]
  it.each(autoScaling)('Auto Scaling: %s', async (_what, body, refusal) => {
    expect(await form('autoscaling', body)).toMatch(refusal)
  })

  const loadBalancing: Row[] = [
    [
      'with an unknown protocol',
      'Action=CreateTargetGroup&Name=a&Protocol=SMTP&Port=25',
      /^ValidationError: 1 validation error detected: Value 'SMTP' at 'protocol' failed to satisfy constraint: Member must satisfy enum value set: \[HTTP, HTTPS, TCP/,
    ],
    [
      'with a page of 401',
      'Action=DescribeLoadBalancers&PageSize=401',
      /Value '401' at 'pageSize' failed to satisfy constraint: Member must have value less than or equal to 400/,
    ],
    [
      'with a page of none',
      'Action=DescribeTargetGroups&PageSize=0',
      /Value '0' at 'pageSize' .* greater than or equal to 1/,
    ],
    [
      'with a port beyond the last',
      'Action=CreateListener&LoadBalancerArn=a&Port=65536&DefaultActions.member.1.Type=forward',
      /Value '65536' at 'port' .* less than or equal to 65535/,
    ],
    [
      'with an action of no known type',
      'Action=CreateRule&ListenerArn=a&Priority=1&Conditions.member.1.Field=path-pattern&Actions.member.1.Type=teleport',
      /Value 'teleport' at 'actions\.1\.member\.type' .* enum value set: \[forward, /,
    ],
    [
      'with a fixed response of 3xx',
      'Action=CreateRule&ListenerArn=a&Priority=1&Conditions.member.1.Field=path-pattern&Actions.member.1.Type=fixed-response&Actions.member.1.FixedResponseConfig.StatusCode=301',
      /'actions\.1\.member\.fixedResponseConfig\.statusCode' .* pattern: \^\(2\|4\|5\)\\d\\d\$$/,
    ],
    [
      'with a health check every four seconds',
      'Action=CreateTargetGroup&Name=a&HealthCheckIntervalSeconds=4',
      /Value '4' at 'healthCheckIntervalSeconds' .* greater than or equal to 5/,
    ],
    [
      'with a tag key of odd characters',
      'Action=AddTags&ResourceArns.member.1=a&Tags.member.1.Key=a%3Cb',
      /Value 'a<b' at 'tags\.1\.member\.key' .* regular expression pattern/,
    ],
    [
      'with an empty list of tags',
      'Action=AddTags&ResourceArns.member.1=a&Tags=',
      /Value '\[\]' at 'tags' .* Member must have length greater than or equal to 1/,
    ],
    [
      'with a rule’s priority of zero',
      'Action=SetRulePriorities&RulePriorities.member.1.RuleArn=a&RulePriorities.member.1.Priority=0',
      /'rulePriorities\.1\.member\.priority' .* greater than or equal to 1/,
    ],
  ]
  it.each(loadBalancing)('Elastic Load Balancing: %s', async (_what, body, refusal) => {
    expect(await form('elasticloadbalancing', body)).toMatch(refusal)
  })

  it('but members that the service does not know are passed over', async () => {
    const body = 'Action=SetDesiredCapacity&AutoScalingGroupName=a&DesiredCapacity=1&Colour=red'
    expect(await form('autoscaling', body)).toBe('{"AutoScalingGroupName":"a","DesiredCapacity":1}')
  })
})

describe('a form for EC2', () => {
  const rows: Row[] = [
    [
      'without a required parameter is refused',
      'Action=TerminateInstances',
      /^MissingParameter: The request must contain the parameter InstanceId$/,
    ],
    [
      'with an unknown parameter is refused',
      'Action=DescribeInstances&Version=2016-11-15&Colour=red',
      /^UnknownParameter: The parameter Colour is not recognized$/,
    ],
    [
      'with an unknown member of a parameter is refused',
      'Action=DescribeInstances&Filter.1.Name=a&Filter.1.Values.1=b',
      /^UnknownParameter: The parameter Filter\.1\.Values is not recognized$/,
    ],
    [
      'with a word instead of a number is refused',
      'Action=DescribeInstances&MaxResults=many',
      /^InvalidParameterValue: Value \(many\) for parameter MaxResults is invalid\. Expecting a number\.$/,
    ],
    [
      'with numbers that leave gaps keeps their order',
      'Action=DescribeInstances&InstanceId.10=j&InstanceId.2=i',
      /^\{"InstanceIds":\["i","j"\]\}$/,
    ],
  ]
  it.each(rows)('%s', async (_what, body, outcome) => {
    expect(await form('ec2', body)).toMatch(outcome)
  })
})

describe('JSON for CloudWatch', () => {
  const rows: (readonly [what: string, action: string, body: object, outcome: RegExp])[] = [
    [
      'without a required member is refused',
      'PutMetricData',
      { Namespace: 'n', MetricData: [{ Value: 1 }] },
      /^MissingParameter: The parameter MetricData\.member\.1\.MetricName is required\.$/,
    ],
    [
      'with a list instead of text is refused',
      'DescribeAlarmHistory',
      { AlarmName: ['a'] },
      /^SerializationException: Start of list found where not expected$/,
    ],
    [
      'with text instead of a list is refused',
      'DeleteAlarms',
      { AlarmNames: 'a' },
      /^SerializationException: Expected list or null$/,
    ],
    [
      'with text instead of a number is refused',
      'DescribeAlarms',
      { MaxRecords: 'many' },
      /^SerializationException: STRING_VALUE can not be converted to a Number$/,
    ],
    [
      'with a number instead of text is refused',
      'DescribeAlarms',
      { AlarmNamePrefix: 7 },
      /^SerializationException: NUMBER_VALUE can not be converted to a String$/,
    ],
    [
      'with a number instead of a boolean is refused',
      'PutMetricAlarm',
      { AlarmName: 'a', ActionsEnabled: 1 },
      /^SerializationException: NUMBER_VALUE can not be converted to a Boolean$/,
    ],
    [
      'with an unknown state is refused',
      'SetAlarmState',
      { AlarmName: 'a', StateValue: 'bar', StateReason: '' },
      /^ValidationError: 1 validation error detected: Value 'bar' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: \[OK, ALARM, INSUFFICIENT_DATA\]$/,
    ],
    [
      'with a page of 101 is refused',
      'DescribeAlarms',
      { MaxRecords: 101 },
      /Value '101' at 'maxRecords' .* less than or equal to 100/,
    ],
    [
      'with an unknown unit is refused',
      'PutMetricData',
      { Namespace: 'n', MetricData: [{ MetricName: 'm', Value: 1, Unit: 'Furlongs' }] },
      /Value 'Furlongs' at 'metricData\.1\.member\.unit' .* enum value set: \[Seconds, /,
    ],
    ['with an unknown member is taken', 'DescribeAlarms', { Colour: 'red' }, /^\{\}$/],
  ]
  it.each(rows)('%s', async (_what, action, body, outcome) => {
    expect(await json(action, body)).toMatch(outcome)
  })
})

it('every pattern of the limits can be compiled, and every limit leaves something', () => {
  const all = [autoScalingLimits, loadBalancingLimits, cloudWatchLimits].flatMap((limits) =>
    Object.values(limits).flatMap((members) => Object.values(members)),
  )
  const check = (limit: Limit): void => {
    if (limit.kind === 'text' && limit.pattern) new RegExp(limit.pattern, 'u')
    if (limit.kind === 'list' && limit.item) check(limit.item)
    if ('max' in limit) expect(limit.max).toBeGreaterThanOrEqual(limit.min)
  }
  all.forEach(check)
  expect(all.length).toBeGreaterThan(300)
})
