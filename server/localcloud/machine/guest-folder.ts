import { existsSync } from 'node:fs'
import { cp, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** The programs that instances find first in their PATH, in the project's own tree: they are not compiled. */
function sourceFolder(): string {
  let folder = import.meta.dirname
  while (!existsSync(join(folder, 'package.json')) && folder !== dirname(folder)) folder = dirname(folder)
  return join(folder, 'server/localcloud/guest')
}

/** Copies them to where the instances' user can read them, whatever folder the project lies in. */
export async function placeGuestFolder(into: string): Promise<string> {
  const folder = join(into, 'guest')
  await rm(folder, { recursive: true, force: true })
  await cp(sourceFolder(), folder, { recursive: true })
  return folder
}
