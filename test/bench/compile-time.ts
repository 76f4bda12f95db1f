import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkout } from '../../config/checkout.js'

/** How long the first start compiles the sources; what it makes is thrown away. */
export async function compileMs(): Promise<number> {
  const cache = join(checkout, 'node_modules', '.cache')
  mkdirSync(cache, { recursive: true })
  const outDir = mkdtempSync(join(cache, 'bench-'))
  const compiler = join(checkout, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = ['-p', 'tsconfig.build.json', '--noCheck', '--incremental', 'false', '--outDir', outDir]
  try {
    const begun = performance.now()
    await promisify(execFile)(process.execPath, [compiler, ...args], { cwd: checkout })
    return performance.now() - begun
  } finally {
    rmSync(outDir, { recursive: true, force: true })
  }
}
