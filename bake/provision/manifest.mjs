// What the steps need to know of a package.json. Usage: manifest.mjs VERB FILE_OR_FOLDER …
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join, normalize, sep } from 'node:path'

const [verb, where, other] = process.argv.slice(2)
const print = (text) => process.stdout.write(`${text}\n`)

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
  } catch (error) {
    print(`FAILED: package.json cannot be read: ${error.message}`)
    process.exit(2)
  }
}

/** The programs a package brings, by name: `bin` is a path or a map of them. */
function bins(manifest) {
  const short = String(manifest.name ?? '').replace(/^@[^/]*\//, '')
  if (typeof manifest.bin === 'string') return short ? { [short]: manifest.bin } : {}
  return manifest.bin ?? {}
}

switch (verb) {
  case 'has-dependencies': {
    const { dependencies, optionalDependencies } = read(where)
    const names = Object.keys({ ...dependencies, ...optionalDependencies })
    process.exit(names.length > 0 ? 0 : 1)
    break
  }
  case 'has-script': {
    process.exit(typeof read(where).scripts?.[other] === 'string' ? 0 : 1)
    break
  }
  case 'without-development': {
    const { devDependencies: _dev, scripts: _scripts, ...kept } = read(where)
    print(JSON.stringify(kept, null, 2))
    break
  }
  case 'own-bins': {
    for (const [name, path] of Object.entries(bins(read(join(where, 'package.json'))))) {
      const inside = normalize(String(path))
      const usable = /^[\w.@+-]+$/.test(name) && !name.startsWith('.') && !inside.startsWith(`..${sep}`)
      if (!usable || !existsSync(join(where, inside))) continue
      mkdirSync(other, { recursive: true })
      chmodSync(join(where, inside), 0o755)
      symlinkSync(join(where, inside), join(other, name))
    }
    break
  }
  case 'start-command': {
    const manifest = read(where)
    const own = bins(manifest)
    const short = String(manifest.name ?? '').replace(/^@[^/]*\//, '')
    const names = Object.keys(own)
    const bin = names.includes(short) ? short : names.length === 1 ? names[0] : undefined
    const command = manifest.scripts?.start ?? bin
    if (typeof command === 'string' && command.trim()) print(command.trim())
    break
  }
  default:
    print(`FAILED: manifest.mjs does not know ${verb}`)
    process.exit(2)
}
