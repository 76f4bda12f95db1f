import { randomUUID } from 'node:crypto'
import type { Channel } from '../../server/domain/channel.js'
import type { Delivery } from '../../server/domain/delivery.js'
import type { Notification } from '../../server/domain/notification.js'
import type { LogRow, NewEvent } from '../../server/engine/ports.js'
import type { ChannelDoor, ChannelStore, DeliveryFilter } from '../../server/engine/ports-channels.js'
import { sentenceOf } from '../../server/store/write-change.js'

const dayMs = 86_400_000

/** Channels in memory, on which the tests of routes run: it keeps the contract of test/store/channel-contract.ts. */
export class MemoryChannels implements ChannelStore {
  readonly doors = new Map<string, ChannelDoor>()
  private readonly rows = new Map<string, Channel>()
  private sent: Delivery[] = []

  constructor(private readonly record: (event: Omit<LogRow, 'seq'>) => void) {}

  async channels(): Promise<readonly Channel[]> {
    return [...this.rows.values()].sort((a, b) => a.name.localeCompare(b.name))
  }

  async channel(id: string): Promise<Channel | null> {
    return this.rows.get(id) ?? null
  }

  async add(channel: Channel, door: ChannelDoor, event: NewEvent): Promise<void> {
    this.rows.set(channel.id, channel)
    this.doors.set(channel.id, door)
    this.tell(event)
  }

  async change(channel: Channel, event: NewEvent): Promise<boolean> {
    if (!this.rows.has(channel.id)) return false
    this.rows.set(channel.id, channel)
    if (!channel.enabled)
      this.put(
        (delivery) => delivery.channelId === channel.id && delivery.state === 'waiting',
        (delivery) => ({
          state: 'givenUp',
          nextTryAt: null,
          lastAnswer: [
            delivery.lastAnswer,
            `the channel is off: ${channel.offBecause ?? 'it was switched off'}`,
          ]
            .filter(Boolean)
            .join('; '),
        }),
      )
    this.tell(event)
    return true
  }

  async remove(id: string, event: NewEvent): Promise<boolean> {
    if (!this.rows.delete(id)) return false
    this.doors.delete(id)
    this.sent = this.sent.filter((delivery) => delivery.channelId !== id)
    this.tell(event)
    return true
  }

  async deliveries({ channelId, state, after, limit }: DeliveryFilter): Promise<readonly Delivery[]> {
    return this.sent
      .slice(after === undefined ? 0 : this.sent.findIndex(({ id }) => id === after) + 1)
      .filter((each) => (!channelId || each.channelId === channelId) && (!state || each.state === state))
      .slice(0, limit)
  }

  async delivery(id: string): Promise<Delivery | null> {
    return this.sent.find((each) => each.id === id) ?? null
  }

  async enqueue(channelId: string, notification: Notification, event: NewEvent): Promise<string> {
    const id = randomUUID()
    const now = new Date()
    this.hold({
      id,
      channelId,
      notification,
      state: 'waiting',
      tries: 0,
      createdAt: now,
      nextTryAt: now,
      giveUpAt: new Date(now.getTime() + dayMs),
      lastTryAt: null,
      lastAnswer: null,
    })
    this.tell(event)
    return id
  }

  async retry(id: string, event: NewEvent): Promise<boolean> {
    const now = new Date()
    const due = this.put(
      (delivery) => delivery.id === id && delivery.state !== 'delivered',
      () => ({ state: 'waiting', nextTryAt: now, giveUpAt: new Date(now.getTime() + dayMs) }),
    )
    if (due > 0) this.tell(event)
    return due > 0
  }

  /** A delivery as a worker left it. */
  hold(delivery: Delivery): void {
    this.sent.unshift(delivery)
  }

  private put(
    which: (delivery: Delivery) => boolean,
    patch: (delivery: Delivery) => Partial<Delivery>,
  ): number {
    const count = this.sent.filter(which).length
    this.sent = this.sent.map((delivery) =>
      which(delivery) ? { ...delivery, ...patch(delivery) } : delivery,
    )
    return count
  }

  private tell(event: NewEvent): void {
    const { stream, actor, cluster, application } = event
    const { type } = event.event
    this.record({
      at: new Date(),
      stream,
      cluster,
      application,
      actor,
      type,
      sentence: sentenceOf(event),
      data: {},
    })
  }
}
