import type { RuleEntry } from './observation.js'

/** What a target group gets of the requests that a rule forwards, in per cent with at most one decimal: weights add up to anything. */
export function shareOf(entries: readonly RuleEntry[], targetGroupArn: string | null): number {
  const own = entries.find((entry) => entry.targetGroupArn === targetGroupArn)?.weight ?? 0
  const total = totalWeight(entries)
  return total === 0 ? 0 : Math.round((own / total) * 1000) / 10
}

/** `25 %`; with the weights, where a rule of several carriers has others than the per cents that we set: `9.1 % (weight 10 of 110)`. */
export function shareWords(entries: readonly RuleEntry[], targetGroupArn: string): string {
  const share = `${shareOf(entries, targetGroupArn)} %`
  const total = totalWeight(entries)
  const isPlain = total === 100 || entries.filter(({ weight }) => weight > 0).length < 2
  const own = entries.find((entry) => entry.targetGroupArn === targetGroupArn)?.weight ?? 0
  return isPlain ? share : `${share} (weight ${own} of ${total})`
}

function totalWeight(entries: readonly RuleEntry[]): number {
  return entries.reduce((sum, { weight }) => sum + weight, 0)
}
