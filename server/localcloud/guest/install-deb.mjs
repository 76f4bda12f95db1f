// node install-deb.mjs FILE: a .deb is an ar archive of control.tar.* and data.tar.*; both are unpacked with the
// instance's tar into the instance's root, and the maintainer scripts run there.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

const fail = (message) => {
  process.stderr.write(`dpkg: ${message}\n`)
  process.exit(1)
}

function members(archive) {
  if (archive.subarray(0, 8).toString('latin1') !== '!<arch>\n') fail(`${file} is not a Debian package.`)
  const found = new Map()
  for (let at = 8; at + 60 <= archive.length;) {
    const header = archive.subarray(at, at + 60).toString('latin1')
    const size = Number(header.slice(48, 58))
    if (!Number.isInteger(size)) fail(`${file} is damaged.`)
    found.set(header.slice(0, 16).trim().replace(/\/$/, ''), archive.subarray(at + 60, at + 60 + size))
    at += 60 + size + (size % 2)
  }
  return found
}

function unpacked(name, data) {
  if (name.endsWith('.tar')) return data
  if (name.endsWith('.gz')) return gunzipSync(data)
  const tool = { xz: 'xz', zst: 'zstd', bz2: 'bzip2', lzma: 'xz' }[name.split('.').at(-1)]
  const done = tool && spawnSync(tool, ['-dc'], { input: data, maxBuffer: 4 * 2 ** 30 })
  if (!done || done.status !== 0)
    fail(`${name} cannot be unpacked: ${tool ?? 'its format'} is missing on this machine.`)
  return done.stdout
}

function extract(archive, prefix, into) {
  const entry = [...archive].find(([name]) => name.startsWith(prefix))
  if (!entry) fail(`${file} has no ${prefix}.`)
  const options = ['-x', '-C', into, '--no-same-owner', '--keep-directory-symlink', '-f', '-']
  const done = spawnSync('tar', options, { input: unpacked(...entry), stdio: ['pipe', 'inherit', 'inherit'] })
  if (done.status !== 0) fail(`${entry[0]} could not be unpacked.`)
}

/** Without a file system of its own, what the script names lies below the instance's folder. */
function lead(text) {
  const root = process.env.LOCALCLOUD_ROOT
  if (!root) return text
  const folders =
    /(?<![\w./$}])\/(?:etc|opt|var|srv|home|root|run|usr\/local|(?:usr\/)?lib\/systemd)(?=$|[^\w.-])/gm
  return text.replace(folders, (path) => root + path)
}

function maintain(script, ...args) {
  const path = `${control}/${script}`
  if (!existsSync(path)) return
  writeFileSync(path, lead(readFileSync(path, 'utf8')))
  chmodSync(path, 0o755)
  const env = {
    ...process.env,
    DEBIAN_FRONTEND: 'noninteractive',
    DPKG_MAINTSCRIPT_NAME: script,
    DPKG_MAINTSCRIPT_PACKAGE: name,
  }
  const done = spawnSync(path, args, { stdio: 'inherit', env })
  if (done.status !== 0) fail(`${script} of ${name} failed with status ${done.status ?? done.signal}.`)
}

const file = process.argv[2]
const archive = members(readFileSync(file))
const control = mkdtempSync(`${process.env.TMPDIR ?? '/tmp'}/deb-`)
extract(archive, 'control.tar', control)
const fields = readFileSync(`${control}/control`, 'utf8')
const field = (key) => new RegExp(`^${key}:\\s*(.+)$`, 'm').exec(fields)?.[1] ?? ''
const name = field('Package')
process.stdout.write(`Unpacking ${name} (${field('Version')}) ...\n`)
maintain('preinst', 'install')
extract(archive, 'data.tar', process.env.LOCALCLOUD_ROOT ?? '/')
process.stdout.write(`Setting up ${name} (${field('Version')}) ...\n`)
maintain('postinst', 'configure', '')
mkdirSync('/var/lib/localcloud/packages', { recursive: true })
writeFileSync(`/var/lib/localcloud/packages/${name}`, fields)
rmSync(control, { recursive: true, force: true })
