import { z } from 'zod'
import { notificationKinds } from '../../../domain/notification.js'
import { count, listOf, moment, text, wordOf } from './values.js'

export const channel = z
  .object({
    id: text,
    name: text,
    kind: z.enum(['webhook', 'slack']),
    url: text.describe('As far as it may be shown: what could open the door is left out.'),
    application: text.nullable().describe('Null: every application’s.'),
    kinds: listOf(wordOf(notificationKinds)).describe('What it is told of.'),
    enabled: z.boolean(),
    offBecause: text.nullable(),
    createdBy: text,
    createdAt: moment,
  })
  .meta({ id: 'Channel', description: 'Where people are told what happens.' })

export const channels = z.object({ channels: listOf(channel) })

export const addedChannel = channel
  .extend({ secret: text.nullable().describe('What a webhook is signed with, shown this once.') })
  .meta({ id: 'AddedChannel', description: 'A new channel with its secret.' })

export const removedChannel = z.object({ id: text, name: text, removed: z.literal(true) })

const notification = z
  .object({
    kind: wordOf([...notificationKinds, 'test']),
    application: text.nullable(),
    cluster: text.nullable(),
    group: text.nullable(),
    title: text,
    sentence: text,
    by: text,
    reason: text.nullable(),
    path: text.describe('The page that tells the rest, below the console’s address.'),
    at: moment,
  })
  .meta({ id: 'Notification', description: 'One thing that happened, as people are told of it.' })

export const delivery = z
  .object({
    id: text,
    channel: text.describe('The channel’s id.'),
    webhookId: text.describe('The `webhook-id` of every try.'),
    notification,
    state: z.enum(['waiting', 'delivered', 'givenUp']),
    tries: count,
    createdAt: moment,
    nextTryAt: moment.nullable().describe('Null once it is delivered or given up.'),
    giveUpAt: moment,
    lastTryAt: moment.nullable(),
    lastAnswer: text.nullable().describe('What came of the last try.'),
  })
  .meta({ id: 'Delivery', description: 'One notification on its way to one channel.' })
