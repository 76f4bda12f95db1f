import { maySomewhere, roles, tokenScopeWords, type Person } from '../../domain/access.js'
import type { ListedSession } from '../sessions.js'
import type { Token } from '../tokens.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, otherFaults, type Field, type Filled } from './field.js'
import { say, strong, type Act, type Head } from './head.js'
import { moment, momentOrNull, type Moment } from './moment.js'
import { capital, counted } from './words.js'

export interface TokensFacts {
  readonly tokens: readonly Token[]
  readonly sessions: readonly ListedSession[]
  /** The session that asks; null for a token. */
  readonly own: string | null
  readonly person: Person
  readonly filled: Filled
  /** The secret of a token that was just made: shown this once. */
  readonly secret: string | null
  readonly now: Date
  readonly zone: string
}

export interface TokensPage extends Head {
  readonly secret: string | null
  readonly tokens: readonly {
    readonly label: string
    readonly prefix: string
    readonly scope: string
    readonly k: string
    readonly state: string
    readonly ends: Moment | null
    readonly used: Moment | null
    readonly revoke: string | null
  }[]
  readonly fields: readonly Field[]
  readonly faults: Filled['faults']
  readonly rights: readonly string[]
  readonly sessions: readonly {
    readonly browser: string
    readonly since: Moment
    readonly used: Moment
    readonly own: boolean
    readonly end: string
  }[]
}

/** What opens the console in my name? */
export function tokensPage(facts: TokensFacts): TokensPage {
  const { tokens, sessions, person, filled, secret, now, zone, own } = facts
  const live = tokens.filter((token) => stateOf(token, now) === 'works')
  return {
    title: 'Tokens and sessions',
    heading: 'Tokens and sessions',
    crumbs: [{ label: 'More', href: '/more' }, { label: 'Tokens and sessions' }],
    sentence: say(
      strong(live.length === 0 ? 'No token' : capital(counted(live.length, 'token'))),
      ` and ${counted(sessions.length, 'browser')} open${live.length + sessions.length === 1 ? 's' : ''} this console in your name.`,
    ),
    acts: peopleActs(person),
    liveMs: 0,
    secret,
    tokens: tokens.map((token) => tokenRow(token, zone, now)),
    fields: tokenFields(filled),
    faults: otherFaults(filled, ['label', 'role', 'applications', 'days']),
    rights: person.rights.map(({ role, application }) => `${role} of ${application ?? 'all applications'}`),
    sessions: sessions.map((session) => ({
      browser: browserWords(session.browser),
      since: moment(new Date(session.atMs), zone, now),
      used: moment(session.lastUsedAt, zone, now),
      own: session.id === own,
      end: `/settings/sessions/${session.id}/end`,
    })),
  }
}

function peopleActs(person: Person): Act[] {
  return maySomewhere(person, 'managePeople') ? [{ label: 'People and roles', href: '/settings/people' }] : []
}

/** @param revokeAt the page that asks before it is revoked */
export function tokenRow(
  token: Token,
  zone: string,
  now: Date,
  revokeAt = `/settings/tokens/${token.id}/revoke`,
): TokensPage['tokens'][number] {
  const state = stateOf(token, now)
  return {
    label: token.label,
    prefix: `${token.prefix}…`,
    scope: tokenScopeWords(token.scope),
    k: state === 'works' ? 'k-good' : 'k-idle',
    state,
    ends: momentOrNull(token.revokedAt ?? token.expiresAt, zone, now),
    used: momentOrNull(token.lastUsedAt, zone, now),
    revoke: state === 'works' ? revokeAt : null,
  }
}

function stateOf({ revokedAt, expiresAt }: Token, now: Date): 'works' | 'revoked' | 'expired' {
  if (revokedAt) return 'revoked'
  return expiresAt && expiresAt <= now ? 'expired' : 'works'
}

function tokenFields(filled: Filled): Field[] {
  return [
    field(filled, 'label', 'What it is for', { required: true, placeholder: 'pipeline of shop' }),
    field(filled, 'role', 'What it may do at most', {
      choices: roles.map((role) => ({ value: role, label: role })),
      fallback: 'deployer',
      help: 'Never more than you may yourself, at any moment.',
    }),
    field(filled, 'applications', 'For which applications', {
      placeholder: 'shop, media',
      help: 'Names with commas between them. Blank: all that you have.',
    }),
    field(filled, 'days', 'For how many days', { type: 'number', fallback: '90', help: 'From 1 to 365.' }),
  ]
}

/** Enough of what a browser says of itself to tell two apart. */
export function browserWords(agent: string): string {
  const browser = ['Edg', 'Firefox', 'Chrome', 'Safari', 'curl'].find((name) => agent.includes(`${name}/`))
  const system = ['Windows', 'Android', 'iPhone', 'Mac OS X', 'Linux'].find((name) => agent.includes(name))
  if (!browser) return agent === '' ? 'a browser that does not say which' : agent.slice(0, 60)
  return `${browser === 'Edg' ? 'Edge' : browser}${system ? ` on ${system}` : ''}`
}

export function tokenRevokePage(token: Token): ConfirmPage {
  return confirmPage({
    heading: `Revoke ${token.label}`,
    crumbs: [{ label: 'Tokens and sessions', href: '/settings/tokens' }, { label: token.label }],
    sentence: say(strong(`${token.prefix}…`), ' opens the console no more, from the next request on.'),
    action: `/settings/tokens/${token.id}/revoke`,
    fields: [],
    consequences: [
      'Whatever uses it is refused with 401 and says so.',
      'Tokens that were made with it end too.',
      'What it asked for before goes on: deployments do not hang on the token that asked for them.',
      'It cannot be taken back; make another token instead.',
    ],
    button: `Revoke ${token.label}`,
    bad: true,
    back: { label: 'Leave it', href: '/settings/tokens' },
  })
}

export function sessionEndPage(session: ListedSession): ConfirmPage {
  const browser = browserWords(session.browser)
  return confirmPage({
    heading: `Sign out ${browser}`,
    crumbs: [{ label: 'Tokens and sessions', href: '/settings/tokens' }, { label: browser }],
    sentence: say(strong(browser), ' is signed out at its next request, and its open pages stand still.'),
    action: `/settings/sessions/${session.id}/end`,
    fields: [],
    consequences: ['What was asked for from it goes on.'],
    button: 'Sign it out',
    back: { label: 'Leave it signed in', href: '/settings/tokens' },
  })
}
