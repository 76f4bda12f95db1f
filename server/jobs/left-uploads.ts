import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Forgetting } from '../engine/ports-system.js'

/** A file that is received or passed on is touched all the time; one that nobody has touched for so long was left by a crash. */
const leftAfterMs = 86_400_000

/** Forgets uploads too that a process left in its folder when it died; requests that end remove their own. */
export function withLeftUploads(forgetting: Forgetting, folder: string): Forgetting {
  return {
    async forget() {
      const counts = await forgetting.forget()
      return { ...counts, uploads: await removeLeft(folder) }
    },
  }
}

async function removeLeft(folder: string): Promise<number> {
  const oldest = Date.now() - leftAfterMs
  let removed = 0
  for (const file of await filesIn(folder)) {
    // Its request may have removed it since the folder was read.
    const touchedMs = await stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => Number.POSITIVE_INFINITY,
    )
    if (touchedMs >= oldest) continue
    await rm(file, { force: true })
    removed += 1
  }
  return removed
}

/** None before the first upload. */
async function filesIn(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map(({ name }) => join(folder, name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
