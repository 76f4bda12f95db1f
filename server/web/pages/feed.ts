import type { LogLine } from '../../engine/ports.js'
import { moment, dayHeading, type Moment } from './moment.js'

/** One line of the deploy log. */
export interface FeedLine {
  readonly k: string
  readonly glyph: string
  readonly when: Moment
  readonly subject: string
  readonly href: string | null
  readonly sentence: string
  readonly by: string
}

export interface FeedDay {
  readonly day: string
  readonly lines: readonly FeedLine[]
}

const looks: Readonly<Record<string, readonly [k: string, glyph: string]>> = {
  Requested: ['k-next', 'next'],
  LaunchStarted: ['k-next', 'next'],
  Switched: ['k-live', 'switch'],
  Succeeded: ['k-good', 'check'],
  NextRegistered: ['k-good', 'check'],
  TargetReady: ['k-good', 'check'],
  Settled: ['k-live', 'check'],
  ReturnStarted: ['k-warm', 'back'],
  Returned: ['k-warm', 'back'],
  RolledBack: ['k-warm', 'back'],
  AbortStarted: ['k-bad', 'rejected'],
  Aborted: ['k-bad', 'rejected'],
  NextUnready: ['k-care', 'bang'],
  NotSwitched: ['k-care', 'bang'],
  Halted: ['k-bad', 'halted'],
  Refused: ['k-bad', 'rejected'],
  Drifted: ['k-bad', 'bang'],
  GroupLost: ['k-bad', 'bang'],
  WarmDegraded: ['k-care', 'warm-care'],
  WarmReady: ['k-warm', 'warm'],
  RetireStarted: ['k-idle', 'retiring'],
  Destroyed: ['k-idle', 'retiring'],
  Reprieved: ['k-warm', 'warm'],
  Baked: ['k-good', 'image'],
  BakeFailed: ['k-bad', 'image'],
  ChannelSwitchedOff: ['k-care', 'bang'],
  Kept: ['k-warm', 'pin'],
  Rehearsed: ['k-care', 'bang'],
  RehearsalFailed: ['k-care', 'bang'],
  RehearsalEnded: ['k-good', 'check'],
}

export function feedLine(row: LogLine, zone: string, now: Date): FeedLine {
  const [k, glyph] = looks[row.type] ?? byStream(row)
  const { subject, href } = subjectOf(row)
  return {
    k,
    glyph,
    when: moment(row.at, zone, now),
    subject,
    href,
    sentence: row.sentence,
    by: row.actor.name,
  }
}

/** Newest first, a heading for each day. */
export function feedDays(rows: readonly LogLine[], zone: string, now: Date): FeedDay[] {
  const days: { day: string; lines: FeedLine[] }[] = []
  for (const row of rows) {
    const day = dayHeading(row.at, zone)
    if (days.at(-1)?.day !== day) days.push({ day, lines: [] })
    days.at(-1)!.lines.push(feedLine(row, zone, now))
  }
  return days
}

function byStream(row: LogLine): readonly [string, string] {
  if (row.stream.startsWith('bake:')) return /fail/i.test(row.type) ? ['k-bad', 'image'] : ['k-idle', 'image']
  return ['k-idle', 'later']
}

/** What a line is about, and the page that tells the rest. */
function subjectOf(row: LogLine): { subject: string; href: string | null } {
  const [kind = '', id = ''] = [
    row.stream.slice(0, row.stream.indexOf(':')),
    row.stream.slice(row.stream.indexOf(':') + 1),
  ]
  switch (kind) {
    case 'operation':
      return { subject: row.cluster ?? 'operation', href: `/operations/${id}` }
    case 'bake':
      return { subject: `bake of ${row.application ?? 'an image'}`, href: `/bakes/${id}` }
    case 'cluster':
      return { subject: id, href: `/clusters/${id}` }
    case 'application':
      return { subject: id, href: `/applications/${id}` }
    case 'job':
      return { subject: id, href: '/tonight' }
    case 'channel':
      return { subject: 'notifications', href: '/settings/notifications' }
    case 'rehearsal':
      return { subject: 'local cloud', href: '/rehearse' }
    default:
      return {
        subject: row.cluster ?? row.application ?? kind,
        href: row.cluster ? `/clusters/${row.cluster}` : null,
      }
  }
}
