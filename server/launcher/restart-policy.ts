const minuteMs = 60_000
const mostRestartsInAMinute = 3

/**
 * How long to wait before a process that ended is started again, given the moments at which it ended, the latest last;
 * undefined: it ends too often, and restarting helps nobody. In milliseconds.
 */
export function restartDelay(ends: readonly number[]): number | undefined {
  const latest = ends.at(-1) ?? 0
  const recent = ends.filter((at) => latest - at < minuteMs).length
  return recent > mostRestartsInAMinute ? undefined : 250 * 4 ** (recent - 1)
}
