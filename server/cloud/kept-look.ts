import type { Look } from '../engine/ports-account.js'
import type { Clock } from '../engine/ports.js'

export interface LookPace {
  /** The least time from the end of one read to the beginning of the next, also after one that failed. */
  readonly restMs: number
  /** What each request of a read adds to that. */
  readonly restForEachRequestMs: number
  /** How long after its beginning a read is waited for; then there is what there is, and the read goes on for who comes next. */
  readonly patienceMs: number
}

/** What a read gives, and how many requests it took. */
export interface Read<Seen> {
  readonly seen: Seen
  readonly requests: number
  /** From when the oldest of it is, where that was before the read began. */
  readonly at?: Date
}

interface Good<Seen> {
  readonly seen: Seen
  readonly at: Date
  readonly nowMs: number
}

/** What the last read took longer than, the next one isn't waited for: what there is is shown at once, with its age. */
const quickMs = 1000

/**
 * One look for any number of viewers: it is read anew when somebody asks and its rest is over, by one read at a time. A read
 * that fails leaves the last good look in place with the reason beside it.
 */
export function keptLook<Seen>(
  read: () => Promise<Read<Seen>>,
  { clock, pace }: { readonly clock: Clock; readonly pace: LookPace },
): (maxAgeMs?: number) => Promise<Look<Seen>> {
  let good: Good<Seen> | null = null
  let fault: string | null = null
  let dueMs = 0
  let underWay: Promise<void> | null = null
  let [begunMs, tookMs] = [0, 0]

  const begin = async () => {
    const [at, nowMs] = [clock.now(), performance.now()]
    let requests = 0
    begunMs = nowMs
    try {
      const answer = await read()
      requests = answer.requests
      good = { seen: answer.seen, at: answer.at && answer.at < at ? answer.at : at, nowMs }
      fault = null
    } catch (error) {
      fault = error instanceof Error ? error.message : String(error)
    }
    tookMs = performance.now() - nowMs
    dueMs = performance.now() + pace.restMs + requests * pace.restForEachRequestMs
    underWay = null
  }

  return async (maxAgeMs = 0) => {
    const isYoung = good !== null && performance.now() - good.nowMs <= maxAgeMs
    if (isYoung || (underWay === null && performance.now() < dueMs)) return shown()
    underWay ??= begin()
    if (good !== null && tookMs > quickMs) return shown()
    const isDone = await doneWithin(underWay, Math.max(0, begunMs + pace.patienceMs - performance.now()))
    return isDone
      ? shown()
      : { ...shown(), fault: `It is still being read, after ${pace.patienceMs / 1000} s.` }
  }

  function shown(): Look<Seen> {
    return { seen: good?.seen ?? null, at: good?.at ?? null, fault }
  }
}

async function doneWithin(work: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms)
  })
  try {
    return await Promise.race([work.then(() => true as const), late])
  } finally {
    clearTimeout(timer)
  }
}

/** The same for many keys, of which so many are kept as were asked for last. */
export function keptLooks<Seen>(
  read: (key: string) => Promise<Read<Seen>>,
  options: { readonly clock: Clock; readonly pace: LookPace; readonly most: number },
): (key: string) => Promise<Look<Seen>> {
  const looks = new Map<string, () => Promise<Look<Seen>>>()
  return (key) => {
    const look = looks.get(key) ?? keptLook(() => read(key), options)
    looks.delete(key)
    looks.set(key, look)
    for (const oldest of looks.keys()) {
      if (looks.size <= options.most) break
      looks.delete(oldest)
    }
    return look()
  }
}
