import type { CleanupRun, ListedCleanupRun } from '../../engine/cleanup-runs.js'
import { isEnded } from '../../domain/operation.js'
import { liveMs, say, strong, type Head, type Said } from './head.js'
import { moment, type Moment } from './moment.js'
import { operationItem, type OperationItem } from './operation-item.js'
import { capital, counted, listed } from './words.js'

export interface RunRow {
  readonly href: string
  readonly when: Moment
  /** The time that it took for now, where somebody gave it another. */
  readonly asIf: Moment | null
  readonly ended: boolean
  readonly checks: readonly { readonly k: string; readonly glyph: string; readonly sentence: string }[]
}

export interface RunPage extends Head, RunRow {
  readonly operations: readonly OperationItem[]
  readonly groups: readonly {
    readonly name: string
    readonly href: string
    readonly verdict: string
    readonly k: string
    readonly why: string
  }[]
}

/** What a run did and whether it looked afterwards. */
export function runRow(run: ListedCleanupRun, zone: string, now: Date): RunRow {
  return rowOf(run, checksOf(run, ''), zone, now)
}

function rowOf(
  run: Pick<CleanupRun, 'id' | 'startedAt' | 'now' | 'ended'>,
  checks: RunRow['checks'],
  zone: string,
  now: Date,
): RunRow {
  return {
    href: `/tonight/runs/${run.id}`,
    when: moment(run.startedAt, zone, now),
    asIf: anotherTime(run) ? moment(run.now, zone, now) : null,
    ended: run.ended,
    checks,
  }
}

/** A run takes a moment to look before it is recorded; more apart than this its clock was another. */
const lookMs = 60_000

function anotherTime({ startedAt, now }: Pick<CleanupRun, 'startedAt' | 'now'>): boolean {
  return Math.abs(now.getTime() - startedAt.getTime()) > lookMs
}

/** A page names so many things of a run; all of them stand in its table. */
const mostNamed = 8

function named(things: readonly string[]): string {
  const more = things.length - mostNamed
  return listed(more > 0 ? [...things.slice(0, mostNamed), `${more} more`] : things)
}

function checksOf(
  run: Pick<ListedCleanupRun, 'goes' | 'ended' | 'leftovers'>,
  looked: string,
): RunRow['checks'] {
  const went = run.goes
  const good = (sentence: string) => ({ k: 'k-good', glyph: 'check', sentence })
  const first =
    went.length === 0
      ? good('Nothing had to go')
      : good(
          `${capital(counted(went.length, 'group'))} ${run.ended ? 'destroyed' : 'on the way out'}: ${named(went)}`,
        )
  if (!run.ended)
    return [
      first,
      { k: 'k-next', glyph: 'clock', sentence: 'Still running; it looks for left-overs at the end' },
    ]
  if (run.leftovers.length > 0)
    return [
      first,
      ...run.leftovers.map((each) => ({ k: 'k-bad', glyph: 'cross', sentence: `Left over: ${each}` })),
    ]
  return [first, good(`Looked afterwards: nothing of theirs is left${looked}`)]
}

export function runPage(run: CleanupRun, zone: string, now: Date, paceDivisor: number): RunPage {
  const goes = goingOf(run)
  const looked = run.looked.length > 0 ? ` (looked at ${named(run.looked)})` : ''
  const row = rowOf(run, checksOf({ ...run, goes }, looked), zone, now)
  return {
    ...row,
    title: 'Cleanup run',
    heading: `Cleanup at ${row.when.text}${row.asIf ? `, as if it were ${row.asIf.text}` : ''}`,
    crumbs: [{ label: 'Tonight', href: '/tonight' }, { label: 'run' }],
    sentence: runSentence(run),
    acts: [{ label: 'Back to tonight', href: '/tonight' }],
    liveMs: liveMs(!run.ended, paceDivisor),
    operations: run.operations.map((each) => operationItem(each, zone, now, paceDivisor)),
    groups: run.groups.map((each) => ({
      name: each.group,
      href: `/groups/${each.group}`,
      verdict: each.verdict,
      k: each.verdict === 'goes' ? 'k-idle' : 'k-warm',
      why: capital(each.why),
    })),
  }
}

function goingOf({ groups }: CleanupRun): readonly string[] {
  return groups.filter(({ verdict }) => verdict === 'goes').map(({ group }) => group)
}

function runSentence(run: CleanupRun): Said[] {
  const { operations } = run
  const gone = operations.filter(isEnded).length
  if (!run.ended)
    return say(
      strong(`${gone} of ${counted(operations.length, 'group')} gone`),
      '; nothing that carries traffic is touched.',
    )
  if (run.leftovers.length > 0)
    return say(
      strong(`${capital(counted(run.leftovers.length, 'thing'))} left over`),
      ': look at them below.',
    )
  const went = goingOf(run).length
  return went === 0
    ? say(strong('Nothing had to go.'))
    : say(strong(`${capital(counted(went, 'group'))} destroyed`), ', nothing of them is left.')
}
