import { z } from 'zod'
import {
  leastNeverReferencedDays,
  leastUnreferencedDays,
  mostARun,
  mostDays,
  mostKept,
} from '../../domain/image-retention-policy.js'
import { wholeNumber } from './whole-number.js'
import { atMostCharacters } from './issue-words.js'

const why = (sentence: string) => z.string(sentence).trim().min(1, sentence).max(500, atMostCharacters(500))

/** What is missing stays as it is; for one application alone, what is missing is as for all. */
export const retentionPolicyInput = z.strictObject({
  unreferencedDays: wholeNumber('Days since the last reference', leastUnreferencedDays, mostDays)
    .optional()
    .describe('An image that was referenced goes so many days after that.'),
  neverReferencedDays: wholeNumber('Days since the bake', leastNeverReferencedDays, mostDays)
    .optional()
    .describe('An image that was never referenced goes so many days after its bake.'),
  keepNewest: wholeNumber('How many of the newest stay', 0, mostKept)
    .optional()
    .describe('The newest so many of each application stay.'),
  limit: wholeNumber('How many go in one run', 1, mostARun).optional().describe('Images of one run at most.'),
  application: z
    .string()
    .trim()
    .min(1)
    .max(100, atMostCharacters(100))
    .optional()
    .describe('The limits are for this application alone; without any limit it goes back to those for all.'),
  reason: why('Write down why the policy is changed.'),
})
export const retentionPolicyForm = {
  numbers: ['unreferencedDays', 'neverReferencedDays', 'keepNewest', 'limit'],
}

export const switchInput = z.strictObject({ reason: why('Write down why.') })

export const retentionRunInput = z.strictObject({
  dryRun: z
    .string('Name the dry run whose images are to go.')
    .trim()
    .min(1, 'Name the dry run whose images are to go.')
    .max(100, atMostCharacters(100)),
  count: z
    .number('Type how many images the dry run listed.')
    .int('Type how many images the dry run listed.')
    .min(0)
    .describe('How many images the dry run listed, as a sign that it was read.'),
  reason: why('Write down why they are retired.'),
})
export const retentionRunForm = { numbers: ['count'] }

export const keepImageInput = z.strictObject({ why: why('Say why it is kept.') })
