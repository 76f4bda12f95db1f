/**
 * Recurring work, declared once: what does it asks here how often it comes round, and pages, API and command line say it from here.
 */
export interface Job {
  readonly name: JobName
  readonly title: string
  /** What it is for, in a sentence. */
  readonly purpose: string
  /** How often, in words. */
  readonly rhythm: string
  /** `always`: in every replica all the time; else on one of them, with runs that begin and end. */
  readonly kind: 'runs' | 'always'
  readonly comesRound: ComesRound
  /** When it runs next, where nothing says a moment. */
  readonly otherwise: string
  /** What a run that a person asks for does; null: nobody can ask for one. */
  readonly onRequest: RunOnRequest | null
  /** Where a run is told in full, before its id; null: only in the list of jobs. */
  readonly runsAt: string | null
}

/** What says that it is time; `everyMs` is from the beginning of one run to that of the next. */
export type ComesRound =
  | { readonly by: 'interval'; readonly everyMs: number; readonly why: string }
  /** Each cluster's, on its own wall clock. */
  | { readonly by: 'mornings of clusters' }
  /** The installation's, while the retention policy is on. */
  | { readonly by: 'morning of retention' }
  | { readonly by: 'hour before the morning' }
  | { readonly by: 'itself' }

export interface RunOnRequest {
  /** Said before it is confirmed. */
  readonly does: string
  /** The page that asks instead, because it names what would go; null: that of the jobs. */
  readonly askedAt: string | null
}

export const jobNames = [
  'cleanup',
  'image-marks',
  'image-retention',
  'forgetting',
  'orphans',
  'advancing',
  'deliveries',
  'heartbeat',
  'listening',
] as const
export type JobName = (typeof jobNames)[number]

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** How long what became of deliveries and runs of jobs is remembered, and replicas that died. */
export const rememberedMs = 30 * dayMs
export const deadReplicaMs = dayMs

/** All recurring work of a console. */
export const jobs: readonly Job[] = [
  {
    name: 'cleanup',
    title: 'Nightly cleanup',
    purpose: 'Destroys groups whose night is over, if nothing speaks against it.',
    rhythm: 'at each cluster’s morning, and when a group kept for diagnosis expires',
    kind: 'runs',
    comesRound: { by: 'mornings of clusters' },
    otherwise: 'when there is a cluster',
    onRequest: {
      does: 'Only what is over goes: nothing that is valid, waits or runs is touched.',
      askedAt: '/tonight/run',
    },
    runsAt: '/tonight/runs/',
  },
  {
    name: 'image-marks',
    title: 'Marking images in use',
    purpose:
      'Reads the whole account and all records, and notes of every image in use that it was, and by what.',
    rhythm: 'every night, an hour before the morning',
    kind: 'runs',
    comesRound: { by: 'hour before the morning' },
    otherwise: 'an hour before the morning',
    onRequest: {
      does: 'The account is read, and noted what is in use. Nothing of AWS is changed.',
      askedAt: null,
    },
    runsAt: null,
  },
  {
    name: 'image-retention',
    title: 'Image retention',
    purpose: 'Retires images that nothing has used for long, where the retention policy is on.',
    rhythm: 'every morning, while the policy is on',
    kind: 'runs',
    comesRound: { by: 'morning of retention' },
    otherwise: 'when its policy is switched on',
    onRequest: {
      does: 'Images go that a dry run listed, as far as they are judged the same now.',
      askedAt: '/images/retention',
    },
    runsAt: '/images/retention/runs/',
  },
  {
    name: 'forgetting',
    title: 'Forgetting what is over',
    purpose:
      'Deletes ended sessions, links, tokens, codes, idempotency keys, what became of old deliveries and runs, and uploads that a crash left.',
    rhythm: 'every hour',
    kind: 'runs',
    comesRound: { by: 'interval', everyMs: hourMs, why: 'an hour after the last run' },
    otherwise: 'an hour after the last run',
    onRequest: {
      does: 'Only what is over goes: nothing that is valid, waits or runs is touched.',
      askedAt: null,
    },
    runsAt: null,
  },
  {
    name: 'orphans',
    title: 'Janitor of orphans',
    purpose:
      'Looks for what carries Delling’s mark and that no record accounts for; ends builders past their date, and tells of the rest.',
    rhythm: 'every day',
    kind: 'runs',
    comesRound: { by: 'interval', everyMs: dayMs, why: 'a day after the last run' },
    otherwise: 'a day after the last run',
    onRequest: {
      does: 'Only builders past their date go; the rest is told of.',
      askedAt: null,
    },
    runsAt: null,
  },
  {
    name: 'advancing',
    title: 'Looking at AWS and advancing',
    purpose: 'Looks at every cluster and bake, and takes the next step of what runs.',
    rhythm: 'every few seconds while something runs, else every minute',
    kind: 'always',
    comesRound: { by: 'itself' },
    otherwise: 'all the time, in every replica',
    onRequest: null,
    runsAt: null,
  },
  {
    name: 'deliveries',
    title: 'Deliveries',
    purpose: 'Sends what people are told through their channels, and tries again what was not taken.',
    rhythm: 'at each event, and every 2 seconds',
    kind: 'always',
    comesRound: { by: 'itself' },
    otherwise: 'all the time, in every replica',
    onRequest: null,
    runsAt: null,
  },
  {
    name: 'heartbeat',
    title: 'Heartbeat',
    purpose: 'Says that this replica is there, and how it is.',
    rhythm: 'every 5 seconds',
    kind: 'always',
    comesRound: { by: 'itself' },
    otherwise: 'all the time, in every replica',
    onRequest: null,
    runsAt: null,
  },
  {
    name: 'listening',
    title: 'Listening to the database',
    purpose: 'Hears what other replicas wrote, and notices when the database is away.',
    rhythm: 'at each change, and every second',
    kind: 'always',
    comesRound: { by: 'itself' },
    otherwise: 'all the time, in every replica',
    onRequest: null,
    runsAt: null,
  },
]

function jobOf(name: JobName): Job {
  const job = jobs.find((each) => each.name === name)
  if (!job) throw new Error(`No job is called ${name}.`)
  return job
}

/** From the beginning of one run to that of the next, where the clock alone says it. */
export function everyMsOf(name: JobName): number | null {
  const { comesRound } = jobOf(name)
  return comesRound.by === 'interval' ? comesRound.everyMs : null
}

/** What failed, or whose process died, is tried again so long after it began, and each time in a row after twice as long. */
const retryMs = 60_000

/** In how long a job is due that comes round by the clock; 0: it is. `last`: its last run, where it had one. */
export function dueInMs(
  last: Pick<JobRun, 'outcome' | 'agoMs' | 'times'> | undefined,
  everyMs: number,
): number {
  if (!last) return 0
  const hasFailed = last.outcome === 'failed' || last.outcome === 'lost'
  const restMs = hasFailed ? Math.min(everyMs, retryMs * 2 ** (last.times - 1)) : everyMs
  return Math.max(0, restMs - last.agoMs)
}

/** Work that finds out by itself whether there is something to do is not tried again for longer than this. */
const longestRestMs = hourMs

/**
 * In how long what has failed may be tried again, where something else than its last run says whether there is something to do; 0:
 * now. One whose process died is gone on with at once, and rests only where that happens again.
 */
export function restsMs(last: Pick<JobRun, 'outcome' | 'agoMs' | 'times'> | undefined): number {
  if (last?.outcome === 'failed') return dueInMs(last, longestRestMs)
  if (last?.outcome !== 'lost' || last.times < 2) return 0
  return dueInMs({ ...last, times: last.times - 1 }, longestRestMs)
}

export type JobOutcome = 'running' | 'done' | 'failed' | 'lost'

/** One run of a job; times are the database's. */
export interface JobRun {
  readonly id: string
  readonly job: string
  readonly replica: string
  /** Who asked for it; null: it was its time. */
  readonly by: string | null
  readonly startedAt: Date
  readonly agoMs: number
  /** Null while it runs, and where nobody knows. */
  readonly tookMs: number | null
  /** `lost`: its process died before it ended. */
  readonly outcome: JobOutcome
  /** What it did, in a sentence. */
  readonly did: string | null
  readonly error: string | null
  /** How often in a row it has failed in this way. */
  readonly times: number
  /** What it is known as elsewhere: the id of a cleanup run. */
  readonly resultId: string | null
}
