// deb-to-tar.mjs DEB: a Debian package's files as a plain tar on stdout, for machines that have dpkg but no dpkg-deb.
import { readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

const deb = readFileSync(process.argv[2])
// Whoever reads stops at the limit of what a package may unpack to.
process.stdout.on('error', () => process.exit(0))
let at = 8
while (deb.toString('latin1', 0, 8) === '!<arch>\n' && at + 60 <= deb.length) {
  const name = deb
    .toString('latin1', at, at + 16)
    .trim()
    .replace(/\/$/, '')
  const size = Number(deb.toString('latin1', at + 48, at + 58).trim())
  const content = Readable.from([deb.subarray(at + 60, at + 60 + size)])
  if (name === 'data.tar') content.pipe(process.stdout)
  if (name === 'data.tar.gz') {
    const unpacked = createGunzip()
    unpacked.on('error', () => process.exit(1))
    content.pipe(unpacked).pipe(process.stdout)
  }
  at += 60 + size + (size % 2)
}
