import { z } from 'zod'
import { imageRef, listOf, moment, size, text, texts } from './values.js'

export const shownStates = [
  'adopting',
  'launching',
  'canary',
  'live',
  'warm',
  'rejected',
  'failed',
  'destroying',
  'destroyed',
  'given back',
] as const

export const group = z
  .object({
    name: text,
    cluster: text,
    state: z.enum(shownStates).describe('By its record alone; who carries traffic is the cluster’s to tell.'),
    stateSince: moment,
    image: imageRef,
    size,
    reason: text.nullable(),
    expiresAt: moment
      .nullable()
      .describe('When cleanup may destroy it; null for a live one and one kept for ever.'),
    keep: z.object({ until: moment.nullable(), by: text, why: text }).nullable(),
    survived: texts.describe('Nights that it was live through, as dates.'),
    createdAt: moment,
    destroyedAt: moment.nullable(),
  })
  .meta({ id: 'ServerGroup', description: 'One push in a cluster.' })

export const listedGroup = group
  .extend({
    state: z.enum(shownStates).describe('By its record, and by the share that its rule was set to last.'),
    application: text,
    share: z
      .number()
      .describe('Of the requests that the rule of its cluster forwards, in per cent, as it was set last.'),
    keptUntil: moment
      .nullable()
      .describe('Until when it stays: the end of its keeping, or its own; null where no end is set.'),
  })
  .meta({ id: 'ListedServerGroup', description: 'A server group among those of all clusters.' })

const instance = z
  .object({
    instanceId: text,
    zone: text,
    lifecycle: text,
    health: z.enum(['healthy', 'unhealthy', 'starting', 'draining', 'unchecked']),
    reason: text.nullable(),
  })
  .meta({ id: 'Instance' })

export const instances = z.object({
  group: text,
  instances: listOf(instance),
  seenAt: moment.nullable().describe('When AWS was looked at.'),
  fault: text.nullable().describe('Why AWS could not be looked at.'),
})

export const consoleOutput = z.object({
  group: text,
  instanceId: text,
  output: text.describe('The last lines of its console; empty when AWS has none yet.'),
})

export const destroyed = z.object({ alreadyDestroyed: z.literal(true) })
