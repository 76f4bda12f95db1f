// packages.mjs FOLDER: prints the runtime and every npm package that really lies below the folder, a line each.
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'

const print = (...fields) => process.stdout.write(`${fields.join('\t')}\n`)
const seen = new Set()

print('runtime', 'node', process.version.slice(1))
installed(join(process.argv[2], 'node_modules'))

/** The packages of one node_modules, and those that lie in packages of it. */
function installed(folder) {
  for (const name of entries(folder)) {
    if (name === '.pnpm')
      for (const inner of entries(join(folder, name))) installed(join(folder, name, inner, 'node_modules'))
    else if (name.startsWith('@'))
      for (const inner of entries(join(folder, name))) one(join(folder, name, inner))
    else if (!name.startsWith('.')) one(join(folder, name))
  }
}

function one(folder) {
  try {
    // Links lead to packages that are there already, also in circles.
    const real = realpathSync(folder)
    if (seen.has(real)) return
    seen.add(real)
    const { name, version } = JSON.parse(readFileSync(join(real, 'package.json'), 'utf8'))
    if (/^[\w@./~-]{1,214}$/.test(name) && /^[\w.+-]{1,100}$/.test(version)) print('npm', name, version)
    installed(join(real, 'node_modules'))
  } catch {
    // A folder without a readable package.json is no package.
  }
}

function entries(folder) {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
