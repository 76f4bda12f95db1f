import { z } from 'zod'
import { override, reason, sizeFields } from './cluster.js'
import { atMostCharacters } from './issue-words.js'

export const deployInput = z.strictObject({
  image: z.string('Choose an image.').min(1, 'Choose an image.').describe('Its name or its AMI id.'),
  ...sizeFields,
  reason,
  override,
  queue: z
    .boolean()
    .optional()
    .describe('Wait for what is running, or until it may start, instead of being refused.'),
})
/** What would change if this image were deployed. */
export const changesInput = z.strictObject({
  image: z.string('Name the image: ?image=….').min(1, 'Name the image: ?image=….'),
})
export const deployForm = { numbers: ['size', 'min', 'max', 'desired'], flags: ['queue'] }

export const switchBackInput = z.strictObject({
  to: z.string().optional().describe('The warm group; the best one if left out.'),
  now: z
    .boolean()
    .optional()
    .describe('Also onto a group that is smaller than what live carries; needs a reason.'),
  reason,
  markBad: z.boolean().default(true).describe('Remember the image that is left as bad.'),
})
export const switchBackForm = { flags: ['now', 'markBad'] }

export const cancelInput = z.strictObject({ reason })
/** A word on the switch; that it is written down is the engine's to ask. */
export const decisionInput = z.strictObject({
  reason: z.string().max(500, atMostCharacters(500)).default(''),
})
/** What halted goes on by a choice; what is paused, or waits for a hold, needs none. */
export const resumeInput = z.strictObject({
  choice: z
    .enum(
      ['again', 'accept', 'restore'],
      'Choose “again” (try on), “accept” (take things as they are) or “restore” (put the rule back).',
    )
    .optional(),
  override,
})
