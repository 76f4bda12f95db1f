import { z } from 'zod'
import type { Channel } from '../../domain/channel.js'
import type { Delivery } from '../../domain/delivery.js'
import {
  addChannel,
  channelNamed,
  removeChannel,
  retryDelivery,
  switchChannel,
  testChannel,
  type ChannelParts,
} from '../../engine/channels.js'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { channelInput, deliveryState } from '../inputs/channel.js'
import { addedChannel, channel, channels, delivery, removedChannel } from './answers/channel.js'
import { afterOf, paged, pageOf, pageQuery, refuseLostCursor } from './cursor.js'
import { reply } from './route.js'
import { ApiRoutes } from './routes.js'

const channelName = z.string().trim().min(1).describe('A channel’s name or id.')
const params = { id: channelName }

/** Channels and what was sent through them. No answer but the one to adding a webhook holds a secret. */
export function channelsApi({ parts, channels: store, leave }: Deps): ApiRoutes {
  const api = new ApiRoutes('Channels')
  const engine: ChannelParts = { ...parts, channels: store, leave }
  toRead(api, engine)
  toSwitchAndRemove(api, engine)
  toFollowDeliveries(api, engine)
  return api
}

/** Apart from the rest, because its answer holds a secret: none is kept for an `Idempotency-Key`. */
export function newChannelApi({ parts, channels: store, leave }: Deps): ApiRoutes {
  const api = new ApiRoutes('Channels')
  const engine: ChannelParts = { ...parts, channels: store, leave }
  api.post(
    '/channels',
    {
      id: 'addChannel',
      summary: 'Add a channel: a signed webhook or a Slack hook',
      description:
        'Its address is kept sealed and never shown whole again; the secret of a webhook is shown this once, so that an Idempotency-Key is not looked at.',
      body: channelInput,
      answers: { 201: addedChannel },
    },
    async ({ body, request }) => {
      const added = await addChannel(engine, actorOf(request), body)
      return reply(201, { ...shownChannel(added.channel), secret: added.secret })
    },
  )
  return api
}

function toRead(api: ApiRoutes, engine: ChannelParts): void {
  api.get(
    '/channels',
    { id: 'listChannels', summary: 'Every channel, by name', answers: { 200: channels } },
    async () => reply(200, { channels: (await engine.channels.channels()).map(shownChannel) }),
  )
  api.get(
    '/channels/:id',
    { id: 'readChannel', summary: 'A channel', params, answers: { 200: channel } },
    async ({ params: { id } }) => reply(200, shownChannel(await channelNamed(engine, id))),
  )
}

function toSwitchAndRemove(api: ApiRoutes, engine: ChannelParts): void {
  api.post(
    '/channels/:id/test',
    {
      id: 'testChannel',
      summary: 'Send a test message through a channel',
      params,
      answers: { 202: delivery },
    },
    async ({ params: { id }, request }) =>
      reply(202, shownDelivery(await testChannel(engine, actorOf(request), id))),
  )
  api.post(
    '/channels/:id/on',
    { id: 'switchChannelOn', summary: 'Switch a channel on', params, answers: { 200: channel } },
    async ({ params: { id }, request }) =>
      reply(200, shownChannel(await switchChannel(engine, actorOf(request), id, true))),
  )
  api.post(
    '/channels/:id/off',
    {
      id: 'switchChannelOff',
      summary: 'Switch a channel off; what waits for it is given up',
      params,
      answers: { 200: channel },
    },
    async ({ params: { id }, request }) =>
      reply(200, shownChannel(await switchChannel(engine, actorOf(request), id, false))),
  )
  api.post(
    '/channels/:id/remove',
    {
      id: 'removeChannel',
      summary: 'Remove a channel and what was sent through it',
      params,
      answers: { 200: removedChannel },
    },
    async ({ params: { id }, request }) => {
      const removed = await removeChannel(engine, actorOf(request), id)
      return reply(200, { id: removed.id, name: removed.name, removed: true as const })
    },
  )
}

function toFollowDeliveries(api: ApiRoutes, engine: ChannelParts): void {
  api.get(
    '/deliveries',
    {
      id: 'listDeliveries',
      summary: 'What was sent or waits to be, newest first',
      query: {
        channel: channelName.optional().describe('Only through this channel, by name or id.'),
        state: deliveryState.optional(),
        ...pageQuery,
      },
      answers: { 200: pageOf('deliveries', delivery) },
    },
    async ({ query: { channel: named, state, limit, cursor }, request }) => {
      const channelId = named && (await channelNamed(engine, named)).id
      const after = afterOf('deliveries', cursor)
      refuseLostCursor(after, after === undefined ? null : await engine.channels.delivery(after))
      const rows = await engine.channels.deliveries({ channelId, state, after, limit: limit + 1 })
      const page = paged(request, { list: 'deliveries', rows, limit, keyOf: ({ id }) => id })
      return reply(200, { deliveries: page.rows.map(shownDelivery), next: page.next })
    },
  )
  api.post(
    '/deliveries/:id/retry',
    {
      id: 'retryDelivery',
      summary: 'Try a delivery again at once, and for another day',
      params: { id: z.string().trim().min(1).describe('A delivery’s id.') },
      answers: { 202: delivery },
    },
    async ({ params: { id }, request }) =>
      reply(202, shownDelivery(await retryDelivery(engine, actorOf(request), id))),
  )
}

function shownChannel({ id, name, kind, shownUrl, application, kinds, enabled, ...rest }: Channel) {
  const { offBecause, createdBy, createdAt } = rest
  return { id, name, kind, url: shownUrl, application, kinds, enabled, offBecause, createdBy, createdAt }
}

function shownDelivery({ id, channelId, notification, state, tries, ...rest }: Delivery) {
  const { createdAt, nextTryAt, giveUpAt, lastTryAt, lastAnswer } = rest
  const when = { createdAt, nextTryAt, giveUpAt, lastTryAt }
  return { id, channel: channelId, webhookId: `msg_${id}`, notification, state, tries, ...when, lastAnswer }
}
