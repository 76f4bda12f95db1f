import { activeTraffic, type ClusterState } from './cluster-state.js'
import type { Observed } from './observation.js'
import type { Sightings, Tested } from './sightings.js'
import { reasonBadAnswer, type ProbeAnswer } from './smoke-test.js'
import { testRulesOf } from './test-rules.js'

/** A request that was sent, for which test rule and when, and what became of it. */
export interface Probed {
  readonly ruleArn: string
  readonly sentAt: Date
  readonly answer: ProbeAnswer
}

/**
 * Remembers the test rule that is shown, and counts a request only if the rule was there before it and is there after it: in
 * between the answer can’t have been the live group’s.
 */
export function sightTested(
  sightings: Sightings,
  { state, seen }: { readonly state: ClusterState; readonly seen: Observed },
  probed: Probed | null,
): Sightings {
  const operation = activeTraffic(state)
  const test = operation?.request.trials?.smokeTest
  const rule = operation?.phase === 'testing' ? testRulesOf(state, seen, operation.to)[0] : undefined
  const { balancer } = seen
  if (!operation || !test || !rule || !balancer)
    return sightings.tested ? { ...sightings, tested: null } : sightings
  const { ruleArn, conditions } = rule
  const { listenerPort } = state.cluster.settings.balancer
  const origin =
    balancer.url ?? `${(balancer.protocol ?? 'HTTP').toLowerCase()}://${balancer.dnsName}:${listenerPort}`
  const before = sightings.tested
  const goesOn = before?.operation === operation.id && before.ruleArn === ruleArn
  const tested: Tested = {
    ...(goesOn ? before : { tries: 0, inRow: 0, failure: null, unreached: null, triedAt: null }),
    operation: operation.id,
    ruleArn,
    conditions,
    origin,
  }
  if (!goesOn || probed?.ruleArn !== ruleArn) return { ...sightings, tested }
  const reason = reasonBadAnswer(test, probed.answer)
  const attempt = tested.tries + 1
  const said = reason === null ? null : { attempt, sentence: reason }
  const lost = probed.answer.kind === 'unreachable'
  return {
    ...sightings,
    tested: {
      ...tested,
      tries: attempt,
      inRow: reason === null ? tested.inRow + 1 : 0,
      triedAt: probed.sentAt,
      failure: said && !lost ? said : tested.failure,
      unreached: said && lost ? said : tested.unreached,
    },
  }
}
