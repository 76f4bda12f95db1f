import { z } from 'zod'
import { reasonBadRepositoryLink } from '../../domain/commits.js'
import { reasonBadApplicationName } from '../../domain/names.js'
import { editableOfApplication } from '../../engine/edit-application.js'
import { seenFields } from './seen-fields.js'
import { wholeNumber } from './whole-number.js'
import { atMostCharacters } from './issue-words.js'

const applicationName = z.string().superRefine((name, context) => {
  const reason = reasonBadApplicationName(name)
  if (reason) context.addIssue({ code: 'custom', message: reason })
})

export const port = wholeNumber('A port', 1, 65_535)
export const healthPath = z
  .string()
  .max(1024, atMostCharacters(1024))
  .regex(/^\/\S*$/, 'A health path begins with “/” and has no blanks.')

const owner = z
  .string()
  .trim()
  .min(1, 'Name who owns it: a team or a person.')
  .max(120, atMostCharacters(120))
const email = z.email('This is not an e-mail address.').nullable()
const startCommand = z
  .string()
  .max(2000, atMostCharacters(2000))
  .regex(/^[^\n]*$/, 'A start command is one line.')
  .nullable()
const repositoryLink = z
  .string()
  .max(2000, atMostCharacters(2000))
  .superRefine((value, context) => {
    const reason = value.trim() === '' ? null : reasonBadRepositoryLink(value.trim())
    if (reason) context.addIssue({ code: 'custom', message: reason })
  })
  .nullable()

/** Blank is nothing. */
const textOrNull = (value: string | null | undefined) => value?.trim() || null

/** Fields of an application. Port and path have defaults, the rest is what the package can't say. */
export const applicationInput = z.strictObject({
  name: applicationName,
  owner,
  email: email.optional().transform(textOrNull),
  port: port.default(8080),
  healthPath: healthPath.default('/'),
  startCommand: startCommand.optional().transform(textOrNull),
  repositoryLink: repositoryLink.optional().transform(textOrNull),
})

/** What of it can be edited: what is left out stays as it is, null is nothing. Its name is in every name that follows. */
export const applicationEditInput = z.strictObject({
  owner: owner.optional(),
  email: email.transform(textOrNull).optional(),
  port: port.optional(),
  healthPath: healthPath.optional(),
  startCommand: startCommand.transform(textOrNull).optional(),
  repositoryLink: repositoryLink.transform(textOrNull).optional(),
  seen: seenFields(editableOfApplication),
  reason: z.string().trim().max(1000, atMostCharacters(1000)).optional(),
})

export const applicationForm = { numbers: ['port'] }
