import type { Command } from 'commander'
import { exits } from '../exits.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'

interface SystemDocument {
  readonly findings: readonly {
    readonly level: 'good' | 'care' | 'bad'
    readonly part: string
    readonly sentence: string
    readonly todo: string | null
  }[]
  readonly calls: readonly {
    readonly api: string
    readonly count: number
    readonly throttled: number
    readonly refused: number
    readonly unanswered: number
    readonly p95Ms: number | null
  }[]
  readonly replicas: readonly {
    readonly id: string
    readonly host: string
    readonly pid: number
    readonly version: string
    readonly alive: boolean
    readonly lastHeardAgoMs: number
    readonly rssBytes: number
    readonly streams: number
  }[]
  readonly looks: readonly {
    readonly scope: string
    readonly agoMs: number
    readonly tookMs: number
    readonly fault: string | null
  }[]
  readonly leases: readonly { readonly scope: string; readonly holder: string }[]
}

interface JobsDocument {
  readonly jobs: readonly {
    readonly name: string
    readonly kind: 'runs' | 'always'
    readonly next: { readonly inMs: number } | null
    readonly runs: readonly {
      readonly agoMs: number
      readonly tookMs: number | null
      readonly outcome: string
      readonly did: string | null
      readonly error: string | null
    }[]
    readonly replicas: readonly { readonly agoMs: number; readonly fault: string | null }[]
  }[]
}

interface JobRan {
  readonly sentence: string
}

/** How the console itself is, and its recurring work. */
export function systemVerbs(program: Command, face: Face): void {
  verb(
    program,
    face,
    'system',
    'how Delling itself is: replicas, database, calls of AWS; exit code 1 where something is bad',
    async ({ api, output }) => {
      const document = await api.get<SystemDocument>('/system')
      output.result(document, systemText(document))
      return document.findings.some(({ level }) => level === 'bad') ? exits.failed : exits.done
    },
  )
  const jobs = verb(
    program,
    face,
    'jobs',
    'the recurring work: how it went, when it runs next',
    async ({ api, output }) => {
      const document = await api.get<JobsDocument>('/jobs')
      output.result(document, jobsText(document))
    },
  )
  verb(
    jobs,
    face,
    'run <job>',
    'run one now: cleanup, image-marks, image-retention, orphans or forgetting',
    async ({ api, output, args }) => {
      const done = await api.post<JobRan>(`/jobs/${encodeURIComponent(args[0] ?? '')}/run`)
      output.result(done, done.sentence)
    },
  )
}

function systemText({ findings, calls, replicas, looks, leases }: SystemDocument): readonly string[] {
  const words = { good: 'good', care: 'look at it', bad: 'BAD' }
  const told = findings.flatMap(({ level, part, sentence, todo }) => [
    `${words[level]}: ${part}: ${sentence}`,
    ...(todo === null ? [] : [`  ${todo}`]),
  ])
  const names = new Map(replicas.map(({ id, host, pid }) => [id, `${host}/${pid}`]))
  const holders = new Map(leases.map(({ scope, holder }) => [scope, names.get(holder) ?? holder]))
  return [
    ...told,
    '',
    ...table(
      ['replica', 'version', 'state', 'heard of', 'memory', 'streams'],
      replicas.map((each) => [
        `${each.host}/${each.pid}`,
        each.version,
        each.alive ? 'alive' : 'silent',
        `${length(each.lastHeardAgoMs)} ago`,
        `${Math.round(each.rssBytes / 1e6)} MB`,
        each.streams,
      ]),
    ),
    '',
    ...table(
      ['look at', 'last', 'took', 'held by', 'fault'],
      looks.map(({ scope, agoMs, tookMs, fault }) => [
        scope,
        `${length(agoMs)} ago`,
        length(tookMs),
        holders.get(scope),
        fault,
      ]),
    ),
    '',
    ...table(
      ['AWS call', 'a minute', 'throttled', 'refused', 'no answer', 'p95'],
      calls.map(({ api, count, throttled, refused, unanswered, p95Ms }) => [
        api,
        count,
        throttled,
        refused,
        unanswered,
        p95Ms === null ? null : `${p95Ms} ms`,
      ]),
    ),
  ]
}

function jobsText({ jobs }: JobsDocument): readonly string[] {
  return table(
    ['job', 'last', 'took', 'ended', 'next', 'what it did'],
    jobs.map(({ name, kind, next, runs: [last], replicas }) => {
      if (kind === 'always') {
        const fault = replicas.find((each) => each.fault !== null)?.fault ?? null
        const latest = Math.min(...replicas.map(({ agoMs }) => agoMs))
        return [
          name,
          replicas.length === 0 ? null : `${length(latest)} ago`,
          null,
          fault ? 'failed' : 'goes on',
          'always',
          fault,
        ]
      }
      return [
        name,
        last ? `${length(last.agoMs)} ago` : 'never',
        last?.tookMs === null || last?.tookMs === undefined ? null : length(last.tookMs),
        last?.outcome,
        next && (next.inMs < 60_000 ? 'within the minute' : `in ${length(next.inMs)}`),
        last?.error ?? last?.did,
      ]
    }),
  )
}

/** `40 ms`, `12 s`, `3 min`, `5 h`. */
function length(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${Math.round(ms / 1000)} s`
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`
  return `${Math.round(ms / 3_600_000)} h`
}
