import { z } from 'zod'
import { listOf, text } from './values.js'

export const problem = z
  .object({
    type: text.describe('The kind of problem, as a URN that stays.'),
    title: text,
    status: z.number().int(),
    code: text.describe('Which one of its kind, such as NotRegistered.'),
    detail: text.describe('What is wrong, that nothing was changed, and what mends it.'),
    faults: listOf(z.object({ field: text, sentence: text }))
      .optional()
      .describe('Each field, parameter or header that is wrong.'),
    ways: listOf(z.object({ label: text, href: text.optional(), command: text.optional() }))
      .optional()
      .describe('What a person may do next.'),
  })
  .meta({ id: 'Problem', description: 'Why something was not done (RFC 9457).' })
