import { readFileSync, writeFileSync } from 'node:fs'

const KEPT_BYTES = 64 * 1024
const WRITE_AFTER_MS = 500

interface Part {
  readonly atMs: number
  readonly data: Buffer
}

/** The last 64 KB that an instance wrote, kept on disk beside it; EC2 keeps as much. */
export class ConsoleLog {
  private parts: Part[] = []
  private length = 0
  private timer: NodeJS.Timeout | undefined

  constructor(private readonly path: string) {
    try {
      this.append(readFileSync(path), 0)
    } catch {
      // A new instance has none yet.
    }
  }

  append(data: Buffer, atMs: number = Date.now()): void {
    this.parts.push({ atMs, data })
    this.length += data.length
    if (this.length > 2 * KEPT_BYTES || this.parts.length > 4096) this.compact(atMs)
    this.timer ??= setTimeout(() => this.flush(), WRITE_AFTER_MS)
  }

  /** What was written up to that moment. */
  text(untilMs = Number.POSITIVE_INFINITY): Buffer {
    const data = Buffer.concat(this.parts.filter((part) => part.atMs <= untilMs).map((part) => part.data))
    return data.subarray(Math.max(0, data.length - KEPT_BYTES))
  }

  flush(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    try {
      writeFileSync(this.path, this.text(), { mode: 0o600 })
    } catch {
      // The instance's folder is gone: it was terminated in between.
    }
  }

  private compact(atMs: number): void {
    const data = this.text()
    this.parts = [{ atMs, data }]
    this.length = data.length
  }
}
