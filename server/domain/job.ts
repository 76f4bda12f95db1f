/** Recurring work. */
export interface Job {
  readonly name: JobName
  readonly title: string
  /** What it is for, in a sentence. */
  readonly purpose: string
  /** How often, in words. */
  readonly rhythm: string
  /** `always`: in every replica all the time; else on one of them, with runs that begin and end. */
  readonly kind: 'runs' | 'always'
  /** A person may have it run now. */
  readonly runnable: boolean
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

/** How often images in use are marked. */
export const markEveryMs = 86_400_000
/** How often what is over is forgotten. */
export const forgetEveryMs = 3_600_000
/** How often the account is looked through for orphans. */
export const lookForOrphansEveryMs = 86_400_000
/** How long what became of deliveries and runs of jobs is remembered, and replicas that died. */
export const rememberedMs = 30 * 86_400_000
export const deadReplicaMs = 86_400_000

/** All recurring work of a console. */
export const jobs: readonly Job[] = [
  {
    name: 'cleanup',
    title: 'Nightly cleanup',
    purpose: 'Destroys groups whose night is over, if nothing speaks against it.',
    rhythm: 'at each cluster’s morning, and when a group kept for diagnosis expires',
    kind: 'runs',
    runnable: true,
  },
  {
    name: 'image-marks',
    title: 'Marking images in use',
    purpose:
      'Reads the whole account and all records, and notes of every image in use that it was, and by what.',
    rhythm: 'every night, an hour before the morning',
    kind: 'runs',
    runnable: true,
  },
  {
    name: 'image-retention',
    title: 'Image retention',
    purpose: 'Retires images that nothing has used for long, where the retention policy is on.',
    rhythm: 'every morning, while the policy is on',
    kind: 'runs',
    runnable: true,
  },
  {
    name: 'forgetting',
    title: 'Forgetting what is over',
    purpose:
      'Deletes ended sessions, links, tokens, codes, idempotency keys, what became of old deliveries and runs, and uploads that a crash left.',
    rhythm: 'every hour',
    kind: 'runs',
    runnable: true,
  },
  {
    name: 'orphans',
    title: 'Janitor of orphans',
    purpose:
      'Looks for what carries Delling’s mark and that no record accounts for; ends builders past their date, and tells of the rest.',
    rhythm: 'every day',
    kind: 'runs',
    runnable: true,
  },
  {
    name: 'advancing',
    title: 'Looking at AWS and advancing',
    purpose: 'Looks at every cluster and bake, and takes the next step of what runs.',
    rhythm: 'every few seconds while something runs, else every minute',
    kind: 'always',
    runnable: false,
  },
  {
    name: 'deliveries',
    title: 'Deliveries',
    purpose: 'Sends what people are told through their channels, and tries again what was not taken.',
    rhythm: 'at each event, and every 2 seconds',
    kind: 'always',
    runnable: false,
  },
  {
    name: 'heartbeat',
    title: 'Heartbeat',
    purpose: 'Says that this replica is there, and how it is.',
    rhythm: 'every 5 seconds',
    kind: 'always',
    runnable: false,
  },
  {
    name: 'listening',
    title: 'Listening to the database',
    purpose: 'Hears what other replicas wrote, and notices when the database is away.',
    rhythm: 'at each change, and every second',
    kind: 'always',
    runnable: false,
  },
]

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
