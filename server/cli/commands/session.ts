import type { Command } from 'commander'
import { forgetConsole, rememberConsole } from '../../../config/remembered-console.js'
import { ConsoleApi } from '../console-api.js'
import { usageFailure } from '../exits.js'
import { wholeNumber } from '../flags.js'
import { Output } from '../output.js'
import { shortTime } from '../short-time.js'
import { table } from '../table.js'
import { consoleFor, verb, type Face } from '../verb.js'

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

/** Who and where, signing in, and the deploy log. */
export function sessionVerbs(program: Command, face: Face): void {
  program
    .command('login')
    .description('print a link that signs a browser in once, or remember a console and a token')
    .option('--url <address>', 'the console (default: DELLING_URL, else a console of yours on this machine)')
    .option('--with-token', 'read a token from standard input and remember it with the console')
    .option('--json', 'print exactly one JSON document to stdout')
    .action(async (flags: { url?: string; withToken?: boolean; json?: boolean }) => {
      const output = new Output(face.streams, flags.json === true)
      await (flags.withToken ? remember(face, output, flags.url) : printLink(face, output, flags.url))
    })

  program
    .command('logout')
    .description('forget the console and the token that login remembered')
    .option('--json', 'print exactly one JSON document to stdout')
    .action((flags: { json?: boolean }) => {
      const forgotten = forgetConsole(face.env)
      new Output(face.streams, flags.json === true).result(
        { forgotten },
        forgotten
          ? 'Forgotten. The token itself stays valid until it is revoked or expires.'
          : 'Nothing was remembered.',
      )
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

async function printLink(face: Face, output: Output, url: string | undefined): Promise<void> {
  const api = await consoleFor(face, url)
  const link = await api.post<{ url: string; expiresAt: string }>('/sign-in-links')
  output.result(link, link.url)
}

/** The token never stands in the command line, where other users of the machine could read it. */
async function remember(face: Face, output: Output, flagUrl: string | undefined): Promise<void> {
  const url = flagUrl ?? face.env.DELLING_URL
  if (!url || !/^https?:\/\//.test(url))
    throw usageFailure('Say which console: --url https://delling.example.com.')
  const token = (await face.input()).trim()
  if (token.length < 16)
    throw usageFailure('Standard input held no token; a token has at least 16 characters.')
  const me = await new ConsoleApi(url, token).get<Me>('/me')
  const file = rememberConsole(face.env, { url, token })
  output.result({ url, name: me.name, file }, `Signed in to ${url} as ${me.name}; kept in ${file}.`)
}
