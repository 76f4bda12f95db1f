import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeEach, describe, expect, it } from 'vitest'
import { readAnswerCounts } from '../../server/cloud/answer-counts.js'

const cloudwatch = mockClient(CloudWatchClient)
const client = new CloudWatchClient({ region: 'us-east-1' })
const at = (minute: number, second = 0) => new Date(Date.UTC(2026, 10, 24, 12, minute, second))
const balancer = 'arn:aws:elasticloadbalancing:us-east-1:1:loadbalancer/app/shop/1'
const wanted = ['v001', 'v002'].map((group) => ({
  group,
  loadBalancerArn: balancer,
  targetGroupArn: `arn:aws:elasticloadbalancing:us-east-1:1:targetgroup/${group}/1`,
  since: at(0, 30),
}))
const read = (now: Date, periodSec = 60) =>
  readAnswerCounts(client, wanted, now, periodSec, AbortSignal.timeout(5000))
const series = (index: number, values: readonly (readonly [Date, number])[], StatusCode = 'Complete') => ({
  Id: `m${index}`,
  StatusCode: StatusCode as 'Complete',
  Timestamps: values.map(([moment]) => moment),
  Values: values.map(([, value]) => value),
})

describe('what two groups answered', () => {
  beforeEach(() => cloudwatch.reset())

  it('is asked of both in one call, from the first whole minute on and without those that are told late', async () => {
    cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [] })
    await read(at(10, 20))
    const input = cloudwatch.commandCalls(GetMetricDataCommand)[0]?.args[0].input
    expect(input).toMatchObject({ StartTime: at(1), EndTime: at(7) })
    expect(input?.MetricDataQueries).toHaveLength(4)
  })

  it('is told by period, a period without failures as none', async () => {
    cloudwatch.on(GetMetricDataCommand).resolves({
      MetricDataResults: [
        series(0, [
          [at(1), 95],
          [at(2), 90],
        ]),
        series(1, [[at(2), 1]]),
        series(2, [[at(1), 5]]),
        series(3, []),
      ],
    })
    const counts = await read(at(10))
    expect(counts.get('v001')).toEqual([
      { at: at(1), requests: 95, errors: 0 },
      { at: at(2), requests: 90, errors: 1 },
    ])
    expect(counts.get('v002')).toEqual([{ at: at(1), requests: 5, errors: 0 }])
  })

  it('is not known where CloudWatch answered in part or not at all: that is not the same as nothing', async () => {
    cloudwatch.on(GetMetricDataCommand).resolves({
      MetricDataResults: [series(0, []), series(1, []), series(2, [], 'PartialData'), series(3, [])],
    })
    const partly = await read(at(10))
    expect([partly.get('v001'), partly.get('v002')]).toEqual([[], null])
    cloudwatch.on(GetMetricDataCommand).rejects(new Error('AccessDenied'))
    expect((await read(at(10))).get('v001')).toBeNull()
  })

  it('is not asked before the first period is over, and in longer periods when it has gone on for hours', async () => {
    expect((await read(at(3))).get('v001')).toEqual([])
    expect(cloudwatch.calls()).toHaveLength(0)
    cloudwatch.on(GetMetricDataCommand).resolves({ MetricDataResults: [] })
    await read(new Date(at(0).getTime() + 10 * 3_600_000))
    const query = cloudwatch.commandCalls(GetMetricDataCommand)[0]?.args[0].input.MetricDataQueries?.[0]
    expect(query?.MetricStat?.Period).toBe(240)
  })
})
