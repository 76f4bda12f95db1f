/** How one request to AWS ended: `refused` is AWS's own no, `unanswered` a fault of AWS or no answer at all. */
export type CallOutcome = 'answered' | 'refused' | 'throttled' | 'unanswered'

/** What was asked of one API of AWS within a minute. */
export interface CallFigures {
  /** `ec2:RunInstances`, as IAM policies spell it. */
  readonly api: string
  /** Requests that were sent, each attempt for itself. */
  readonly count: number
  readonly throttled: number
  readonly refused: number
  readonly unanswered: number
  /** How many requests ended within each step of time, by `latencyStep`. */
  readonly latency: Readonly<Record<string, number>>
}

/** Each step is so much longer than the one before: what is read off a step is at most this much too long. */
const growth = 1.15

/** The step of time that a request of so many milliseconds falls into. Steps of several replicas can be added up. */
export function latencyStep(ms: number): number {
  return ms <= 1 ? 0 : Math.ceil(Math.log(ms) / Math.log(growth) - 1e-9)
}

/** Within how many milliseconds 95 of 100 requests ended; null where none has. */
export function p95Ms(latency: CallFigures['latency']): number | null {
  const steps = Object.entries(latency)
    .map(([step, count]) => [Number(step), count] as const)
    .sort(([a], [b]) => a - b)
  const total = steps.reduce((sum, [, count]) => sum + count, 0)
  let seen = 0
  for (const [step, count] of steps) {
    seen += count
    if (seen >= 0.95 * total) return Math.round(growth ** step)
  }
  return null
}

/** The figures of several replicas together, by API, most requests first. */
export function summedFigures(each: readonly (readonly CallFigures[])[]): readonly CallFigures[] {
  const byApi = new Map<string, CallFigures>()
  for (const figures of each.flat()) {
    const before = byApi.get(figures.api)
    byApi.set(figures.api, before ? added(before, figures) : figures)
  }
  return [...byApi.values()].sort((a, b) => b.count - a.count || a.api.localeCompare(b.api))
}

function added(one: CallFigures, other: CallFigures): CallFigures {
  const latency: Record<string, number> = { ...one.latency }
  for (const [step, count] of Object.entries(other.latency)) latency[step] = (latency[step] ?? 0) + count
  return {
    api: one.api,
    count: one.count + other.count,
    throttled: one.throttled + other.throttled,
    refused: one.refused + other.refused,
    unanswered: one.unanswered + other.unanswered,
    latency,
  }
}
