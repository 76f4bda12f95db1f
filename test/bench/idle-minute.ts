import { callsBetween, type CallsMade } from './aws-calls.js'
import { memoryOf, memoryOfTree, peakMemoryOf } from './memory.js'
import type { RunningDelling } from './running-delling.js'
import { median } from './statistics.js'

export interface IdleMinute {
  readonly calls: CallsMade
  readonly consoleBytes: number
  /** Since the console's start; undefined where the system does not keep it. */
  readonly consolePeakBytes: number | undefined
  readonly localCloudBytes: number
  readonly databaseBytes: number
}

const minuteMs = 60_000
/** Longer than what a switch leaves behind takes to be repaid. */
const calmMs = 6_000
const sampleEveryMs = 5_000

/** After a calm moment, a minute in which nobody asks anything: AWS calls, and the medians of the memory seen in it. */
export async function measureIdleMinute({ control, pids }: RunningDelling): Promise<IdleMinute> {
  await new Promise((resolve) => setTimeout(resolve, calmMs))
  const before = await control.callCounts()
  const end = performance.now() + minuteMs
  const seen: { console: number; localCloud: number; database: number }[] = []
  while (performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, Math.min(sampleEveryMs, end - performance.now())))
    seen.push({
      console: memoryOf(pids.console),
      localCloud: memoryOf(pids.localCloud),
      database: memoryOfTree(pids.postmaster),
    })
  }
  return {
    calls: callsBetween(before, await control.callCounts()),
    consoleBytes: median(seen.map((sample) => sample.console)),
    consolePeakBytes: peakMemoryOf(pids.console),
    localCloudBytes: median(seen.map((sample) => sample.localCloud)),
    databaseBytes: median(seen.map((sample) => sample.database)),
  }
}
