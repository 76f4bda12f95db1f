import type { Command } from 'commander'
import { given, listOf, wholeNumber } from '../flags.js'
import { shortTime } from '../short-time.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'

/** A token as the API tells it. */
export interface TokenDocument {
  readonly id: string
  readonly personName: string
  readonly label: string
  readonly prefix: string
  readonly scope: { readonly role: string; readonly applications: readonly string[] | null }
  readonly createdAt: string
  readonly expiresAt: string | null
  readonly lastUsedAt: string | null
  readonly revokedAt: string | null
}

/** Tokens of one's own, for scripts and pipelines. */
export function tokenVerbs(program: Command, face: Face): void {
  const group = program.command('tokens').description('tokens of your own, for scripts and pipelines')

  verb(group, face, 'create <what-for>', 'make a token; it is printed this once', async (task) => {
    const { api, output, flags, args } = task
    const body = { label: args[0], ...given(flags, ['role', 'applications', 'days']) }
    const made = await api.post<TokenDocument & { secret: string }>('/tokens', body)
    output.result(made, made.secret)
  })
    .option(
      '--role <role>',
      'what it may do at most: viewer, deployer, approver or admin (default: deployer)',
    )
    .option('--applications <names>', 'for these only, with commas (default: all that you have)', listOf)
    .option('--days <count>', 'for so many days, at most 365 (default: 90)', wholeNumber)

  verb(group, face, 'list', 'your tokens, newest first', async ({ api, output }) => {
    const document = await api.get<{ tokens: TokenDocument[] }>('/tokens')
    output.result(
      document,
      document.tokens.length > 0
        ? table(tokenHeads, document.tokens.map(tokenCells))
        : 'You have no tokens. Make one: npx delling tokens create <what-for>',
    )
  })

  verb(group, face, 'revoke <id>', 'end a token at once', async ({ api, output, args }) => {
    const token = await api.post<TokenDocument>(`/tokens/${encodeURIComponent(args[0]!)}/revoke`)
    output.result(token, `The token ${token.prefix}… (${token.label}) opens nothing any more.`)
  })
}

/** How tokens are listed: what stands above their cells, */
export const tokenHeads = ['id', 'for', 'token', 'may', 'state', 'last used']

/** and the cells. */
export function tokenCells(token: TokenDocument): string[] {
  const { id, label, prefix, scope, lastUsedAt } = token
  return [
    id,
    label,
    `${prefix}…`,
    `${scope.role} of ${scope.applications?.join(', ') ?? 'all'}`,
    stateOf(token),
    lastUsedAt === null ? 'never' : shortTime(lastUsedAt),
  ]
}

function stateOf({ revokedAt, expiresAt }: TokenDocument): string {
  if (revokedAt !== null) return `revoked ${shortTime(revokedAt)}`
  if (expiresAt === null) return 'works'
  const word = new Date(expiresAt) > new Date() ? 'works until' : 'expired'
  return `${word} ${shortTime(expiresAt)}`
}
