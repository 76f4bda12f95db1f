import { z } from 'zod'
import { listOf, moment, text } from './values.js'

export const difference = z
  .object({
    kind: z.enum(['weights', 'size', 'processes', 'targetGroup', 'launchTemplate', 'group', 'stranger']),
    subject: text.describe('The group that it is about; the cluster for its weights.'),
    what: text,
    expected: text,
    found: text,
    who: text.nullable().describe('Who did it, where AWS shows that.'),
    since: moment.nullable(),
    leftBy: text.nullable(),
    undoAskedBy: text.nullable(),
    ways: listOf(
      z.object({
        act: z.enum(['adopt', 'undo', 'leave']),
        effect: text,
        possible: z.boolean(),
        reason: text.nullable(),
      }),
    ),
  })
  .meta({ id: 'Difference', description: 'What AWS shows otherwise than it is recorded, and the ways out.' })

export const differences = z.object({ cluster: text, differences: listOf(difference) })

export const driftDone = z
  .object({ cluster: text, what: text, subject: text, sentence: text })
  .meta({ id: 'DifferenceAnswered' })
