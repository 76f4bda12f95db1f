import type { ListedSession } from '../sessions.js'
import type { Token } from '../tokens.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, unfilled } from './field.js'
import { say, strong } from './head.js'
import { moment, type Moment } from './moment.js'
import { browserWords, tokenRow, type TokensPage } from './tokens.js'

/** What opens the console in anybody's name: browsers and tokens, as an admin sees them. */
export interface PeopleKeys {
  readonly sessions: readonly {
    readonly who: string
    readonly browser: string
    readonly since: Moment
    readonly used: Moment
    readonly own: boolean
    readonly end: string
  }[]
  readonly tokens: readonly (TokensPage['tokens'][number] & { readonly who: string })[]
}

const crumb = { label: 'People and roles', href: '/settings/people' }

/** @param own the session that asks; null for a token */
export function peopleKeys(
  {
    sessions,
    tokens,
    own,
  }: { sessions: readonly ListedSession[]; tokens: readonly Token[]; own: string | null },
  zone: string,
  now: Date,
): PeopleKeys {
  return {
    sessions: sessions.map((session) => ({
      who: session.personName,
      browser: browserWords(session.browser),
      since: moment(new Date(session.atMs), zone, now),
      used: moment(session.lastUsedAt, zone, now),
      own: session.id === own,
      end: `/settings/people/sessions/${session.id}/end`,
    })),
    tokens: tokens.map((token) => ({
      ...tokenRow(token, zone, now, `/settings/people/tokens/${token.id}/revoke`),
      who: token.personName,
    })),
  }
}

const why = () => [field(unfilled, 'why', 'Why', { required: true })]

/** Asks before somebody is signed out. */
export function sessionOfSomebodyEndPage({ id, personName, browser }: ListedSession): ConfirmPage {
  const words = `${browserWords(browser)} of ${personName}`
  return confirmPage({
    heading: `Sign out ${words}`,
    crumbs: [crumb, { label: words }],
    sentence: say(strong(words), ' is signed out at its next request, and its open pages stand still.'),
    action: `/settings/people/sessions/${id}/end`,
    fields: why(),
    consequences: [
      'What was asked for from it goes on.',
      `${personName} can sign in again: where that must not be, take their roles away, or let the identity provider lock them out first.`,
    ],
    button: 'Sign it out',
    bad: true,
    back: { label: 'Leave it signed in', href: crumb.href },
  })
}

/** Asks before somebody's token is revoked. */
export function tokenOfSomebodyRevokePage({ id, prefix, label, personName }: Token): ConfirmPage {
  return confirmPage({
    heading: `Revoke ${label} of ${personName}`,
    crumbs: [crumb, { label }],
    sentence: say(strong(`${prefix}…`), ' opens the console no more, from the next request on.'),
    action: `/settings/people/tokens/${id}/revoke`,
    fields: why(),
    consequences: [
      'Whatever uses it is refused with 401 and says so.',
      'Tokens that were made with it end too.',
      'What it asked for before goes on.',
    ],
    button: `Revoke ${label}`,
    bad: true,
    back: { label: 'Leave it', href: crumb.href },
  })
}
