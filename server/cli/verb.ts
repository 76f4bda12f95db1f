import { Option, type Command } from 'commander'
import { findConsole } from '../../config/cli.js'
import { ConsoleApi } from './console-api.js'
import { CommandFailure, exits, type Exit } from './exits.js'
import { Output, type Streams } from './output.js'

export type Flags = Readonly<Record<string, unknown>>

/** What a verb works with. */
export interface Task {
  readonly api: ConsoleApi
  readonly output: Output
  readonly flags: Flags
  /** Positional arguments, in order. */
  readonly args: readonly string[]
}

/** Runs a verb; what it returns is the exit code, 0 where it returns none. */
export type Work = (task: Task) => Promise<Exit | void>

export interface Face {
  readonly streams: Streams
  readonly env: Readonly<Record<string, string | undefined>>
  /** All of standard input, read when it is asked for. */
  readonly input: () => Promise<string>
  exit: Exit
}

/** Adds what every verb takes and has it run `work` against the console that is found. */
export function verb(parent: Command, face: Face, usage: string, description: string, work: Work): Command {
  return parent
    .command(usage)
    .description(description)
    .addOption(
      new Option(
        '--url <address>',
        'the console (default: DELLING_URL, else a console of yours on this machine)',
      ),
    )
    .addOption(new Option('--json', 'print exactly one JSON document to stdout'))
    .action(async (...parameters: unknown[]) => {
      const command = parameters.at(-1) as Command
      const flags = command.opts<{ url?: string; json?: boolean }>()
      const output = new Output(face.streams, flags.json === true)
      const api = await consoleFor(face, flags.url)
      face.exit = (await work({ api, output, flags, args: command.args })) ?? exits.done
    })
}

/** The console that is found, or a failure with the sentence that says how to name one. */
export async function consoleFor(face: Face, url: string | undefined): Promise<ConsoleApi> {
  const found = await findConsole(url, face.env).catch((error: Error) => {
    throw new CommandFailure(exits.failed, 'no-console', error.message)
  })
  return new ConsoleApi(found.url, found.token)
}
