import type { StepAdjustment } from '@aws-sdk/client-auto-scaling'

interface Adjustable {
  readonly AdjustmentType?: string | undefined
  readonly ScalingAdjustment?: number | undefined
  readonly StepAdjustments?: readonly StepAdjustment[] | undefined
  readonly MinAdjustmentMagnitude?: number | undefined
}

/** The capacity that a simple or step policy asks for; `breach` is how far the metric is beyond the threshold. */
export function adjustedCapacity(policy: Adjustable, current: number, breach: number): number {
  const adjustment = policy.StepAdjustments?.length
    ? stepFor(policy.StepAdjustments, breach)?.ScalingAdjustment
    : policy.ScalingAdjustment
  if (adjustment === undefined) return current
  switch (policy.AdjustmentType) {
    case 'ExactCapacity':
      return adjustment
    case 'PercentChangeInCapacity':
      return current + percentOf(current, adjustment, policy.MinAdjustmentMagnitude ?? 1)
    case undefined:
    default:
      return current + adjustment
  }
}

/** The capacity that brings the metric to its target, when it is spread evenly over the instances. */
export function trackedCapacity(current: number, value: number, target: number): number {
  return target <= 0 ? current : Math.ceil((current * value) / target)
}

function stepFor(steps: readonly StepAdjustment[], breach: number): StepAdjustment | undefined {
  return steps.find((step) => {
    const lower = step.MetricIntervalLowerBound ?? -Infinity
    const upper = step.MetricIntervalUpperBound ?? Infinity
    // The bound nearer to the threshold belongs to the step.
    return breach >= 0 ? breach >= lower && breach < upper : breach > lower && breach <= upper
  })
}

/** AWS rounds away from zero below one and towards zero above it. */
function percentOf(current: number, percent: number, least: number): number {
  const exact = (current * percent) / 100
  const whole = Math.abs(exact) < 1 && exact !== 0 ? Math.sign(exact) : Math.trunc(exact)
  return Math.sign(percent) * Math.max(least, Math.abs(whole))
}
