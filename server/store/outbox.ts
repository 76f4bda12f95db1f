import type { Channel } from '../domain/channel.js'
import type { TryOutcome } from '../domain/delivery.js'
import type { Notification } from '../domain/notification.js'
import type { Actor } from '../domain/operation.js'
import type { Clock } from '../engine/ports.js'
import type { ChannelDoor, Outbox, TakenDelivery } from '../engine/ports-channels.js'
import { eventThen, writeChannel } from './channels.js'
import type { Database } from './database.js'
import { withDates } from './dates-in-json.js'
import type { Seal } from './seal.js'

interface TakenRow {
  id: string
  channel_id: string
  notification: unknown
  tries: number
  data: unknown
  sealed_door: string
}

/** Tries that are under way to one channel: one that never answers must not take up every worker. */
const atOnceToOne = 4

const delling: Actor = { name: 'Delling', via: 'engine' }

/** The outbox in PostgreSQL. A row is one worker's for the length of its lease; all times are the database's. */
export class PgOutbox implements Outbox {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly seal: Seal,
  ) {}

  /** A try is counted when it is begun: one that dies in the middle was one. */
  async take(worker: string, count: number, leaseMs: number): Promise<readonly TakenDelivery[]> {
    const rows = await this.database.rows<TakenRow>(
      `with placed as (
         select id, row_number() over (partition by channel_id
             order by coalesce(taken_until, '-infinity') >= clock_timestamp() desc, next_try_at) as place
         from deliveries where state = 'waiting' and next_try_at <= clock_timestamp()),
       due as (
         select d.id from deliveries as d join placed as p on p.id = d.id
         where p.place <= $4 and d.state = 'waiting' and d.next_try_at <= clock_timestamp()
           and (d.taken_until is null or d.taken_until < clock_timestamp())
         order by d.next_try_at limit $2 for update of d skip locked)
       update deliveries as d
       set taken_by = $1, taken_until = clock_timestamp() + $3 * interval '1 millisecond', tries = d.tries + 1,
         last_try_at = clock_timestamp()
       from due, channels as c
       where d.id = due.id and c.id = d.channel_id
       returning d.id, d.channel_id, d.notification, d.tries, c.data, c.sealed_door`,
      [worker, count, leaseMs, atOnceToOne],
    )
    return rows.map((row) => this.takenOf(row))
  }

  settle(worker: string, id: string, outcome: TryOutcome, waitMs: number): Promise<'settled' | 'givenUp'> {
    if (outcome.kind === 'delivered') return this.delivered(id, outcome.answer)
    if (outcome.kind === 'gone') return this.gone(worker, id, outcome.answer)
    return this.failed(worker, id, outcome.answer, waitMs)
  }

  async putBack(worker: string, id: string): Promise<void> {
    await this.database.rows(
      `update deliveries set taken_by = null, taken_until = null where id = $1 and taken_by = $2`,
      [id, worker],
    )
  }

  /** That it arrived is a fact, also where the lease has run out meanwhile. */
  private async delivered(id: string, answer: string): Promise<'settled'> {
    await this.database.rows(
      `update deliveries set state = 'delivered', ended_at = clock_timestamp(), last_answer = $2,
         taken_by = null, taken_until = null
       where id = $1`,
      [id, answer],
    )
    return 'settled'
  }

  private async failed(
    worker: string,
    id: string,
    answer: string,
    waitMs: number,
  ): Promise<'settled' | 'givenUp'> {
    const row = await this.database.first<{ state: string }>(
      `update deliveries set last_answer = $3, taken_by = null, taken_until = null,
         next_try_at = clock_timestamp() + $4 * interval '1 millisecond',
         state = case when clock_timestamp() + $4 * interval '1 millisecond' > give_up_at then 'givenUp' else state end,
         ended_at = case when clock_timestamp() + $4 * interval '1 millisecond' > give_up_at then clock_timestamp() end
       where id = $1 and taken_by = $2 and state = 'waiting' returning state`,
      [id, worker, answer, waitMs],
    )
    return row?.state === 'givenUp' ? 'givenUp' : 'settled'
  }

  /** The receiver wants no more: the channel goes off, and with it everything that waits for it. */
  private async gone(worker: string, id: string, answer: string): Promise<'settled' | 'givenUp'> {
    const row = await this.database.first<{ data: unknown }>(
      `select c.data from deliveries as d join channels as c on c.id = d.channel_id where d.id = $1`,
      [id],
    )
    if (!row) return 'settled'
    const channel = withDates<Channel>(row.data)
    const off = { ...channel, enabled: false, offBecause: 'its receiver answered 410 (gone)' }
    const event = {
      stream: `channel:${channel.id}`,
      actor: delling,
      cluster: null,
      application: channel.application,
      event: {
        type: 'ChannelSwitchedOff',
        sentence: `The channel ${channel.name} was switched off: ${off.offBecause}.`,
      },
    }
    const done = await eventThen(this.database, event, this.clock.now(), async (sql) => {
      const ours = await this.database.first(
        `update deliveries set last_answer = $3 where id = $1 and taken_by = $2 and state = 'waiting' returning id`,
        [id, worker, answer],
        sql,
      )
      if (ours) await writeChannel(this.database, sql, off)
      return ours
    })
    return done ? 'givenUp' : 'settled'
  }

  private takenOf(row: TakenRow): TakenDelivery {
    const channel = withDates<Channel>(row.data)
    const door = this.seal.open(row.sealed_door)
    return {
      id: row.id,
      channelId: row.channel_id,
      channelName: channel.name,
      channelKind: channel.kind,
      notification: withDates<Notification>(row.notification),
      tries: row.tries,
      door: door === null ? null : (JSON.parse(door) as ChannelDoor),
    }
  }
}
