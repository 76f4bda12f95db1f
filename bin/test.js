#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare, root } from './prepare.js'
import { closingLine, readResults, skippedLines } from './test-results.js'

/**
 * Runs every test and ends with one line alone: `N passed, N failed`. Arguments go to vitest. With
 * DELLING_TESTS_MUST_ALL_RUN (set by .ci/run) a skipped test is a failure.
 */
await prepare({ development: true })

const folder = mkdtempSync(join(tmpdir(), 'delling-tests-'))
// Root's PostgreSQL runs as somebody else, who must get through it to its own files.
chmodSync(folder, 0o711)
const resultsFile = join(folder, 'results.json')
const vitest = spawn(
  process.execPath,
  [
    join(root, 'node_modules', 'vitest', 'vitest.mjs'),
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${resultsFile}`,
    ...process.argv.slice(2),
  ],
  // Whatever a test forgets, or leaves when it is killed, goes with the folder.
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, TMPDIR: folder } },
)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => vitest.kill(signal))

vitest.once('close', (code) => {
  const mustAllRun = Boolean(process.env.DELLING_TESTS_MUST_ALL_RUN)
  const results = readResults(() => readFileSync(resultsFile, 'utf8'), root)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
  for (const line of skippedLines(results)) process.stdout.write(`${line}\n`)
  const isGood =
    code === 0 && results.failed === 0 && results.passed > 0 && !(mustAllRun && results.skipped.length > 0)
  // A run that ended badly without a failed test (an error outside of tests, nothing run) must not read as a success.
  const failed =
    results.failed + (isGood || results.failed > 0 ? 0 : Math.max(1, mustAllRun ? results.skipped.length : 0))
  process.exitCode = isGood ? 0 : 1
  process.stdout.write(`${closingLine({ ...results, failed }, mustAllRun)}\n`)
})
