import { z } from 'zod'
import { ailmentKinds, faultKinds } from '../../../domain/rehearsal.js'
import { count, listOf, moment, text, texts } from './values.js'

export const said = z.object({ sentence: text }).meta({ id: 'Said' })

export const rehearsal = z
  .object({
    zones: texts,
    pace: z.enum(['real', 'brisk', 'zero']),
    confinement: text,
    now: moment,
    offsetMs: z.number(),
    frozen: z.boolean(),
    instances: listOf(
      z.object({
        instanceId: text,
        state: text,
        alive: z.boolean(),
        zone: text,
        group: text.nullable(),
        port: count.nullable(),
        processId: count.nullable(),
      }),
    ),
    knobs: z.object({
      latencyMs: z.number(),
      invisibleMs: z.number(),
      staleReadsMs: z.number(),
      consoleDelayMs: z.number(),
      zonesWithoutCapacity: texts,
      zonesOut: texts,
      ailments: listOf(z.object({ of: text, kind: z.enum(ailmentKinds) })),
      throttle: z.object({ perSecond: z.number(), burst: z.number() }).nullable(),
      failNextImages: count,
    }),
    faults: listOf(
      z.object({
        id: text,
        remaining: count,
        action: text,
        kind: z.enum(faultKinds),
        times: count,
        delayMs: z.number().optional(),
        code: text.optional(),
        about: text.optional(),
        names: texts.optional(),
      }),
    ),
    outOfOrder: listOf(z.object({ key: text, sentence: text, endsWith: text.nullable() })),
  })
  .meta({ id: 'Rehearsal', description: 'The local cloud as it is now, and what is out of order in it.' })
