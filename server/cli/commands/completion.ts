import { Argument, type Command } from 'commander'
import { findConsole } from '../../../config/cli.js'
import { candidates, completionScript, type NameKind } from '../complete.js'
import { ConsoleApi } from '../console-api.js'
import { Output } from '../output.js'
import type { Face } from '../verb.js'

/** Somebody waits with a finger on the tab key. */
const patienceMs = 2000

/** Shell completion: the script to load, and what the script asks. */
export function completionVerbs(program: Command, face: Face): void {
  program
    .command('completion')
    .description('print a script that completes verbs, flags and names in a shell')
    .addArgument(new Argument('<shell>', 'whose').choices(['bash', 'zsh', 'fish']))
    .addHelpText(
      'after',
      '\nFor bash: source <(delling completion bash). For fish: delling completion fish | source.',
    )
    .action((shell: 'bash' | 'zsh' | 'fish') => face.streams.out(completionScript(shell)))

  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .allowUnknownOption()
    .passThroughOptions()
    .action(async (words: string[]) => {
      const found = candidates(program, words)
      const current = words.at(-1) ?? ''
      const names = found.names ? await namesOf(found.names, face) : []
      const all = [...found.words, ...names.filter((name) => name.startsWith(current))]
      if (all.length > 0) new Output(face.streams, false).result(null, all)
    })
}

/** Empty where no console answers in time: a completion that complains would break the line that is typed. */
async function namesOf(kind: NameKind, face: Face): Promise<readonly string[]> {
  try {
    const { url, token } = await findConsole(undefined, face.env)
    const api = new ConsoleApi(url, token)
    return await Promise.race([ask(api, kind), late()])
  } catch {
    return []
  }
}

async function ask(api: ConsoleApi, kind: NameKind): Promise<readonly string[]> {
  type Named = { readonly name: string }
  switch (kind) {
    case 'cluster':
      return (await api.list<Named>('/clusters', 'clusters')).map(({ name }) => name)
    case 'application':
      return (await api.list<Named>('/applications', 'applications')).map(({ name }) => name)
    case 'image':
      return (await api.get<{ images: Named[] }>('/images')).images.map(({ name }) => name)
    case 'operation':
      return (await api.get<{ operations: { id: string }[] }>('/operations')).operations.map(({ id }) => id)
    case 'group': {
      const clusters = await api.list<Named>('/clusters', 'clusters')
      const all = await Promise.all(
        clusters.map(({ name }) =>
          api.get<{ serverGroups: Named[] }>(`/clusters/${encodeURIComponent(name)}`),
        ),
      )
      return all.flatMap(({ serverGroups }) => serverGroups.map(({ name }) => name))
    }
  }
}

function late(): Promise<readonly string[]> {
  return new Promise((resolve) => setTimeout(resolve, patienceMs, []).unref())
}
