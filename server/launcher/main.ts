import { currentBuild } from './build.js'
import { runLauncher } from './run-launcher.js'

/** A terminal that was closed takes no more lines; that must not end us before everything is stopped. */
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

const exit = await runLauncher({
  env: process.env,
  build: currentBuild(),
  say: (sentence) => void process.stdout.write(`${sentence}\n`),
  complain: (sentence) => void process.stderr.write(`${sentence}\n`),
  onSignal: (end) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
  },
}).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  return 1
})
process.exit(exit)
