#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { prepare, root } from './prepare.js'

await prepare({ development: true })
const prove = spawn(
  process.execPath,
  ['--import', 'tsx', join(root, 'test', 'simulation', 'prove.ts'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => prove.kill(signal))
prove.once('close', (code) => process.exit(code ?? 1))
