import { existsSync } from 'node:fs'
import { cp, mkdir, realpath, rm, symlink } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'

/**
 * The folder that gives instances node and npm, or undefined when the machine's /usr (outside /usr/local, which is the
 * instance's own) has them already. A node below somebody's home or /usr/local is copied once for each version: an
 * instance must not see that home, and its user could not enter it.
 */
export async function nodeRuntime(folder: string): Promise<string | undefined> {
  const node = await realpath(process.execPath)
  const npm = await npmFolder(node)
  const shared = (path: string | undefined) => path?.startsWith('/usr/') && !path.startsWith('/usr/local/')
  if (shared(node) && (npm === undefined || shared(npm)) && existsSync('/usr/bin/node')) return undefined
  const runtime = join(folder, `node-${process.version}`)
  if (existsSync(join(runtime, 'complete'))) return runtime
  await rm(runtime, { recursive: true, force: true })
  await mkdir(join(runtime, 'bin'), { recursive: true })
  await cp(node, join(runtime, 'bin/node'))
  if (npm) {
    await cp(npm, join(runtime, 'lib/node_modules/npm'), { recursive: true, dereference: true })
    await symlink('../lib/node_modules/npm/bin/npm-cli.js', join(runtime, 'bin/npm'))
    await symlink('../lib/node_modules/npm/bin/npx-cli.js', join(runtime, 'bin/npx'))
  }
  await mkdir(join(runtime, 'complete'))
  return runtime
}

/** npm lies beside its node, or where the first npm of PATH leads. */
async function npmFolder(node: string): Promise<string | undefined> {
  const beside = join(dirname(dirname(node)), 'lib/node_modules/npm')
  if (existsSync(join(beside, 'bin/npm-cli.js'))) return beside
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const link = join(folder, 'npm')
    if (!existsSync(link)) continue
    const cli = await realpath(link)
    if (cli.endsWith('npm-cli.js')) return dirname(dirname(cli))
  }
  return undefined
}
