import type { ImageMark } from '../domain/image-marks.js'
import { firstPolicy, type ImageRetentionPolicy } from '../domain/image-retention-policy.js'
import type { ImageRetentionRun, StayingImage } from '../domain/image-retention-run.js'
import { Refusal } from '../domain/refusal.js'
import type { ImageRetentionRecords, RetentionChange } from '../engine/ports-image-retention.js'
import type { Database, Sql } from './database.js'
import { withDates } from './dates-in-json.js'
import { isUuid, type DataRow } from './read-rows.js'

interface MarkRow {
  readonly image_id: string
  readonly referenced_at: Date | null
  readonly referenced_by: string | null
  readonly keep: unknown
}

/** What is kept for the retention of images, in PostgreSQL. */
export class PgImageRetention implements ImageRetentionRecords {
  constructor(private readonly database: Database) {}

  async policy(): Promise<ImageRetentionPolicy> {
    const row = await this.database.first<DataRow>(`select data from image_retention_policy`)
    return row ? withDates<ImageRetentionPolicy>(row.data) : firstPolicy
  }

  async marks(imageIds: readonly string[] | null): Promise<ReadonlyMap<string, ImageMark>> {
    const rows = await this.database.rows<MarkRow>(
      `select image_id, referenced_at, referenced_by, keep from image_marks where $1::text[] is null or image_id = any ($1)`,
      [imageIds],
    )
    return new Map(
      rows.map(({ image_id, referenced_at, referenced_by, keep }) => [
        image_id,
        {
          referencedAt: referenced_at,
          referencedBy: referenced_by,
          keep: keep === null ? null : withDates<NonNullable<ImageMark['keep']>>(keep),
        },
      ]),
    )
  }

  mark(inUse: ReadonlyMap<string, string>, at: Date): Promise<void> {
    return this.database.transaction(async (sql) => {
      await this.database.rows(
        `insert into image_marks (image_id, referenced_at, referenced_by)
         select image_id, $3, referenced_by from unnest($1::text[], $2::text[]) as seen (image_id, referenced_by)
         on conflict (image_id) do update set referenced_at = excluded.referenced_at, referenced_by = excluded.referenced_by
           where image_marks.referenced_at is null or image_marks.referenced_at < excluded.referenced_at`,
        [[...inUse.keys()], [...inUse.values()], at],
        sql,
      )
      await this.database.rows(
        `insert into image_marks_made (at, in_use) values ($1, $2) on conflict (at) do nothing`,
        [at, inUse.size],
        sql,
      )
    })
  }

  async markedSince(at: Date): Promise<number> {
    const row = await this.database.first<{ count: string }>(
      `select count(*) from image_marks where referenced_at >= $1`,
      [at],
    )
    return Number(row?.count ?? 0)
  }

  async marksMade(): Promise<readonly Date[]> {
    const rows = await this.database.rows<{ at: Date }>(`select at from image_marks_made order by at desc`)
    return rows.map(({ at }) => at)
  }

  async run(id: string): Promise<ImageRetentionRun | null> {
    if (!isUuid(id)) return null
    const row = await this.database.first<DataRow>(`select data from image_retention_runs where id = $1`, [
      id,
    ])
    return row ? withDates<ImageRetentionRun>(row.data) : null
  }

  async runs(limit: number): Promise<readonly ImageRetentionRun[]> {
    const rows = await this.database.rows<DataRow>(
      `select data from image_retention_runs order by at desc, id desc limit $1`,
      [limit],
    )
    return rows.map((row) => withDates<ImageRetentionRun>(row.data))
  }

  async lastNightlyRun(): Promise<ImageRetentionRun | null> {
    const row = await this.database.first<DataRow>(
      `select data from image_retention_runs where (data -> 'nightly')::boolean order by at desc, id desc limit 1`,
    )
    return row ? withDates<ImageRetentionRun>(row.data) : null
  }

  async openRun(): Promise<ImageRetentionRun | null> {
    const row = await this.database.first<DataRow>(`select data from image_retention_runs where open`)
    return row ? withDates<ImageRetentionRun>(row.data) : null
  }

  async staying(runId: string): Promise<readonly StayingImage[]> {
    if (!isUuid(runId)) return []
    const row = await this.database.first<{ staying: readonly StayingImage[] }>(
      `select staying from image_retention_runs where id = $1`,
      [runId],
    )
    return row?.staying ?? []
  }
}

/** Runs inside the transaction of the change that it is a part of. */
export async function writeRetention(
  database: Database,
  sql: Sql,
  { keep, policy, run, staying }: RetentionChange,
): Promise<void> {
  if (keep)
    await database.rows(
      `insert into image_marks (image_id, keep) values ($1, $2) on conflict (image_id) do update set keep = excluded.keep`,
      [keep.imageId, keep.keep && JSON.stringify(keep.keep)],
      sql,
    )
  if (policy) await writePolicy(database, sql, policy)
  if (run) await writeRun(database, sql, run, staying)
}

async function writePolicy(database: Database, sql: Sql, policy: ImageRetentionPolicy): Promise<void> {
  const { version } = policy
  const written = await database.first(
    `insert into image_retention_policy (version, data) values ($1, $2)
     on conflict (the_one) do update set version = excluded.version, data = excluded.data
       where image_retention_policy.version in ($1, $1 - 1) returning version`,
    [version, JSON.stringify(policy)],
    sql,
  )
  if (!written) throw policyChanged()
}

/** Somebody else changed it between reading and writing. */
export function policyChanged(): Refusal {
  return new Refusal(
    'PolicyChanged',
    'The retention policy was changed meanwhile. Nothing was changed; look at it and decide again.',
    'conflict',
    {
      ways: [{ label: 'See the policy', href: '/images/retention', command: 'npx delling images retention' }],
    },
  )
}

async function writeRun(
  database: Database,
  sql: Sql,
  run: ImageRetentionRun,
  staying: RetentionChange['staying'],
): Promise<void> {
  const open = run.state === 'running'
  const other = open
    ? await database.first<{ id: string }>(
        `select id from image_retention_runs where open and id <> $1`,
        [run.id],
        sql,
      )
    : null
  if (other) throw runsAlready()
  await database.rows(
    `insert into image_retention_runs (id, at, kind, open, data, staying) values ($1, $2, $3, $4, $5, coalesce($6::jsonb, '[]'))
     on conflict (id) do update set open = excluded.open, data = excluded.data, staying = coalesce($6::jsonb, image_retention_runs.staying)`,
    [run.id, run.at, run.kind, open, JSON.stringify(run), staying ? JSON.stringify(staying) : null],
    sql,
  )
}

/** One run at a time: two would each take the limit of one. */
export function runsAlready(): Refusal {
  return new Refusal(
    'RunsAlready',
    'Images are being retired by another run at this moment. Nothing was changed; wait until it has ended.',
    'conflict',
    { ways: [{ label: 'See the runs', href: '/images/retention', command: 'npx delling images retention' }] },
  )
}
