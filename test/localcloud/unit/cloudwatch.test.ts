import type { MetricAlarm, MetricDataResult } from '@aws-sdk/client-cloudwatch'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { verdictOn } from '../../../server/localcloud/cloudwatch/alarm-verdict.js'
import { compositeRule } from '../../../server/localcloud/cloudwatch/composite-rule.js'
import { evaluate } from '../../../server/localcloud/cloudwatch/metric-math.js'
import { Series } from '../../../server/localcloud/cloudwatch/series.js'
import { makeCloudWatch } from '../../../server/localcloud/cloudwatch/service.js'
import { statisticOf } from '../../../server/localcloud/cloudwatch/statistic.js'
import type { Service } from '../../../server/localcloud/cloud.js'
import { StateFile } from '../../../server/localcloud/state-file.js'
import { ask, type FakeCloud, fakeCloud, until } from './fake-cloud.js'

describe('a series', () => {
  const minute = 1_700_000_040_000

  it('keeps seconds for three hours and minutes for fifteen days', () => {
    const series = new Series('n', 'm', {})
    series.add(minute, 1, 1)
    series.add(minute + 1000, 2, 1)
    const from = minute / 1000
    expect([...series.periods(from, from + 60, 1).keys()]).toEqual([from, from + 1])
    series.prune(minute + 4 * 3600_000)
    expect([...series.periods(from, from + 60, 1)]).toEqual([])
    expect([...series.periods(from, from + 60, 60)].map(([at, bucket]) => [at, bucket.sum])).toEqual([
      [from, 3],
    ])
    series.prune(minute + 16 * 86_400_000)
    expect(series.periods(from, from + 60, 60).size).toBe(0)
  })

  it('gives every statistic of a period that many puts fell into', () => {
    const series = new Series('n', 'm', {})
    for (let value = 1; value <= 100; value++) series.add(minute, value, 1)
    const [bucket] = series.periods(minute / 1000, minute / 1000 + 60, 60).values()
    const all = ['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'].map((name) =>
      statisticOf(bucket!, name),
    )
    expect(all).toEqual([5050, 50.5, 1, 100, 100])
    expect(statisticOf(bucket!, 'p90')).toBeCloseTo(90, -1)
    expect(statisticOf(bucket!, 'p50')).toBeCloseTo(50, -1)
  })

  it('does not change what it keeps by being read', () => {
    const series = new Series('n', 'm', {})
    series.add(minute, 1, 1)
    series.add(minute + 1000, 5, 1)
    const read = () => [...series.periods(minute / 1000, minute / 1000 + 60, 60).values()][0]!.sum
    expect([read(), read()]).toEqual([6, 6])
  })
})

describe('metric math', () => {
  const series: Record<string, ReadonlyMap<number, number>> = {
    m1: new Map([
      [0, 10],
      [120, 30],
    ]),
    m2: new Map([
      [0, 2],
      [60, 0],
      [120, 3],
    ]),
  }
  const run = (expression: string) =>
    Object.fromEntries(
      evaluate(expression, {
        points: (id) => series[id] ?? new Map(),
        all: () => Object.values(series),
        periods: [0, 60, 120],
      }),
    )

  it.each([
    ['m1 + 1', { 0: 11, 120: 31 }],
    ['100 * m1 / m2', { 0: 500, 120: 1000 }],
    ['FILL(m1, 0)', { 0: 10, 60: 0, 120: 30 }],
    ['FILL(m1, REPEAT)', { 0: 10, 60: 10, 120: 30 }],
    ['m2 / m2', { 0: 1, 120: 1 }],
    ['-(m1 - m2) * 2', { 0: -16, 120: -54 }],
    ['SUM([m1, m2])', { 0: 12, 60: 0, 120: 33 }],
    ['MAX(METRICS())', { 0: 10, 60: 0, 120: 30 }],
  ])('%s', (expression, expected) => {
    expect(run(expression)).toEqual(expected)
  })

  it.each(['m1 +', 'FILL(m1', 'NOPE(m1)', '[m1]', 'm1 m2'])('refuses %s', (expression) => {
    expect(() => run(expression)).toThrow('Error in expression')
  })
})

describe('an alarm’s verdict', () => {
  const rule = {
    comparison: 'GreaterThanThreshold',
    threshold: 10,
    evaluationPeriods: 3,
    datapointsToAlarm: 2,
    treatMissing: 'missing',
    owned: false,
  } as const

  it.each([
    [[11, 11, 1], 'missing', 'ALARM'],
    [[11, 1, 1], 'missing', 'OK'],
    [[undefined, undefined, undefined], 'missing', 'INSUFFICIENT_DATA'],
    [[undefined, undefined, undefined], 'breaching', 'ALARM'],
    [[undefined, undefined, undefined], 'notBreaching', 'OK'],
    [[undefined, undefined, undefined], 'ignore', undefined],
    [[11, undefined, undefined], 'breaching', 'ALARM'],
    [[11, undefined, undefined], 'notBreaching', 'OK'],
    [[undefined, 11, 11, 11], 'notBreaching', 'ALARM'],
  ] as const)('on %j with %s data missing is %s', (periods, treatMissing, state) => {
    expect(verdictOn({ ...rule, treatMissing }, periods)?.state).toBe(state)
  })

  it('of a target tracking policy waits for all its periods before it alarms', () => {
    expect(verdictOn({ ...rule, owned: true }, [11, 11, undefined])).toBeUndefined()
    expect(verdictOn({ ...rule, owned: true }, [11, 11, 11])?.state).toBe('ALARM')
  })
})

describe('a composite rule', () => {
  it('combines the states of its children', () => {
    const states: Record<string, 'OK' | 'ALARM'> = { a: 'ALARM', b: 'OK' }
    const holds = (rule: string) => compositeRule(rule).holds((name) => states[name])
    expect(holds('ALARM("a") AND OK(b)')).toBe(true)
    expect(holds('ALARM(a) AND NOT OK(b)')).toBe(false)
    expect(holds('(ALARM(b) OR ALARM(a)) AND TRUE')).toBe(true)
    expect(() => compositeRule('ALARM(a')).toThrow('is not a valid rule expression')
  })
})

describe('the service', () => {
  let cloud: FakeCloud
  let watch: Service
  let home: string

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'cloudwatch-'))
    cloud = { ...(await fakeCloud()), state: await StateFile.open(join(home, 'state.json'), () => undefined) }
    watch = makeCloudWatch(cloud)
    await watch.start()
  })

  afterEach(async () => {
    await watch.stop()
    await cloud.state.flush()
    await rm(home, { recursive: true })
  })

  const put = (MetricName: string, ...values: number[]) =>
    ask(watch, 'PutMetricData', {
      Namespace: 'Shop',
      MetricData: values.map((Value) => ({ MetricName, Value, Dimensions: [{ Name: 'Queue', Value: 'q' }] })),
    })
  const data = (...queries: object[]) => {
    const now = cloud.clock.now().getTime()
    return ask<{ MetricDataResults: MetricDataResult[]; NextToken?: string }>(watch, 'GetMetricData', {
      StartTime: new Date(now - 300_000),
      EndTime: new Date(now + 60_000),
      MetricDataQueries: queries,
    })
  }
  const query = (Id: string, MetricName: string) => ({
    Id,
    MetricStat: {
      Metric: { Namespace: 'Shop', MetricName, Dimensions: [{ Name: 'Queue', Value: 'q' }] },
      Period: 60,
      Stat: 'Sum',
    },
  })
  const alarm = async (name = 'busy') => {
    const answer = await ask<{ MetricAlarms: MetricAlarm[] }>(watch, 'DescribeAlarms', { AlarmNames: [name] })
    return answer.MetricAlarms[0]
  }
  const putAlarm = (change: object = {}) =>
    ask(watch, 'PutMetricAlarm', {
      AlarmName: 'busy',
      Namespace: 'Shop',
      MetricName: 'Depth',
      Dimensions: [{ Name: 'Queue', Value: 'q' }],
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 10,
      ComparisonOperator: 'GreaterThanThreshold',
      ...change,
    })

  it('answers metrics and expressions over them, and nothing for a metric it never saw', async () => {
    cloud.clock.freeze()
    await put('Depth', 3, 4)
    const { MetricDataResults } = await data(query('m1', 'Depth'), query('m2', 'Never'), {
      Id: 'e1',
      Expression: 'm1 + FILL(m2, 1)',
    })
    expect(MetricDataResults.map((result) => result.Values)).toEqual([[7], [], [8]])
  })

  it('refuses queries that AWS refuses', async () => {
    const invalid = { code: 'ValidationError' }
    await expect(data({ Id: 'E', Expression: '1' })).rejects.toMatchObject(invalid)
    await expect(data({ Id: 'e', Expression: 'e + 1' })).rejects.toMatchObject(invalid)
    await expect(data({ Id: 'e', Expression: 'x' })).rejects.toMatchObject(invalid)
    await expect(ask(watch, 'PutMetricData', { Namespace: 'AWS/EC2', MetricData: [] })).rejects.toMatchObject(
      {
        code: 'InvalidParameterValue',
      },
    )
  })

  it('moves an alarm to ALARM and back, tells its actions, and keeps the history', async () => {
    const actions: string[] = []
    cloud.metrics.onAlarmAction((name, arn) => actions.push(`${name} ${arn}`))
    await putAlarm({ AlarmActions: ['arn:up'], OKActions: ['arn:ok'] })
    expect((await alarm())!.StateValue).toBe('INSUFFICIENT_DATA')
    await put('Depth', 11)
    await until('it alarms', async () => (await alarm())!.StateValue === 'ALARM')
    expect((await alarm())!.StateReason).toContain('1 datapoint [11.0] was greater than the threshold (10.0)')
    const feed = setInterval(() => void put('Depth', 1), 100)
    await until('it is OK', async () => (await alarm())!.StateValue === 'OK')
    clearInterval(feed)
    expect(actions).toEqual(['busy arn:up', 'busy arn:ok'])
    const { AlarmHistoryItems } = await ask<{ AlarmHistoryItems: { HistorySummary: string }[] }>(
      watch,
      'DescribeAlarmHistory',
      { AlarmName: 'busy', HistoryItemType: 'StateUpdate' },
    )
    expect(AlarmHistoryItems.map((item) => item.HistorySummary)).toEqual([
      'Alarm updated from ALARM to OK',
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
    ])
  })

  it('does not tell actions while they are disabled', async () => {
    const actions: string[] = []
    cloud.metrics.onAlarmAction((name) => actions.push(name))
    await putAlarm({ AlarmActions: ['arn:up'] })
    await ask(watch, 'DisableAlarmActions', { AlarmNames: ['busy'] })
    await ask(watch, 'SetAlarmState', { AlarmName: 'busy', StateValue: 'ALARM', StateReason: 'x' })
    expect(actions).toEqual([])
  })

  it('describes metric alarms only, unless composite ones are asked for', async () => {
    await putAlarm()
    await ask(watch, 'PutCompositeAlarm', { AlarmName: 'both', AlarmRule: 'ALARM(busy)' })
    const all = await ask<{ MetricAlarms: object[]; CompositeAlarms: object[] }>(watch, 'DescribeAlarms', {})
    expect([all.MetricAlarms.length, all.CompositeAlarms.length]).toEqual([1, 0])
    const composite = await ask<{ CompositeAlarms: { AlarmName: string }[] }>(watch, 'DescribeAlarms', {
      AlarmTypes: ['CompositeAlarm'],
    })
    expect(composite.CompositeAlarms.map((one) => one.AlarmName)).toEqual(['both'])
  })

  it('answers ResourceNotFound with 404 for an unknown alarm, and deletes none then', async () => {
    await putAlarm()
    await expect(ask(watch, 'DeleteAlarms', { AlarmNames: ['busy', 'none'] })).rejects.toMatchObject({
      code: 'ResourceNotFound',
      status: 404,
    })
    expect(await alarm()).toBeDefined()
  })

  it('finds its numbers again after a restart, and none after a reset', async () => {
    cloud.clock.freeze()
    await put('Depth', 5)
    await watch.stop()
    watch = makeCloudWatch(cloud)
    await watch.start()
    expect((await data(query('m1', 'Depth'))).MetricDataResults[0]!.Values).toEqual([5])
    await watch.stop()
    await cloud.state.clear()
    watch = makeCloudWatch(cloud)
    await watch.start()
    expect((await data(query('m1', 'Depth'))).MetricDataResults[0]!.Values).toEqual([])
  })

  it('cuts an answer at the asked number of points and goes on with the token', async () => {
    cloud.clock.freeze()
    await put('Depth', 5)
    await put('Other', 6)
    const now = cloud.clock.now().getTime()
    const page = (NextToken?: string) =>
      ask<{ MetricDataResults: MetricDataResult[]; NextToken?: string }>(watch, 'GetMetricData', {
        StartTime: new Date(now - 300_000),
        EndTime: new Date(now + 60_000),
        MetricDataQueries: [query('m1', 'Depth'), query('m2', 'Other')],
        MaxDatapoints: 1,
        NextToken,
      })
    const first = await page()
    expect(first.MetricDataResults.map((result) => result.StatusCode)).toEqual(['Complete', 'PartialData'])
    const second = await page(first.NextToken)
    expect(second.MetricDataResults.map((result) => [result.Id, result.Values])).toEqual([['m2', [6]]])
    expect(second.NextToken).toBeUndefined()
  })
})
