import type { Job, JobOutcome, JobRun, RunOnRequest } from '../../domain/job.js'
import type { JobView } from '../../engine/jobs-view.js'
import type { Badge } from './badge.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { say, strong, type Head, type Said } from './head.js'
import { capital, counted, duration, listed } from './words.js'
import { terminal } from './terminal.js'

interface RunRow {
  readonly badge: Badge
  readonly ago: string
  readonly took: string
  readonly by: string
  readonly did: string
  readonly bad: boolean
  readonly href: string | null
}

interface PulseRow {
  readonly replica: string
  readonly badge: Badge
  readonly ago: string
  readonly took: string
  readonly fault: string | null
}

interface JobPanel {
  readonly name: string
  readonly title: string
  readonly rhythm: string
  readonly purpose: string
  readonly next: string
  readonly always: boolean
  readonly run: string | null
  readonly runs: readonly RunRow[]
  readonly pulses: readonly PulseRow[]
}

export interface JobsPage extends Head {
  readonly jobs: readonly JobPanel[]
}

const outcomes: Readonly<Record<JobOutcome, Badge>> = {
  running: { k: 'k-next', glyph: 'next', word: 'running' },
  done: { k: 'k-good', glyph: 'check', word: 'done' },
  failed: { k: 'k-bad', glyph: 'cross', word: 'failed' },
  lost: { k: 'k-bad', glyph: 'rejected', word: 'never ended' },
}

/** What runs by itself, and did it? */
export function jobsPage(jobs: readonly JobView[]): JobsPage {
  return {
    title: 'Jobs',
    heading: 'Jobs',
    crumbs: [{ label: 'More', href: '/more' }, { label: 'Jobs' }],
    terminal: terminal('jobs'),
    sentence: sentenceOf(jobs),
    acts: [{ label: 'System health', href: '/system' }],
    liveMs: 5_000,
    jobs: jobs.map(panelOf),
  }
}

function sentenceOf(jobs: readonly JobView[]): Said[] {
  const failed = jobs.filter(({ runs }) => runs[0]?.outcome === 'failed' || runs[0]?.outcome === 'lost')
  const faulty = jobs.filter(({ pulses }) => pulses.some(({ fault }) => fault !== null))
  const troubled = [...new Set([...failed, ...faulty])]
  if (troubled.length > 0)
    return say(
      strong(
        `${capital(counted(troubled.length, 'job'))} ${troubled.length === 1 ? 'is' : 'are'} in trouble`,
      ),
      `: ${listed(troubled.map(({ title }) => title))}. Each is tried again by itself.`,
    )
  const next = jobs
    .flatMap(({ title, next: at }) => (at ? [{ title, inMs: at.inMs }] : []))
    .sort((a, b) => a.inMs - b.inMs)[0]
  return say(
    strong('Every job does what it should'),
    next ? `. Next: ${next.title}, ${inWords(next.inMs)}.` : '.',
  )
}

function panelOf(job: JobView): JobPanel {
  const { name, title, rhythm, purpose, onRequest, next, runs, pulses, kind } = job
  const always = kind === 'always'
  return {
    name,
    title,
    rhythm,
    purpose,
    always,
    next: next ? `${inWords(next.inMs)}: ${next.why}` : job.otherwise,
    run: onRequest ? `/jobs/${name}/run` : null,
    runs: runs.map((run) => runRow(job, run)),
    pulses: pulses.map(({ replica, agoMs, tookMs, fault }) => ({
      replica,
      badge: fault ? outcomes.failed : { k: 'k-good', glyph: 'check', word: 'goes on' },
      ago: `${duration(agoMs)} ago`,
      took: duration(tookMs),
      fault,
    })),
  }
}

function inWords(ms: number): string {
  return ms < 60_000 ? 'within the minute' : `in ${duration(Math.round(ms / 60_000) * 60_000)}`
}

/** Where what a run did is told in full; null: in the list of jobs alone. */
export function runHref({ runsAt }: Pick<Job, 'runsAt'>, resultId: string | null): string | null {
  return runsAt !== null && resultId !== null ? `${runsAt}${resultId}` : null
}

function runRow(
  job: Pick<Job, 'runsAt'>,
  { outcome, agoMs, tookMs, by, did, error, times, resultId }: JobRun,
): RunRow {
  const said = {
    running: 'It has not ended yet.',
    done: did ?? 'What it did is told to whoever may see all applications.',
    failed: error ?? 'Why is told to whoever may see all applications.',
    lost: 'Its process died before it ended. It is done again by itself.',
  }[outcome]
  return {
    badge: outcomes[outcome],
    ago: `${duration(agoMs)} ago`,
    took: tookMs === null ? '' : duration(tookMs),
    by: by ?? 'it was its time',
    did: times > 1 ? `${said} (${times} times in a row)` : said,
    bad: outcome === 'failed' || outcome === 'lost',
    href: runHref(job, resultId),
  }
}

/** Asks before it is run. */
export function jobRunPage({ name, title, purpose, rhythm }: Job, { does }: RunOnRequest): ConfirmPage {
  return confirmPage({
    heading: `Run “${title}” now?`,
    terminal: terminal('jobs', 'run', name),
    crumbs: [{ label: 'Jobs', href: '/jobs' }, { label: 'run now' }],
    sentence: purpose,
    action: `/jobs/${name}/run`,
    fields: [],
    consequences: [
      does,
      `It runs by itself ${rhythm}; a run now moves the next one.`,
      'That you ran it is in the deploy log.',
    ],
    button: 'Run it now',
    back: { label: 'Leave it to its time', href: '/jobs' },
  })
}
