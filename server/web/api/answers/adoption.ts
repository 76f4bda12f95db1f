import { z } from 'zod'
import { plannedStart } from './hold.js'
import { changesShape, plan } from './plan.js'
import { count, listOf, moment, size, text, texts } from './values.js'

const obstacle = z.object({ sentence: text, mend: text.describe('What a person does about it.') })

const candidate = z
  .object({
    name: text,
    cluster: text.nullable().describe('Null where the name is outside the grammar.'),
    application: text.nullable(),
    stack: text.nullable(),
    detail: text.nullable(),
    push: count.nullable(),
    size,
    zones: texts,
    share: z
      .number()
      .nullable()
      .describe('Per cent of what its rule forwards; null where no rule names its target group.'),
    rule: text.nullable(),
    createdAt: moment.nullable(),
    obstacles: listOf(obstacle).describe('Empty: it can be adopted.'),
    cautions: texts,
  })
  .meta({ id: 'AdoptionCandidate', description: 'An Auto Scaling group that is not Delling’s.' })

export const adoptable = z.object({ readAt: moment, candidates: listOf(candidate) }).meta({ id: 'Adoptable' })

const row = z.object({ what: text, value: text })

export const adoptionPlan = z
  .object({
    cluster: text,
    application: z.object({ name: text, registered: z.boolean() }),
    groups: listOf(
      z.object({
        name: text,
        becomes: z.enum(['live', 'warm']),
        image: text,
        version: text,
        size,
        targetGroup: text,
        launchTemplate: text,
        templateStays: z.boolean(),
      }),
    ),
    plan,
    settings: listOf(row),
    changes: z
      .object({ ...changesShape, carriedCount: count, left: texts })
      .describe('What the next group would have otherwise, if the same image were deployed.'),
    expects: texts,
    left: texts.describe('What is never taken along, each in a sentence with its reason.'),
    warnings: texts,
    ends: text,
    ...plannedStart,
  })
  .meta({ id: 'AdoptionPlan' })

export const giveBackPlan = z
  .object({ cluster: text, plan, warnings: texts, ends: text, ...plannedStart })
  .meta({ id: 'GiveBackPlan' })
