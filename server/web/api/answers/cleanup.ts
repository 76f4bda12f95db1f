import { z } from 'zod'
import { shownStates } from './group.js'
import { operation } from './operation.js'
import { listOf, moment, text, texts } from './values.js'

const verdict = z.enum(['goes', 'stays'])
const planned = z
  .object({
    group: text,
    cluster: text,
    verdict,
    why: text,
    expiresAt: moment.nullable(),
    state: z.enum(shownStates),
  })
  .meta({ id: 'CleanupVerdict' })

export const cleanupPlan = z.object({
  now: moment,
  groups: listOf(planned),
  unseen: texts.describe('Clusters that could not be looked at, with the reason: nothing of theirs goes.'),
  leftovers: texts,
})

export const startedCleanup = z.object({
  run: z.object({ id: text }),
  operations: texts.describe('Ids of the destroys that were asked for.'),
  groups: listOf(planned),
})

export const listedCleanupRun = z
  .object({
    id: text,
    startedAt: moment,
    now: moment,
    by: text,
    ended: z.boolean(),
    goes: texts.describe('The groups that it asked to have destroyed.'),
    stays: z.number().int().describe('How many others it looked at.'),
    leftovers: texts,
  })
  .meta({ id: 'ListedCleanupRun' })

export const cleanupRun = z
  .object({
    id: text,
    startedAt: moment,
    now: moment,
    by: text,
    ended: z.boolean(),
    groups: listOf(z.object({ group: text, cluster: text, verdict, why: text })),
    operations: listOf(operation),
    leftovers: texts,
    looked: texts,
  })
  .meta({ id: 'CleanupRun' })
