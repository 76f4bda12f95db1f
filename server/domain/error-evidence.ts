/** What a group answered in one period of the metric. */
export interface AnswerCount {
  readonly at: Date
  readonly requests: number
  /** Answers of its own targets with a 5xx code. */
  readonly errors: number
}

/** By how much a harmful release may multiply the error rate: the hypotheses that share the evidence, evenly in the logarithm. */
const harms = Array.from({ length: 15 }, (_, index) => 1.25 * (10 / 1.25) ** (index / 14))

/**
 * How strongly the counts speak for next failing more often than previous: an e-value. Where both fail alike, it reaches 100
 * with a probability of at most one in a hundred, however often it is looked at. Periods in which only one of the two was
 * asked say nothing.
 */
export function evidenceOfHarm(next: readonly AnswerCount[], previous: readonly AnswerCount[]): number {
  const before = new Map(previous.map((count) => [count.at.getTime(), count]))
  const pairs = next.flatMap((count) => {
    const other = before.get(count.at.getTime())
    return other && other.requests > 0 && count.requests > 0 ? [{ next: count, previous: other }] : []
  })
  const logs = harms.map((harm) =>
    pairs.reduce((sum, pair) => {
      const exposure = pair.next.requests / pair.previous.requests
      const [share, even] = [(harm * exposure) / (1 + harm * exposure), exposure / (1 + exposure)]
      return (
        sum +
        pair.next.errors * Math.log(share / even) +
        pair.previous.errors * Math.log((1 - share) / (1 - even))
      )
    }, 0),
  )
  const largest = Math.max(...logs)
  return Math.exp(largest) * (logs.reduce((sum, log) => sum + Math.exp(log - largest), 0) / logs.length)
}
