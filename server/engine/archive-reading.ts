import type { ArchiveEntry } from '../domain/package.js'

/** Called for each entry in turn; false ends the reading. */
export type OnEntry = (entry: ArchiveEntry) => boolean

/** What reading an archive to its end brought to light. */
export interface ArchiveReading {
  /** The Procfile and package.json at the top, or in the one folder around everything. */
  readonly procfile: string | null
  readonly packageJson: string | null
  /** False when its content is packed in a way that Node cannot read: the builder looks. */
  readonly complete: boolean
}

/** The archive is broken, or is not what it should be; the message is the end of “cannot be read: …”. */
export class UnreadableArchive extends Error {}

/** Files larger than this don't decide how an application starts. */
export const maxStartFileBytes = 1024 * 1024

const wanted = /^(?:\.\/)?(?:[^/]+\/)?(Procfile|package\.json)$/

/** Collects the files that decide how an application starts; the shallowest of each name counts. */
export class StartFiles {
  private readonly found = new Map<string, { depth: number; text: string }>()

  wants(path: string, bytes: number): boolean {
    const name = wanted.exec(path)?.[1]
    if (!name || bytes > maxStartFileBytes) return false
    return depthOf(path) < (this.found.get(name)?.depth ?? Infinity)
  }

  add(path: string, content: Buffer): void {
    const name = wanted.exec(path)?.[1]
    if (name) this.found.set(name, { depth: depthOf(path), text: content.toString('utf8') })
  }

  reading(complete = true): ArchiveReading {
    return {
      procfile: this.found.get('Procfile')?.text ?? null,
      packageJson: this.found.get('package.json')?.text ?? null,
      complete,
    }
  }
}

function depthOf(path: string): number {
  return path.replace(/^\.\//, '').split('/').length
}
