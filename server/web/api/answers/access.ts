import { z } from 'zod'
import { roles } from '../../../domain/access.js'
import { listOf, moment, text, texts } from './values.js'

export const signInLink = z.object({ url: text, expiresAt: moment })

const role = z.enum(roles)

export const token = z
  .object({
    id: text,
    label: text,
    prefix: text.describe('Its first characters, by which its owner knows it again.'),
    personId: text,
    personName: text.describe('As its owner was called when they made it.'),
    scope: z.object({ role, applications: texts.nullable().describe('Null: all that its owner has.') }),
    madeBy: text.nullable().describe('The token that made it, with which it ends; null where a person did.'),
    createdAt: moment,
    expiresAt: moment.nullable(),
    lastUsedAt: moment.nullable(),
    revokedAt: moment.nullable(),
  })
  .meta({ id: 'Token', description: 'An API token, without its secret.' })

export const newToken = token
  .extend({ secret: text.describe('The token itself: told this once.') })
  .meta({ id: 'NewToken', description: 'An API token with its secret.' })

export const session = z
  .object({
    id: text,
    person: text.describe('The id of whoever is signed in.'),
    personName: text,
    since: moment,
    lastUsedAt: moment,
    browser: text.describe('As the browser describes itself.'),
    own: z.boolean().describe('The one that asks.'),
  })
  .meta({ id: 'Session', description: 'A browser that is signed in.' })

export const grant = z
  .object({
    id: text,
    to: z.object({ kind: z.enum(['person', 'group']), name: text }),
    role,
    application: text.nullable().describe('Null: all of them.'),
    by: text,
    at: moment,
    why: text,
  })
  .meta({ id: 'Grant', description: 'A role that was given to a person or a group.' })

export const person = z
  .object({
    id: text,
    name: text,
    subject: text,
    email: text.nullable().describe('Only where the identity provider has verified it.'),
    groups: listOf(text),
    signedInAt: moment,
  })
  .meta({ id: 'Person', description: 'Somebody who signed in, as their provider described them then.' })
