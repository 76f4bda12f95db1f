import { phaseClock } from './moment.js'
import { duration } from './words.js'

/** The bar under a wait: from its start to its deadline. */
export interface SpanBar {
  readonly done: string
  readonly passed: string
  readonly anchor: 'start' | 'middle' | 'end'
  readonly start: string
  readonly end: string
  readonly label: string
}

/** Null where there is no deadline to run to. */
export function spanBar(
  since: Date,
  until: Date | null,
  now: Date,
  zone: string,
  paceDivisor: number,
  word = 'gives up at',
): SpanBar | null {
  if (!until || until <= since) return null
  const passedMs = Math.max(0, now.getTime() - since.getTime())
  const share = Math.min(1, passedMs / (until.getTime() - since.getTime()))
  const percent = Math.round(share * 1000) / 10
  const most = duration(until.getTime() - since.getTime())
  return {
    done: `${percent}%`,
    passed: duration(passedMs),
    anchor: percent < 14 ? 'start' : percent > 72 ? 'end' : 'middle',
    start: percent < 30 ? '' : phaseClock(since, zone, paceDivisor),
    end: percent > 60 ? '' : `${word} ${phaseClock(until, zone, paceDivisor)}`,
    label: `${duration(passedMs)} of at most ${most} have passed.`,
  }
}
