import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Where the paths that an instance may write to really are, on a machine without namespaces. */
export interface Places {
  /** The instance's own folder on the machine. */
  readonly folder: string
}

export const rootOf = ({ folder }: Places): string => join(folder, 'disk/root')

const own = (places: Places): Readonly<Record<string, string>> => ({
  '/.localcloud/bin': join(places.folder, 'guest'),
  '/.localcloud/metadata': join(places.folder, 'metadata'),
  '/.localcloud/console': join(places.folder, 'console.fifo'),
  '/.localcloud/requests': join(places.folder, 'requests.fifo'),
  '/dev/console': join(places.folder, 'console.fifo'),
})

/** Folders that belong to the instance. What it only reads of the machine (certificates, resolver) stays as it is. */
const folders = [
  'etc(?!/(?:ssl|ca-certificates|resolv\\.conf|alternatives|ld\\.so))',
  'opt',
  'var',
  'srv',
  'home',
  'root',
  'run',
  'tmp',
  'usr/local',
  'usr/lib/systemd',
  'lib/systemd',
].join('|')
const special = '\\.localcloud/(?:bin|metadata|console|requests)|dev/console'
const pattern = new RegExp(`(?<![\\w./$}~])/(?:${special}|${folders})(?=$|[^\\w.-])`, 'gm')

/**
 * Leads a script's absolute paths into the instance's root: the stand-in for a file system of its own. Paths that a
 * program builds while it runs are not seen; what they reach is kept from harm by the instance's user alone.
 */
export function mapPaths(text: string, places: Places): string {
  const named = own(places)
  return text.replace(pattern, (path) => named[path] ?? `${rootOf(places)}${path}`)
}

/** Puts the guest programs, with their paths led into the instance, beside it; returns their folder. */
export function placeMappedGuest(guest: string, places: Places): string {
  const folder = join(places.folder, 'guest')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { mode: 0o755 })
  for (const name of readdirSync(guest))
    writeFileSync(join(folder, name), mapPaths(readFileSync(join(guest, name), 'utf8'), places), {
      mode: 0o755,
    })
  return folder
}
