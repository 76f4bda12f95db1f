import { z } from 'zod'
import { actor, count, listOf, moment, text } from './values.js'

const limits = {
  unreferencedDays: count.describe('Days since something was last seen to refer to it.'),
  neverReferencedDays: count.describe('Days since the bake, where nothing was ever seen to.'),
  keepNewest: count.describe('The newest so many of each application stay.'),
}

export const retentionPolicy = z
  .object({
    ...limits,
    version: count.describe('Grows with every change of what it says; 0: nobody has set one.'),
    on: z.boolean().describe('Images are retired by themselves every morning.'),
    limit: count.describe('Images of one run at most.'),
    applications: z
      .record(z.string(), z.object(limits).partial())
      .readonly()
      .describe('What is otherwise for some applications.'),
    changedBy: text.nullable(),
    changedAt: moment.nullable(),
  })
  .meta({ id: 'ImageRetentionPolicy' })

const runFields = {
  id: text,
  kind: z.enum(['dry run', 'run']),
  at: moment,
  by: actor,
  nightly: z.boolean().describe('It was its time.'),
  reason: text,
  policyVersion: count,
  dryRunId: text.nullable().describe('The dry run that a person confirmed: only what it listed goes.'),
  refused: text.nullable().describe('Why nothing goes at all, in a sentence.'),
  state: z
    .enum(['shown', 'running', 'done', 'stopped'])
    .describe('`shown`: a dry run, which changes nothing.'),
  ended: z.boolean(),
  endedAt: moment.nullable(),
  endSentence: text.nullable(),
  goesCount: count,
  staysCount: count,
  freesGib: count.describe('What the volumes of what goes hold; its snapshots hold at most so much.'),
}

export const listedRetentionRun = z.object(runFields).meta({ id: 'ListedImageRetentionRun' })

export const retentionRun = z
  .object({
    ...runFields,
    goes: listOf(
      z.object({
        imageId: text,
        name: text,
        application: text,
        why: text,
        sizeGib: count.nullable(),
        state: z.enum(['waiting', 'asked', 'retired', 'stopped']),
      }),
    ),
    stays: listOf(z.object({ imageId: text, name: text, application: text, why: text })),
  })
  .meta({ id: 'ImageRetentionRun', description: 'What goes and what stays, with the reason of each.' })

export const retentionState = z
  .object({
    policy: retentionPolicy,
    marks: z.object({
      lastMadeAt: moment.nullable(),
      unbrokenSince: moment
        .nullable()
        .describe('Since when marks are made without a break; days before it don’t count.'),
    }),
    dryRun: text
      .nullable()
      .describe('The dry run of this policy that can be acted on; null: one has to be made first.'),
    running: text.nullable().describe('The run that has not ended.'),
  })
  .meta({ id: 'ImageRetention' })

const keep = z.object({ by: text, at: moment, why: text }).meta({ id: 'ImageKeep' })

export const keptImage = z.object({ image: text, keep: keep.nullable() })

export const imageRetention = z
  .object({
    image: text,
    referencedAt: moment.nullable().describe('When something was last seen to refer to it.'),
    referencedBy: text.nullable(),
    keep: keep.nullable(),
    verdict: z
      .enum(['goes', 'stays'])
      .nullable()
      .describe('What the policy would do with it by the records alone; null: it is retired.'),
    why: text.nullable(),
    sizeGib: count
      .nullable()
      .describe(
        'The size of its volumes; its snapshots hold at most so much. Null: not seen in the account.',
      ),
  })
  .meta({ id: 'ImageOutlook' })
