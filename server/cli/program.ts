import { Command } from 'commander'
import { versionOf } from '../../config/checkout.js'
import { accountVerbs } from './commands/account.js'
import { adoptionVerbs } from './commands/adoption.js'
import { applicationVerbs } from './commands/applications.js'
import { bakeVerb } from './commands/bake.js'
import { bakesVerbs } from './commands/bakes.js'
import { channelVerbs } from './commands/channels.js'
import { cleanupVerb } from './commands/cleanup.js'
import { completionVerbs } from './commands/completion.js'
import { clusterVerbs, decommissionVerb } from './commands/clusters.js'
import { driftVerbs } from './commands/drift.js'
import { groupVerbs } from './commands/groups.js'
import { holdVerbs } from './commands/holds.js'
import { imageVerbs } from './commands/images.js'
import { interventionVerbs, operationVerbs } from './commands/operations.js'
import { orphanVerbs } from './commands/orphans.js'
import { peopleVerbs, sessionListVerbs } from './commands/people.js'
import { rehearseVerbs } from './commands/rehearse.js'
import { roleVerbs } from './commands/roles.js'
import { sessionVerbs } from './commands/session.js'
import { systemVerbs } from './commands/system.js'
import { tokenVerbs } from './commands/tokens.js'
import { trafficVerbs } from './commands/traffic.js'
import type { Face } from './verb.js'

/** All verbs. Mistakes in the usage are thrown, not printed: the caller ends with exit code 2. */
export function makeProgram(face: Face): Command {
  const program = new Command('delling')
    .description('Deployments of immutable images that can be switched back in seconds.')
    .version(versionOf(), '--version')
    // Else `bake --version 1.0.0` would be taken for the option above.
    .enablePositionalOptions()
    .helpCommand(true)
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 failed or rolled back, 2 bad usage or a value that can’t be one, 3 refused.',
    )
  applicationVerbs(program, face)
  bakeVerb(program, face)
  bakesVerbs(program, face)
  imageVerbs(program, face)
  clusterVerbs(program, face)
  trafficVerbs(program, face)
  operationVerbs(program, face)
  interventionVerbs(program, face)
  holdVerbs(program, face)
  driftVerbs(program, face)
  adoptionVerbs(program, face)
  groupVerbs(program, face)
  accountVerbs(program, face)
  decommissionVerb(program, face)
  cleanupVerb(program, face)
  channelVerbs(program, face)
  rehearseVerbs(program, face)
  systemVerbs(program, face)
  orphanVerbs(program, face)
  sessionVerbs(program, face)
  completionVerbs(program, face)
  tokenVerbs(program, face)
  sessionListVerbs(program, face)
  roleVerbs(program, face)
  peopleVerbs(program, face)
  for (const command of withSubcommands(program)) {
    command.exitOverride().configureOutput({
      writeOut: (text) => face.streams.out(text),
      writeErr: (text) => face.streams.err(text),
      // The sentence reaches stderr once, where the failure is reported.
      outputError: () => undefined,
    })
  }
  return program
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)]
}
