import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../../config/checkout.js'

/** The compiled programs. */
export interface Build {
  /** Changes with every build of other sources. */
  readonly id: string
  script(path: string): string
}

/** Undefined stamp: the build was made by hand, and every start replaces survivors. */
export function currentBuild(folder: string = join(checkout, 'dist')): Build {
  let id
  try {
    id = readFileSync(join(folder, '.built-from'), 'utf8')
  } catch {
    id = `by hand ${Date.now()}`
  }
  return { id, script: (path) => join(folder, path) }
}
