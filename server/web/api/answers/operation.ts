import { z } from 'zod'
import { knownWords } from '../../../domain/newer-records.js'
import { outcomes } from '../../../domain/operation.js'
import { actor, count, imageRef, listOf, moment, text, texts, wait, wordOf } from './values.js'

const trials = z
  .object({
    smokeTest: z
      .object({
        path: text,
        status: count,
        successes: count.describe('So many requests in a row must go well.'),
        withinMs: count,
        text: text.nullable().describe('What the body must contain.'),
      })
      .nullish(),
    canary: z
      .object({
        steps: listOf(count).describe('Shares of the next group in per cent, rising.'),
        holdMs: count,
        minRequests: count,
        unsure: z.enum(['wait', 'goBack']),
      })
      .nullish(),
    approval: z.object({ withinMs: count, atDeadline: z.enum(['abort', 'switch']) }).nullish(),
  })
  .meta({ id: 'Trials', description: 'What a deployment must pass between registered and the switch.' })

const test = z
  .object({ ruleArn: text, since: moment })
  .meta({ id: 'TestProgress', description: 'The test rule of a deployment, and since when it was seen.' })

const canary = z
  .object({
    step: count,
    since: moment,
    sent: z.boolean(),
    reachedAt: moment.nullable(),
    carriesSince: moment.nullable(),
    unsure: text.nullable(),
  })
  .meta({ id: 'CanaryProgress', description: 'Where the canary of a deployment stands.' })

export const paused = z
  .object({
    by: text,
    reason: text,
    since: moment,
    stop: text.nullable().describe('The stop that paused it.'),
  })
  .meta({ id: 'Paused', description: 'Who lets it stand still, since when and why.' })

const override = z
  .object({
    by: text,
    reason: text,
    ids: texts.describe('The holds, stops, windows and freezes that it is about.'),
    over: text.describe('What stood in the way, as it was said then.'),
  })
  .meta({ id: 'Override', description: 'A written word that something starts in spite of a hold.' })

const operationFields = {
  id: text,
  kind: wordOf(knownWords.operationKinds),
  cluster: text,
  phase: wordOf(knownWords.phases),
  ended: z.boolean(),
  outcome: z
    .enum(outcomes as unknown as [(typeof outcomes)[number]])
    .nullable()
    .describe('How it ended; null until then.'),
  from: text.nullable().describe('The group that had the traffic when it started.'),
  to: text.nullable().describe('The group that is to get it; for a destroy or a resize, the group meant.'),
  wait: wait.nullable(),
  reason: text.nullable().describe('Why it gives up, goes back or halted.'),
  endSentence: text.nullable().describe('Where the traffic is now that it has ended.'),
  requestedAt: moment,
  endedAt: moment.nullable(),
  by: actor,
  why: text.describe('The reason that was given with the request.'),
  image: imageRef.nullable(),
  trials: trials.nullable(),
  test: test.nullable(),
  canary: canary.nullable(),
  paused: paused.nullable().describe('Null while it goes on.'),
  overrides: listOf(override).describe('What it was started in spite of.'),
}

export const operation = z.object(operationFields).meta({
  id: 'Operation',
  description: 'One create, deploy, switch back, destroy, resize or decommission.',
})

const operationEvent = z.object({ seq: count, at: moment, type: text, sentence: text })

/** One AWS request of ours, and what became of it. */
export const call = z
  .object({
    id: text,
    at: moment,
    api: text.describe('The AWS operation, such as ModifyRule.'),
    why: text,
    operationId: text.nullable(),
    cluster: text.nullable(),
    answered: z
      .enum(['ok', 'refused', 'unclear', 'not sent', 'seen', 'expired'])
      .nullable()
      .describe('Null while no answer has come.'),
    answeredAt: moment.nullable(),
    requestId: text.nullable().describe('AWS’s own id of the request.'),
    message: text.nullable(),
  })
  .meta({ id: 'Call', description: 'One AWS request that changes something, recorded before it is sent.' })

export const wholeOperation = z
  .object({ ...operationFields, events: listOf(operationEvent), calls: listOf(call) })
  .meta({ id: 'WholeOperation', description: 'An operation with everything that happened to it.' })

/** What a request that begins an operation is answered with. */
export const started = z
  .object({ operation, href: text.describe('Its page in the console; below /api/v1 it is the resource.') })
  .meta({ id: 'Started' })
export const startedWarned = started
  .extend({ warnings: listOf(text).describe('What is worth knowing beside it, as its plan says too.') })
  .meta({ id: 'StartedWarned' })
export const startedCluster = z
  .object({ operation, href: text, cluster: text })
  .meta({ id: 'StartedCluster' })
