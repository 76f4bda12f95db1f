import type { Command } from 'commander'
import { whyOf } from '../flags.js'
import { shortTime } from '../short-time.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'
import { tokenCells, tokenHeads, type TokenDocument } from './tokens.js'

interface SessionDocument {
  readonly id: string
  readonly personName: string
  readonly since: string
  readonly lastUsedAt: string
  readonly browser: string
  readonly own: boolean
}

interface PersonDocument {
  readonly name: string
  readonly subject: string
  readonly groups: readonly string[]
  readonly signedInAt: string
}

/** Browsers that are signed in as oneself. */
export function sessionListVerbs(program: Command, face: Face): void {
  const group = program.command('sessions').description('browsers that are signed in as you')

  verb(group, face, 'list', 'the last used first', async ({ api, output }) => {
    const document = await api.get<{ sessions: SessionDocument[] }>('/sessions')
    output.result(document, sessionTable(document.sessions))
  })

  verb(group, face, 'end <id>', 'sign a browser of yours out', async ({ api, output, args }) => {
    const ended = await api.post<object>(`/sessions/${encodeURIComponent(args[0]!)}/end`)
    output.result(ended, 'It is signed out, and its open pages stand still.')
  })
}

/** Everybody who signs in, and what opens the console in their names; for admins of all applications. */
export function peopleVerbs(program: Command, face: Face): void {
  const group = program
    .command('people')
    .description('who signs in, their browsers and tokens; for admins of all applications')

  verb(group, face, 'list', 'who has signed in', async ({ api, output }) => {
    const { people } = await api.get<{ people: PersonDocument[] }>('/people')
    const rows = people.map(({ name, subject, groups, signedInAt }) => [
      name,
      subject,
      groups.join(', '),
      shortTime(signedInAt),
    ])
    output.result({ people }, table(['who', 'subject', 'groups', 'signed in'], rows))
  })

  verb(group, face, 'sessions', 'browsers that are signed in, of everybody', async ({ api, output }) => {
    const document = await api.get<{ sessions: SessionDocument[] }>('/people/sessions')
    output.result(document, sessionTable(document.sessions))
  })

  verb(group, face, 'end-session <id>', 'sign anybody’s browser out', async (task) => {
    const { api, output, flags, args } = task
    const path = `/people/sessions/${encodeURIComponent(args[0]!)}/end`
    const ended = await api.post<object>(path, whyOf(flags))
    output.result(ended, 'It is signed out, and its open pages stand still.')
  }).option('--reason <reason>', 'why; it stands in the audit trail')

  verb(group, face, 'tokens', 'tokens of everybody, newest first', async ({ api, output }) => {
    const document = await api.get<{ tokens: TokenDocument[] }>('/people/tokens')
    const rows = document.tokens.map((token) => [token.personName, ...tokenCells(token)])
    output.result(document, table(['whose', ...tokenHeads], rows))
  })

  verb(group, face, 'revoke-token <id>', 'end anybody’s token at once', async (task) => {
    const { api, output, flags, args } = task
    const path = `/people/tokens/${encodeURIComponent(args[0]!)}/revoke`
    const token = await api.post<TokenDocument>(path, whyOf(flags))
    output.result(
      token,
      `The token ${token.prefix}… (${token.label}) of ${token.personName} opens nothing any more.`,
    )
  }).option('--reason <reason>', 'why; it stands in the audit trail')
}

function sessionTable(sessions: readonly SessionDocument[]) {
  const rows = sessions.map(({ id, personName, browser, since, lastUsedAt, own }) => [
    id,
    personName,
    `${browser}${own ? ' (this one)' : ''}`,
    shortTime(since),
    shortTime(lastUsedAt),
  ])
  return table(['id', 'who', 'browser', 'since', 'last used'], rows)
}
