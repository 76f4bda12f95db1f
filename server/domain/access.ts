/**
 * What a person may be. Approving is a right beside deploying, not above it, so that the person who deploys need not be
 * the one who approves; `admin` holds both.
 */
export const roles = ['viewer', 'deployer', 'approver', 'admin'] as const
export type AccessRole = (typeof roles)[number]

/** A role, for one application or for all. */
export interface Right {
  readonly role: AccessRole
  /** Null: for every application, and for what belongs to none. */
  readonly application: string | null
}

/** Whoever asks for something. */
export interface Person {
  readonly id: string
  /** As the deploy log names them. */
  readonly name: string
  readonly rights: readonly Right[]
  /** What they may without the token that they speak through; missing where they speak for themselves. */
  readonly ownRights?: readonly Right[]
}

/** What a token may do at most, whatever its owner may. */
export interface TokenScope {
  readonly role: AccessRole
  /** Null: every application. */
  readonly applications: readonly string[] | null
}

const held: Readonly<Record<AccessRole, readonly AccessRole[]>> = {
  viewer: ['viewer'],
  deployer: ['viewer', 'deployer'],
  approver: ['viewer', 'approver'],
  admin: roles,
}

/** Everything that can be asked for: the role that it needs, and how a sentence goes on after “may not”. */
export const actions = {
  see: { role: 'viewer', does: 'look at this' },
  bake: { role: 'deployer', does: 'bake images' },
  deploy: { role: 'deployer', does: 'deploy' },
  switchBack: { role: 'deployer', does: 'roll back' },
  cancel: { role: 'deployer', does: 'call off what runs' },
  unhalt: { role: 'deployer', does: 'decide how something halted goes on' },
  retireImage: { role: 'admin', does: 'retire images' },
  keep: { role: 'deployer', does: 'keep groups and images, or let them go' },
  resize: { role: 'deployer', does: 'resize groups' },
  destroy: { role: 'deployer', does: 'destroy groups' },
  hold: { role: 'deployer', does: 'put anything on hold, or take a hold back' },
  pause: { role: 'deployer', does: 'pause what runs' },
  override: { role: 'admin', does: 'go on in spite of a hold' },
  approve: { role: 'approver', does: 'approve or decline' },
  answerDrift: { role: 'admin', does: 'answer what others changed' },
  editCluster: { role: 'admin', does: 'edit clusters' },
  decommission: { role: 'admin', does: 'decommission clusters' },
  adopt: { role: 'admin', does: 'adopt clusters' },
  giveBack: { role: 'admin', does: 'give clusters back' },
  createCluster: { role: 'admin', does: 'create clusters' },
  editApplication: { role: 'admin', does: 'edit applications' },
  registerApplication: { role: 'admin', does: 'register applications' },
  cleanUp: { role: 'admin', does: 'run the cleanup' },
  removeOrphans: { role: 'admin', does: 'remove orphans' },
  runJobs: { role: 'admin', does: 'run jobs' },
  rehearse: { role: 'admin', does: 'rehearse' },
  manageChannels: { role: 'admin', does: 'say where notifications go' },
  managePeople: { role: 'admin', does: 'say who may do what' },
} as const satisfies Readonly<Record<string, { role: AccessRole; does: string }>>

export type Action = keyof typeof actions

/** True when one of the person's rights covers the action there. Application null: what belongs to no single one. */
export function may(person: Pick<Person, 'rights'>, action: Action, application: string | null): boolean {
  return person.rights.some(
    (right) =>
      (right.application === null || right.application === application) &&
      held[right.role].includes(actions[action].role),
  )
}

/** True when the person may do it for at least one application. */
export function maySomewhere(person: Pick<Person, 'rights'>, action: Action): boolean {
  return person.rights.some((right) => held[right.role].includes(actions[action].role))
}

/** The applications that the person may see; null: all. */
export function applicationsSeen({ rights }: Pick<Person, 'rights'>): readonly string[] | null {
  const named = rights.map((right) => right.application)
  if (named.includes(null)) return null
  return [...new Set(named)].filter((name) => name !== null).sort()
}

/** The rights that are left inside a scope: of each role what both allow, where both apply. */
export function within(rights: readonly Right[], scope: TokenScope): readonly Right[] {
  return rights.flatMap(({ role, application }) => {
    const lower = lowerOf(role, scope.role)
    if (scope.applications === null) return [{ role: lower, application }]
    if (application === null) return scope.applications.map((name) => ({ role: lower, application: name }))
    return scope.applications.includes(application) ? [{ role: lower, application }] : []
  })
}

/** The scope that allows what both do. */
export function narrower(one: TokenScope, other: TokenScope): TokenScope {
  const applications =
    one.applications === null
      ? other.applications
      : other.applications === null
        ? one.applications
        : one.applications.filter((name) => other.applications!.includes(name))
  return { role: lowerOf(one.role, other.role), applications }
}

/** True when whoever may do `scope` may do all that `other` does. */
export function isWithin(other: TokenScope, scope: TokenScope): boolean {
  const fits =
    scope.applications === null ||
    (other.applications?.every((name) => scope.applications!.includes(name)) ?? false)
  return fits && held[scope.role].includes(other.role)
}

/** Deployer and approver have only looking in common. */
function lowerOf(one: AccessRole, other: AccessRole): AccessRole {
  if (held[one].includes(other)) return other
  return held[other].includes(one) ? one : 'viewer'
}

/** Why the person may not, and who can mend it. For what they may see; of what they may not see nothing is said. */
export function reasonMayNot(
  person: Pick<Person, 'name' | 'rights' | 'ownRights'>,
  action: Action,
  application: string | null,
): string {
  const { role, does } = actions[action]
  const where = application === null ? 'for all applications' : `for ${application}`
  if (person.ownRights && may({ rights: person.ownRights }, action, application))
    return `This token may not ${does}, though ${person.name} may: make one with the role ${role} ${where}.`
  const own = person.rights
    .filter((right) => right.application === null || right.application === application)
    .map((right) => right.role)
  const is = own.length === 0 ? 'no role' : `only ${[...new Set(own)].join(' and ')}`
  return `${person.name} may not ${does}: that needs the role ${role} ${where}, and ${person.name} has ${is} there. Ask an admin for it.`
}

/** The same where the person may do it for no application at all. */
export function reasonNowhere(
  { name, ownRights }: Pick<Person, 'name' | 'ownRights'>,
  action: Action,
): string {
  const { role, does } = actions[action]
  if (ownRights && maySomewhere({ rights: ownRights }, action))
    return `This token may not ${does}, though ${name} may: make one with the role ${role}.`
  return `${name} may not ${does}: that needs the role ${role} for an application, and ${name} has it for none. Ask an admin for it.`
}

/** Names the scope of a token: `deployer of shop and media`. */
export function tokenScopeWords({ role, applications }: TokenScope): string {
  if (applications === null) return `${role} of all applications`
  return applications.length === 0 ? 'nothing' : `${role} of ${applications.join(' and ')}`
}
