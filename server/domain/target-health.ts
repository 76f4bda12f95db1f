import type { ObservedTarget } from './observation.js'

/** What AWS's reason codes mean, for a sentence that begins with the target. */
const meanings: Readonly<Record<string, string>> = {
  'Elb.RegistrationInProgress': 'its registration is under way',
  'Elb.InitialHealthChecking': 'it has not been checked often enough yet',
  'Elb.InternalError': 'the load balancer itself had an error',
  'Target.ResponseCodeMismatch': 'its health check answers with a code that is not taken for healthy',
  'Target.Timeout': 'its health check does not answer in time',
  'Target.FailedHealthChecks': 'the connection of its health check fails',
  'Target.NotRegistered': 'it is not registered',
  'Target.NotInUse':
    'no rule leads here, or its zone is not enabled on the load balancer, so that it is not checked',
  'Target.DeregistrationInProgress': 'it is being taken out, and finishes what it has begun',
  'Target.InvalidState': 'its instance is stopped or terminated',
  'Target.IpUnusable': 'its address belongs to a load balancer or can’t be reached',
  'Target.HealthCheckDisabled': 'health checks are switched off',
}

/** Why a target is not healthy: what AWS’s code means, and AWS’s own words behind it. Null for a healthy one. */
export function reasonInWords({ state, reason, description }: ObservedTarget): string | null {
  if (state === 'healthy') return null
  const meaning = reason === null ? null : (meanings[reason] ?? reason)
  if (!meaning) return description
  return description ? `${meaning}. AWS says: ${description}` : meaning
}

/** Targets alike in state and reason, most first, as a page groups them. */
export interface SameTargets {
  readonly state: string
  readonly reason: string | null
  readonly instanceIds: readonly string[]
}

export function sameTargets(targets: readonly ObservedTarget[]): readonly SameTargets[] {
  const groups = new Map<string, { state: string; reason: string | null; instanceIds: string[] }>()
  for (const target of targets) {
    const reason = reasonInWords(target)
    const key = `${target.state} ${reason ?? ''}`
    const group = groups.get(key) ?? { state: target.state, reason, instanceIds: [] }
    group.instanceIds.push(target.instanceId)
    groups.set(key, group)
  }
  return [...groups.values()].sort((a, b) => b.instanceIds.length - a.instanceIds.length)
}

/** States in which nobody has to do anything: it is healthy, on its way, on its way out, or in nobody’s use. */
const wellStates = new Set(['healthy', 'initial', 'draining', 'unused'])

export function isSick({ state }: Pick<ObservedTarget, 'state'>): boolean {
  return !wellStates.has(state)
}
