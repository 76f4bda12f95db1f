import { Router, type Request, type Response } from 'express'
import type { Channel } from '../../domain/channel.js'
import {
  addChannel,
  channelNamed,
  removeChannel,
  retryDelivery,
  switchChannel,
  testChannel,
} from '../../engine/channels.js'
import { queryText } from '../api/query.js'
import { actorOf } from '../guard/signed-in.js'
import { channelForm, channelInput } from '../inputs/channel.js'
import { fromForm } from '../inputs/form.js'
import { parse } from '../inputs/parse.js'
import { unfilled, type Filled } from '../pages/field.js'
import { notificationsPage, removeChannelPage } from '../pages/notifications.js'
import { placeOf } from './place-of.js'
import { refilled } from './refill.js'
import type { RouteDeps } from './route-deps.js'

const address = '/settings/notifications'
const section = '/more'
const shownDeliveries = 50

interface Shown {
  readonly filled: Filled
  readonly added?: { readonly channel: Channel; readonly secret: string } | null
  readonly status?: number
}

/** Channels, what was sent through them, and the forms about both. */
export function notificationRoutes({ parts, channels, leave, slack, publicUrl, show }: RouteDeps): Router {
  const routes = Router()
  const engine = { ...parts, channels, leave }
  routes.get(address, async (request, response) => {
    const application = queryText(request, 'application')
    const filled = application ? { values: { application }, faults: [] } : unfilled
    await page(request, response, { filled })
  })
  routes.post(address, async (request, response) => {
    const typed = fromForm(request.body, channelForm)
    try {
      const input = parse(channelInput, { kinds: [], ...typed })
      const { channel, secret } = await addChannel(engine, actorOf(request), input)
      if (secret === null) return response.redirect(303, address)
      // Nothing keeps the secret readable, so it is shown in the answer itself.
      await page(request, response, { filled: unfilled, added: { channel, secret }, status: 201 })
    } catch (error) {
      await page(request, response, { filled: refilled(error, typed), status: 400 })
    }
  })
  routes.post(`${address}/:id/test`, async (request, response) => {
    const { channelId } = await testChannel(engine, actorOf(request), request.params.id)
    response.redirect(303, `${address}?channel=${channelId}#deliveries`)
  })
  routes.post(`${address}/:id/on`, async (request, response) => {
    await switchChannel(engine, actorOf(request), request.params.id, true)
    response.redirect(303, address)
  })
  routes.post(`${address}/:id/off`, async (request, response) => {
    await switchChannel(engine, actorOf(request), request.params.id, false)
    response.redirect(303, address)
  })
  routes.get(`${address}/:id/remove`, async (request, response) => {
    const model = removeChannelPage(await channelNamed(engine, request.params.id))
    show(request, response, { view: 'confirm', section, model })
  })
  routes.post(`${address}/:id/remove`, async (request, response) => {
    await removeChannel(engine, actorOf(request), request.params.id)
    response.redirect(303, address)
  })
  routes.post(`${address}/deliveries/:id/retry`, async (request, response) => {
    await retryDelivery(engine, actorOf(request), request.params.id)
    response.redirect(303, `${address}#deliveries`)
  })
  return routes

  async function page(request: Request, response: Response, { filled, added = null, status = 200 }: Shown) {
    const asked = queryText(request, 'channel')
    const only = asked ? await channelNamed(engine, asked) : null
    const [all, deliveries, applications] = await Promise.all([
      channels.channels(),
      channels.deliveries({ channelId: only?.id, limit: shownDeliveries }),
      parts.history.applications(),
    ])
    const model = notificationsPage({
      channels: all,
      deliveries,
      only,
      applications,
      added,
      filled,
      slashCommands: slack.signingSecret === null ? null : `${publicUrl}/slack/commands`,
      ...placeOf(parts),
    })
    show(request, response, { view: 'notifications', section, status, model })
  }
}
