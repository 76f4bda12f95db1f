import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { checkout } from '../../config/checkout.js'

/** How long the first start compiles the sources, here into a folder that nobody uses. */
export async function compileMs(outDir: string): Promise<number> {
  const compiler = join(checkout, 'node_modules', 'typescript', 'bin', 'tsc')
  const args = ['-p', 'tsconfig.build.json', '--noCheck', '--incremental', 'false', '--outDir', outDir]
  const begun = performance.now()
  await promisify(execFile)(process.execPath, [compiler, ...args], { cwd: checkout })
  return performance.now() - begun
}
