import { figuresOf } from './figures.js'
import { loadNow, loadSentence, machineSentence } from './machine.js'
import { measure } from './measure.js'
import { readOptions, usage, type BenchOptions } from './options.js'
import { asText, writeFigures } from './report.js'
import { BenchHome } from './running-delling.js'

const say = (sentence: string) => void process.stderr.write(`${sentence}\n`)

/** Measures, prints, and leaves nothing behind, also when it is interrupted. Resolves to the exit code. */
async function bench({ rounds, write }: BenchOptions): Promise<number> {
  const home = new BenchHome()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => void home.remove().finally(() => process.exit(130)))
  const loadBefore = loadNow()
  const begun = performance.now()
  try {
    const measured = await measure(home, rounds, say)
    const minutes = ((performance.now() - begun) / 60_000).toFixed(1)
    const figures = figuresOf(measured)
    const about = [
      `${new Date().toISOString().slice(0, 10)}, ${machineSentence()}`,
      `${rounds} deployments and switch backs of three instances, in ${minutes} minutes; ${loadSentence(loadBefore, loadNow())}`,
    ]
    process.stdout.write(`${about.join('\n')}\n\n${asText(figures)}\n`)
    if (write) writeFigures(about, figures)
    const { failed } = measured.lossless
    if (failed.length > 0) say(`${failed.length} requests were lost; the first: ${failed[0] ?? ''}`)
    return failed.length > 0 ? 1 : 0
  } finally {
    await home.remove()
  }
}

function optionsOrExit(): BenchOptions {
  try {
    return readOptions(process.argv.slice(2))
  } catch (error) {
    say(`${(error as Error).message}\n${usage}`)
    process.exit(2)
  }
}

const options = optionsOrExit()
try {
  process.exitCode = await bench(options)
} catch (error) {
  say(`The bench was broken off: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
