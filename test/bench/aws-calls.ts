import type { CallCounts } from './local-cloud-control.js'

export interface CallsMade {
  readonly total: number
  /** Those that change something. */
  readonly changes: number
}

const reads = /:(Describe|Get|List|Head)/

/** What was called between two readings of the local cloud's count. */
export function callsBetween(before: CallCounts, after: CallCounts): CallsMade {
  const made = Object.entries(after).map(([api, count]) => ({ api, count: count - (before[api] ?? 0) }))
  const sum = (some: typeof made) => some.reduce((total, { count }) => total + count, 0)
  return { total: sum(made), changes: sum(made.filter(({ api }) => !reads.test(api))) }
}
