import type { MetricAlarm } from '@aws-sdk/client-cloudwatch'
import { beforeAll, describe, expect, it } from 'vitest'
import { makeCloudWatch } from '../../../server/localcloud/cloudwatch/service.js'
import type { Service } from '../../../server/localcloud/cloud.js'
import { serviceModel } from '../../../server/localcloud/protocol/models.js'
import { ask, type FakeCloud, fakeCloud } from './fake-cloud.js'
import { refusalOf } from './refusal-of.js'

let cloud: FakeCloud
let watch: Service

const many = (count: number, of: (at: number) => unknown) => Array.from({ length: count }, (_, at) => of(at))
const now = Date.now()
const ago = (seconds: number) => new Date(now - seconds * 1000)
const alarm = {
  AlarmName: 'new',
  Namespace: 'Shop',
  MetricName: 'Depth',
  Statistic: 'Average',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 10,
  ComparisonOperator: 'GreaterThanThreshold',
}
const stat = { Metric: { Namespace: 'Shop', MetricName: 'Depth' }, Period: 60, Stat: 'Sum' }

beforeAll(async () => {
  await serviceModel('monitoring')
  cloud = await fakeCloud()
  watch = makeCloudWatch(cloud)
  await ask(watch, 'PutMetricAlarm', { ...alarm, AlarmName: 'busy' })
  await ask(watch, 'PutMetricAlarm', { ...alarm, AlarmName: 'free' })
  await ask(watch, 'PutCompositeAlarm', { AlarmName: 'both', AlarmRule: 'ALARM(busy)' })
  await ask(watch, 'PutCompositeAlarm', { AlarmName: 'other', AlarmRule: 'TRUE' })
}, 60_000)

type Row = readonly [action: string, what: string, input: object, refusal: RegExp]

const put = (what: string, datum: object, refusal: RegExp): Row => [
  'PutMetricData',
  what,
  { Namespace: 'Shop', MetricData: [{ MetricName: 'Depth', ...datum }] },
  refusal,
]
const statistics = (what: string, change: object, refusal: RegExp): Row => [
  'GetMetricStatistics',
  what,
  {
    Namespace: 'Shop',
    MetricName: 'Depth',
    StartTime: ago(3600),
    EndTime: ago(0),
    Period: 60,
    Statistics: ['Sum'],
    ...change,
  },
  refusal,
]
const data = (what: string, change: object, refusal: RegExp): Row => [
  'GetMetricData',
  what,
  { StartTime: ago(3600), EndTime: ago(0), MetricDataQueries: [{ Id: 'm1', MetricStat: stat }], ...change },
  refusal,
]
const query = (what: string, given: object, refusal: RegExp): Row =>
  data(what, { MetricDataQueries: [{ Id: 'e1', ...given }] }, refusal)
const alarms = (what: string, change: object, refusal: RegExp): Row => [
  'PutMetricAlarm',
  what,
  { ...alarm, ...change },
  refusal,
]
const math = { MetricName: undefined, Namespace: undefined, Statistic: undefined, Period: undefined }

const rows: Row[] = [
  // PutMetricData
  [
    'PutMetricData',
    'a namespace of AWS',
    { Namespace: 'AWS/EC2', MetricData: [{ MetricName: 'm', Value: 1 }] },
    /^InvalidParameterValue: The value AWS\/ for parameter Namespace is invalid\.$/,
  ],
  [
    'PutMetricData',
    'a namespace that begins with a colon',
    { Namespace: ':a', MetricData: [{ MetricName: 'm', Value: 1 }] },
    /^ValidationError: .*'namespace' .*regular expression pattern/,
  ],
  [
    'PutMetricData',
    'no data',
    { Namespace: 'Shop' },
    /^MissingParameter: The parameter MetricData is required\.$/,
  ],
  [
    'PutMetricData',
    '1001 data',
    { Namespace: 'Shop', MetricData: many(1001, () => ({ MetricName: 'm', Value: 1 })) },
    /^InvalidParameterValue: The collection MetricData must not have a size greater than 1000\.$/,
  ],
  put('no value', {}, /^MissingParameter: The parameter MetricData\.member\.1\.Value is required\.$/),
  put(
    'a value that is no number',
    { Value: NaN },
    /^InvalidParameterValue: The value NaN for parameter MetricData\.member\.1\.Value is invalid\.$/,
  ),
  put('an endless value', { Value: Infinity }, /^InvalidParameterValue: The value Infinity /),
  put(
    'a value and values',
    { Value: 1, Values: [1] },
    /^InvalidParameterCombination: The parameters MetricData\.member\.1\.Value and MetricData\.member\.1\.Values are mutually exclusive and you have specified both\.$/,
  ),
  put(
    'a value and a set',
    { Value: 1, StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } },
    /^InvalidParameterCombination: /,
  ),
  put(
    'fewer counts than values',
    { Values: [1, 2], Counts: [1] },
    /^InvalidParameterValue: The parameters MetricData\.member\.1\.Values and MetricData\.member\.1\.Counts must be of the same size\.$/,
  ),
  put(
    '151 values',
    { Values: many(151, (at) => at) },
    /^InvalidParameterValue: The collection MetricData\.member\.1\.Values must not have a size greater than 150\.$/,
  ),
  put(
    'a set whose least is above its most',
    { StatisticValues: { SampleCount: 3, Sum: 3, Minimum: 2, Maximum: 1 } },
    /^InvalidParameterCombination: .*Minimum must be less/,
  ),
  put(
    'a set without its sum',
    { StatisticValues: { SampleCount: 1, Minimum: 1, Maximum: 1 } },
    /^MissingParameter: The parameter MetricData\.member\.1\.StatisticValues\.Sum is required\.$/,
  ),
  put(
    'a time three hours ahead',
    { Value: 1, Timestamp: ago(-3 * 3600) },
    /^InvalidParameterValue: The parameter MetricData\.member\.1\.Timestamp must specify a time no more than two hours in the future\.$/,
  ),
  put(
    'a time fifteen days back',
    { Value: 1, Timestamp: ago(15 * 86_400) },
    /^InvalidParameterValue: .*past two weeks\.$/,
  ),
  put(
    'a resolution of ten seconds',
    { Value: 1, StorageResolution: 10 },
    /^InvalidParameterValue: The value 10 for parameter MetricData\.member\.1\.StorageResolution is invalid\.$/,
  ),
  put(
    'a dimension twice',
    { Value: 1, Dimensions: many(2, () => ({ Name: 'a', Value: 'b' })) },
    /^InvalidParameterValue: .*twice\.$/,
  ),
  put(
    '31 dimensions',
    { Value: 1, Dimensions: many(31, (at) => ({ Name: `d${at}`, Value: 'b' })) },
    /^ValidationError: .*less than or equal to 30$/,
  ),
  put(
    'a dimension without a value',
    { Value: 1, Dimensions: [{ Name: 'a', Value: '' }] },
    /^ValidationError: .*'metricData\.1\.member\.dimensions\.1\.member\.value' .*greater than or equal to 1$/,
  ),
  [
    'PutCompositeAlarm',
    'a name that every object has',
    { AlarmName: 'c', AlarmRule: 'ALARM(constructor)' },
    /^ValidationError: .*\[constructor\]/,
  ],
  [
    'SetAlarmState',
    'a name that every object has',
    { AlarmName: 'constructor', StateValue: 'OK', StateReason: '' },
    /^ResourceNotFound: /,
  ],
  // GetMetricStatistics
  statistics(
    'an end before its start',
    { EndTime: ago(7200) },
    /^InvalidParameterValue: The parameter StartTime must be less than the parameter EndTime\.$/,
  ),
  statistics('an end at its start', { EndTime: ago(3600) }, /^InvalidParameterValue: /),
  statistics(
    'more than 1440 points',
    { StartTime: ago(1441 * 60) },
    /^InvalidParameterCombination: You have requested up to 1,441 datapoints, which exceeds the limit of 1,440\. You may reduce/,
  ),
  statistics(
    'a period of 90 seconds',
    { Period: 90 },
    /^InvalidParameterValue: The parameter Period must be/,
  ),
  statistics('a period of none', { Period: 0 }, /^ValidationError: .*greater than or equal to 1$/),
  statistics(
    'no statistics',
    { Statistics: undefined },
    /^MissingParameter: Must specify either Statistics or ExtendedStatistics\.$/,
  ),
  statistics('both kinds of statistics', { ExtendedStatistics: ['p90'] }, /^InvalidParameterCombination: /),
  statistics('a statistic that is none', { Statistics: ['Median'] }, /^ValidationError: .*enum value set/),
  statistics(
    'a percentile that is none',
    { Statistics: undefined, ExtendedStatistics: ['p101'] },
    /^InvalidParameterValue: /,
  ),
  // GetMetricData
  data(
    'an end before its start',
    { EndTime: ago(7200) },
    /^ValidationError: The parameter EndTime must be greater than StartTime\.$/,
  ),
  data(
    'an end at its start',
    { EndTime: ago(3600) },
    /^ValidationError: The parameter StartTime must not equal parameter EndTime\.$/,
  ),
  data(
    '501 queries',
    { MetricDataQueries: many(501, (at) => ({ Id: `m${at}`, MetricStat: stat })) },
    /^ValidationError: The collection MetricDataQueries must not have a size greater than 500\.$/,
  ),
  data(
    'an id twice',
    { MetricDataQueries: many(2, () => ({ Id: 'm1', MetricStat: stat })) },
    /^ValidationError: .*must be unique/,
  ),
  data(
    'an id in capitals',
    { MetricDataQueries: [{ Id: 'M1', MetricStat: stat }] },
    /^ValidationError: .*lower case letter/,
  ),
  data(
    'nothing to return',
    { MetricDataQueries: [{ Id: 'm1', MetricStat: stat, ReturnData: false }] },
    /^ValidationError: At least one/,
  ),
  data('a token that is rubbish', { NextToken: 'rubbish' }, /^InvalidNextToken: /),
  data('too many points asked for', { MaxDatapoints: 100_801 }, /^ValidationError: .*MaxDatapoints/),
  data(
    'a period of 90 seconds',
    { MetricDataQueries: [{ Id: 'm1', MetricStat: { ...stat, Period: 90 } }] },
    /^ValidationError: .*MetricDataQueries\.member\.1\.Period/,
  ),
  data(
    'a metric without a period',
    { MetricDataQueries: [{ Id: 'm1', MetricStat: { Metric: stat.Metric, Stat: 'Sum' } }] },
    /^MissingParameter: The parameter MetricDataQueries\.member\.1\.MetricStat\.Period is required\.$/,
  ),
  query('neither metric nor expression', {}, /^ValidationError: .*either MetricStat or Expression/),
  query('metric and expression', { MetricStat: stat, Expression: '1' }, /^ValidationError: .*not both\.$/),
  query('itself', { Expression: 'e1 + 1' }, /^ValidationError: .*circular/),
  query('an id that is not there', { Expression: 'm9' }, /^ValidationError: .*'m9' is not defined/),
  query('half an expression', { Expression: '(1 +' }, /^ValidationError: Error in expression/),
  query('an unknown function', { Expression: 'DANCE(m1)' }, /^ValidationError: Error in expression/),
  // Alarms
  alarms('no name', { AlarmName: '' }, /^ValidationError: .*greater than or equal to 1$/),
  alarms(
    'a name of 256 characters',
    { AlarmName: 'x'.repeat(256) },
    /^ValidationError: .*less than or equal to 255$/,
  ),
  alarms('another comparison', { ComparisonOperator: 'About' }, /^ValidationError: .*enum value set/),
  alarms(
    'a comparison that is not simulated',
    { ComparisonOperator: 'GreaterThanUpperThreshold' },
    /^InvalidParameterValue: /,
  ),
  alarms('no threshold', { Threshold: undefined }, /^ValidationError: A Threshold/),
  alarms(
    'no metric',
    { MetricName: undefined },
    /^ValidationError: Exactly one of MetricName or Metrics must be specified\.$/,
  ),
  alarms('no namespace', { Namespace: undefined }, /^ValidationError: A Namespace/),
  alarms(
    'no statistic',
    { Statistic: undefined },
    /^ValidationError: Exactly one of Statistic or ExtendedStatistic must be specified\.$/,
  ),
  alarms(
    'two statistics',
    { ExtendedStatistic: 'p90' },
    /^ValidationError: Exactly one of Statistic or ExtendedStatistic/,
  ),
  alarms(
    'a period of 45 seconds',
    { Period: 45 },
    /^ValidationError: Period must be 10, 20, 30 or a multiple of 60$/,
  ),
  alarms(
    'periods of more than a day',
    { Period: 300, EvaluationPeriods: 289 },
    /^ValidationError: Metrics cannot be checked across more than a day \(EvaluationPeriods \* Period must be <= 86400\)\.$/,
  ),
  alarms(
    'hours of more than a week',
    { Period: 3600, EvaluationPeriods: 169 },
    /^ValidationError: Metrics cannot be checked across more than a week/,
  ),
  alarms(
    'more points than periods',
    { DatapointsToAlarm: 2 },
    /^ValidationError: DatapointsToAlarm must be less than or equal to EvaluationPeriods\.$/,
  ),
  alarms(
    'missing data treated in its own way',
    { TreatMissingData: 'panic' },
    /^ValidationError: Option panic is not supported\. Supported options for parameter TreatMissingData are breaching, notBreaching, ignore, and missing\.$/,
  ),
  alarms(
    'few samples treated in its own way',
    { EvaluateLowSampleCountPercentile: 'panic' },
    /^ValidationError: Option panic is not supported\. Supported options for parameter EvaluateLowSampleCountPercentile are evaluate and ignore\.$/,
  ),
  alarms(
    'six actions',
    { AlarmActions: many(6, (at) => `arn:${at}`) },
    /^ValidationError: .*'alarmActions' .*less than or equal to 5$/,
  ),
  alarms(
    'an action that is no ARN',
    { AlarmActions: ['ring the bell'] },
    /^ValidationError: Invalid arn syntax: ring the bell$/,
  ),
  alarms(
    'a reserved tag',
    { Tags: [{ Key: 'aws:mine', Value: '' }] },
    /^InvalidParameterValue: .*reserved\.$/,
  ),
  alarms(
    'metrics and a metric',
    { Metrics: [{ Id: 'm1', MetricStat: stat }] },
    /^ValidationError: Exactly one of MetricName or Metrics/,
  ),
  alarms(
    'metrics and a period',
    { ...math, Period: 60, Metrics: [{ Id: 'm1', MetricStat: stat }] },
    /^ValidationError: Period must not be specified if Metrics is specified\.$/,
  ),
  alarms(
    'two results',
    { ...math, Metrics: many(2, (at) => ({ Id: `m${at}`, MetricStat: stat })) },
    /^ValidationError: .*exactly one metric that returns data, but 2 do\.$/,
  ),
  [
    'PutCompositeAlarm',
    'a rule that cannot be read',
    { AlarmName: 'c', AlarmRule: 'ALARM(busy' },
    /^ValidationError: AlarmRule/,
  ],
  [
    'PutCompositeAlarm',
    'an unknown alarm in its rule',
    { AlarmName: 'c', AlarmRule: 'ALARM(none)' },
    /^ValidationError: .*\[none\]/,
  ],
  [
    'PutCompositeAlarm',
    'itself in its rule',
    { AlarmName: 'both', AlarmRule: 'ALARM(both)' },
    /^ValidationError: /,
  ],
  [
    'PutCompositeAlarm',
    'an empty rule',
    { AlarmName: 'c', AlarmRule: '' },
    /^ValidationError: .*greater than or equal to 1$/,
  ],
  ['DeleteAlarms', 'an unknown one', { AlarmNames: ['free', 'none'] }, /^ResourceNotFound: /],
  [
    'DeleteAlarms',
    'one that a composite alarm looks at',
    { AlarmNames: ['busy'] },
    /^ValidationError: Alarm 'busy' cannot be deleted: the composite alarm 'both' depends on it\.$/,
  ],
  [
    'DeleteAlarms',
    'two composite ones',
    { AlarmNames: ['both', 'other'] },
    /^ValidationError: At most one composite alarm/,
  ],
  [
    'DeleteAlarms',
    '101 of them',
    { AlarmNames: many(101, (at) => `a${at}`) },
    /^ValidationError: .*less than or equal to 100$/,
  ],
  [
    'SetAlarmState',
    'an unknown one',
    { AlarmName: 'none', StateValue: 'OK', StateReason: '' },
    /^ResourceNotFound: /,
  ],
  [
    'SetAlarmState',
    'data that are no JSON',
    { AlarmName: 'busy', StateValue: 'OK', StateReason: '', StateReasonData: '{' },
    /^InvalidFormat: /,
  ],
  [
    'DescribeAlarms',
    'names and a prefix',
    { AlarmNames: ['busy'], AlarmNamePrefix: 'b' },
    /^InvalidParameterCombination: /,
  ],
  ['DescribeAlarms', 'a page of none', { MaxRecords: 0 }, /^ValidationError: .*greater than or equal to 1$/],
  ['DescribeAlarms', 'a token that is rubbish', { NextToken: 'rubbish' }, /^InvalidNextToken: /],
  [
    'DescribeAlarmHistory',
    'a page of 101',
    { MaxRecords: 101 },
    /^ValidationError: .*less than or equal to 100$/,
  ],
  [
    'DescribeAlarmHistory',
    'another kind of item',
    { HistoryItemType: 'Rumour' },
    /^ValidationError: .*enum value set/,
  ],
  ['EnableAlarmActions', 'an unknown one: no fault', { AlarmNames: ['none'] }, /^done$/],
  [
    'TagResource',
    'an unknown one',
    { ResourceARN: 'arn:aws:cloudwatch:us-east-1:1:alarm:none', Tags: [{ Key: 'a', Value: '' }] },
    /^ResourceNotFoundException: /,
  ],
  [
    'TagResource',
    '51 tags',
    {
      ResourceARN: 'arn:aws:cloudwatch:us-east-1:123456789012:alarm:busy',
      Tags: many(51, (at) => ({ Key: `k${at}`, Value: '' })),
    },
    /^InvalidParameterValue: .*at most 50 tags\.$/,
  ],
  ['ListMetrics', 'a token that is rubbish', { NextToken: 'rubbish' }, /^InvalidParameterValue: /],
]

describe('CloudWatch answers', () => {
  it.each(rows)('%s with %s', async (action, _what, input, refusal) => {
    const records = () => JSON.stringify(cloud.state.section('monitoring', {}))
    const before = records()
    expect(await refusalOf(watch, action, input)).toMatch(refusal)
    expect(records()).toBe(before)
  })

  it('with DatapointsToAlarm only where it was given', async () => {
    await ask(watch, 'PutMetricAlarm', { ...alarm, EvaluationPeriods: 3, DatapointsToAlarm: 2 })
    const { MetricAlarms } = await ask<{ MetricAlarms: MetricAlarm[] }>(watch, 'DescribeAlarms', {
      AlarmNames: ['busy', 'new'],
    })
    expect(MetricAlarms.map((each) => each.DatapointsToAlarm)).toEqual([undefined, 2])
  })

  it('with no points of a unit that was not put', async () => {
    await ask(watch, 'PutMetricData', {
      Namespace: 'Shop',
      MetricData: [{ MetricName: 'Depth', Value: 1, Unit: 'Count' }],
    })
    const points = async (Unit: string) => {
      const { Datapoints } = await ask<{ Datapoints: object[] }>(watch, 'GetMetricStatistics', {
        Namespace: 'Shop',
        MetricName: 'Depth',
        StartTime: ago(600),
        EndTime: ago(-600),
        Period: 60,
        Statistics: ['Sum'],
        Unit,
      })
      return Datapoints.length
    }
    expect([await points('Count'), await points('Bytes')]).toEqual([1, 0])
  })
})
