#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { prepare, root } from './prepare.js'

await prepare({ development: true })
const bench = spawn(
  process.execPath,
  ['--import', 'tsx', join(root, 'test', 'bench', 'main.ts'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => bench.kill(signal))
bench.once('close', (code) => process.exit(code ?? 1))
