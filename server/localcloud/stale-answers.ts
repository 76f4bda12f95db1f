import type { AwsCall } from './aws-call.js'

interface Kept {
  readonly at: number
  readonly output: object
}

/** What may be asked for is at most a minute old; it was answered at the poll before that. */
const LONGEST_MS = 120_000

/**
 * What reads answered a while ago, so that they can be answered so again: AWS's eventual consistency. Nothing is kept
 * until it is first asked for. Operations make their answers anew each time, so none is copied here.
 */
export class StaleAnswers {
  private readonly kept = new Map<string, Kept[]>()
  private keeping = false

  /** From now on every answer is kept: what is made stale later can then be as old as it is asked to be. */
  keep(): void {
    this.keeping = true
  }

  /** The answer to the same question at least `ageMs` ago, where one is known; else the present one. */
  answer(call: AwsCall, output: object, ageMs: number): object {
    if (ageMs === 0 && !this.keeping) return output
    this.keeping = true
    const key = `${call.service} ${call.action} ${JSON.stringify(call.input)}`
    const now = performance.now()
    let kept = this.kept.get(key)
    if (!kept) this.kept.set(key, (kept = []))
    const firstKept = kept.findIndex((each) => each.at >= now - LONGEST_MS)
    kept.splice(0, firstKept < 0 ? kept.length : firstKept)
    const found = ageMs > 0 ? (kept.findLast((each) => each.at <= now - ageMs) ?? kept[0]) : undefined
    kept.push({ at: now, output })
    return found ? found.output : output
  }
}
