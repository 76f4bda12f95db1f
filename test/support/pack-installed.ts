import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { create } from 'tar'

const nodeModules = fileURLToPath(new URL('../../node_modules', import.meta.url))

/**
 * What `npm pack` makes of a package that is installed here: everything but its own node_modules, under `package/`. Takes
 * a folder, or a name in node_modules (aliases such as `http-server-14.1.0` too). The same bytes every time.
 */
export async function packInstalled(folderOrName: string): Promise<Buffer> {
  const cwd = isAbsolute(folderOrName) ? folderOrName : join(nodeModules, folderOrName)
  const chunks: Buffer[] = []
  const packed = create(
    {
      gzip: true,
      portable: true,
      mtime: new Date(0),
      prefix: 'package',
      cwd,
      filter: (path) => !/^(\.\/)?node_modules(\/|$)/.test(path),
    },
    ['.'],
  )
  for await (const chunk of packed) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The same as a file, with its digest. */
export async function packInstalledTo(
  name: string,
  path: string,
): Promise<{ sha256: string; bytes: number }> {
  const content = await packInstalled(name)
  writeFileSync(path, content)
  return { sha256: createHash('sha256').update(content).digest('hex'), bytes: content.length }
}
