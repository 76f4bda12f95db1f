import type { Action, AccessRole, Right } from './access.js'
import { may } from './access.js'

/** Who signed in, as far as the one who vouches for them says. */
export interface Identity {
  /** Never reused: `local:<user>`, or `<issuer>#<subject>`. */
  readonly id: string
  /** As the deploy log names them. */
  readonly name: string
  /** The subject, as the identity provider names the person for ever. */
  readonly subject: string
  /** Only an address that the provider has verified: anybody could claim another. */
  readonly email: string | null
  readonly groups: readonly string[]
}

/** A role given to a person or to a group of the identity provider. */
export interface Grant {
  readonly id: string
  readonly to: { readonly kind: 'person' | 'group'; readonly name: string }
  readonly role: AccessRole
  /** Null: for every application. */
  readonly application: string | null
  readonly by: string
  readonly at: Date
  readonly why: string
}

/** The rights of whoever the grants name: by subject, by verified address, or by a group. */
export function rightsOf(identity: Identity, grants: readonly Grant[]): readonly Right[] {
  return grants
    .filter(({ to }) =>
      to.kind === 'group' ? identity.groups.includes(to.name) : isNamed(identity, to.name),
    )
    .map(({ role, application }) => ({ role, application }))
}

function isNamed({ subject, email }: Identity, name: string): boolean {
  return name === subject || (email !== null && email.toLowerCase() === name.toLowerCase())
}

/** Why a grant has to stay: without it nobody could give roles any more. Null when it may go. */
export function reasonGrantStays(grants: readonly Grant[], id: string): string | null {
  const manages = ({ role, application }: Grant) =>
    may({ rights: [{ role, application }] }, 'managePeople' satisfies Action, null)
  const going = grants.find((grant) => grant.id === id)
  if (!going || !manages(going)) return null
  if (grants.some((grant) => grant.id !== id && manages(grant))) return null
  return `${going.to.name} is the last admin of all applications: without one nobody could give roles. Make somebody else admin first.`
}

/** `deployer of shop`, `admin of all applications`. */
export function grantWords({ role, application }: Right): string {
  return `${role} of ${application ?? 'all applications'}`
}

/** The id of somebody whom an identity provider vouches for. */
export function vouchedId(issuer: string, subject: string): string {
  return `${issuer.replace(/\/$/, '')}#${subject}`
}

/** Whoever another provider vouched for is nobody once this one does: the same address may be another's there. */
export function isVouchedBy(issuer: string, id: string): boolean {
  return id.startsWith(vouchedId(issuer, ''))
}

/** The id of somebody of the machine that the console runs on, who needs no identity provider. */
export function localId(user: string): string {
  return `local:${user}`
}

export function isLocalId(id: string): boolean {
  return id.startsWith('local:')
}

const atAnyTime = new Date(0)

/** The admins that the configuration names: by verified address or subject, and groups as `group:NAME`. */
export function configuredAdmins(names: readonly string[]): readonly Grant[] {
  return names.map((name) => ({
    id: `configured:${name}`,
    to: name.startsWith('group:')
      ? { kind: 'group', name: name.slice('group:'.length) }
      : { kind: 'person', name },
    role: 'admin',
    application: null,
    by: 'configuration',
    at: atAnyTime,
    why: 'DELLING_ADMINS',
  }))
}

export function isConfigured({ id }: Pick<Grant, 'id'>): boolean {
  return id.startsWith('configured:')
}
