import { z } from 'zod'
import { listOf, moment, text, wordOf } from './values.js'

const orphan = z
  .object({
    kind: text,
    id: text.describe('As AWS names it: of a target group its ARN, of an alarm its name.'),
    name: text,
    since: moment.nullable().describe('Null where AWS doesn’t say.'),
    fate: wordOf(['goes', 'waits', 'asked', 'told']).describe(
      '`goes`: by itself, at the next run; `waits`: by itself, later; `asked`: when a person says so; `told`: Delling leaves it alone.',
    ),
    why: text,
  })
  .meta({ id: 'Orphan', description: 'Something that carries our mark and that no record accounts for.' })

export const orphans = z.object({
  at: moment,
  unread: text
    .nullable()
    .describe('Why load balancers, listeners and rules are not among them; null: they are.'),
  orphans: listOf(orphan),
})

export const removedOrphans = z.object({
  ends: listOf(z.object({ id: text, removed: z.boolean(), sentence: text })),
})
