import { gunzipSync } from 'node:zlib'
import { unprefixed } from './console-lines.js'

/** Who says that something is installed: the system's own package manager, npm, or the runtime about itself. */
export type PackageManager = 'deb' | 'rpm' | 'npm' | 'runtime'

export interface InstalledPackage {
  readonly manager: PackageManager
  readonly name: string
  readonly version: string
}

const managers: ReadonlySet<string> = new Set<PackageManager>(['deb', 'rpm', 'npm', 'runtime'])

/** What a builder runs is other people's code, so what it reports is bounded. */
const most = { bytes: 4 * 1024 * 1024, packages: 20_000, textChars: 214 }

const line = /^PACKAGES (\d{1,4})\/(\d{1,4}) ([A-Za-z0-9+/=]+)$/

/**
 * The packages that a builder reported on its console after this bake began; null while the list is not there whole.
 * Of several lists the last one counts. Lines that say nothing readable are left out.
 */
export function packagesIn(bakeId: string, consoleText: string): readonly InstalledPackage[] | null {
  const begin = consoleText.lastIndexOf(`BAKE-BEGIN ${bakeId}`)
  // The console's beginning is lost once it is longer than AWS keeps.
  const packed = lastWhole(unprefixed(consoleText.slice(Math.max(0, begin))))
  if (packed === null) return null
  try {
    const text = gunzipSync(Buffer.from(packed, 'base64'), { maxOutputLength: most.bytes }).toString('utf8')
    return text.split('\n').flatMap(packageOf).slice(0, most.packages)
  } catch {
    return null
  }
}

/** The parts of the last list that has them all, put together. */
function lastWhole(text: string): string | null {
  let parts: string[] = []
  let whole: string | null = null
  for (const each of text.split('\n')) {
    const [, nth, of, part] = line.exec(each) ?? []
    if (part === undefined) continue
    if (Number(nth) === 1) parts = []
    if (Number(nth) !== parts.length + 1) continue
    parts.push(part)
    if (parts.length === Number(of)) whole = parts.join('')
  }
  return whole
}

function packageOf(text: string): InstalledPackage[] {
  const [manager = '', name = '', version = ''] = text.split('\t')
  const readable = [name, version].every(
    (each) => /^[\x21-\x7e]+$/.test(each) && each.length <= most.textChars,
  )
  return managers.has(manager) && readable ? [{ manager: manager as PackageManager, name, version }] : []
}

/** A console's text without the lines of the list, for the log: nobody reads them there. */
export function withoutPackageLines(text: string): string {
  const lines = text.split('\n')
  const last = lines.at(-1) ?? ''
  // What is just being written is not yet known to be one.
  const begun = last !== '' && ('PACKAGES '.startsWith(last) || last.startsWith('PACKAGES '))
  const kept = lines.slice(0, -1).filter((each) => !line.test(each))
  return [...kept, begun ? '' : last].join('\n')
}
