import type { Command } from 'commander'
import { wholeNumber } from '../flags.js'
import { shortTime } from '../short-time.js'
import { table } from '../table.js'
import { verb, type Face } from '../verb.js'

interface Me {
  readonly name: string
  readonly account: string
  readonly region: string
  readonly mode: string
  readonly version: string
}

interface LogRow {
  readonly seq: number
  readonly at: string
  readonly actor: { readonly name: string }
  readonly cluster: string | null
  readonly application: string | null
  readonly sentence: string
}

/** Who and where, signing in with a browser, and the deploy log. */
export function sessionVerbs(program: Command, face: Face): void {
  verb(program, face, 'login', 'print a link that signs a browser in once', async ({ api, output }) => {
    const link = await api.post<{ url: string; expiresAt: string }>('/sign-in-links')
    output.result(link, link.url)
  })

  verb(program, face, 'me', 'who you are and where this console works', async ({ api, output }) => {
    const me = await api.get<Me>('/me')
    output.result(
      me,
      `${me.name} at ${api.url}: account ${me.account}, ${me.region}, ${me.mode}, Delling ${me.version}`,
    )
  })

  verb(program, face, 'log', 'the deploy log, newest first', async ({ api, output, flags }) => {
    const document = await api.get<{ log: LogRow[] }>('/log', {
      cluster: flags.cluster as string | undefined,
      before: (flags.before as number | undefined)?.toString(),
      limit: String((flags.limit as number | undefined) ?? 50),
    })
    const cells = document.log.map(({ seq, at, actor, cluster, application, sentence }) => [
      seq,
      shortTime(at, { seconds: true }),
      actor.name,
      cluster ?? application,
      sentence,
    ])
    output.result(document, table(['seq', 'at', 'who', 'what', ''], cells))
  })
    .option('--cluster <name>', 'only of this cluster')
    .option('--before <seq>', 'older than this entry', wholeNumber)
    .option('--limit <count>', 'at most so many (default: 50)', wholeNumber)
}
