import { rotateIfLong } from './log-file.js'
import { isAlive } from './process-identity.js'
import { restartDelay } from './restart-policy.js'
import type { Part } from './service.js'

export interface Supervision {
  /** Ends the watching and then the process. */
  stop(): Promise<void>
}

const lookEveryMs = 250

/**
 * Starts a process again that ends unasked, with growing pauses; when that happens too often it gives up and calls
 * `onGivenUp` with a sentence.
 */
export function keepRunning(
  part: Part,
  say: (sentence: string) => void,
  onGivenUp: (sentence: string) => void,
): Supervision {
  let current = part
  let watching = true
  const ends: number[] = []
  const { title, logFile } = part

  const startAgain = async () => {
    ends.push(Date.now())
    const delayMs = restartDelay(ends)
    if (delayMs === undefined) {
      watching = false
      onGivenUp(`The ${title} ended ${ends.length} times within a minute. Its log: ${logFile}`)
      return
    }
    say(`The ${title} ended by itself; starting it again. Its log: ${logFile}`)
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    if (!watching) return
    try {
      current = await current.again()
      say(`The ${title} runs again.`)
    } catch (error) {
      // Stopping interrupts a start; otherwise the next look counts it as one more end.
      if (watching) say((error as Error).message)
    }
  }

  const watch = async () => {
    while (watching) {
      if (isAlive(current.process)) rotateIfLong(logFile)
      else await startAgain()
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs))
    }
  }
  const watched = watch()

  return {
    stop: async () => {
      watching = false
      await watched
      await current.stop()
    },
  }
}
