import { createHash } from 'node:crypto'
import { chmod, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { LocalCloudOptions } from '../options.js'
import { canEnter, type Confinement } from './confinement.js'

/**
 * Where instances' and images' files lie: the given folder, else below the home, else (as root, when the instances'
 * user cannot enter the home) in one system folder of this home's own.
 */
export async function instancesFolder(options: LocalCloudOptions, { user }: Confinement): Promise<string> {
  const digest = createHash('sha256').update(options.home).digest('hex').slice(0, 12)
  const candidates = options.instancesDir
    ? [options.instancesDir]
    : [join(options.home, 'machines'), join('/var/lib/delling-localcloud', digest)]
  for (const folder of candidates) {
    await mkdir(folder, { recursive: true })
    // Passed through, not listed: each instance's own folder is closed to everybody but its user.
    await chmod(folder, user ? 0o711 : 0o700)
    if (await canEnter(folder, user)) return folder
  }
  throw new Error(
    `The instances' user cannot enter ${candidates.join(' or ')}; name another folder with --instances-dir.`,
  )
}
