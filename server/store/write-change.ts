import type { Image } from '../domain/bake.js'
import { isBakeEnded } from '../domain/bake-transitions.js'
import type { Call } from '../domain/call.js'
import { isEnded, isActive, isTraffic, type OperationEvent } from '../domain/operation.js'
import { overAt, type Restraint } from '../domain/restraint.js'
import { eventSentence } from '../domain/sentences.js'
import type { Change, NewEvent } from '../engine/ports.js'
import type { Database, Sql } from './database.js'
import { writeRetention } from './image-retention.js'
import { writeOutbox } from './write-outbox.js'

/** The channel on which every replica hears what was written: `scope seq`. */
export const changesChannel = 'delling_changes'
/** A number of our own among advisory locks. */
const eventOrderLock = 7_206_300_114

/** A person's or a job's write carries no lease. */
export const noLease = { scope: 'request', epoch: 0 }

/** Writes whole rows: what a change names replaces what was there. Runs inside the caller's transaction. */
export async function writeChange(
  database: Database,
  sql: Sql,
  change: Change,
  at: Date,
  lease: { scope: string; epoch: number },
): Promise<void> {
  await writeRows(database, sql, change)
  await writeTickets(database, sql, change, at)
  if (change.packages) await writePackages(database, sql, change.packages)
  if (change.restraint) await writeRestraint(database, sql, change.restraint)
  if (change.retention) await writeRetention(database, sql, change.retention)
  if (change.intent) {
    const { id, object, cluster, operationId, call, why } = change.intent
    await database.rows(
      `insert into intents (id, scope, epoch, object, cluster, operation_id, api, why, call, at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      [
        id,
        lease.scope,
        lease.epoch,
        object,
        cluster,
        operationId,
        call.type,
        why,
        JSON.stringify(withoutUserData(call)),
        at,
      ],
      sql,
    )
  }
  if (change.events?.length) await inOrder(database, sql)
  let seq = 0
  for (const event of change.events ?? []) {
    const sentence = sentenceOf(event)
    seq = await writeEvent(database, sql, event, sentence, at)
    await writeOutbox(database, sql, { change, event, sentence, at })
  }
  for (const scope of scopesWritten(change))
    await database.rows(`select pg_notify($1, $2)`, [changesChannel, JSON.stringify({ scope, seq })], sql)
}

/**
 * Events get their numbers in the order in which they can be seen: whoever has seen one has seen every one before it, and
 * a stream that goes on from its number misses none. Held until the transaction ends, right before which it is taken.
 */
async function inOrder(database: Database, sql: Sql): Promise<void> {
  await database.rows(`select pg_advisory_xact_lock($1)`, [eventOrderLock], sql)
}

/** Whose watchers hear of a change: its clusters, its bake and an image that goes, or the log where only events were added to it. */
export function scopesWritten({
  cluster,
  operations,
  groups,
  bake,
  image,
  events,
}: Change): ReadonlySet<string> {
  const scopes = new Set<string>()
  if (cluster) scopes.add(`cluster:${cluster.name}`)
  for (const operation of operations ?? []) scopes.add(`cluster:${operation.cluster}`)
  for (const group of groups ?? []) scopes.add(`cluster:${group.cluster}`)
  if (bake) scopes.add(`bake:${bake.id}`)
  if (image?.retirement) scopes.add(`image:${image.imageId}`)
  if (events?.length && scopes.size === 0) scopes.add('log')
  return scopes
}

/** What an event says in the log, kept with it: a later version may say it otherwise. */
export function sentenceOf({ stream, event }: NewEvent): string {
  if (stream.startsWith('operation:')) return eventSentence(event as OperationEvent)
  return 'sentence' in event ? event.sentence : event.type
}

async function writeRows(database: Database, sql: Sql, change: Change): Promise<void> {
  const { cluster, groups = [], operations = [], obligations = [], bake, image, imageBad } = change
  if (cluster)
    await database.rows(
      `insert into clusters (name, application, rule_arn, version, data) values ($1, $2, $3, 1, $4)
       on conflict (name) do update set application = excluded.application, rule_arn = excluded.rule_arn, data = excluded.data`,
      [cluster.name, cluster.application, cluster.ruleArn, JSON.stringify(cluster)],
      sql,
    )
  for (const group of groups)
    await database.rows(
      `insert into server_groups (name, cluster, push, role, data) values ($1, $2, $3, $4, $5)
       on conflict (name) do update set role = excluded.role, data = excluded.data`,
      [group.name, group.cluster, group.push, group.role, JSON.stringify(group)],
      sql,
    )
  for (const operation of operations)
    await database.rows(
      `insert into operations (id, cluster, kind, phase, traffic, active, ended, object, data)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (id) do update set phase = excluded.phase, active = excluded.active, ended = excluded.ended,
         object = excluded.object, data = excluded.data, wait = case when excluded.phase = operations.phase then operations.wait end`,
      [
        operation.id,
        operation.cluster,
        operation.kind,
        operation.phase,
        isTraffic(operation.kind),
        isActive(operation),
        isEnded(operation),
        operation.to,
        JSON.stringify({ ...operation, wait: null }),
      ],
      sql,
    )
  for (const row of obligations)
    await database.rows(
      `insert into obligations (id, kind, object, cluster, operation_id, open, data) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (id) do update set open = excluded.open, data = excluded.data`,
      [
        row.id,
        row.kind,
        row.object,
        row.cluster,
        row.operationId,
        row.closedAt === null,
        JSON.stringify(row),
      ],
      sql,
    )
  if (bake)
    await database.rows(
      `insert into bakes (id, application, content_key, phase, active, data, log) values ($1, $2, $3, $4, $5, $6, $7)
       on conflict (id) do update set content_key = excluded.content_key, phase = excluded.phase, active = excluded.active,
         data = excluded.data, log = case when excluded.log = '' then bakes.log else excluded.log end,
         wait = case when excluded.phase = bakes.phase then bakes.wait end`,
      [
        bake.id,
        bake.request.application,
        bake.contentKey,
        bake.phase,
        !isBakeEnded(bake),
        JSON.stringify({ ...bake, wait: null, log: '' }),
        bake.log,
      ],
      sql,
    )
  if (image) await writeImage(database, sql, image)
  if (imageBad)
    await database.rows(
      `update images set data = data || jsonb_build_object('bad', $2::jsonb) where image_id = $1`,
      [imageBad.imageId, JSON.stringify(imageBad.bad)],
      sql,
    )
}

async function writeImage(database: Database, sql: Sql, image: Image): Promise<void> {
  await database.rows(
    `insert into images (image_id, name, application, content_key, data, retired) values ($1, $2, $3, $4, $5, $6)
     on conflict (image_id) do update set retired = excluded.retired,
       data = excluded.data || jsonb_build_object('bad', coalesce(images.data -> 'bad', 'null'))`,
    [
      image.imageId,
      image.name,
      image.application,
      image.contentKey,
      JSON.stringify(image),
      image.retirement?.phase === 'retired',
    ],
    sql,
  )
}

async function writePackages(
  database: Database,
  sql: Sql,
  { bakeId, listed }: NonNullable<Change['packages']>,
): Promise<void> {
  await database.rows(
    `insert into bake_packages (bake_id, data) values ($1, $2) on conflict (bake_id) do update set data = excluded.data`,
    [bakeId, JSON.stringify(listed)],
    sql,
  )
}

async function writeRestraint(database: Database, sql: Sql, restraint: Restraint): Promise<void> {
  await database.rows(
    `insert into restraints (id, kind, over_at, data) values ($1, $2, $3, $4)
     on conflict (id) do update set over_at = excluded.over_at, data = excluded.data`,
    [restraint.id, restraint.kind, overAt(restraint), JSON.stringify(restraint)],
    sql,
  )
}

async function writeTickets(database: Database, sql: Sql, change: Change, at: Date): Promise<void> {
  for (const { id, as } of change.ticketsClosed ?? [])
    await database.rows(`update intents set answered = $2, answered_at = $3 where id = $1`, [id, as, at], sql)
  if (change.ticketsRepeated?.length)
    await database.rows(
      `update intents set repeated = true where id = any ($1)`,
      [change.ticketsRepeated],
      sql,
    )
}

async function writeEvent(
  database: Database,
  sql: Sql,
  event: NewEvent,
  sentence: string,
  at: Date,
): Promise<number> {
  const row = await database.first<{ seq: string }>(
    `insert into events (at, stream, cluster, application, actor, type, sentence, data) values ($1, $2, $3, $4, $5, $6, $7, $8)
     returning seq`,
    [
      at,
      event.stream,
      event.cluster,
      event.application,
      JSON.stringify(event.actor),
      event.event.type,
      sentence,
      JSON.stringify(event.event),
    ],
    sql,
  )
  return Number(row?.seq ?? 0)
}

/** A builder's user data holds a presigned address, which opens the package for an hour: it is not kept. */
function withoutUserData(call: Call): object {
  return call.type === 'RunBuilder' ? { ...call, userData: '' } : call
}
