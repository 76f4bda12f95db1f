import type { Channel } from '../domain/channel.js'
import type { Delivery } from '../domain/delivery.js'
import type { Notification } from '../domain/notification.js'
import { Refusal } from '../domain/refusal.js'
import type { Clock, NewEvent } from '../engine/ports.js'
import type { ChannelDoor, ChannelStore, DeliveryFilter } from '../engine/ports-channels.js'
import type { Database, Sql } from './database.js'
import { withDates } from './dates-in-json.js'
import { isUuid } from './read-rows.js'
import type { Seal } from './seal.js'
import { noLease, writeChange } from './write-change.js'
import { enqueue } from './write-outbox.js'

interface ChannelRow {
  data: unknown
}

interface DeliveryRow {
  id: string
  channel_id: string
  notification: unknown
  state: Delivery['state']
  tries: number
  created_at: Date
  next_try_at: Date
  give_up_at: Date
  last_try_at: Date | null
  last_answer: string | null
}

/** Channels in PostgreSQL, what opens them sealed. Times of deliveries are the database's, never the local cloud's. */
export class PgChannels implements ChannelStore {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly seal: Seal,
  ) {}

  async channels(): Promise<readonly Channel[]> {
    const rows = await this.database.rows<ChannelRow>(`select data from channels order by name`)
    return rows.map(({ data }) => withDates<Channel>(data))
  }

  async channel(id: string): Promise<Channel | null> {
    if (!isUuid(id)) return null
    const row = await this.database.first<ChannelRow>(`select data from channels where id = $1`, [id])
    return row ? withDates<Channel>(row.data) : null
  }

  async add(channel: Channel, door: ChannelDoor, event: NewEvent): Promise<void> {
    const sealed = this.seal.seal(JSON.stringify(door))
    const added = await this.told(event, (sql) =>
      this.database.first(
        `insert into channels (id, name, enabled, data, sealed_door) values ($1, $2, $3, $4, $5)
         on conflict (name) do nothing returning id`,
        [channel.id, channel.name, channel.enabled, JSON.stringify(channel), sealed],
        sql,
      ),
    )
    if (added) return
    throw new Refusal('NameTaken', `There is a channel “${channel.name}” already. Nothing was changed.`)
  }

  async change(channel: Channel, event: NewEvent): Promise<boolean> {
    const changed = await this.told(event, async (sql) =>
      (await writeChannel(this.database, sql, channel)) ? channel : null,
    )
    return changed !== null
  }

  async remove(id: string, event: NewEvent): Promise<boolean> {
    const removed = await this.told(event, (sql) =>
      this.database.first(`delete from channels where id = $1 returning id`, [id], sql),
    )
    return removed !== null
  }

  async deliveries({ channelId, state, after, limit }: DeliveryFilter): Promise<readonly Delivery[]> {
    if ([channelId, after].some((id) => id !== undefined && !isUuid(id))) return []
    const rows = await this.database.rows<DeliveryRow>(
      `select * from deliveries where ($1::uuid is null or channel_id = $1) and ($2::text is null or state = $2)
         and ($3::uuid is null or (created_at, id) < (select created_at, id from deliveries where id = $3))
       order by created_at desc, id desc limit $4`,
      [channelId ?? null, state ?? null, after ?? null, limit],
    )
    return rows.map(deliveryOf)
  }

  async delivery(id: string): Promise<Delivery | null> {
    if (!isUuid(id)) return null
    const row = await this.database.first<DeliveryRow>(`select * from deliveries where id = $1`, [id])
    return row ? deliveryOf(row) : null
  }

  async enqueue(channelId: string, notification: Notification, event: NewEvent): Promise<string> {
    const id = await this.told(event, (sql) => enqueue(this.database, sql, channelId, notification))
    if (id) return id
    throw new Refusal('UnknownChannel', 'The channel is not there any more. Nothing was sent.', 'notFound')
  }

  async retry(id: string, event: NewEvent): Promise<boolean> {
    const due = await this.told(event, (sql) =>
      this.database.first(
        `update deliveries set state = 'waiting', ended_at = null, next_try_at = clock_timestamp(),
           give_up_at = clock_timestamp() + interval '1 day'
         where id = $1 and state <> 'delivered' returning id`,
        [id],
        sql,
      ),
    )
    return due !== null
  }

  private told<T>(event: NewEvent, work: (sql: Sql) => Promise<T | null>): Promise<T | null> {
    return eventThen(this.database, event, this.clock.now(), work)
  }
}

const nothingDone = new Error('there was nothing to do')

/**
 * Writes an event and does what it tells of. Events take turns, and whoever writes one may then want a channel's row: the
 * event goes first here too, so that no two ever wait for each other. Where `work` finds nothing to do nothing of it stays.
 */
export async function eventThen<T>(
  database: Database,
  event: NewEvent,
  at: Date,
  work: (sql: Sql) => Promise<T | null>,
): Promise<T | null> {
  try {
    return await database.transaction(async (sql) => {
      await writeChange(database, sql, { events: [event] }, at, noLease)
      const done = await work(sql)
      if (done === null) throw nothingDone
      return done
    })
  } catch (error) {
    if (error === nothingDone) return null
    throw error
  }
}

/** Writes a channel's row; what waits for one that is off is given up. False: it is not there. */
export async function writeChannel(database: Database, sql: Sql, channel: Channel): Promise<boolean> {
  const changed = await database.first(
    `update channels set enabled = $2, data = $3 where id = $1 returning id`,
    [channel.id, channel.enabled, JSON.stringify(channel)],
    sql,
  )
  if (changed && !channel.enabled)
    await database.rows(
      `update deliveries set state = 'givenUp', ended_at = clock_timestamp(), taken_by = null, taken_until = null,
         last_answer = coalesce(last_answer || '; ', '') || $2
       where channel_id = $1 and state = 'waiting'`,
      [channel.id, `the channel is off: ${channel.offBecause ?? 'it was switched off'}`],
      sql,
    )
  return changed !== null
}

function deliveryOf(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    channelId: row.channel_id,
    notification: withDates<Notification>(row.notification),
    state: row.state,
    tries: row.tries,
    createdAt: row.created_at,
    nextTryAt: row.state === 'waiting' ? row.next_try_at : null,
    giveUpAt: row.give_up_at,
    lastTryAt: row.last_try_at,
    lastAnswer: row.last_answer,
  }
}
