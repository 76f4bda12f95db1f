import { createReadStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { UnreadableArchive, type ArchiveReading, type OnEntry } from './archive-reading.js'
import { gunzipped, readTarStream } from './read-tgz.js'

const magic = '!<arch>\n'
const headerBytes = 60
/** A Debian package has three parts; signed ones a few more. A file that is nothing but their headers would have millions. */
const mostMembers = 20

interface Member {
  readonly name: string
  readonly start: number
  readonly bytes: number
}

/**
 * Reads a Debian package: an `ar` archive that holds `debian-binary`, `control.tar.*` and `data.tar.*`. Node has neither
 * xz nor (before 22.15) zstd, so such content is left to the builder, where dpkg-deb reads it. Throws UnreadableArchive.
 */
export async function readDeb(path: string, onEntry: OnEntry): Promise<ArchiveReading> {
  const members = await membersOf(path)
  const names = members.map((member) => member.name)
  if (names[0] !== 'debian-binary') throw new UnreadableArchive('its first part is not debian-binary')
  if (!names.some((name) => name.startsWith('control.tar')))
    throw new UnreadableArchive('it has no control part')
  const data = members.find((member) => member.name.startsWith('data.tar'))
  if (!data || data.bytes === 0) throw new UnreadableArchive('it has no files')

  const bytes = createReadStream(path, { start: data.start, end: data.start + data.bytes - 1 })
  if (data.name === 'data.tar') return unknownStart(await readTarStream(bytes, onEntry))
  if (data.name === 'data.tar.gz') return unknownStart(await readTarStream(gunzipped(bytes), onEntry))
  bytes.destroy()
  return { procfile: null, packageJson: null, complete: false }
}

/** How a .deb starts is said by its systemd unit, never by a file that an npm package would have. */
function unknownStart({ complete }: ArchiveReading): ArchiveReading {
  return { procfile: null, packageJson: null, complete }
}

async function membersOf(path: string): Promise<Member[]> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    if ((await textAt(file, 0, magic.length)) !== magic)
      throw new UnreadableArchive('it is not an ar archive')
    const members: Member[] = []
    let at = magic.length
    while (at + headerBytes <= size) {
      if (members.length === mostMembers)
        throw new UnreadableArchive(`it has more than ${mostMembers} parts, and a Debian package has three`)
      const header = await textAt(file, at, headerBytes)
      const bytes = Number(header.slice(48, 58).trim())
      if (
        header.slice(58) !== '`\n' ||
        !Number.isInteger(bytes) ||
        bytes < 0 ||
        at + headerBytes + bytes > size
      )
        throw new UnreadableArchive('its parts are broken')
      members.push({ name: header.slice(0, 16).trim().replace(/\/$/, ''), start: at + headerBytes, bytes })
      at += headerBytes + bytes + (bytes % 2)
    }
    return members
  } finally {
    await file.close()
  }
}

async function textAt(file: FileHandle, position: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.toString('latin1', 0, bytesRead)
}
