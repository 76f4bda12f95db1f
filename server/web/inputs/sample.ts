import { z } from 'zod'

/** Which version of the sample application. */
export const sampleInput = z.strictObject({
  version: z.string('Name a version of the sample.').min(1, 'Name a version of the sample.').max(60),
})
