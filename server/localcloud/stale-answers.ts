import type { AwsCall } from './aws-call.js'

interface Kept {
  readonly at: number
  readonly output: object
}

const LONGEST_MS = 60_000

/**
 * What reads answered a while ago, so that they can be answered so again: AWS's eventual consistency. Nothing is kept
 * until it is first asked for. Operations make their answers anew each time, so none is copied here.
 */
export class StaleAnswers {
  private readonly kept = new Map<string, Kept[]>()

  /** The answer to the same question at least `ageMs` ago, where one is known; else the present one. */
  answer(call: AwsCall, output: object, ageMs: number): object {
    if (ageMs === 0 && this.kept.size === 0) return output
    const key = `${call.service} ${call.action} ${JSON.stringify(call.input)}`
    const now = performance.now()
    const earlier = (this.kept.get(key) ?? []).filter((each) => each.at >= now - LONGEST_MS)
    const found = earlier.findLast((each) => each.at <= now - ageMs) ?? (ageMs > 0 ? earlier[0] : undefined)
    this.kept.set(key, [...earlier, { at: now, output }])
    return ageMs > 0 && found ? found.output : output
  }
}
