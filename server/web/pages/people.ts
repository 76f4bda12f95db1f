import { roles } from '../../domain/access.js'
import type { Application } from '../../domain/application.js'
import { grantWords, isConfigured, rightsOf, type Grant } from '../../domain/grant.js'
import type { LogLine } from '../../engine/ports.js'
import type { KnownPerson } from '../people.js'
import type { ListedSession } from '../sessions.js'
import type { Token } from '../tokens.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, otherFaults, unfilled, type Field, type Filled } from './field.js'
import { say, strong, type Head } from './head.js'
import { moment, type Moment } from './moment.js'
import { peopleKeys, type PeopleKeys } from './people-keys.js'
import { capital, counted } from './words.js'

export interface PeopleFacts {
  readonly sessions: readonly ListedSession[]
  readonly tokens: readonly Token[]
  /** The session that asks; null for a token. */
  readonly own: string | null
  readonly grants: readonly Grant[]
  readonly people: readonly KnownPerson[]
  readonly applications: readonly Application[]
  readonly log: readonly LogLine[]
  /** One-time links open the console for an admin. */
  readonly local: boolean
  /** The identity provider by its name; null where there is none, and roles reach nobody. */
  readonly provider: string | null
  readonly filled: Filled
  readonly now: Date
  readonly zone: string
}

export interface PeoplePage extends Head, PeopleKeys {
  readonly grants: readonly {
    readonly name: string
    readonly kind: string
    readonly what: string
    readonly by: string
    readonly since: Moment | null
    readonly why: string
    readonly revoke: string | null
  }[]
  readonly people: readonly {
    readonly name: string
    readonly subject: string
    readonly groups: string
    readonly rights: string
    readonly signedIn: Moment
  }[]
  readonly fields: readonly Field[]
  readonly faults: Filled['faults']
  readonly local: boolean
  readonly provider: string | null
  readonly log: readonly {
    readonly at: Moment
    readonly bad: boolean
    readonly sentence: string
    readonly via: string
  }[]
}

/** Who may do what? */
export function peoplePage(facts: PeopleFacts): PeoplePage {
  const { grants, people, log, filled, now, zone } = facts
  const admins = grants.filter(({ role, application }) => role === 'admin' && application === null)
  return {
    title: 'People and roles',
    heading: 'People and roles',
    crumbs: [{ label: 'More', href: '/more' }, { label: 'People and roles' }],
    sentence: facts.provider
      ? say(
          strong(capital(counted(grants.length, 'role'))),
          ` ${grants.length === 1 ? 'is' : 'are'} given; ${counted(admins.length, 'admin')} of all applications.`,
        )
      : say(
          strong('Everybody with a link from this machine is admin'),
          ': no identity provider is configured, so that roles reach nobody.',
        ),
    acts: [],
    liveMs: 0,
    grants: grants.map((grant) => ({
      name: grant.to.name,
      kind: grant.to.kind,
      what: grantWords(grant),
      by: grant.by,
      since: isConfigured(grant) ? null : moment(grant.at, zone, now),
      why: grant.why,
      revoke: isConfigured(grant) ? null : `/settings/grants/${grant.id}/revoke`,
    })),
    people: people.map((person) => ({
      name: person.name,
      subject: person.subject,
      groups: person.groups.join(', '),
      rights: rightsOf(person, grants).map(grantWords).join(', ') || 'no role',
      signedIn: moment(person.signedInAt, zone, now),
    })),
    ...peopleKeys(facts, zone, now),
    fields: grantFields(facts.applications, filled),
    faults: otherFaults(filled, ['kind', 'name', 'role', 'application', 'why']),
    local: facts.local,
    provider: facts.provider,
    log: log.map((row) => ({
      at: moment(row.at, zone, now),
      bad: /Refused|Failed/.test(row.type),
      sentence: row.sentence,
      via: row.actor.via,
    })),
  }
}

function grantFields(applications: readonly Application[], filled: Filled): Field[] {
  return [
    field(filled, 'kind', 'To', {
      choices: [
        { value: 'person', label: 'a person' },
        { value: 'group', label: 'a group of the identity provider' },
      ],
      fallback: 'person',
    }),
    field(filled, 'name', 'Name', {
      required: true,
      help: 'A verified e-mail address, a subject, or the group as the provider names it.',
    }),
    field(filled, 'role', 'Role', {
      choices: roles.map((role) => ({ value: role, label: role })),
      fallback: 'viewer',
    }),
    field(filled, 'application', 'Application', {
      choices: [
        { value: '', label: 'all applications' },
        ...applications.map(({ name }) => ({ value: name, label: name })),
      ],
    }),
    field(filled, 'why', 'Why', { required: true }),
  ]
}

export function grantRevokePage(grant: Grant): ConfirmPage {
  const words = grantWords(grant)
  return confirmPage({
    heading: `Take a role from ${grant.to.name}`,
    crumbs: [{ label: 'People and roles', href: '/settings/people' }, { label: grant.to.name }],
    sentence: say(strong(grant.to.name), ` is ${words} no more, from the next request on.`),
    action: `/settings/grants/${grant.id}/revoke`,
    fields: [field(unfilled, 'why', 'Why')],
    consequences: [
      'Tokens of whoever it was can do no more than they can.',
      'Deployments that were asked for go on.',
    ],
    button: `Take ${words} from ${grant.to.name}`,
    bad: true,
    back: { label: 'Leave it', href: '/settings/people' },
  })
}
