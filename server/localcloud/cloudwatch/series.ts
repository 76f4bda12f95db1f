/** The values of one span of time, reduced to what every statistic needs. */
export interface Bucket {
  count: number
  sum: number
  min: number
  max: number
  /** Value → how often, rounded to two digits; absent while all values are equal. */
  values?: Map<number, number>
}

const KEEP_SECONDS_MS = 3 * 3600_000
const KEEP_MINUTES_MS = 15 * 86_400_000

/** One metric with one set of dimensions: second by second for three hours, minute by minute for fifteen days. */
export class Series {
  readonly seconds = new Map<number, Bucket>()
  readonly minutes = new Map<number, Bucket>()
  unit = 'None'

  constructor(
    readonly namespace: string,
    readonly metric: string,
    readonly dimensions: Readonly<Record<string, string>>,
  ) {}

  add(atMs: number, value: number, count: number): void {
    addTo(this.seconds, Math.floor(atMs / 1000), value, count)
    addTo(this.minutes, Math.floor(atMs / 60_000) * 60, value, count)
  }

  /** Start of each period (seconds since the epoch) in [from, to) that has values → its bucket, oldest first. */
  periods(fromSecond: number, toSecond: number, periodSeconds: number): Map<number, Bucket> {
    const byMinute = periodSeconds % 60 === 0 && toSecond - fromSecond > 3600
    const source = byMinute ? this.minutes : this.seconds
    const found = new Map<number, Bucket>()
    for (const second of keysBetween(source, fromSecond, toSecond, byMinute ? 60 : 1)) {
      const start = Math.floor(second / periodSeconds) * periodSeconds
      const bucket = source.get(second)!
      const whole = found.get(start)
      if (whole) merge(whole, bucket)
      else found.set(start, { ...bucket, ...(bucket.values && { values: new Map(bucket.values) }) })
    }
    if (!byMinute && periodSeconds % 60 === 0)
      this.addForgottenSeconds(found, fromSecond, toSecond, periodSeconds)
    return new Map([...found].sort(([a], [b]) => a - b))
  }

  /** Forgets what is older than CloudWatch keeps it. */
  prune(nowMs: number): void {
    for (const second of this.seconds.keys())
      if (second * 1000 < nowMs - KEEP_SECONDS_MS) this.seconds.delete(second)
    for (const minute of this.minutes.keys())
      if (minute * 1000 < nowMs - KEEP_MINUTES_MS) this.minutes.delete(minute)
  }

  /** A short look far back finds only minutes: the seconds are gone. */
  private addForgottenSeconds(
    found: Map<number, Bucket>,
    from: number,
    to: number,
    periodSeconds: number,
  ): void {
    for (const minute of keysBetween(this.minutes, from, to, 60)) {
      const start = Math.floor(minute / periodSeconds) * periodSeconds
      if (found.has(start) || periodSeconds !== 60) continue
      found.set(start, this.minutes.get(minute)!)
    }
  }
}

function keysBetween(source: ReadonlyMap<number, unknown>, from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step) * step
  if ((to - first) / step > source.size) return [...source.keys()].filter((key) => key >= from && key < to)
  const keys: number[] = []
  for (let key = first; key < to; key += step) if (source.has(key)) keys.push(key)
  return keys
}

function addTo(buckets: Map<number, Bucket>, key: number, value: number, count: number): void {
  const bucket = buckets.get(key)
  if (bucket) merge(bucket, { count, sum: value * count, min: value, max: value })
  else buckets.set(key, { count, sum: value * count, min: value, max: value })
}

function merge(into: Bucket, from: Bucket): void {
  const equal =
    !into.values && !from.values && into.min === into.max && from.min === from.max && into.min === from.min
  if (!equal) {
    into.values ??= new Map([[rounded(into.min), into.count]])
    for (const [value, count] of from.values ?? [[rounded(from.min), from.count]]) {
      into.values.set(value, (into.values.get(value) ?? 0) + count)
    }
  }
  into.count += from.count
  into.sum += from.sum
  into.min = Math.min(into.min, from.min)
  into.max = Math.max(into.max, from.max)
}

const rounded = (value: number) => Number(value.toPrecision(2))
