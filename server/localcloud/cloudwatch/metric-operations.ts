import type {
  Dimension,
  GetMetricDataInput,
  GetMetricStatisticsInput,
  ListMetricsInput,
  PutMetricDataInput,
} from '@aws-sdk/client-cloudwatch'
import type { LocalCloud, Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { pageOf } from '../page-of.js'
import { checkedData } from './datum.js'
import { getMetricData } from './metric-data.js'
import type { MetricStore } from './metric-store.js'
import { checkStatistic, statisticOf } from './statistic.js'

const MAX_STATISTICS = 1440
const RECENT_MS = 3 * 3600_000
const english = new Intl.NumberFormat('en')

export function metricOperations(cloud: LocalCloud, store: MetricStore): Record<string, Operation> {
  return {
    PutMetricData: (input: PutMetricDataInput) => {
      putMetricData(cloud, store, input)
      return {}
    },
    GetMetricData: (input: GetMetricDataInput) => {
      checkPeriods(input)
      return getMetricData(store, input)
    },
    GetMetricStatistics: (input: GetMetricStatisticsInput) => getMetricStatistics(store, input),
    ListMetrics: (input: ListMetricsInput) => listMetrics(cloud, store, input),
  }
}

export function dimensionsFrom(dimensions: readonly Dimension[] | undefined): Record<string, string> {
  return Object.fromEntries((dimensions ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']))
}

function putMetricData(cloud: LocalCloud, store: MetricStore, input: PutMetricDataInput): void {
  const now = cloud.clock.now().getTime()
  for (const { datum, values } of checkedData(input, now)) {
    const { MetricName: name = '', Unit: unit = 'None' } = datum
    const at = datum.Timestamp?.getTime() ?? now
    const dimensions = dimensionsFrom(datum.Dimensions)
    for (const [value, count] of values)
      store.put(input.Namespace ?? '', name, dimensions, at, value, unit, count)
  }
}

/** Seconds that a period may have: less than a minute only for metrics of high resolution. */
const isPeriod = (seconds: number): boolean =>
  [1, 5, 10, 20, 30].includes(seconds) || (seconds > 0 && seconds % 60 === 0)

/** Only over the wire: an alarm at a brisk pace asks for shorter periods than CloudWatch has. */
function checkPeriods(input: GetMetricDataInput): void {
  for (const [at, { MetricStat, Period }] of (input.MetricDataQueries ?? []).entries()) {
    for (const period of [MetricStat?.Period, Period]) {
      if (period === undefined || isPeriod(period)) continue
      throw new AwsFault(
        'ValidationError',
        `The value ${period} for parameter MetricDataQueries.member.${at + 1}.Period must be 1, 5, 10, 20, 30 or a multiple of 60.`,
      )
    }
  }
}

function getMetricStatistics(store: MetricStore, input: GetMetricStatisticsInput) {
  const period = input.Period ?? 60
  const from = Math.floor((input.StartTime?.getTime() ?? 0) / 1000)
  const to = Math.floor((input.EndTime?.getTime() ?? 0) / 1000)
  if (!isPeriod(period)) {
    throw new AwsFault(
      'InvalidParameterValue',
      'The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60.',
    )
  }
  if (from >= to) {
    throw new AwsFault(
      'InvalidParameterValue',
      'The parameter StartTime must be less than the parameter EndTime.',
    )
  }
  if ((to - from) / period > MAX_STATISTICS) {
    throw new AwsFault(
      'InvalidParameterCombination',
      `You have requested up to ${english.format(Math.ceil((to - from) / period))} datapoints, which exceeds the limit of ` +
        `${english.format(MAX_STATISTICS)}. You may reduce the datapoints requested by increasing Period, or decreasing the time range.`,
    )
  }
  if (input.Statistics?.length && input.ExtendedStatistics?.length) {
    throw new AwsFault(
      'InvalidParameterCombination',
      'The parameters Statistics and ExtendedStatistics are mutually exclusive and you have specified both.',
    )
  }
  const statistics = (input.Statistics ?? []).map(checkStatistic)
  const extended = (input.ExtendedStatistics ?? []).map(checkStatistic)
  if (statistics.length + extended.length === 0) {
    throw new AwsFault('MissingParameter', 'Must specify either Statistics or ExtendedStatistics.')
  }
  const series = store.find(input.Namespace ?? '', input.MetricName ?? '', dimensionsFrom(input.Dimensions))
  const isAsked = input.Unit === undefined || input.Unit === series?.unit
  const Datapoints = [...((isAsked && series?.periods(from, to, period)) || [])].map(([at, bucket]) => ({
    Timestamp: new Date(at * 1000),
    Unit: series?.unit ?? 'None',
    ...Object.fromEntries(statistics.map((statistic) => [statistic, statisticOf(bucket, statistic)])),
    ...(extended.length > 0 && {
      ExtendedStatistics: Object.fromEntries(extended.map((name) => [name, statisticOf(bucket, name)])),
    }),
  }))
  return { Label: input.MetricName, Datapoints }
}

function listMetrics(cloud: LocalCloud, store: MetricStore, input: ListMetricsInput) {
  const since = input.RecentlyActive ? cloud.clock.now().getTime() - RECENT_MS : undefined
  const all = [...store.all()].filter((series) => {
    if (input.Namespace && input.Namespace !== series.namespace) return false
    if (input.MetricName && input.MetricName !== series.metric) return false
    if (since !== undefined && ![...series.minutes.keys()].some((minute) => minute * 1000 >= since))
      return false
    return (input.Dimensions ?? []).every(({ Name: name = '', Value: value }) => {
      const own = series.dimensions[name]
      return own !== undefined && (value === undefined || own === value)
    })
  })
  const { page, next } = pageOf(all, {
    token: input.NextToken,
    size: undefined,
    defaultSize: 500,
    maxSize: 500,
    name: 'NextToken',
    sizeName: 'maxResults',
    faultCode: 'InvalidParameterValue',
  })
  const Metrics = page.map((series) => ({
    Namespace: series.namespace,
    MetricName: series.metric,
    Dimensions: Object.entries(series.dimensions).map(([Name, Value]) => ({ Name, Value })),
  }))
  return { Metrics, NextToken: next }
}
