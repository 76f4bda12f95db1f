import { z } from 'zod'
import { override } from './cluster.js'
import { atMostCharacters } from './issue-words.js'

export const removeOrphansInput = z.strictObject({
  ids: z
    .array(z.string().trim().min(1).max(300, atMostCharacters(300)), 'Choose at least one orphan.')
    .min(1, 'Choose at least one orphan.')
    .max(100, 'At most 100 at a time.')
    .describe('Ids as AWS names them: of target groups their ARNs, of alarms their names.'),
  reason: z
    .string('Say why: what is removed can’t be brought back.')
    .trim()
    .min(1, 'Say why: what is removed can’t be brought back.')
    .max(1000, 'Choose at most 1,000 orphans.'),
  override,
})
