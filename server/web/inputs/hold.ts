import { z } from 'zod'
import { weekdays, type Weekday } from '../../domain/restraint.js'
import { moment } from './group.js'
import { atMostCharacters } from './issue-words.js'

const hourMs = 3_600_000

const text = (what: string) => z.string(what).trim().min(1, what).max(500, atMostCharacters(500))
const scope = z
  .string('Say what it is about: all, region:…, application:… or cluster:….')
  .trim()
  .max(300, atMostCharacters(300))
const why = text('Write down why: whoever is kept waiting will ask.')
const name = text('Give it a name, by which people know it.').pipe(z.string().max(80, atMostCharacters(80)))
const timeZone = z.string().max(60, atMostCharacters(60)).optional()

const until = {
  until: moment.nullish(),
  hours: z
    .number('Hours are a number.')
    .positive('Hours are a number above 0.')
    .max(24 * 366, 'A hold lasts a year at most.')
    .optional(),
}
const oneEnd = (input: { until?: Date | null | undefined; hours?: number | undefined }) =>
  input.hours === undefined || input.until == null

export const holdInput = z
  .strictObject({
    scope,
    reason: why,
    owner: z.string().max(200, atMostCharacters(200)).optional(),
    ...until,
  })
  .refine(oneEnd, { path: ['hours'], message: 'Say until when or for how many hours, not both.' })
export const holdForm = { numbers: ['hours'] }

/** Everything, where nothing narrower is said. */
export const stopInput = z
  .strictObject({ scope: scope.default('all'), reason: why, ...until })
  .refine(oneEnd, { path: ['hours'], message: 'Say until when or for how many hours, not both.' })

/** The moment that a hold ends; null: when somebody releases it. */
export function holdEnd(
  input: z.output<typeof holdInput> | z.output<typeof stopInput>,
  now: Date,
): Date | null {
  return input.hours === undefined ? (input.until ?? null) : new Date(now.getTime() + input.hours * hourMs)
}

/** `mon`, `mon-fri`; a range may run over the end of the week. */
function daysOf(word: string): readonly Weekday[] | null {
  const [first = '', last = first, ...rest] = word.toLowerCase().split('-')
  const [from, to] = [first, last].map((day) => weekdays.findIndex((each) => each === day))
  if (rest.length > 0 || from === undefined || to === undefined || from < 0 || to < 0) return null
  const count = ((to - from + 7) % 7) + 1
  return Array.from({ length: count }, (_, step) => weekdays[(from + step) % 7] ?? 'sun')
}

const days = z
  .array(z.string(), 'Name the days, such as mon-fri.')
  .max(14)
  .transform((words, context) => {
    const found = words.map(daysOf)
    if (found.some((each) => each === null))
      context.addIssue({
        code: 'custom',
        message: 'Name the days as mon, tue, wed, thu, fri, sat, sun or mon-fri.',
      })
    return [...new Set(found.flatMap((each) => each ?? []))]
  })

export const windowInput = z.strictObject({
  scope,
  name,
  reason: why,
  days,
  from: z.string('Say from when, such as 09:00.').max(5, atMostCharacters(5)),
  to: z.string('Say until when, such as 16:00.').max(5, atMostCharacters(5)),
  timeZone,
})
export const windowForm = { lists: ['days'] }

export const freezeInput = z.strictObject({
  scope,
  name,
  reason: why,
  firstDay: z.string('Name the first day, such as 2026-12-21.').max(10, atMostCharacters(10)),
  lastDay: z.string('Name the last day, such as 2027-01-03.').max(10, atMostCharacters(10)),
  timeZone,
})

export const releaseInput = z.strictObject({
  reason: text('Write down why it is taken back before its time.'),
})
export const pauseInput = z.strictObject({
  reason: text('Write down why: whoever finds it standing still will ask.'),
})
export const changes = [
  'create',
  'deploy',
  'resize',
  'grow',
  'destroy',
  'cleanup',
  'decommission',
  'bake',
  'undo',
] as const
