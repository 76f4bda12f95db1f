import { ConsoleSilent } from './console-api.js'
import type { Output } from './output.js'

const everyMs = 500

/**
 * Shows again and again what `look` answers, until the command is interrupted: on a terminal in place, elsewhere whenever
 * it has changed. A console that does not answer for a while is asked again; whatever else it says ends the watch.
 */
export async function watch(look: () => Promise<readonly string[]>, output: Output): Promise<never> {
  let shown: readonly string[] = []
  for (;;) {
    try {
      shown = await look()
      output.redraw(shown)
    } catch (error) {
      if (!(error instanceof ConsoleSilent)) throw error
      output.redraw([...shown, 'The console does not answer just now; this is what it said last.'])
    }
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
