import { z } from 'zod'
import { override, reason, sizeFields } from './cluster.js'
import { atMostCharacters } from './issue-words.js'

const hourMs = 3_600_000

export const moment = z.iso
  .datetime({ offset: true, error: 'Write a moment as 2026-11-25T10:00:00Z.' })
  .transform((text) => new Date(text))
  .refine(
    (at) => at.getUTCFullYear() >= 2000 && at.getUTCFullYear() < 2200,
    'Write a moment of this century or the next.',
  )

/** Either until a moment, for some hours, or for ever (`until: null`). */
export const keepInput = z
  .strictObject({
    until: moment.nullish(),
    hours: z
      .number('Hours are a number above 0.')
      .positive('Hours are a number above 0.')
      .max(
        24 * 365,
        'It is kept for 8,760 hours at most, a year; “null” as the moment keeps it until somebody releases it.',
      )
      .optional(),
    why: z.string('Say why it is kept.').trim().min(1, 'Say why it is kept.').max(500, atMostCharacters(500)),
  })
  .refine((input) => input.until !== undefined || input.hours !== undefined, {
    path: ['until'],
    message: 'Say until when it is kept, for how many hours, or “null” for ever.',
  })

/** The moment that a keep ends, counted from `now`; null is for ever. */
export function keepEnd({ until, hours }: z.output<typeof keepInput>, now: Date): Date | null {
  return hours === undefined ? (until ?? null) : new Date(now.getTime() + hours * hourMs)
}

const { size, min, max } = sizeFields

/** Bounds, or one number that the group must have at least. The desired capacity is its own scaling's. */
export const resizeInput = z
  .strictObject({ size, min, max, reason, override })
  .refine((input) => input.size !== undefined || input.min !== undefined || input.max !== undefined, {
    path: ['size'],
    message: 'Say how many instances: a size, or a smallest or a largest one.',
  })
export const resizeForm = { numbers: ['size', 'min', 'max'] }

export const destroyInput = z.strictObject({ reason, override })

/** `now` replaces the clock for this run; only the local cloud takes it. */
export const cleanupInput = z.strictObject({ now: moment.optional() })

/** Another server group, to hold one against. */
export const compareInput = z.strictObject({
  against: z.string('Name the other group: ?against=….').min(1, 'Name the other group: ?against=….'),
})
