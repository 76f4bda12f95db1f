import type { z } from 'zod'
import { isWithin, narrower, tokenScopeWords, type TokenScope } from '../domain/access.js'
import { Refusal } from '../domain/refusal.js'
import { found } from './api/not-found.js'
import type { Deps } from './deps.js'
import type { Sender } from './guard/senders.js'
import type { tokenInput } from './inputs/access.js'
import type { Token } from './tokens.js'

const dayMs = 86_400_000

/** Makes a token of the sender's own. One that is made by a token can do no more, and no longer, than that, and ends with it. */
export async function createToken(
  { tokens, accessLog, parts }: Pick<Deps, 'tokens' | 'accessLog' | 'parts'>,
  { person, actor, token: by }: Sender,
  input: z.output<typeof tokenInput>,
): Promise<{ readonly token: Token; readonly secret: string }> {
  await refuseUnseen(parts, input.applications ?? [])
  const asked = { role: input.role, applications: input.applications ?? null }
  const scope = by ? narrower(by.scope, asked) : asked
  const leftMs = by?.expiresAt ? by.expiresAt.getTime() - Date.now() : Number.POSITIVE_INFINITY
  const made = await tokens.create({
    label: input.label,
    personId: person.id,
    personName: person.name,
    scope,
    madeBy: by?.id ?? null,
    lifetimeMs: Math.floor(Math.min(input.days * dayMs, leftMs)),
  })
  if (!made)
    throw new Refusal(
      'TokenEnded',
      'The token that this was asked with has ended meanwhile. Nothing was made; ask with another one.',
    )
  const { prefix, id, expiresAt } = made.token
  const until = expiresAt ? `, until ${minute(expiresAt)}` : ''
  await accessLog.changed(
    actor,
    'TokenCreated',
    `${person.name} made the token ${prefix}… (${input.label}): ${tokenScopeWords(scope)}${until}.`,
    { id },
  )
  return made
}

/** A token for an application that is not there would do nothing; of one that its owner may not see nothing else is said. */
async function refuseUnseen({ history }: Deps['parts'], applications: readonly string[]): Promise<void> {
  if (applications.length === 0) return
  const seen = new Set((await history.applications()).map(({ name }) => name))
  const unseen = applications.filter((name) => !seen.has(name))
  if (unseen.length === 0) return
  const sentence = `There is no application ${unseen.join(', ')} that you may see.`
  throw new Refusal('Invalid', `${sentence} Nothing was made.`, 'invalid', {
    faults: [{ field: 'applications', sentence }],
  })
}

/** Ends a token of the sender's own at once, with those that it made. */
export async function revokeToken(
  { tokens, accessLog }: Pick<Deps, 'tokens' | 'accessLog'>,
  { person, actor, token: by }: Sender,
  id: string,
): Promise<Token> {
  const own = found(
    (await tokens.ofPerson(person.id)).find((each) => each.id === id && !each.revokedAt),
    what,
    id,
  )
  if (by && own.id !== by.id && !isWithin(own.scope, by.scope))
    await accessLog.refuse(actor, `${who(by.scope)} may not end the token ${named(own)}, which may do more.`)
  const token = found(await tokens.revoke(id, person.id), what, id)
  await accessLog.changed(actor, 'TokenRevoked', `${person.name} revoked the token ${named(token)}.`, { id })
  return token
}

/** Ends anybody's token, for an admin. */
export async function revokeTokenOfSomebody(
  { tokens, accessLog }: Pick<Deps, 'tokens' | 'accessLog'>,
  { actor }: Sender,
  id: string,
  why: string,
): Promise<Token> {
  const token = found(await tokens.revoke(id, null), 'token that still works with the id', id)
  await accessLog.changed(
    actor,
    'TokenRevoked',
    `${actor.name} revoked the token ${named(token)} of ${token.personName}: ${why}`,
    { id },
  )
  return token
}

const what = 'token of yours that still works with the id'

function named({ prefix, label }: Token): string {
  return `${prefix}… (${label})`
}

/** How a refusal names a token by which somebody asks for more than it may. */
export function who(scope: TokenScope): string {
  return `A token that is ${tokenScopeWords(scope)}`
}

/** To the minute, as sentences of the audit trail have it. */
export function minute(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
