import { wants, type Channel } from '../domain/channel.js'
import { notificationOf, type Notification } from '../domain/notification.js'
import type { Change, NewEvent } from '../engine/ports.js'
import type { Database, Sql } from './database.js'
import { withDates } from './dates-in-json.js'

/**
 * Puts what an event tells people into the outbox of every channel that wants it: in the transaction that records the event,
 * so that neither is ever there without the other.
 */
export async function writeOutbox(
  database: Database,
  sql: Sql,
  { change, event, sentence, at }: { change: Change; event: NewEvent; sentence: string; at: Date },
): Promise<void> {
  const notification = notificationOf({
    ...event,
    type: event.event.type,
    sentence,
    group: groupNamedIn(event),
    operation: change.operations?.find(({ id }) => event.stream === `operation:${id}`) ?? null,
    needsPerson: (change.cluster?.needsPerson ?? null) !== null,
    at,
  })
  if (!notification) return
  const rows = await database.rows<{ data: unknown }>(`select data from channels where enabled`, [], sql)
  const wanting = rows
    .map(({ data }) => withDates<Channel>(data))
    .filter((channel) => wants(channel, notification))
  for (const { id } of wanting) await enqueue(database, sql, id, notification)
}

/** Null where the channel has been removed meanwhile: what is recorded must not fail for it. */
export async function enqueue(
  database: Database,
  sql: Sql,
  channelId: string,
  notification: Notification,
): Promise<string | null> {
  const row = await database.first<{ id: string }>(
    `insert into deliveries (channel_id, notification)
     select id, $2 from channels where id = $1 for key share
     returning id`,
    [channelId, JSON.stringify(notification)],
    sql,
  )
  return row?.id ?? null
}

function groupNamedIn({ event }: NewEvent): string | null {
  const data = 'data' in event ? event.data : undefined
  const group = data?.['group']
  return typeof group === 'string' ? group : null
}
