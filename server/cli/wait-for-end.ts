import { ConsoleSilent } from './console-api.js'
import type { Output } from './output.js'

/** What can be waited for: an operation, a bake, a run. */
export interface Progress {
  readonly ended: boolean
  readonly phase?: string | undefined
  readonly wait?: { readonly sentence: string } | null | undefined
  /** Set where it can't go on until a person does something. */
  readonly stuck?: object | null | undefined
}

export interface WaitOptions {
  readonly everyMs: number
  /** A console that restarts is waited for this long. */
  readonly silenceMs: number
}

const defaults: WaitOptions = { everyMs: 250, silenceMs: 120_000 }
const wheel = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏']

/**
 * Asks again and again until it has ended, or until it stopped for a person to decide. Each sentence it waits on is
 * shown once, when it changes; on a terminal the present one counts its seconds.
 */
export async function waitForEnd<T extends Progress>(
  ask: () => Promise<T>,
  output: Output,
  { everyMs, silenceMs }: WaitOptions = defaults,
): Promise<T> {
  let shown = ''
  let said: Said = {}
  let since = performance.now()
  let silentSince: number | undefined
  for (let turn = 0; ; turn += 1) {
    try {
      const seen = await ask()
      silentSince = undefined
      said = hear(seen, said)
      const line = lineOf(said)
      if (line !== shown && line !== '') {
        output.endFleeting()
        output.note(line)
        shown = line
        since = performance.now()
      }
      if (seen.ended || seen.phase === 'halted' || seen.stuck) {
        output.endFleeting()
        return seen
      }
    } catch (error) {
      if (!(error instanceof ConsoleSilent)) throw error
      if (silentSince === undefined) output.note('The console does not answer just now; asking again.')
      silentSince ??= performance.now()
      if (performance.now() - silentSince > silenceMs) throw error
    }
    output.fleeting(`${wheel[turn % wheel.length]} ${Math.round((performance.now() - since) / 1000)} s`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

interface Said {
  readonly phase?: string | undefined
  readonly sentence?: string | undefined
  /** True while the sentence is the one that the phase before left. */
  readonly isLeftOver?: boolean
}

function hear({ phase, wait }: Progress, before: Said): Said {
  const sentence = wait?.sentence
  const isSame = sentence === before.sentence
  return { phase, sentence, isLeftOver: isSame && (phase !== before.phase || before.isLeftOver === true) }
}

/** What is new about it: a sentence left by the phase before says nothing of this one. */
function lineOf({ phase, sentence, isLeftOver }: Said): string {
  return [phase, isLeftOver ? undefined : sentence]
    .filter((part) => part !== undefined && part !== '')
    .join(': ')
}
