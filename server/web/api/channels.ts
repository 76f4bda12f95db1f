import { Router } from 'express'
import type { Channel } from '../../domain/channel.js'
import type { Delivery } from '../../domain/delivery.js'
import {
  addChannel,
  channelNamed,
  removeChannel,
  retryDelivery,
  switchChannel,
  testChannel,
} from '../../engine/channels.js'
import type { Deps } from '../deps.js'
import { actorOf } from '../guard/signed-in.js'
import { channelInput, deliveryQuery } from '../inputs/channel.js'
import { parse } from '../inputs/parse.js'
import { queryNumber, queryText } from './query.js'

/** Channels and what was sent through them. No answer but the one to adding a webhook holds a secret. */
export function channelsApi({ parts, channels, leave }: Deps): Router {
  const api = Router()
  const engine = { ...parts, channels, leave }
  api.get('/channels', async (_request, response) => {
    response.json({ channels: (await channels.channels()).map(shownChannel) })
  })
  api.post('/channels', async (request, response) => {
    const { channel, secret } = await addChannel(engine, actorOf(request), parse(channelInput, request.body))
    response.status(201).json({ ...shownChannel(channel), secret })
  })
  api.get('/channels/:id', async (request, response) => {
    response.json(shownChannel(await channelNamed(engine, request.params.id)))
  })
  api.post('/channels/:id/test', async (request, response) => {
    const delivery = await testChannel(engine, actorOf(request), request.params.id)
    response.status(202).json(shownDelivery(delivery))
  })
  api.post('/channels/:id/on', async (request, response) => {
    response.json(shownChannel(await switchChannel(engine, actorOf(request), request.params.id, true)))
  })
  api.post('/channels/:id/off', async (request, response) => {
    response.json(shownChannel(await switchChannel(engine, actorOf(request), request.params.id, false)))
  })
  api.post('/channels/:id/remove', async (request, response) => {
    const { id, name } = await removeChannel(engine, actorOf(request), request.params.id)
    response.json({ id, name, removed: true })
  })
  api.get('/deliveries', async (request, response) => {
    const asked = parse(deliveryQuery, {
      channel: queryText(request, 'channel'),
      state: queryText(request, 'state'),
    })
    const channelId = asked.channel && (await channelNamed(engine, asked.channel)).id
    const limit = Math.max(1, queryNumber(request, 'limit', 50, 500))
    const deliveries = await channels.deliveries({ channelId, state: asked.state, limit })
    response.json({ deliveries: deliveries.map(shownDelivery) })
  })
  api.post('/deliveries/:id/retry', async (request, response) => {
    const delivery = await retryDelivery(engine, actorOf(request), request.params.id)
    response.status(202).json(shownDelivery(delivery))
  })
  return api
}

function shownChannel(channel: Channel) {
  const { id, name, kind, shownUrl, application, kinds, enabled, offBecause, createdBy, createdAt } = channel
  return { id, name, kind, url: shownUrl, application, kinds, enabled, offBecause, createdBy, createdAt }
}

function shownDelivery(delivery: Delivery) {
  const { id, channelId, notification, state, tries, createdAt, nextTryAt, giveUpAt, lastTryAt, lastAnswer } =
    delivery
  return {
    id,
    channel: channelId,
    webhookId: `msg_${id}`,
    notification,
    state,
    tries,
    createdAt,
    nextTryAt,
    giveUpAt,
    lastTryAt,
    lastAnswer,
  }
}
