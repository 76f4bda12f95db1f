import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runTool } from './run-tool.js'

function* sourcesIn(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* sourcesIn(path)
    else if (entry.name.endsWith('.ts')) yield path
  }
}

/** A digest over names, sizes and times of every source and over the files that steer the compiler. */
function sourceDigest(root) {
  const hash = createHash('sha256')
  for (const file of ['tsconfig.json', 'tsconfig.build.json', 'package.json'])
    hash.update(readFileSync(join(root, file)))
  const files = ['server', 'config'].flatMap((folder) => [...sourcesIn(join(root, folder))]).sort()
  for (const file of files) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${file} ${size} ${mtimeMs}\n`)
  }
  return hash.digest('hex')
}

const stampFile = (root) => join(root, 'dist', '.built-from')

export function isBuilt(root) {
  try {
    return readFileSync(stampFile(root), 'utf8') === sourceDigest(root)
  } catch {
    return false
  }
}

/**
 * Compiles the sources into dist/. Types are not checked here (`npm run check` does): a start should not wait for it.
 * Throws a sentence with the compiler's own words when it failed.
 */
export async function build(root, say) {
  say('Building (tsc): a few seconds, only when the sources changed.')
  const digest = sourceDigest(root)
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { code, output } = await runTool(
    process.execPath,
    [compiler, '-p', 'tsconfig.build.json', '--noCheck', '--incremental', 'false'],
    root,
  )
  if (code !== 0) throw new Error(`The sources could not be compiled. The compiler said:\n${output.trim()}`)
  writeFileSync(stampFile(root), digest)
}
