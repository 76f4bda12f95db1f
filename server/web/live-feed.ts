import type { Response } from 'express'
import { DatabaseAway } from '../domain/database-away.js'
import type { LogRow, History, Store } from '../engine/ports.js'
import { accessStream } from './guard/access-log.js'

const pingMs = 15_000
/** Hints of a change can be lost while the database reconnects, so that the log is looked at this often anyway. */
const lookMs = 5_000
const batch = 200

/** For whom a stream is, and whether it still is. */
export interface Listener {
  readonly sees: (row: LogRow) => boolean
  /** False once the session or token has ended, or its rights are others: the client then asks again. */
  readonly stays: () => Promise<boolean>
}

/**
 * Streams the event log to one client: everything after `afterSeq` that it may see, then each event as it is written. Ends
 * when the client goes away, or may no longer listen.
 *
 * @param history all records: what may not be seen is passed over here, so that the place in the log moves on
 */
export function streamEvents(
  response: Response,
  history: Pick<History, 'eventsAfter' | 'lastSeq'>,
  store: Pick<Store, 'onChange'>,
  afterSeq: number | null,
  listener: Listener,
): void {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-cache, no-transform',
    'X-Accel-Buffering': 'no',
  })
  response.write('retry: 1000\n\n')
  const feed = new Feed(response, history, afterSeq, listener)
  const ping = setInterval(() => {
    response.write(': ping\n\n')
    // A database that is away says nothing about whoever listens.
    void feed.endUnlessStays().catch(() => undefined)
  }, pingMs)
  const look = setInterval(() => feed.look(), lookMs)
  const forget = store.onChange(() => feed.look())
  response.on('close', () => {
    clearInterval(ping)
    clearInterval(look)
    forget()
    feed.ended = true
  })
  feed.look()
}

class Feed {
  ended = false
  private looking = false
  private again = false
  private away = false

  constructor(
    private readonly response: Response,
    private readonly history: Pick<History, 'eventsAfter' | 'lastSeq'>,
    private cursor: number | null,
    private readonly listener: Listener,
  ) {}

  async endUnlessStays(): Promise<void> {
    if (this.ended || (await this.listener.stays())) return
    this.ended = true
    this.response.end()
  }

  /** Sends what is new. Hints that come while it looks are taken together into one more look. */
  look(): void {
    this.again = true
    if (this.looking) return
    this.looking = true
    void this.run().finally(() => (this.looking = false))
  }

  private async run(): Promise<void> {
    while (this.again && !this.ended) {
      this.again = false
      try {
        await this.send()
        if (this.away) this.response.write('event: back\ndata: {}\n\n')
        this.away = false
      } catch (error) {
        // The next look tries again, and the client keeps its place.
        if (error instanceof DatabaseAway) this.tellAway(error.since)
        return
      }
    }
  }

  private tellAway(since: Date): void {
    if (!this.away) this.response.write(`event: away\ndata: ${JSON.stringify({ since })}\n\n`)
    this.away = true
  }

  private async send(): Promise<void> {
    this.cursor ??= await this.history.lastSeq()
    const rows = await this.history.eventsAfter(this.cursor, batch)
    for (const row of rows) {
      // What was changed about access stands here on every replica: whoever it was taken from hears nothing after it.
      if (row.stream === accessStream) await this.endUnlessStays()
      if (this.ended) return
      if (this.listener.sees(row)) this.response.write(eventText(row))
      this.cursor = row.seq
    }
    if (rows.length === batch) this.again = true
  }
}

function eventText(row: LogRow): string {
  const { seq, stream, cluster, type, sentence, at } = row
  return `id: ${seq}\nevent: change\ndata: ${JSON.stringify({ seq, stream, cluster, type, sentence, at })}\n\n`
}
