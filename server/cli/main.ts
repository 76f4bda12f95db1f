import { text } from 'node:stream/consumers'
import { runCli } from './run-cli.js'

const { stdout, stderr } = process

/** A reader such as `head` may close our output early; that is no error of ours. */
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const streams = {
  out: (text: string) => void stdout.write(text),
  err: (text: string) => void stderr.write(text),
  errIsTerminal: stderr.isTTY === true,
  get errColumns() {
    return stderr.columns
  },
}

process.exitCode = await runCli(process.argv.slice(2), streams, process.env, () => text(process.stdin))
