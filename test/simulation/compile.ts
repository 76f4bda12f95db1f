import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { checkout } from '../../config/checkout.js'

/** One deliberate bug: a piece of source replaced by another. The piece must be there exactly once. */
export interface Mutation {
  readonly name: string
  /** What the bug is, in a sentence. */
  readonly what: string
  readonly file: string
  readonly find: string
  readonly replace: string
}

const folders = ['server', 'test/simulation', 'test/scenarios', 'test/support']
const keepMs = 6 * 3_600_000
const cache = join(checkout, 'node_modules', '.cache', 'delling-simulation')

function* sourcesIn(folder: string): Generator<string> {
  if (!existsSync(folder)) return
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* sourcesIn(path)
    else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts')) yield path
  }
}

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
  inlineSourceMap: true,
}

/**
 * Compiles engine, local cloud and simulation into a folder of their own and answers its path. Simulations run from there:
 * plain code starts in half a second, and a mutated copy needs no switch in the product.
 */
export function compiled(): string {
  const files = folders.flatMap((folder) => [...sourcesIn(join(checkout, folder))]).sort()
  const hash = createHash('sha256')
  for (const file of files) {
    const { size, mtimeMs } = statSync(file)
    hash.update(`${file} ${size} ${mtimeMs}\n`)
  }
  const folder = join(cache, hash.digest('hex').slice(0, 16))
  if (existsSync(folder)) return folder
  const making = `${folder}.${process.pid}`
  for (const file of files) write(making, file, readFileSync(file, 'utf8'))
  writeFileSync(join(making, 'package.json'), '{"type":"module"}\n')
  removeOthers()
  try {
    renameSync(making, folder)
  } catch {
    // Another process has made the same meanwhile.
    rmSync(making, { recursive: true, force: true })
  }
  return folder
}

/** A copy of the compiled code with one bug in it. Throws when the source no longer holds what is to be replaced. */
export function compiledWith(mutation: Mutation): string {
  const path = join(checkout, mutation.file)
  const source = readFileSync(path, 'utf8')
  const count = source.split(mutation.find).length - 1
  if (count !== 1)
    throw new Error(
      `${mutation.name}: ${mutation.file} holds the piece to be replaced ${count} times, not once`,
    )
  const folder = join(cache, `mutant-${process.pid}-${mutation.name.replaceAll(/\W+/g, '-')}`)
  cpSync(compiled(), folder, { recursive: true })
  write(folder, path, source.replace(mutation.find, mutation.replace))
  return folder
}

function write(folder: string, file: string, source: string): void {
  const target = join(folder, relative(checkout, file)).replace(/\.ts$/, '.js')
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, ts.transpileModule(source, { compilerOptions, fileName: file }).outputText)
}

function removeOthers(): void {
  if (!existsSync(cache)) return
  for (const name of readdirSync(cache)) {
    const path = join(cache, name)
    // A younger one may be what another process runs from.
    if (Date.now() - statSync(path).mtimeMs > keepMs) rmSync(path, { recursive: true, force: true })
  }
}
