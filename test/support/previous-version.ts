import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkout } from '../../config/checkout.js'

/** Another version of the program, laid out so that it runs. */
export interface PreviousVersion {
  readonly folder: string
  /** What it is: a tag, a commit, or this version itself where the checkout has no history. */
  readonly name: string
  remove(): void
}

/** What runs needs, of a checkout without history. */
const parts = ['package.json', 'package-lock.json', 'tsconfig.json', 'server', 'config', 'views', 'bake']

/** The last tag before this commit, else its parent, else a copy of what is here. */
export function previousVersion(): PreviousVersion {
  const folder = mkdtempSync(join(tmpdir(), 'delling-previous-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  const ref =
    git('describe', '--tags', '--abbrev=0', 'HEAD^') ?? git('rev-parse', '--verify', '--short', 'HEAD^')
  mkdirSync(folder, { recursive: true })
  if (ref === null)
    for (const part of parts) cpSync(join(checkout, part), join(folder, part), { recursive: true })
  else
    execFileSync('tar', ['-x', '-C', folder], {
      input: execFileSync('git', ['archive', ref], { cwd: checkout, maxBuffer: 2 ** 28 }),
    })
  symlinkSync(join(checkout, 'node_modules'), join(folder, 'node_modules'))
  return { folder, name: ref ?? 'this version, as the checkout has no history', remove }
}

function git(...words: string[]): string | null {
  try {
    return execFileSync('git', words, { cwd: checkout, stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim()
  } catch {
    return null
  }
}
