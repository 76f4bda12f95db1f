import { buffer } from 'node:stream/consumers'
import { open, type Entry, type ZipFile } from 'yauzl'
import type { ArchiveEntry } from '../domain/package.js'
import {
  maxStartFileBytes,
  StartFiles,
  UnreadableArchive,
  type ArchiveReading,
  type OnEntry,
} from './archive-reading.js'

/** Reads a zip's directory, and of its files those that decide how it starts. Throws UnreadableArchive. */
export async function readZip(path: string, onEntry: OnEntry): Promise<ArchiveReading> {
  // Names are judged by us: yauzl would end with an error of its own at the first unsafe one.
  const zip = await opened(path)
  const files = new StartFiles()
  try {
    for await (const entry of entriesOf(zip)) {
      const link = modeOf(entry) === 0o120000
      if (entry.generalPurposeBitFlag & 1) throw new Error(`entry “${nameOf(entry)}” is encrypted`)
      const linkTarget =
        link && entry.uncompressedSize < 4096 ? (await contentOf(zip, entry)).toString('utf8') : null
      if (!onEntry(archiveEntry(entry, linkTarget))) return files.reading()
      if (!link && files.wants(nameOf(entry), entry.uncompressedSize))
        files.add(nameOf(entry), await contentOf(zip, entry))
    }
    return files.reading()
  } catch (error) {
    throw new UnreadableArchive(error instanceof Error ? error.message : String(error))
  } finally {
    zip.close()
  }
}

function opened(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    open(path, { lazyEntries: true, autoClose: false, decodeStrings: false }, (error, zip) => {
      if (error) reject(new UnreadableArchive(error.message))
      else resolve(zip)
    })
  })
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      zip.once('entry', resolve)
      zip.once('end', () => resolve(null))
      zip.once('error', reject)
      zip.readEntry()
    })
    zip.removeAllListeners('entry').removeAllListeners('end').removeAllListeners('error')
    if (!entry) return
    yield entry
  }
}

async function contentOf(zip: ZipFile, entry: Entry): Promise<Buffer> {
  if (entry.uncompressedSize > maxStartFileBytes) return Buffer.alloc(0)
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) =>
    zip.openReadStream(entry, (error, content) => (error ? reject(error) : resolve(content))),
  )
  return buffer(stream)
}

/** With decodeStrings off the name is bytes. */
function nameOf(entry: Entry): string {
  return (entry.fileName as unknown as Buffer).toString('utf8')
}

function modeOf(entry: Entry): number {
  return (entry.externalFileAttributes >>> 16) & 0o170000
}

function archiveEntry(entry: Entry, linkTarget: string | null): ArchiveEntry {
  const path = nameOf(entry)
  const mode = modeOf(entry)
  const type =
    mode === 0o120000
      ? 'symlink'
      : path.endsWith('/')
        ? 'folder'
        : mode === 0 || mode === 0o100000
          ? 'file'
          : 'other'
  return { path, type, linkTarget, bytes: entry.uncompressedSize }
}
