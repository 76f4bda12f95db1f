import type { Channel } from '../domain/channel.js'
import type { Delivery, DeliveryState, TryOutcome } from '../domain/delivery.js'
import type { Notification } from '../domain/notification.js'
import type { NewEvent } from './ports.js'

/** What opens a channel. It is kept sealed, and handed only to whoever delivers. */
export interface ChannelDoor {
  readonly url: string
  /** A webhook's signing secret (`whsec_…`); null for a channel that needs none. */
  readonly secret: string | null
}

export interface DeliveryFilter {
  readonly channelId?: string | undefined
  readonly state?: DeliveryState | undefined
  /** Only those that come after this one, by its id. */
  readonly after?: string | undefined
  readonly limit: number
}

/** Channels and what was sent through them, for pages, API and commands. Changes write their event in one transaction. */
export interface ChannelStore {
  /** By name. */
  channels(): Promise<readonly Channel[]>
  channel(id: string): Promise<Channel | null>
  add(channel: Channel, door: ChannelDoor, event: NewEvent): Promise<void>
  /** What waits for a channel that is now off is given up, with its reason. False: it is not there. */
  change(channel: Channel, event: NewEvent): Promise<boolean>
  /** With everything that was or was to be sent through it. False: it is not there. */
  remove(id: string, event: NewEvent): Promise<boolean>
  /** Newest first. */
  deliveries(filter: DeliveryFilter): Promise<readonly Delivery[]>
  delivery(id: string): Promise<Delivery | null>
  /** Puts a notification into the outbox of one channel, whatever kinds it wants. Returns the delivery's id. */
  enqueue(channelId: string, notification: Notification, event: NewEvent): Promise<string>
  /** Tries it at once and for another day; the id stays. False: it is delivered, or not there. */
  retry(id: string, event: NewEvent): Promise<boolean>
}

/** A delivery that one worker may try, until `leaseMs` have passed. */
export interface TakenDelivery {
  readonly id: string
  readonly channelId: string
  readonly channelName: string
  readonly channelKind: Channel['kind']
  readonly notification: Notification
  /** This one included. */
  readonly tries: number
  /** Null: what opens the channel was sealed with another key. */
  readonly door: ChannelDoor | null
}

/** What is still to be delivered. Any number of workers share it, and what one that died had taken is taken again. */
export interface Outbox {
  take(worker: string, count: number, leaseMs: number): Promise<readonly TakenDelivery[]>
  /** Writes a try's outcome down; `waitMs`: when to try again, if it failed. Tells whether the delivery was given up. */
  settle(worker: string, id: string, outcome: TryOutcome, waitMs: number): Promise<'settled' | 'givenUp'>
  /** Gives back what was taken and not tried. */
  putBack(worker: string, id: string): Promise<void>
}

/** Sends one notification through a channel's door, once. Never throws: what went wrong is the outcome. */
export interface Sender {
  send(delivery: TakenDelivery & { readonly door: ChannelDoor }, signal: AbortSignal): Promise<TryOutcome>
}

/** A roll back that somebody asked for in chat and has to confirm. */
export interface Confirmation {
  readonly user: string
  readonly cluster: string
  /** Who carried the traffic, and who would get it, as it was shown. */
  readonly from: string
  readonly to: string
}

export interface Confirmations {
  /** Remembers it under a code, in place of an earlier one of this user for this cluster. */
  ask(confirmation: Confirmation, code: string, lifeMs: number): Promise<void>
  /** Uses it up: null where the code is unknown, used, too old, or somebody else's. */
  redeem(user: string, cluster: string, code: string): Promise<Confirmation | null>
}

/** Where a slash command is answered that took longer than Slack waits. */
export interface LateReplies {
  /** Throws where it could not be sent. */
  send(responseUrl: string, message: object): Promise<void>
}
