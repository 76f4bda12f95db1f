import { z } from 'zod'
import { atMostCharacters } from './issue-words.js'

/** Which version of the sample application. */
export const sampleInput = z.strictObject({
  version: z
    .string('Name a version of the sample.')
    .min(1, 'Name a version of the sample.')
    .max(60, atMostCharacters(60)),
})
