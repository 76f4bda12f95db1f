import { spawn } from 'node:child_process'

/**
 * Runs a tool in the checkout and resolves to its exit code and what it wrote. Its output is kept for a failure's
 * message instead of being shown. A signal to this process ends the tool first, so that nothing is left behind.
 */
export function runTool(command, args, folder) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = (chunk) => (output = (output + chunk).slice(-8000))
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP']
    const handlers = signals.map((signal) => {
      const handler = () => {
        child.kill(signal)
        child.once('close', () => process.exit(130))
      }
      process.once(signal, handler)
      return [signal, handler]
    })
    const finish = (code) => {
      for (const [signal, handler] of handlers) process.removeListener(signal, handler)
      resolve({ code, output })
    }
    child.once('error', (error) => {
      output += error.message
      finish(127)
    })
    child.once('close', (code) => finish(code ?? 1))
  })
}
