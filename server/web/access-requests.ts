import type { z } from 'zod'
import { grantWords, isLocalId, reasonGrantStays, type Grant } from '../domain/grant.js'
import { Refusal } from '../domain/refusal.js'
import { found } from './api/not-found.js'
import type { Deps } from './deps.js'
import type { Sender } from './guard/senders.js'
import type { grantInput } from './inputs/access.js'
import { linkLifetimeMs, signInUrl } from './sign-in-link.js'

/** Gives a role to a person or a group. */
export async function giveGrant(
  { people, accessLog }: Pick<Deps, 'people' | 'accessLog'>,
  { actor }: Sender,
  input: z.output<typeof grantInput>,
): Promise<Grant> {
  const { kind, name, role, why } = input
  const application = input.application ?? null
  const grant = await people.give({ to: { kind, name }, role, application, by: actor.name, why })
  if (!grant)
    throw new Refusal(
      'HasIt',
      `${name} is ${grantWords({ role, application })} already. Nothing was changed.`,
      'conflict',
    )
  await accessLog.changed(actor, 'RoleGiven', `${actor.name} made ${wordsOf(grant)}: ${why}`, {
    id: grant.id,
  })
  return grant
}

/** Takes a role away. The last admin of everything stays, and so do those whom the configuration names. */
export async function takeGrant(
  { people, accessLog, signIn }: Pick<Deps, 'people' | 'accessLog' | 'signIn'>,
  { actor }: Sender,
  id: string,
  why: string,
): Promise<Grant> {
  const configured = signIn.configured.find((grant) => grant.id === id)
  if (configured)
    throw new Refusal(
      'Configured',
      `${configured.to.name} is admin by this console's configuration. Nothing was changed; take it out of DELLING_ADMINS and restart.`,
    )
  const taken = await people.take(id, (grants) => {
    const reason = reasonGrantStays([...signIn.configured, ...grants], id)
    if (reason) throw new Refusal('LastAdmin', `${reason} Nothing was changed.`)
  })
  const grant = found(taken, 'role with the id', id)
  const because = why ? `: ${why}` : '.'
  await accessLog.changed(
    actor,
    'RoleTaken',
    `${actor.name} took from ${wordsOf(grant, 'the role ')}${because}`,
    { id },
  )
  return grant
}

function wordsOf(grant: Grant, before = ''): string {
  const { kind, name } = grant.to
  return `${kind === 'group' ? `the group ${name}` : name} ${before}${grantWords(grant)}`
}

/** A link that signs a browser in as the same person of this machine. Never from a token with a scope: it would lose it. */
export async function issueSignInLink(
  {
    credentials,
    publicUrl,
    signIn,
    accessLog,
  }: Pick<Deps, 'credentials' | 'publicUrl' | 'signIn' | 'accessLog'>,
  { person, actor, token }: Sender,
): Promise<{ readonly url: string; readonly expiresAt: Date }> {
  if (token !== null || !signIn.local || !isLocalId(person.id))
    throw new Refusal(
      'NoLinks',
      'Only the machine’s own token and browsers that it signed in make links. Nothing was changed; open the console and sign in there.',
      'forbidden',
    )
  const { secret, expiresAt } = await credentials.issueLink({ name: actor.name }, linkLifetimeMs)
  await accessLog.changed(
    actor,
    'SignInLinkMade',
    `${actor.name} made a link that signs a browser in as ${actor.name}, once and within ${linkLifetimeMs / 60_000} minutes.`,
  )
  return { url: signInUrl(publicUrl, secret), expiresAt }
}
