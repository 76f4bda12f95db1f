import { posix } from 'node:path'
import type { PackageKind } from './bake.js'
import { packageLimits } from './bake-recipe.js'

/** One entry of an archive, before anything is unpacked. */
export interface ArchiveEntry {
  readonly path: string
  readonly type: 'file' | 'folder' | 'symlink' | 'hardlink' | 'other'
  readonly linkTarget: string | null
  readonly bytes: number
}

/** What a package is by its name's ending; null for a name that says nothing we take. */
export function kindOfFileName(fileName: string): PackageKind | null {
  if (/\.(tgz|tar\.gz)$/i.test(fileName)) return 'tgz'
  if (/\.zip$/i.test(fileName)) return 'zip'
  return /\.deb$/i.test(fileName) ? 'deb' : null
}

/** What a file is by its first bytes; null when it is none of the three. */
export function kindOfContent(head: Buffer): PackageKind | null {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'tgz'
  if (head.toString('latin1', 0, 4) === 'PK\x03\x04' || head.toString('latin1', 0, 4) === 'PK\x05\x06')
    return 'zip'
  return head.toString('latin1', 0, 8) === '!<arch>\n' ? 'deb' : null
}

/**
 * Why an entry must not be unpacked, as the end of “unsafe package: …”; null when it may. A .deb may link anywhere: dpkg
 * unpacks it to the root of the machine.
 */
export function reasonUnsafeEntry(entry: ArchiveEntry, kind: PackageKind): string | null {
  const { path, type, linkTarget } = entry
  if (/^[/\\]/.test(path) || /^[A-Za-z]:[/\\]/.test(path)) return `entry “${path}” has an absolute path.`
  if (path.split('/').includes('..')) return `entry “${path}” leaves the folder.`
  if (path.includes('\0')) return `entry “${path.replaceAll('\0', '?')}” has a name that no file can have.`
  if (type === 'other') return `entry “${path}” is neither a file nor a folder nor a link.`
  if (type !== 'symlink' && type !== 'hardlink') return null
  if (linkTarget === null || linkTarget === '') return `the link “${path}” leads nowhere.`
  if (type === 'symlink' && kind === 'deb') return null
  const from = type === 'symlink' ? posix.dirname(path) : '.'
  return leavesFolder(from, linkTarget)
    ? `the link “${path}” leads out of the folder, to “${linkTarget}”.`
    : null
}

/** Walked step by step: `a/../../b` is out on the way even where it would come back. */
function leavesFolder(folder: string, target: string): boolean {
  if (target.startsWith('/')) return true
  let depth = 0
  for (const part of `${folder}/${target}`.split('/')) {
    if (part === '' || part === '.') continue
    depth += part === '..' ? -1 : 1
    if (depth < 0) return true
  }
  return false
}

/** Why so many entries or bytes must not be unpacked; null when they may. */
export function reasonTooMuch(entries: number, unpackedBytes: number, packedBytes: number): string | null {
  if (entries > packageLimits.entries) return `it has more than ${packageLimits.entries} entries.`
  if (unpackedBytes > packageLimits.unpackedBytes)
    return `it unpacks to more than ${packageLimits.unpackedBytes} bytes.`
  if (unpackedBytes > 100 * 1024 ** 2 && unpackedBytes / packedBytes > packageLimits.ratio)
    return `it unpacks to more than ${packageLimits.ratio} times its size.`
  return null
}

/** As much of a package.json as decides how an application starts. */
interface Manifest {
  readonly name?: unknown
  readonly bin?: unknown
  readonly scripts?: { readonly start?: unknown }
}

/**
 * The command that starts a package when nobody gave one: a Procfile's `web`, else package.json's `start`, else the one
 * program that an npm package brings (or the one named like it). The builder decides by the same rule
 * (`bake/provision/start-command.sh`); this one tells people beforehand. Null: a command has to be given.
 */
export function startCommandIn(files: {
  procfile: string | null
  packageJson: string | null
}): string | null {
  const web = /^web:[ \t]*(\S.*)$/m.exec((files.procfile ?? '').replaceAll('\r', ''))?.[1]?.trim()
  if (web) return web
  const manifest = parsedManifest(files.packageJson)
  const start = manifest?.scripts?.start
  if (typeof start === 'string' && start.trim()) return start.trim()
  return manifest ? ownProgram(manifest) : null
}

function parsedManifest(text: string | null): Manifest | null {
  if (text === null) return null
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    return typeof value === 'object' && value !== null ? value : null
  } catch {
    return null
  }
}

function ownProgram({ name, bin }: Manifest): string | null {
  const short = typeof name === 'string' ? name.replace(/^@[^/]*\//, '') : ''
  if (typeof bin === 'string') return short || null
  const names = typeof bin === 'object' && bin !== null ? Object.keys(bin) : []
  if (names.includes(short)) return short
  return names.length === 1 ? (names[0] ?? null) : null
}

/** A file name that is safe in a key, a log and a shell: letters, digits, `.`, `_`, `-`, `+`, `~`; never hidden. */
export function safeFileName(fileName: string): string {
  const base = fileName.split(/[/\\]/).at(-1) ?? ''
  const safe = base.replace(/[^A-Za-z0-9._+~-]/g, '-').replace(/^[.-]+/, '')
  return safe.slice(-120) || 'package'
}
