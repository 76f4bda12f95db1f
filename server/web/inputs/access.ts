import { z } from 'zod'
import { roles } from '../../domain/access.js'
import { reasonBadApplicationName } from '../../domain/names.js'
import { wholeNumber } from './whole-number.js'
import { atMostCharacters } from './issue-words.js'

const applicationName = z
  .string()
  .trim()
  .superRefine((name, context) => {
    const reason = reasonBadApplicationName(name)
    if (reason) context.addIssue({ code: 'custom', message: reason })
  })

const role = z.enum(roles, `A role is one of ${roles.join(', ')}.`)
const label = (sentence: string) =>
  z.string(sentence).trim().min(1, sentence).max(80, 'Write at most 80 characters.')

/** A token of one's own: what it may do at most, and for how long. */
export const tokenInput = z.strictObject({
  label: label('Say what the token is for, such as the name of a pipeline.'),
  role: role.default('deployer'),
  applications: z.array(applicationName).max(50, 'Name at most 50 applications.').nullish(),
  days: wholeNumber('The number of days', 1, 365).default(90),
})
export const tokenForm = { numbers: ['days'], lists: ['applications'] }

/** A role for a person or a group. */
export const grantInput = z.strictObject({
  kind: z.enum(['person', 'group'], 'Say “person” or “group”.').default('person'),
  name: z
    .string('Name whom it is for.')
    .trim()
    .min(1, 'Name whom it is for: a verified e-mail address, a subject or a group.')
    .max(200, 'Write at most 200 characters.'),
  role,
  application: applicationName.nullish(),
  why: z
    .string('Say why.')
    .trim()
    .min(1, 'Say why: whoever reads the log later wants to know.')
    .max(500, atMostCharacters(500)),
})

/** Why something of somebody else's is ended. */
export const endInput = z.strictObject({
  why: z
    .string('Say why.')
    .trim()
    .min(1, 'Say why: whoever reads the log later wants to know.')
    .max(500, atMostCharacters(500)),
})

export const revokeInput = z.strictObject({
  why: z.string().trim().max(500, atMostCharacters(500)).optional(),
})
