import type { Argument, Command, Option } from 'commander'

/** What may stand where the cursor is: words of the command line itself, and names that only the console knows. */
export interface Candidates {
  readonly words: readonly string[]
  readonly names: NameKind | null
}

/** Names that a console can be asked for, by what stands in a verb’s usage or as a flag’s value. */
export type NameKind = 'cluster' | 'group' | 'image' | 'application' | 'operation'

const kinds: Readonly<Record<string, NameKind>> = {
  cluster: 'cluster',
  'cluster-or-id': 'cluster',
  group: 'group',
  application: 'application',
  app: 'application',
  id: 'operation',
  image: 'image',
  'name or id': 'image',
}
/** Where a verb calls its argument just a name, its group says of what. */
const kindsOfGroups: Readonly<Record<string, NameKind>> = {
  clusters: 'cluster',
  apps: 'application',
  images: 'image',
  operations: 'operation',
}

/**
 * The candidates for the last of `typed`, the words after `delling`, of which it may be empty. A flag’s own choices come
 * before names; what has been said already is not offered again, unless it may be.
 */
export function candidates(program: Command, typed: readonly string[]): Candidates {
  const current = typed.at(-1) ?? ''
  const { command, rest } = descend(program, typed.slice(0, -1))
  const before = rest.at(-1)
  const awaiting = before?.startsWith('--') ? optionNamed(command, before) : undefined
  if (awaiting && awaiting.isBoolean() === false && takesValue(awaiting)) return valuesOf(awaiting, current)
  if (current.startsWith('-')) return { words: starting(flagsOf(command, rest), current), names: null }
  const verbs = command.commands.filter((each) => !isHidden(each)).map((each) => each.name())
  if (verbs.length > 0) return { words: starting(verbs, current), names: null }
  const argument = command.registeredArguments[positionals(command, rest).length]
  if (!argument) return { words: starting(flagsOf(command, rest), current), names: null }
  return { words: starting(argument.argChoices ?? [], current), names: kindOf(command, argument) }
}

/** A script that a shell loads; it asks `delling complete` for what may follow. */
export function completionScript(shell: 'bash' | 'zsh' | 'fish'): string {
  if (shell === 'bash')
    return `_delling() {
  local IFS=$'\\n'
  COMPREPLY=($("\${COMP_WORDS[0]}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _delling delling
`
  if (shell === 'zsh')
    return `#compdef delling
_delling() {
  local -a found
  found=("\${(@f)$("\${words[1]}" complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  compadd -- $found
}
compdef _delling delling
`
  return `complete -c delling -f -a '(set -l typed (commandline -opc)[2..]; delling complete -- $typed (commandline -ct) 2>/dev/null)'
`
}

function descend(program: Command, words: readonly string[]): { command: Command; rest: readonly string[] } {
  let command = program
  for (const [at, word] of words.entries()) {
    const next = command.commands.find((each) => each.name() === word)
    if (!next) return { command, rest: words.slice(at) }
    command = next
  }
  return { command, rest: [] }
}

function optionNamed(command: Command, flag: string): Option | undefined {
  return command.options.find(({ long }) => long === flag)
}

function takesValue(option: Option): boolean {
  return option.required || option.optional
}

function valuesOf({ argChoices, flags }: Option, current: string): Candidates {
  if (argChoices) return { words: starting(argChoices, current), names: null }
  const value = /[<[](.+?)[>\]]/.exec(flags)?.[1] ?? ''
  const flag = /--([\w-]+)/.exec(flags)?.[1] ?? ''
  return { words: [], names: kinds[flag] ?? (value === 'name' ? null : (kinds[value] ?? null)) }
}

function flagsOf(command: Command, said: readonly string[]): readonly string[] {
  return [...command.options.map(({ long }) => long ?? ''), '--help'].filter(
    (flag) => flag !== '' && (!said.includes(flag) || isRepeated(command, flag)),
  )
}

function isRepeated(command: Command, flag: string): boolean {
  return optionNamed(command, flag)?.description.includes('repeated') ?? false
}

function positionals(command: Command, words: readonly string[]): readonly string[] {
  return words.filter((word, at) => {
    const before = words[at - 1]
    const option = before?.startsWith('--') ? optionNamed(command, before) : undefined
    return !word.startsWith('-') && !(option && takesValue(option))
  })
}

function kindOf(command: Command, argument: Argument): NameKind | null {
  const name = argument.name()
  return kinds[name] ?? (name === 'name' ? (kindsOfGroups[command.parent?.name() ?? ''] ?? null) : null)
}

function isHidden(command: Command): boolean {
  return (command as unknown as { _hidden?: boolean })._hidden === true
}

function starting(words: readonly string[], current: string): readonly string[] {
  return words.filter((word) => word.startsWith(current))
}
