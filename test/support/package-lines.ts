import { gzipSync } from 'node:zlib'
import type { InstalledPackage } from '../../server/domain/image-packages.js'

/** What a builder writes on its console of what is installed, in lines as long as asked. */
export function packageLines(packages: readonly InstalledPackage[], width = 600): string[] {
  const text = packages.map(({ manager, name, version }) => `${manager}\t${name}\t${version}\n`).join('')
  const packed = gzipSync(text).toString('base64')
  const lines = Math.ceil(packed.length / width)
  return Array.from(
    { length: lines },
    (_, nth) => `PACKAGES ${nth + 1}/${lines} ${packed.slice(nth * width, (nth + 1) * width)}`,
  )
}
