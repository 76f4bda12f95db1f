import type { LogLine } from '../../engine/ports.js'
import { moment, type Moment } from './moment.js'
import { percentAt, type Span } from './sky.js'

/** A numbered ring in the sky, told in the list below it. */
export interface NightMark {
  readonly n: number
  readonly x: string
  readonly y: number
  readonly textY: number
  readonly when: Moment
  readonly sentence: string
}

const notable = new Set([
  'Switched',
  'WarmDegraded',
  'WarmReady',
  'LiveJudgedBad',
  'LiveWell',
  'GroupLost',
  'Drifted',
  'DriftEnded',
  'Halted',
  'AbortStarted',
  'Returned',
])
const most = 6

/** The incidents of a span, oldest first; of many the newest. */
export function nightMarks(log: readonly LogLine[], span: Span, zone: string, now: Date): NightMark[] {
  const rows = log
    .filter((row) => notable.has(row.type) && row.at >= span.from && row.at <= span.to)
    .sort((a, b) => a.seq - b.seq)
    .slice(-most)
  return rows.map((row, index) => {
    const y = 48 + (index % 3) * 24
    return {
      n: index + 1,
      x: `${percentAt(row.at, span)}%`,
      y,
      textY: y + 4,
      when: moment(row.at, zone, now),
      sentence: row.sentence,
    }
  })
}
