import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Recipe } from '../domain/bake-recipe.js'

/** The folder `bake/` of this installation, whether this runs from `server/` or compiled from `dist/server/`. */
export function bakeFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  while (!existsSync(join(folder, 'bake', 'bootstrap.sh'))) {
    const above = dirname(folder)
    if (above === folder)
      throw new Error('The folder bake/ with its scripts is missing from this installation.')
    folder = above
  }
  return join(folder, 'bake')
}

let loaded: Recipe | null = null

/** Reads the scripts once for each process: what a bake's key says must be what its builder runs. */
export function loadRecipe(): Recipe {
  loaded ??= readRecipe(bakeFolder())
  return loaded
}

function readRecipe(folder: string): Recipe {
  const provision = join(folder, 'provision')
  const files = readdirSync(provision).filter((name) => /\.(sh|mjs|py)$/.test(name))
  return {
    bootstrap: readFileSync(join(folder, 'bootstrap.sh'), 'utf8'),
    provision: Object.fromEntries(files.map((name) => [name, readFileSync(join(provision, name), 'utf8')])),
  }
}
