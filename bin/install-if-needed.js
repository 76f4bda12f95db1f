import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runTool } from './run-tool.js'

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages ?? {}
  } catch {
    return undefined
  }
}

/**
 * Whether node_modules holds what the lock file names. npm writes its own list of what it put there as the last act of
 * an installation, so an interrupted one has none. Packages for other platforms are missing rightly; what somebody added
 * beside them does no harm. Without `development`, development packages may be missing.
 */
export function isInstalled(root, { development }) {
  const wanted = packagesOf(join(root, 'package-lock.json'))
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'))
  if (wanted === undefined || present === undefined) return false
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || entry.link === true) return true
    const found = present[path]
    if (found === undefined)
      return entry.optional === true || entry.peer === true || (entry.dev === true && !development)
    return found.version === entry.version && found.integrity === entry.integrity
  })
}

/** npm as this Node brought it, else the one in PATH. */
function npm() {
  const beside = process.env.npm_execpath
  if (beside !== undefined && beside.endsWith('.js') && existsSync(beside)) {
    return { command: process.execPath, before: [beside] }
  }
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', before: [] }
}

/** Installs exactly what the lock file names. Throws a sentence when npm could not. */
export async function install(root, say) {
  say('Installing packages (npm ci): about half a minute, only the first time and after an update.')
  const { command, before } = npm()
  const { code, output } = await runTool(command, [...before, 'ci', '--no-audit', '--no-fund'], root)
  if (code === 0) return
  throw new Error(
    `The packages could not be installed: npm ci ended with ${code}. Check that this machine reaches the npm registry ` +
      `(npm ping), or copy a node_modules folder that matches package-lock.json; then try again. npm said:\n${output.trim()}`,
  )
}
