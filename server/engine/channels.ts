import { randomBytes } from 'node:crypto'
import { shownUrl, type Channel, type ChannelKind } from '../domain/channel.js'
import type { Delivery } from '../domain/delivery.js'
import { testNotification, type NotificationKind } from '../domain/notification.js'
import type { Actor } from '../domain/operation.js'
import { reasonBadUrl, type OutboundLeave } from '../domain/outbound-address.js'
import { Refusal } from '../domain/refusal.js'
import type { Parts } from './parts.js'
import type { NewEvent } from './ports.js'
import type { ChannelStore } from './ports-channels.js'
import { invalid } from './validate.js'

/** What requests about channels are made from. */
export interface ChannelParts extends Pick<Parts, 'history' | 'clock' | 'newId'> {
  readonly channels: ChannelStore
  readonly leave: OutboundLeave
}

export interface ChannelInput {
  readonly name: string
  readonly kind: ChannelKind
  readonly url: string
  readonly application: string | null
  readonly kinds: readonly NotificationKind[]
}

/** Adds a channel; the signing secret of a webhook is made here and told this once. Throws Refusal. */
export async function addChannel(
  parts: ChannelParts,
  actor: Actor,
  input: ChannelInput,
): Promise<{ channel: Channel; secret: string | null }> {
  const bad = reasonBadUrl(input.url, parts.leave)
  if (bad) throw invalid('url', bad)
  if (input.kinds.length === 0) throw invalid('kinds', 'Choose at least one thing to be told of.')
  if (input.application !== null && !(await parts.history.application(input.application)))
    throw invalid('application', `There is no application “${input.application}”.`)
  if ((await parts.channels.channels()).some(({ name }) => name === input.name))
    throw invalid('name', `There is a channel “${input.name}” already; take another name.`)
  const channel: Channel = {
    ...input,
    id: parts.newId(),
    shownUrl: shownUrl(input.kind, input.url),
    kinds: [...new Set(input.kinds)],
    enabled: true,
    offBecause: null,
    createdBy: actor.name,
    createdAt: parts.clock.now(),
  }
  const secret = input.kind === 'webhook' ? `whsec_${randomBytes(32).toString('base64')}` : null
  const sentence = `The channel ${channel.name} was added: ${channel.kind} to ${channel.shownUrl}.`
  await parts.channels.add(
    withoutUrl(channel),
    { url: input.url, secret },
    event(actor, channel, 'ChannelAdded', sentence),
  )
  return { channel: withoutUrl(channel), secret }
}

/** The input's own address is no part of what is kept readable. */
function withoutUrl(channel: Channel & { url?: string }): Channel {
  const { url: _url, ...shown } = channel
  return shown
}

/** Throws Refusal for a channel that is not there. */
export async function channelNamed(parts: ChannelParts, id: string): Promise<Channel> {
  const channel = await parts.channels.channel(id)
  if (channel) return channel
  // People name a channel by what they called it.
  const named = (await parts.channels.channels()).find(({ name }) => name === id)
  if (named) return named
  throw new Refusal('UnknownChannel', `There is no channel “${id}”. Nothing was changed.`, 'notFound')
}

/** Switches a channel on or off. What waits for one that goes off is given up. Throws Refusal. */
export async function switchChannel(
  parts: ChannelParts,
  actor: Actor,
  id: string,
  enabled: boolean,
): Promise<Channel> {
  const channel = await channelNamed(parts, id)
  const word = enabled ? 'on' : 'off'
  if (channel.enabled === enabled)
    throw new Refusal('NothingToDo', `The channel ${channel.name} is ${word} already. Nothing was changed.`)
  const changed = {
    ...channel,
    enabled,
    offBecause: enabled ? null : `${actor.name} switched it off`,
  }
  const sentence = `The channel ${channel.name} was switched ${word}.`
  const type = enabled ? 'ChannelSwitchedOn' : 'ChannelSwitchedOff'
  if (!(await parts.channels.change(changed, event(actor, channel, type, sentence)))) throw gone(channel.name)
  return changed
}

/** Removes a channel and what was sent through it. Throws Refusal. */
export async function removeChannel(parts: ChannelParts, actor: Actor, id: string): Promise<Channel> {
  const channel = await channelNamed(parts, id)
  const sentence = `The channel ${channel.name} was removed.`
  if (!(await parts.channels.remove(channel.id, event(actor, channel, 'ChannelRemoved', sentence))))
    throw gone(channel.name)
  return channel
}

/** Puts a test message into a channel's outbox; it goes the way that every other one goes. Throws Refusal. */
export async function testChannel(parts: ChannelParts, actor: Actor, id: string): Promise<Delivery> {
  const channel = await channelNamed(parts, id)
  if (!channel.enabled)
    throw new Refusal(
      'ChannelOff',
      `The channel ${channel.name} is off; switch it on first. Nothing was sent.`,
    )
  const notification = testNotification(actor.name, channel.application, parts.clock.now())
  const sentence = `A test message to the channel ${channel.name} was asked for.`
  const sent = await parts.channels.enqueue(
    channel.id,
    notification,
    event(actor, channel, 'ChannelTested', sentence),
  )
  return deliveryNamed(parts, sent)
}

/** Tries a delivery again at once, and for another day. Throws Refusal. */
export async function retryDelivery(parts: ChannelParts, actor: Actor, id: string): Promise<Delivery> {
  const delivery = await deliveryNamed(parts, id)
  const channel = await channelNamed(parts, delivery.channelId)
  if (!channel.enabled)
    throw new Refusal(
      'ChannelOff',
      `The channel ${channel.name} is off; switch it on first. Nothing was sent.`,
    )
  const sentence = `“${delivery.notification.title}” is sent to the channel ${channel.name} once more.`
  if (!(await parts.channels.retry(id, event(actor, channel, 'DeliveryRetried', sentence))))
    throw new Refusal('Delivered', 'It was delivered already. Nothing was sent.')
  return deliveryNamed(parts, id)
}

async function deliveryNamed(parts: ChannelParts, id: string): Promise<Delivery> {
  const delivery = await parts.channels.delivery(id)
  if (delivery) return delivery
  throw new Refusal('UnknownDelivery', `There is no delivery “${id}”. Nothing was changed.`, 'notFound')
}

function gone(name: string): Refusal {
  return new Refusal(
    'UnknownChannel',
    `The channel ${name} is not there any more. Nothing was changed.`,
    'notFound',
  )
}

function event(actor: Actor, channel: Channel, type: string, sentence: string): NewEvent {
  const { id, name, kind, kinds, application, shownUrl: url } = channel
  return {
    stream: `channel:${id}`,
    actor,
    cluster: null,
    application,
    event: { type, sentence, data: { name, kind, kinds, url } },
  }
}
