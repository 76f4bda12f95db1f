import { createReadStream } from 'node:fs'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { Parser, type ReadEntry } from 'tar'
import type { ArchiveEntry } from '../domain/package.js'
import { packageLimits } from '../domain/bake-recipe.js'
import { StartFiles, UnreadableArchive, type ArchiveReading, type OnEntry } from './archive-reading.js'

/** A tar ends with empty blocks, padded to the record that its maker wrote in; nobody's record is larger. */
const mostPaddingBytes = 1024 * 1024
const headerBytes = 512

/** Reads a .tgz entry by entry; nothing is written anywhere. Throws UnreadableArchive. */
export async function readTgz(path: string, onEntry: OnEntry): Promise<ArchiveReading> {
  return readTarStream(gunzipped(createReadStream(path)), onEntry)
}

/** The source unpacked; a failure of either ends both. */
export function gunzipped(source: Readable): Readable {
  // The reader of the answer hears of a failure; there is nothing more to do about it here.
  return pipeline(source, createGunzip(), () => undefined)
}

/** Reads a plain tar as it comes, until its end or until `onEntry` says that it has seen enough. */
export async function readTarStream(stream: Readable, onEntry: OnEntry): Promise<ArchiveReading> {
  const files = new StartFiles()
  const parser = new Parser({ strict: true, brotli: false, zstd: false })
  const reading = { enough: false, atEnd: false, failure: null as Error | null }
  const see = (entry: ArchiveEntry) => {
    if (!reading.enough && !onEntry(entry)) reading.enough = true
  }
  parser.on('entry', (entry: ReadEntry) => {
    see(archiveEntry(entry))
    if (!files.wants(entry.path, entry.size)) return void entry.resume()
    const chunks: Buffer[] = []
    entry.on('data', (chunk: Buffer) => chunks.push(chunk))
    entry.on('end', () => files.add(entry.path, Buffer.concat(chunks)))
  })
  // What the parser knows no use for is judged by us all the same.
  parser.on('ignoredEntry', (entry: ReadEntry) => {
    see({ path: entry.path, type: 'other', linkTarget: null, bytes: entry.size })
    entry.resume()
  })
  parser.on('eof', () => void (reading.atEnd = true))
  parser.on('error', (error: Error) => {
    reading.failure ??= error
  })
  const ended = new Promise<void>((resolve) => parser.on('end', resolve))
  try {
    let bytes = 0
    let padding = 0
    for await (const chunk of withWholeHeader(stream)) {
      if (bytes === 0 && isGzip(chunk)) throw new Error('what is packed in it is packed once more')
      bytes += chunk.length
      if (bytes > packageLimits.unpackedBytes)
        throw new Error(`it unpacks to more than ${packageLimits.unpackedBytes} bytes`)
      if (reading.atEnd) {
        // The parser would keep all of it, and copy all that it keeps at each piece.
        padding += chunk.length
        if (padding > mostPaddingBytes) throw new Error('it goes on after its end')
        continue
      }
      parser.write(chunk)
      if (reading.failure) throw reading.failure
      if (reading.enough) return files.reading()
    }
    parser.end()
    await ended
    if (reading.failure) throw reading.failure
    return files.reading()
  } catch (error) {
    throw new UnreadableArchive(plainMessage(error))
  }
}

/** The same bytes, of which the first piece is long enough to tell what they are. */
async function* withWholeHeader(stream: Readable): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0)
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    if (head === null) {
      yield chunk
      continue
    }
    head = Buffer.concat([head, chunk])
    if (head.length < headerBytes) continue
    yield head
    head = null
  }
  if (head !== null && head.length > 0) yield head
}

/** The parser would unpack it by itself, past every limit of ours. */
function isGzip(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** Without the parser's own code before it, and ready to stand inside a sentence. */
function plainMessage(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.replace(/^TAR_[A-Z_]+: /, '').replace(/\.$/, '')
}

const types: Readonly<Record<string, ArchiveEntry['type']>> = {
  File: 'file',
  OldFile: 'file',
  ContiguousFile: 'file',
  Directory: 'folder',
  SymbolicLink: 'symlink',
  Link: 'hardlink',
}

function archiveEntry(entry: ReadEntry): ArchiveEntry {
  return {
    path: entry.path,
    type: types[entry.type] ?? 'other',
    linkTarget: entry.linkpath ?? null,
    bytes: entry.size,
  }
}
