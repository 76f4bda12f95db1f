import { unprefixed } from './console-lines.js'
import { withoutPackageLines } from './image-packages.js'

/** A log longer than this loses its beginning. */
export const maxLogChars = 256 * 1024

const anchorChars = 400

/**
 * A bake's log after another look at its builder's console: the part from the bake's beginning on, without the boot
 * before it and without the list of packages. Until the bake has begun there is none.
 */
export function logAfter(bakeId: string, log: string, consoleText: string): string {
  const begin = consoleText.lastIndexOf(`BAKE-BEGIN ${bakeId}`)
  if (begin < 0 && log === '') return ''
  return mergedLog(log, withoutPackageLines(unprefixed(consoleText.slice(Math.max(0, begin)))))
}

/**
 * What is known of a log after another look at the console. AWS keeps only the console's last 64 KB, and its copies
 * overlap: what was already there is not written twice, and a gap is named. An empty look changes nothing.
 */
export function mergedLog(log: string, seen: string): string {
  if (seen.trim() === '') return log
  if (log === '' || seen.startsWith(log)) return bounded(seen)
  if (log.endsWith(seen)) return log
  const anchor = log.slice(-anchorChars)
  const at = seen.lastIndexOf(anchor)
  if (at >= 0) return bounded(log + seen.slice(at + anchor.length))
  return bounded(`${log.replace(/\n?$/, '\n')}… some lines are missing here …\n${seen}`)
}

/** The last lines of a log, for the page of a bake that failed. */
export function lastLines(log: string, count: number): string {
  return log.trimEnd().split('\n').slice(-count).join('\n')
}

function bounded(log: string): string {
  if (log.length <= maxLogChars) return log
  const tail = log.slice(-maxLogChars)
  return tail.slice(tail.indexOf('\n') + 1)
}
