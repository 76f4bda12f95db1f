import { z } from 'zod'
import { reasonBadRepositoryLink } from '../../domain/commits.js'
import { reasonBadApplicationName } from '../../domain/names.js'

const applicationName = z.string().superRefine((name, context) => {
  const reason = reasonBadApplicationName(name)
  if (reason) context.addIssue({ code: 'custom', message: reason })
})

export const port = z.number('A port is a whole number.').int('A port is a whole number.').min(1).max(65_535)
export const healthPath = z
  .string()
  .max(1024)
  .regex(/^\/\S*$/, 'A health path begins with “/” and has no blanks.')

/** Fields of an application. Port and path have defaults, the rest is what the package can't say. */
export const applicationInput = z.strictObject({
  name: applicationName,
  owner: z.string().trim().min(1, 'Name who owns it: a team or a person.').max(120),
  email: z
    .email('This is not an e-mail address.')
    .nullish()
    .transform((value) => value ?? null),
  port: port.default(8080),
  healthPath: healthPath.default('/'),
  startCommand: z
    .string()
    .max(2000)
    .regex(/^[^\n]*$/, 'A start command is one line.')
    .nullish()
    .transform((value) => value?.trim() || null),
  repositoryLink: z
    .string()
    .max(2000)
    .superRefine((value, context) => {
      const reason = value.trim() === '' ? null : reasonBadRepositoryLink(value.trim())
      if (reason) context.addIssue({ code: 'custom', message: reason })
    })
    .nullish()
    .transform((value) => value?.trim() || null),
})

export const applicationForm = { numbers: ['port'] }
