import type { HealthCheck } from './records.js'

/** How one health check request ended. */
export type Probe =
  | { readonly outcome: 'answered'; readonly code: number }
  | { readonly outcome: 'timeout' }
  | { readonly outcome: 'failed' }

/** What a target's health checks have shown so far. */
export interface CheckedHealth {
  readonly state: 'initial' | 'healthy' | 'unhealthy'
  /** Consecutive passes or failures that speak against the present state. */
  readonly against: number
  readonly lastFailure?: Probe
}

export const uncheckedHealth: CheckedHealth = { state: 'initial', against: 0 }

/** A new target turns healthy after one pass; one that was unhealthy needs the healthy threshold. */
export function afterProbe(before: CheckedHealth, probe: Probe, check: HealthCheck): CheckedHealth {
  if (passes(probe, check.matcher)) {
    if (before.state !== 'unhealthy') return { state: 'healthy', against: 0 }
    const against = before.against + 1
    return against >= check.healthyThreshold ? { state: 'healthy', against: 0 } : { ...before, against }
  }
  if (before.state === 'unhealthy') return { state: 'unhealthy', against: 0, lastFailure: probe }
  const against = before.against + 1
  const unhealthy = against >= check.unhealthyThreshold
  return {
    state: unhealthy ? 'unhealthy' : before.state,
    against: unhealthy ? 0 : against,
    lastFailure: probe,
  }
}

/** A matcher is a list of codes and ranges: `200`, `200,302`, `200-299`. */
function passes(probe: Probe, matcher: string): boolean {
  if (probe.outcome !== 'answered') return false
  return matcher.split(',').some((part) => {
    const [from, to = from] = part.split('-').map(Number)
    return from !== undefined && to !== undefined && probe.code >= from && probe.code <= to
  })
}

/** The reason code and the sentence that DescribeTargetHealth shows for an unhealthy target. */
export function failureReason(probe: Probe | undefined): { Reason: string; Description: string } {
  switch (probe?.outcome) {
    case 'answered':
      return {
        Reason: 'Target.ResponseCodeMismatch',
        Description: `Health checks failed with these codes: [${probe.code}]`,
      }
    case 'timeout':
      return { Reason: 'Target.Timeout', Description: 'Request timed out' }
    case 'failed':
    case undefined:
      return { Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' }
  }
}
