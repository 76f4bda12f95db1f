import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { packInstalled } from './pack-installed.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface TestRegistry {
  /** What npm takes as its registry. */
  readonly url: string
  /** The packages whose tarballs were fetched, as `name@version`. */
  readonly served: string[]
  close(): Promise<void>
}

/**
 * An npm registry that serves what lies in this checkout's node_modules, every installed version of each package, packed
 * when it is asked for. So a package's dependencies can be installed for real, without the network.
 */
export async function startRegistry(): Promise<TestRegistry> {
  const folders = installedFolders()
  const served: string[] = []
  const server = createServer((request, response) => {
    const path = decodeURIComponent((request.url ?? '/').split('?')[0] ?? '/').slice(1)
    const tarball = /^(.+)\/-\/(\d[^/]*)\.tgz$/.exec(path)
    const [name, version] = tarball ? [tarball[1] ?? '', tarball[2] ?? ''] : [path, null]
    const versions = folders.get(name)
    const folder = version === null ? undefined : versions?.get(version)
    const answer = async () => {
      if (!versions || (version !== null && !folder)) return notFound(response)
      if (version === null) return sendJson(response, await packument(name, versions, url))
      served.push(`${name}@${version}`)
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(await packed(folder ?? ''))
    }
    answer().catch((error: unknown) => response.writeHead(500).end(String(error)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  return {
    url,
    served,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

interface LockedPackage {
  readonly name?: string
  readonly version?: string
}

/** Name → version → folder, after the lock file: nested copies and aliases included. */
function installedFolders(): Map<string, Map<string, string>> {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, LockedPackage>
  }
  const folders = new Map<string, Map<string, string>>()
  for (const [path, { name, version }] of Object.entries(lock.packages)) {
    const folder = join(root, path)
    if (path === '' || version === undefined || !existsSync(join(folder, 'package.json'))) continue
    const called = name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)
    const versions = folders.get(called) ?? new Map<string, string>()
    folders.set(called, versions.set(version, folder))
  }
  return folders
}

const tarballs = new Map<string, Promise<Buffer>>()

function packed(folder: string): Promise<Buffer> {
  const known = tarballs.get(folder) ?? packInstalled(folder)
  tarballs.set(folder, known)
  return known
}

async function packument(name: string, versions: Map<string, string>, url: string): Promise<object> {
  const described: Record<string, object> = {}
  for (const [version, folder] of versions) {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as object
    const integrity = `sha512-${createHash('sha512')
      .update(await packed(folder))
      .digest('base64')}`
    described[version] = { ...manifest, dist: { tarball: `${url}${name}/-/${version}.tgz`, integrity } }
  }
  return { name, 'dist-tags': { latest: [...versions.keys()].sort().at(-1) }, versions: described }
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function notFound(response: ServerResponse): void {
  response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}')
}
