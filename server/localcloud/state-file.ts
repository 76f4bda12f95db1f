import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'

const WRITE_AFTER_MS = 50

/** A big state is written less often: most of the time must be left for something else. */
const REST_TIMES_WRITE = 20

/**
 * The whole cloud as one JSON file. Services mutate their live section and call `changed`; the file follows within
 * 100 ms (later where putting a big state into words takes longer than a few), written beside and renamed, so that a crash
 * leaves the old or the new state and never half of one.
 */
export class StateFile {
  private timer: NodeJS.Timeout | undefined
  private writing: Promise<void> = Promise.resolve()
  private dirty = false
  private wordsTookMs = 0

  private constructor(
    private readonly path: string | undefined,
    private readonly sections: Record<string, unknown>,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Without a path nothing is kept. Throws when the file is there but is not JSON. */
  static async open(path: string | undefined, onFailure: (error: unknown) => void): Promise<StateFile> {
    if (!path) return new StateFile(undefined, {}, onFailure)
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '{}'
      throw error
    })
    return new StateFile(path, JSON.parse(text) as Record<string, unknown>, onFailure)
  }

  /** Where the state lies, for what is too big to be part of it; undefined when nothing is kept. */
  get folder(): string | undefined {
    return this.path && dirname(this.path)
  }

  /** The live object of that name; `initial` is what it is in a fresh account. Dates must be kept as numbers. */
  section<T extends object>(name: string, initial: T): T {
    this.sections[name] ??= initial
    return this.sections[name] as T
  }

  changed(): void {
    this.dirty = true
    if (!this.path || this.timer) return
    this.timer = setTimeout(
      () => {
        this.timer = undefined
        this.flush().catch(this.onFailure)
      },
      Math.max(WRITE_AFTER_MS, REST_TIMES_WRITE * this.wordsTookMs),
    )
  }

  /** Resolves when what is in memory now is on disk. */
  flush(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    this.writing = this.writing.catch(() => undefined).then(() => this.write())
    return this.writing
  }

  /** Forgets everything: sections handed out before are dead objects from now on. */
  async clear(): Promise<void> {
    for (const name of Object.keys(this.sections)) delete this.sections[name]
    this.dirty = true
    await this.flush()
  }

  private async write(): Promise<void> {
    if (!this.path || !this.dirty) return
    this.dirty = false
    const beside = `${this.path}.new`
    const file = await open(beside, 'w', 0o600)
    try {
      const begun = performance.now()
      const text = JSON.stringify(this.sections)
      this.wordsTookMs = performance.now() - begun
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(beside, this.path)
    const folder = await open(dirname(this.path), 'r')
    await folder.sync().finally(() => folder.close())
  }
}
