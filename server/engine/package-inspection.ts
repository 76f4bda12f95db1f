import { open, stat } from 'node:fs/promises'
import type { PackageKind } from '../domain/bake.js'
import {
  kindOfContent,
  kindOfFileName,
  reasonTooMuch,
  reasonUnsafeEntry,
  startCommandIn,
} from '../domain/package.js'
import { UnreadableArchive, type ArchiveReading, type OnEntry } from './archive-reading.js'
import { readDeb } from './read-deb.js'
import { readTgz } from './read-tgz.js'
import { readZip } from './read-zip.js'

export interface InspectedPackage {
  /** What it is by its content. */
  readonly kind: PackageKind | 'unknown'
  /** The command that a bake would start it with if nobody gives one; null when there is none. */
  readonly startCommandFound: string | null
  /** Why it must not be baked, each a sentence; empty for a good package. */
  readonly problems: readonly string[]
}

/**
 * Looks into a package without unpacking it: is it what its name says, can it be read to its end, and is everything in it
 * safe to unpack. The builder checks all of this again, because not every package comes by this way.
 */
export async function inspectPackage(path: string, fileName: string): Promise<InspectedPackage> {
  const named = kindOfFileName(fileName)
  const kind = kindOfContent(await firstBytes(path))
  const refused = (...problems: string[]): InspectedPackage => ({
    kind: kind ?? 'unknown',
    startCommandFound: null,
    problems,
  })
  if (!named) return refused(`“${fileName}” is none of the packages we bake: .tgz, .tar.gz, .zip, .deb.`)
  if (!kind)
    return refused(`“${fileName}” is not what its name says: its content is neither gzip nor zip nor a .deb.`)
  if (kind !== named)
    return refused(`“${fileName}” is not what its name says: its content is a ${contentNames[kind]}.`)

  const watch = new EntryWatch(kind, (await stat(path)).size)
  try {
    const reading = await readers[kind](path, watch.onEntry)
    if (watch.unsafe !== null) return refused(`The package is unsafe: ${watch.unsafe}`)
    if (watch.entries === 0 && reading.complete) return refused('The package is empty.')
    return { kind, startCommandFound: startCommandIn(reading), problems: [] }
  } catch (error) {
    if (watch.unsafe !== null) return refused(`The package is unsafe: ${watch.unsafe}`)
    if (error instanceof UnreadableArchive) return refused(`The package cannot be read: ${error.message}.`)
    throw error
  }
}

const readers: Readonly<Record<PackageKind, (path: string, onEntry: OnEntry) => Promise<ArchiveReading>>> = {
  tgz: readTgz,
  zip: readZip,
  deb: readDeb,
}

const contentNames: Readonly<Record<PackageKind, string>> = {
  tgz: 'gzip file',
  zip: 'zip file',
  deb: 'Debian package',
}

/** Counts what an archive would unpack to, and stops the reading at the first thing that is unsafe. */
class EntryWatch {
  unsafe: string | null = null
  entries = 0
  private bytes = 0

  constructor(
    private readonly kind: PackageKind,
    private readonly packedBytes: number,
  ) {}

  readonly onEntry: OnEntry = (entry) => {
    this.entries += 1
    this.bytes += entry.bytes
    this.unsafe ??=
      reasonUnsafeEntry(entry, this.kind) ?? reasonTooMuch(this.entries, this.bytes, this.packedBytes)
    return this.unsafe === null
  }
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const head = Buffer.alloc(16)
    const { bytesRead } = await file.read(head, 0, head.length, 0)
    return head.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
