import type {
  Dimension,
  GetMetricStatisticsInput,
  ListMetricsInput,
  MetricDatum,
  PutMetricDataInput,
} from '@aws-sdk/client-cloudwatch'
import type { LocalCloud, Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { pageOf } from '../page-of.js'
import { getMetricData } from './metric-data.js'
import type { MetricStore } from './metric-store.js'
import { checkStatistic, statisticOf } from './statistic.js'

const MAX_STATISTICS = 1440
const RECENT_MS = 3 * 3600_000

export function metricOperations(cloud: LocalCloud, store: MetricStore): Record<string, Operation> {
  return {
    PutMetricData: (input: PutMetricDataInput) => {
      putMetricData(cloud, store, input)
      return {}
    },
    GetMetricData: (input: Parameters<typeof getMetricData>[1]) => getMetricData(store, input),
    GetMetricStatistics: (input: GetMetricStatisticsInput) => getMetricStatistics(store, input),
    ListMetrics: (input: ListMetricsInput) => listMetrics(cloud, store, input),
  }
}

export function dimensionsFrom(dimensions: readonly Dimension[] | undefined): Record<string, string> {
  return Object.fromEntries((dimensions ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']))
}

function putMetricData(cloud: LocalCloud, store: MetricStore, input: PutMetricDataInput): void {
  const namespace = input.Namespace ?? ''
  if (namespace.startsWith('AWS/')) {
    throw new AwsFault('InvalidParameterValue', 'The value AWS/ for parameter Namespace is invalid.')
  }
  const data = [
    ...(input.MetricData ?? []),
    ...(input.EntityMetricData ?? []).flatMap((entity) => entity.MetricData ?? []),
  ]
  const checked = data.map((datum) => ({ datum, values: valuesOf(datum) }))
  for (const { datum, values } of checked) {
    const at = datum.Timestamp?.getTime() ?? cloud.clock.now().getTime()
    const dimensions = dimensionsFrom(datum.Dimensions)
    for (const [value, count] of values) {
      store.put(namespace, datum.MetricName ?? '', dimensions, at, value, datum.Unit ?? 'None', count)
    }
  }
}

/** A statistic set is taken as its minimum, its maximum and the rest in between, which keeps every total right. */
function valuesOf(datum: MetricDatum): [value: number, count: number][] {
  if (datum.Values?.length) return datum.Values.map((value, at) => [value, datum.Counts?.[at] ?? 1])
  if (datum.Value !== undefined) return [[datum.Value, 1]]
  const set = datum.StatisticValues
  if (!set) {
    throw new AwsFault('MissingParameter', 'The parameter MetricData.member.1.Value is required.')
  }
  const { SampleCount: count = 0, Sum: sum = 0, Minimum: min = 0, Maximum: max = 0 } = set
  if (count <= 2) return [[count === 0 ? 0 : sum / count, count]]
  return [
    [min, 1],
    [max, 1],
    [(sum - min - max) / (count - 2), count - 2],
  ]
}

function getMetricStatistics(store: MetricStore, input: GetMetricStatisticsInput) {
  const period = input.Period ?? 60
  const from = Math.floor((input.StartTime?.getTime() ?? 0) / 1000)
  const to = Math.floor((input.EndTime?.getTime() ?? 0) / 1000)
  if (!Number.isInteger(period) || period < 1) {
    throw new AwsFault('InvalidParameterValue', `The value ${period} for parameter Period is not valid.`)
  }
  if (from >= to) {
    throw new AwsFault(
      'InvalidParameterCombination',
      'The parameter StartTime must be less than the parameter EndTime.',
    )
  }
  if ((to - from) / period > MAX_STATISTICS) {
    throw new AwsFault(
      'InvalidParameterCombination',
      `You have requested up to ${Math.ceil((to - from) / period)} datapoints, which exceeds the limit of ${MAX_STATISTICS}.`,
    )
  }
  const statistics = (input.Statistics ?? []).map(checkStatistic)
  const extended = (input.ExtendedStatistics ?? []).map(checkStatistic)
  if (statistics.length + extended.length === 0) {
    throw new AwsFault('MissingParameter', 'Must specify either Statistics or ExtendedStatistics.')
  }
  const series = store.find(input.Namespace ?? '', input.MetricName ?? '', dimensionsFrom(input.Dimensions))
  const Datapoints = [...(series?.periods(from, to, period) ?? [])].map(([at, bucket]) => ({
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
