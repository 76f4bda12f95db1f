import { closeSync, copyFileSync, fstatSync, openSync, readSync, statSync, truncateSync } from 'node:fs'

const keptBytes = 20 * 1024 * 1024

/** The end of a log for a message: at most `count` lines. */
export function lastLines(file: string, count = 15): string {
  try {
    const descriptor = openSync(file, 'r')
    try {
      const { size } = fstatSync(descriptor)
      const length = Math.min(size, 16_384)
      const buffer = Buffer.alloc(length)
      readSync(descriptor, buffer, 0, length, size - length)
      return buffer.toString('utf8').trimEnd().split('\n').slice(-count).join('\n')
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return '(there is no log)'
  }
}

/**
 * Moves what a long log holds into `<file>.1`. Its writer appends, so that it goes on at the new end; a line written
 * between copy and cut is lost, which a log may.
 */
export function rotateIfLong(file: string, maxBytes = keptBytes): void {
  try {
    if (statSync(file).size <= maxBytes) return
    copyFileSync(file, `${file}.1`)
    truncateSync(file, 0)
  } catch {
    // It does not exist yet.
  }
}
