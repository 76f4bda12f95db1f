import { deflateRawSync, gzipSync } from 'node:zlib'

/** One entry as an attacker would write it: nothing is checked or tidied. */
export interface RawEntry {
  readonly path: string
  readonly content?: string
  /** tar's type flag: `0` file, `5` folder, `2` symlink, `1` hard link, `3` device … */
  readonly type?: string
  readonly link?: string
  readonly mode?: number
}

/** A plain tar of exactly these entries. */
function tarBytes(entries: readonly RawEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? '')
    const header = Buffer.alloc(512)
    const octal = (value: number, at: number, width: number) =>
      header.write(value.toString(8).padStart(width - 1, '0'), at)
    header.write(entry.path, 0, 100)
    octal(entry.mode ?? (entry.type === '5' ? 0o755 : 0o644), 100, 8)
    octal(0, 108, 8)
    octal(0, 116, 8)
    octal(content.length, 124, 12)
    octal(0, 136, 12)
    header.write(entry.type ?? '0', 156)
    header.write(entry.link ?? '', 157, 100)
    header.write('ustar\0' + '00', 257)
    header.fill(0x20, 148, 156)
    const sum = header.reduce((all, byte) => all + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}

export function tgzBytes(entries: readonly RawEntry[]): Buffer {
  return gzipSync(tarBytes(entries))
}

/** A zip of exactly these entries; `type: '2'` makes a symlink to `link`. */
export function zipBytes(entries: readonly RawEntry[]): Buffer {
  const locals: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const entry of entries) {
    const name = Buffer.from(entry.path)
    const content = Buffer.from(entry.type === '2' ? (entry.link ?? '') : (entry.content ?? ''))
    const packed = deflateRawSync(content)
    const kind = entry.type === '2' ? 0o120000 : entry.type === '3' ? 0o020000 : 0o100000
    const shared = Buffer.alloc(26)
    shared.writeUInt16LE(20, 0)
    shared.writeUInt16LE(8, 4)
    shared.writeUInt32LE(crc32(content), 10)
    shared.writeUInt32LE(packed.length, 14)
    shared.writeUInt32LE(content.length, 18)
    shared.writeUInt16LE(name.length, 22)
    locals.push(Buffer.from('PK\x03\x04'), shared, name, packed)
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE(((kind | (entry.mode ?? 0o644)) << 16) >>> 0, 6)
    rest.writeUInt32LE(offset, 10)
    central.push(Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), shared, rest, name)
    offset += 30 + name.length + packed.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(18)
  end.writeUInt16LE(entries.length, 4)
  end.writeUInt16LE(entries.length, 6)
  end.writeUInt32LE(directory.length, 8)
  end.writeUInt32LE(offset, 12)
  return Buffer.concat([...locals, directory, Buffer.from('PK\x05\x06'), end])
}

/** A Debian package of these files; `data` names how its content is packed. */
export function debBytes(
  entries: readonly RawEntry[],
  control: string,
  data: 'data.tar.gz' | 'data.tar' = 'data.tar.gz',
): Buffer {
  const files = tarBytes(entries)
  return Buffer.concat([
    Buffer.from('!<arch>\n'),
    arMember('debian-binary', Buffer.from('2.0\n')),
    arMember('control.tar.gz', tgzBytes([{ path: './control', content: control }])),
    arMember(data, data === 'data.tar.gz' ? gzipSync(files) : files),
  ])
}

export const debControl = `Package: shop
Version: 1.0.0
Architecture: all
Maintainer: Shop team <shop@example.com>
Description: the shop
`

function arMember(name: string, content: Buffer): Buffer {
  const header = `${name.padEnd(16)}${'0'.padEnd(12)}${'0'.padEnd(6)}${'0'.padEnd(6)}${'100644'.padEnd(8)}${String(content.length).padEnd(10)}\`\n`
  return Buffer.concat([Buffer.from(header), content, Buffer.from(content.length % 2 ? '\n' : '')])
}

function crc32(content: Buffer): number {
  let crc = 0xffffffff
  for (const byte of content) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return (crc ^ 0xffffffff) >>> 0
}
