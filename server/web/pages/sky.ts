import { placeOfRegion, sunElevation } from './sun.js'

/** A stop of the sky's gradient: the class that names its colour, and where it lies. */
export interface SkyStop {
  readonly colour: string
  readonly at: string
}

/** The time that a picture spans. */
export interface Span {
  readonly from: Date
  readonly to: Date
}

const utc = new Set(['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT'])
const stepMs = 10 * 60_000

/** Colours of the sky by the sun's height, for a falling and a rising sun; each holds down to its height. */
const evening: readonly (readonly [number, string])[] = [
  [9, 'sky-day'],
  [4, 'sky-late'],
  [-1, 'sky-sunset'],
  [-6, 'sky-dusk'],
  [-12, 'sky-evening'],
  [-18, 'sky-night'],
  [-91, 'sky-deep'],
]
const morning: readonly (readonly [number, string])[] = [
  [9, 'sky-day'],
  [3, 'sky-morning'],
  [-2, 'sky-gold'],
  [-6, 'sky-dawn'],
  [-12, 'sky-first'],
  [-18, 'sky-night'],
  [-91, 'sky-deep'],
]

/** Where in a span a moment lies, in per cent with two decimals, kept inside it. */
export function percentAt(at: Date, span: Span): number {
  const share = (at.getTime() - span.from.getTime()) / (span.to.getTime() - span.from.getTime())
  return Math.round(Math.min(1, Math.max(0, share)) * 10_000) / 100
}

/** The sky over a region during a span. Each colour has one stop, in the middle of the time it lasts. */
export function skyStops(span: Span, region: string, zone: string): SkyStop[] {
  const [latitude, regional] = placeOfRegion(region)
  // A morning told in UTC is meant where UTC is the time of day, wherever the region stands.
  const longitude = utc.has(zone) ? 0 : regional
  const runs: { colour: string; from: number; to: number }[] = []
  let before = sunElevation(new Date(span.from.getTime() - stepMs), latitude, longitude)
  for (let time = span.from.getTime(); time <= span.to.getTime(); time += stepMs) {
    const height = sunElevation(new Date(time), latitude, longitude)
    const colour =
      (height < before ? evening : morning).find(([lowest]) => height >= lowest)?.[1] ?? 'sky-deep'
    before = height
    const last = runs.at(-1)
    if (last?.colour === colour) last.to = time
    else runs.push({ colour, from: time, to: time })
  }
  return runs.flatMap((run, index) => runStops(run, index, runs.length, span))
}

/** Long runs (day, deep night) keep their colour flat: two stops, a little inside their edges. */
function runStops(
  run: { colour: string; from: number; to: number },
  index: number,
  count: number,
  span: Span,
): SkyStop[] {
  const stop = (time: number): SkyStop => ({ colour: run.colour, at: `${percentAt(new Date(time), span)}%` })
  const flat = run.to - run.from > 3 * 3_600_000
  const inset = flat ? 40 * 60_000 : 0
  if (count === 1) return [stop(run.from), stop(run.to)]
  if (index === 0) return [stop(run.from), stop(run.to - inset)]
  if (index === count - 1) return [stop(run.from + inset), stop(run.to)]
  return flat ? [stop(run.from + inset), stop(run.to - inset)] : [stop((run.from + run.to) / 2)]
}
