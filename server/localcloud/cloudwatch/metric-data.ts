import type {
  GetMetricDataInput,
  MetricDataQuery,
  MetricDataResult,
  MetricStat,
} from '@aws-sdk/client-cloudwatch'
import { AwsFault } from '../fault.js'
import { evaluate, type Points } from './metric-math.js'
import type { MetricStore } from './metric-store.js'
import { checkStatistic, statisticOf } from './statistic.js'

const MAX_QUERIES = 500
const MAX_POINTS = 100_800

/** GetMetricData: start inclusive, end exclusive, newest first unless asked otherwise. Throws AwsFault. */
export function getMetricData(store: MetricStore, input: GetMetricDataInput): object {
  const queries = input.MetricDataQueries ?? []
  if (queries.length > MAX_QUERIES) {
    throw new AwsFault(
      'ValidationError',
      `The collection MetricDataQueries must not have a size greater than ${MAX_QUERIES}.`,
    )
  }
  if ((input.MaxDatapoints ?? 1) < 1 || (input.MaxDatapoints ?? 1) > MAX_POINTS) {
    throw new AwsFault('ValidationError', `The parameter MaxDatapoints must be between 1 and ${MAX_POINTS}.`)
  }
  const run = new Run(store, queries, seconds(input.StartTime), seconds(input.EndTime))
  if (queries.length > 0 && queries.every((query) => query.ReturnData === false))
    throw new AwsFault('ValidationError', 'At least one of the MetricDataQueries must return data.')
  const results = queries
    .filter((query) => query.ReturnData !== false)
    .map((query) => resultOf(query, run.points(query.Id ?? ''), input.ScanBy === 'TimestampAscending'))
  return paged(results, input)
}

class Run {
  private readonly known = new Map<string, Points | 'running'>()

  constructor(
    private readonly store: MetricStore,
    private readonly queries: readonly MetricDataQuery[],
    private readonly from: number,
    private readonly to: number,
  ) {
    if (from > to)
      throw new AwsFault('ValidationError', 'The parameter EndTime must be greater than StartTime.')
    if (from === to)
      throw new AwsFault('ValidationError', 'The parameter StartTime must not equal parameter EndTime.')
    for (const { Id: id = '', MetricStat, Expression } of queries) {
      if ((MetricStat === undefined) === (Expression === undefined)) {
        throw new AwsFault(
          'ValidationError',
          `The query '${id}' must have either MetricStat or Expression, and not both.`,
        )
      }
      if (!/^[a-z][a-zA-Z0-9_]*$/.test(id)) {
        throw new AwsFault(
          'ValidationError',
          `The value '${id}' for parameter MetricDataQueries.Id must begin with a lower case letter.`,
        )
      }
      if (queries.filter((query) => query.Id === id).length > 1) {
        throw new AwsFault(
          'ValidationError',
          `The values for parameter id in MetricDataQueries must be unique: '${id}'.`,
        )
      }
    }
  }

  points(id: string): Points {
    const known = this.known.get(id)
    if (known === 'running')
      throw new AwsFault('ValidationError', `Error in expression '${id}': circular reference`)
    if (known) return known
    const query = this.queries.find((candidate) => candidate.Id === id)
    if (!query) throw new AwsFault('ValidationError', `Error in expression: the id '${id}' is not defined`)
    this.known.set(id, 'running')
    const points = query.MetricStat ? this.metric(query.MetricStat) : this.expression(query)
    this.known.set(id, points)
    return points
  }

  private metric(asked: MetricStat): Points {
    const period = checkedPeriod(asked.Period)
    const statistic = checkStatistic(asked.Stat ?? 'Average')
    const { Namespace = '', MetricName = '', Dimensions } = asked.Metric ?? {}
    const dimensions = Object.fromEntries(
      (Dimensions ?? []).map(({ Name, Value }) => [Name ?? '', Value ?? '']),
    )
    const start = Math.floor(this.from / period) * period
    const series = this.store.find(Namespace, MetricName, dimensions)
    if (asked.Unit !== undefined && asked.Unit !== series?.unit) return new Map()
    const periods = series?.periods(start, this.to, period)
    return new Map([...(periods ?? [])].map(([at, bucket]) => [at, statisticOf(bucket, statistic)]))
  }

  private expression(query: MetricDataQuery): Points {
    const period = query.Period ?? this.shortestPeriod()
    const periods: number[] = []
    for (let at = Math.floor(this.from / period) * period; at < this.to; at += period) periods.push(at)
    return evaluate(query.Expression ?? '', {
      points: (id) => this.points(id),
      all: () => this.queries.filter((other) => other.MetricStat).map((other) => this.points(other.Id ?? '')),
      periods,
    })
  }

  private shortestPeriod(): number {
    const periods = this.queries.flatMap((query) => query.MetricStat?.Period ?? [])
    return periods.length > 0 ? Math.min(...periods) : 60
  }
}

function checkedPeriod(period: number | undefined): number {
  if (period !== undefined && Number.isInteger(period) && period >= 1) return period
  throw new AwsFault('ValidationError', `The value '${period}' for parameter Period is not valid.`)
}

function resultOf(query: MetricDataQuery, points: Points, ascending: boolean): MetricDataResult {
  const sorted = [...points].sort(([a], [b]) => (ascending ? a - b : b - a))
  return {
    Id: query.Id,
    Label: query.Label ?? query.MetricStat?.Metric?.MetricName ?? query.Id,
    Timestamps: sorted.map(([at]) => new Date(at * 1000)),
    Values: sorted.map(([, value]) => value),
    StatusCode: 'Complete',
  }
}

/** Cuts the results after the asked number of points; what is left comes with the token. */
function paged(results: MetricDataResult[], input: GetMetricDataInput): object {
  const size = Math.min(input.MaxDatapoints ?? MAX_POINTS, MAX_POINTS)
  const from = input.NextToken ? Number(Buffer.from(input.NextToken, 'base64url').toString()) : 0
  if (!Number.isInteger(from) || from < 0)
    throw new AwsFault('InvalidNextToken', 'The NextToken is not valid.')
  let before = 0
  const MetricDataResults: MetricDataResult[] = []
  for (const result of results) {
    const { Timestamps = [], Values = [] } = result
    const [first, end] = [Math.max(0, from - before), Math.max(0, from + size - before)]
    before += Values.length
    if (from > 0 && first >= Values.length) continue
    const cut = end < Values.length
    MetricDataResults.push({
      ...result,
      Timestamps: Timestamps.slice(first, end),
      Values: Values.slice(first, end),
      StatusCode: cut ? 'PartialData' : 'Complete',
    })
  }
  const next = from + size < before ? Buffer.from(String(from + size)).toString('base64url') : undefined
  return { MetricDataResults, NextToken: next, Messages: [] }
}

function seconds(date: Date | undefined): number {
  return Math.floor((date?.getTime() ?? 0) / 1000)
}
