import type { TrafficSeries } from '../../engine/ports.js'
import { percentAt, type Span } from './sky.js'

/** The traffic of a span as land under the sky: an SVG path in a box of 1000 × 100; null without two points. */
export function landPath(series: TrafficSeries | null, span: Span): string | null {
  const points = (series?.points ?? []).filter((point) => point.at >= span.from && point.at <= span.to)
  if (points.length < 2) return null
  const highest = Math.max(...points.map((point) => point.requests), 1)
  const line = thinned(points).map((point) => {
    const x = Math.round(percentAt(point.at, span) * 100) / 10
    const y = Math.round((1 - 0.7 * (point.requests / highest)) * 1000) / 10
    return [x, y] as const
  })
  const first = line[0]![0]
  const last = line.at(-1)![0]
  return `M${first} 100${line.map(([x, y]) => `L${x} ${y}`).join('')}L${last} 100Z`
}

/** At most 300 points: more cannot be seen. The highest of each bucket stays, so that a peak is not lost. */
function thinned<Point extends { readonly requests: number }>(points: readonly Point[]): Point[] {
  const size = Math.ceil(points.length / 300)
  const kept: Point[] = []
  for (let at = 0; at < points.length; at += size) {
    const bucket = points.slice(at, at + size)
    kept.push(bucket.reduce((best, point) => (point.requests > best.requests ? point : best)))
  }
  return kept
}

/** What the balancer counts now, in words: `412 req/s, p95 84 ms, 0.02 % errors`; null when nothing was counted. */
export function trafficWords(series: TrafficSeries | null): string | null {
  const last = series?.points.slice(-3) ?? []
  if (!series || last.length === 0) return null
  const requests = last.reduce((sum, point) => sum + point.requests, 0)
  const errors = last.reduce((sum, point) => sum + point.errors, 0)
  const rate = requests / (last.length * series.periodSec)
  const p95 = last.at(-1)?.p95Ms
  const share = requests > 0 ? Math.round((errors / requests) * 10_000) / 100 : 0
  return [
    `${rate < 10 ? Math.round(rate * 10) / 10 : Math.round(rate)} req/s`,
    ...(p95 === null || p95 === undefined ? [] : [`p95 ${Math.round(p95)} ms`]),
    `${share} % errors`,
  ].join(', ')
}
