import { z } from 'zod'
import { knownWords } from '../../../domain/newer-records.js'
import { actor, anything, count, moment, text, texts, wordOf } from './values.js'

export const logRow = z
  .object({
    seq: count.describe('Grows over all streams; the id of the live stream too.'),
    at: moment,
    stream: text.describe(
      'What it is about: `operation:…`, `bake:…`, `cluster:…`, `application:…`, `channel:…`, `job:…`.',
    ),
    cluster: text.nullable(),
    application: text.nullable(),
    actor,
    type: text,
    sentence: text,
    data: anything.describe('The event as it was recorded: what was asked and why, values before and after.'),
  })
  .meta({ id: 'Event', description: 'One thing that happened, as it was recorded.' })

export const obligation = z
  .object({
    id: text,
    kind: wordOf(knownWords.obligationKinds),
    object: text,
    cluster: text.nullable(),
    operationId: text,
    original: z
      .union([
        z.object({ min: count, max: count }),
        z.object({ processes: texts }),
        z.object({ instanceId: text.nullable() }),
        z
          .object({ testValue: text })
          .describe(
            'How the value that the test rule asks for begins: whoever knows all of it reaches the next group.',
          ),
      ])
      .describe('The value before our first change.'),
    openedAt: moment,
  })
  .meta({ id: 'Obligation', description: 'Something changed in the account for a while, to be put back.' })

export const finding = z
  .object({
    kind: z.enum([
      'page',
      'application',
      'cluster',
      'deed',
      'group',
      'load balancer',
      'target group',
      'instance',
      'image',
      'operation',
      'bake',
    ]),
    label: text,
    sub: text.describe('What tells it from its likes.'),
    href: text.describe('Its page in the console.'),
  })
  .meta({ id: 'Finding' })
