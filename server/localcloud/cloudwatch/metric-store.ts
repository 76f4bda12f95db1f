import { type Bucket, Series } from './series.js'

type Dimensions = Readonly<Record<string, string>>
type KeptBucket = [
  at: number,
  count: number,
  sum: number,
  min: number,
  max: number,
  values?: [number, number][],
]

/** A series as it is written to disk. */
export interface KeptSeries {
  readonly namespace: string
  readonly metric: string
  readonly dimensions: Dimensions
  readonly unit: string
  readonly seconds: KeptBucket[]
  readonly minutes: KeptBucket[]
}

/** All metrics of the account. */
export class MetricStore {
  private readonly byKey = new Map<string, Series>()
  /** Counts every change, so that an unchanged store is not written again. */
  version = 0

  put(
    namespace: string,
    metric: string,
    dimensions: Dimensions,
    atMs: number,
    value: number,
    unit: string,
    count = 1,
  ) {
    const series = this.seriesFor(namespace, metric, dimensions)
    series.unit = unit
    series.add(atMs, value, count)
    this.version++
  }

  find(namespace: string, metric: string, dimensions: Dimensions): Series | undefined {
    return this.byKey.get(keyOf(namespace, metric, dimensions))
  }

  all(): Iterable<Series> {
    return this.byKey.values()
  }

  prune(nowMs: number): void {
    for (const [key, series] of this.byKey) {
      series.prune(nowMs)
      if (series.minutes.size === 0) this.byKey.delete(key)
    }
  }

  toJSON(): KeptSeries[] {
    return [...this.byKey.values()].map((series) => ({
      namespace: series.namespace,
      metric: series.metric,
      dimensions: series.dimensions,
      unit: series.unit,
      seconds: [...series.seconds].map(kept),
      minutes: [...series.minutes].map(kept),
    }))
  }

  load(list: readonly KeptSeries[]): void {
    for (const { namespace, metric, dimensions, unit, seconds, minutes } of list) {
      const series = this.seriesFor(namespace, metric, dimensions)
      series.unit = unit
      for (const bucket of seconds) series.seconds.set(bucket[0], restored(bucket))
      for (const bucket of minutes) series.minutes.set(bucket[0], restored(bucket))
    }
  }

  private seriesFor(namespace: string, metric: string, dimensions: Dimensions): Series {
    const key = keyOf(namespace, metric, dimensions)
    let series = this.byKey.get(key)
    if (!series) this.byKey.set(key, (series = new Series(namespace, metric, { ...dimensions })))
    return series
  }
}

function keyOf(namespace: string, metric: string, dimensions: Dimensions): string {
  const names = Object.keys(dimensions)
  if (names.length > 1) names.sort()
  let key = `${namespace}|${metric}`
  for (const name of names) key += `|${name}=${dimensions[name]}`
  return key
}

function kept([at, bucket]: [number, Bucket]): KeptBucket {
  const { count, sum, min, max, values } = bucket
  return values ? [at, count, sum, min, max, [...values]] : [at, count, sum, min, max]
}

function restored([, count, sum, min, max, values]: KeptBucket): Bucket {
  return { count, sum, min, max, ...(values && { values: new Map(values) }) }
}
