import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, isBuilt } from './build-if-stale.js'
import { withLock } from './folder-lock.js'
import { install, isInstalled } from './install-if-needed.js'

/** The checkout that this launcher lies in, from wherever it was started. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '')

const say = (sentence) => process.stderr.write(`${sentence}\n`)

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  throw new Error(
    `Delling needs Node 20.19 or newer; this is ${process.versions.node}. Install a newer Node (https://nodejs.org) and try again.`,
  )
}

/** Installed by npm: everything is there, built, and not ours to change. npm leaves lock files out of what it packs. */
const isPackaged = () => !existsSync(join(root, 'package-lock.json'))

/**
 * Brings node_modules and dist up to date, and only then: with both in place it needs no network and takes no lock.
 * Progress goes to stderr. Ends the process with one sentence when it cannot.
 */
export async function prepare({ development = false } = {}) {
  try {
    refuseOldNode()
    if (isPackaged()) return
    const ready = () => isInstalled(root, { development }) && isBuilt(root)
    if (ready()) return
    await withLock(
      join(root, 'dist', '.prepare.lock'),
      async () => {
        const builds = !isBuilt(root)
        if (!isInstalled(root, { development: development || builds })) await install(root, say)
        if (!isBuilt(root)) await build(root, say)
      },
      () => say('Another copy is installing or building in this folder; waiting for it.'),
    )
  } catch (error) {
    say(error.message)
    process.exit(1)
  }
}
