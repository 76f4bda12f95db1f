import { join } from 'node:path'
import { runLauncher } from '../../../server/launcher/run-launcher.js'

/** The launcher as `npm start` runs it, with stand-ins for console and local cloud. */
process.exit(
  await runLauncher({
    env: process.env,
    build: { id: process.env.STAND_IN_BUILD ?? 'one', script: (path) => join(import.meta.dirname, path) },
    say: (sentence) => void process.stdout.write(`${sentence}\n`),
    complain: (sentence) => void process.stderr.write(`${sentence}\n`),
    onSignal: (end) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end)
    },
  }).catch((error: unknown) => {
    process.stderr.write(`${(error as Error).message}\n`)
    return 1
  }),
)
