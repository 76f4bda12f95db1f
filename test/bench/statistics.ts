/** The value that half of them don't exceed. Throws where there is none: a figure without measurements is a lie. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5)
}

/** The smallest measured value that 95 % of them don't exceed: with fewer than twenty that is the largest. */
export function p95(values: readonly number[]): number {
  return quantile(values, 0.95)
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]
  if (value === undefined) throw new Error('nothing was measured')
  return value
}
