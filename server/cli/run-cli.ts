import { CommanderError } from 'commander'
import { CommandFailure, exits, usageFailure, type Exit } from './exits.js'
import { Output, type Streams } from './output.js'
import { makeProgram } from './program.js'
import { closeConnections } from './send-request.js'
import type { Face } from './verb.js'

/** Runs one command line and resolves to its exit code; never rejects. */
export async function runCli(
  argv: readonly string[],
  streams: Streams,
  env: Readonly<Record<string, string | undefined>>,
  input: () => Promise<string> = async () => '',
): Promise<Exit> {
  const face: Face = { streams, env, input, exit: exits.done }
  const output = new Output(streams, argv.includes('--json'))
  try {
    await makeProgram(face).parseAsync([...argv], { from: 'user' })
    return face.exit
  } catch (error) {
    const failure = asFailure(error)
    if (failure === undefined) return exits.done
    output.failure(failure)
    return failure.exit
  } finally {
    closeConnections()
  }
}

/** Undefined: help or version was asked for and has been printed. */
function asFailure(error: unknown): CommandFailure | undefined {
  if (error instanceof CommandFailure) return error
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return undefined
    // Without a verb the help has been printed to stderr already.
    if (error.code === 'commander.help') return usageFailure('Name a verb.')
    const sentence = error.message.replace(/^error: /, '')
    const isUnknown = error.code === 'commander.unknownCommand'
    return usageFailure(isUnknown ? `${sentence}\nAll commands: npx delling --help` : sentence)
  }
  const message = error instanceof Error ? error.message : String(error)
  return new CommandFailure(exits.failed, 'fault', `The command could not be finished: ${message}`)
}
