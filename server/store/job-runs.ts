import type { JobName, JobOutcome, JobRun } from '../domain/job.js'
import { silentAfterMs } from '../domain/replica.js'
import type { JobEnd, JobRuns } from '../engine/ports-system.js'
import type { Database } from './database.js'

interface RunRow {
  id: string
  job: string
  replica: string
  asked_by: string | null
  started_at: Date
  ago_ms: number
  took_ms: number | null
  outcome: JobOutcome
  did: string | null
  error: string | null
  times: number
  result_id: string | null
}

/** Runs of jobs in PostgreSQL; times are the database's. */
export class PgJobRuns implements JobRuns {
  constructor(private readonly database: Database) {}

  async begin(run: { id: string; job: JobName; replica: string; by: string | null }): Promise<void> {
    await this.database.rows(`insert into job_runs (id, job, replica, asked_by) values ($1, $2, $3, $4)`, [
      run.id,
      run.job,
      run.replica,
      run.by,
    ])
  }

  async end(id: string, end: JobEnd): Promise<void> {
    if (end.outcome === 'failed') await this.takePlaceOfTheSame(id, end.error)
    const done = end.outcome === 'done'
    await this.database.rows(
      `update job_runs set ended_at = clock_timestamp(), outcome = $2, did = $3, error = $4, result_id = $5 where id = $1`,
      [id, end.outcome, done ? end.did : null, done ? null : end.error, done ? (end.resultId ?? null) : null],
    )
  }

  async lastRuns(ofEach: number): Promise<readonly JobRun[]> {
    const rows = await this.database.rows<RunRow>(
      `select id, job, replica, asked_by, started_at, did, error, times, result_id,
              (extract(epoch from clock_timestamp() - started_at) * 1000)::double precision as ago_ms,
              (extract(epoch from ended_at - started_at) * 1000)::double precision as took_ms,
              coalesce(outcome, case when alive then 'running' else 'lost' end) as outcome
       from (
         select *, row_number() over (partition by job order by started_at desc, id desc) as place,
                started_at > clock_timestamp() - $2 * interval '1 millisecond' or exists (
                  select 1 from replicas where replicas.id = job_runs.replica
                  and beat_at > clock_timestamp() - $2 * interval '1 millisecond') as alive
         from job_runs) as runs
       where place <= $1 order by started_at desc, id desc`,
      [ofEach, silentAfterMs],
    )
    return rows.map((row) => ({
      id: row.id,
      job: row.job,
      replica: row.replica,
      by: row.asked_by,
      startedAt: row.started_at,
      agoMs: Math.max(0, row.ago_ms),
      tookMs: row.took_ms,
      outcome: row.outcome,
      did: row.did,
      error: row.error,
      times: row.times,
      resultId: row.result_id,
    }))
  }

  /** A job that is tried again every few seconds must not fill the table while it can't be done. */
  private async takePlaceOfTheSame(id: string, error: string): Promise<void> {
    await this.database.rows(
      `with before as (
         select last.id, last.times, last.error from job_runs as last, job_runs as this
         where this.id = $1 and last.job = this.job and last.id <> this.id and last.asked_by is null
           and this.asked_by is null
         order by last.started_at desc limit 1),
       gone as (delete from job_runs where id = (select id from before where error = $2) returning times)
       update job_runs set times = times + (select times from gone) where id = $1 and exists (select 1 from gone)`,
      [id, error],
    )
  }
}
