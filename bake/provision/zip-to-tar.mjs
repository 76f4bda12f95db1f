// zip-to-tar.mjs ZIP TAR MAX_BYTES MAX_ENTRIES: what zip-to-tar.py does, for machines that have Node and no Python.
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'

const [source, target] = process.argv.slice(2)
const [maxBytes, maxEntries] = process.argv.slice(4).map(Number)

function fail(why) {
  process.stdout.write(`FAILED: unsafe package: ${why}\n`)
  process.exit(1)
}

const zip = readFileSync(source)
const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
if (end < 0) fail('it is not a zip file.')
const count = zip.readUInt16LE(end + 10)
if (count === 0xffff) fail('it has too many entries.')
if (count > maxEntries) fail(`it has more than ${maxEntries} entries.`)
const out = openSync(target, 'w')
let total = 0
let at = zip.readUInt32LE(end + 16)
for (let index = 0; index < count; index++) {
  if (zip.readUInt32LE(at) !== 0x02014b50) fail('its directory is broken.')
  const [flags, method] = [zip.readUInt16LE(at + 8), zip.readUInt16LE(at + 10)]
  const [packed, size] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 24)]
  const nameLength = zip.readUInt16LE(at + 28)
  const mode = zip.readUInt16LE(at + 40)
  const local = zip.readUInt32LE(at + 42)
  const name = zip.subarray(at + 46, at + 46 + nameLength)
  at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  if (flags & 1) fail(`entry "${name}" is encrypted.`)
  total += size
  if (total > maxBytes) fail(`it unpacks to more than ${maxBytes} bytes.`)
  const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  const raw = zip.subarray(from, from + packed)
  if (method !== 0 && method !== 8) fail(`entry "${name}" is packed in a way that is not known.`)
  // One byte more than announced is an error of its own: the announced size is what was checked.
  const content = method === 0 ? raw : inflateRawSync(raw, { maxOutputLength: Math.max(1, size) })
  if (content.length !== size) fail(`entry "${name}" has another size than it says.`)
  const format = mode & 0o170000
  if (name.at(-1) === 0x2f) add(name, '5', 0o755, Buffer.alloc(0))
  else if (format === 0o120000) add(name, '2', 0o777, Buffer.alloc(0), content)
  else if (format !== 0 && format !== 0o100000)
    fail(`entry "${name}" is neither a file nor a folder nor a link.`)
  else add(name, '0', mode & 0o777 || 0o644, content)
}
writeSync(out, Buffer.alloc(1024))
closeSync(out)

/** One tar entry; names beyond 100 bytes go into an entry before it, as GNU tar does. */
function add(name, type, mode, content, link = Buffer.alloc(0)) {
  if (name.length > 99)
    block(Buffer.from('././@LongLink'), 'L', 0o644, Buffer.concat([name, Buffer.alloc(1)]))
  if (link.length > 99)
    block(Buffer.from('././@LongLink'), 'K', 0o644, Buffer.concat([link, Buffer.alloc(1)]))
  block(name.subarray(0, 99), type, mode, content, link.subarray(0, 99))
}

function block(name, type, mode, content, link = Buffer.alloc(0)) {
  const header = Buffer.alloc(512)
  const octal = (value, offset, width) => header.write(value.toString(8).padStart(width - 1, '0'), offset)
  name.copy(header, 0)
  octal(mode, 100, 8)
  octal(0, 108, 8)
  octal(0, 116, 8)
  octal(content.length, 124, 12)
  octal(0, 136, 12)
  header.write(type, 156)
  link.copy(header, 157)
  header.write('ustar  ', 257)
  header.fill(0x20, 148, 156)
  const sum = header.reduce((all, byte) => all + byte, 0)
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  writeSync(out, header)
  if (content.length > 0) writeSync(out, content)
  if (content.length % 512) writeSync(out, Buffer.alloc(512 - (content.length % 512)))
}
