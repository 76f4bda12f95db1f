import { z } from 'zod'

/** A moment: a Date here, ISO 8601 text once it is sent. */
export const moment = z
  .custom<Date | string>((value) => value instanceof Date || typeof value === 'string')
  .meta({ type: 'string', format: 'date-time' })

export const text = z.string()
export const texts = z.array(z.string()).readonly()
export const count = z.number().int()

/** One of the words that this version knows; a newer version’s records may hold others. */
export const wordOf = (words: readonly string[]) =>
  z
    .string()
    .meta({ 'x-extensible-enum': words, description: `${words.join(', ')}; a newer version may have more.` })

/** A list that is only read. */
export const listOf = <Item extends z.ZodType>(item: Item) => z.array(item).readonly()

/** What is kept as it was, whatever a version put into it. */
export const anything = z.record(z.string(), z.unknown()).readonly()

export const size = z.object({ min: count, max: count, desired: count }).meta({
  id: 'Size',
  description: 'The bounds of a server group and its desired number of instances.',
})

export const imageRef = z.object({ imageId: text, name: text, version: text }).meta({
  id: 'ImageReference',
  description: 'An image by its AMI id, its name and the version that is in it.',
})

export const actor = z
  .object({ name: text, via: z.enum(['console', 'cli', 'api', 'slack', 'job', 'engine']) })
  .meta({ id: 'Actor', description: 'Who did it, and by which way it came.' })

export const wait = z
  .object({
    sentence: text.describe('What is awaited: how many of how many, which, since when, until when.'),
    until: moment.nullable().describe('The deadline; null where there is none.'),
    at: moment,
  })
  .meta({ id: 'Wait', description: 'What it waits for now.' })
