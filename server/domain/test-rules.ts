import { activeTraffic, openObligation, type ClusterState } from './cluster-state.js'
import type { Observed, ObservedRule } from './observation.js'
import type { Obligation } from './obligation.js'
import { lastLanding, ticketsAbout } from './open-tickets.js'
import type { Operation } from './operation.js'
import { pushLabel } from './names.js'
import { refusalKey } from './sightings.js'
import { hasTestValue, isTestRule } from './smoke-test.js'
import { sinceMs, type Turn, type TurnStep } from './turn.js'

/** The secret value of the test rule that is owed to a group; null where none is. */
export function testValueOf(state: ClusterState, group: string | null): string | null {
  const original = group === null ? null : openObligation(state, group, 'testRule')?.original
  return original && 'testValue' in original ? original.testValue : null
}

/** Secret values of every test rule that is not known to be gone. */
export function openTestValues(state: ClusterState): readonly string[] {
  return openRows(state).flatMap(({ original }) => ('testValue' in original ? [original.testValue] : []))
}

/** Rules of the listener that were made for a group's test: one, or two where a request of ours came through late. */
export function testRulesOf(
  state: ClusterState,
  seen: Observed,
  group: string | null,
): readonly ObservedRule[] {
  const value = testValueOf(state, group)
  return value === null ? [] : (seen.balancer?.rules ?? []).filter((rule) => hasTestValue(rule, value))
}

function openRows(state: ClusterState): readonly Obligation[] {
  return state.obligations.filter(({ kind, closedAt }) => kind === 'testRule' && closedAt === null)
}

/** What of owed test rules one look did not show, as sightings name it. */
export function absentTestRules(state: ClusterState, seen: Observed): readonly string[] {
  return openRows(state).flatMap(({ object }) =>
    seen.balancer && testRulesOf(state, seen, object).length === 0 ? [absenceKey(object)] : [],
  )
}

const absenceKey = (group: string) => `test rule of ${group}`

/** Deletes a group's test rule while one is shown; null once none is. For who needs it gone before going on. */
export function dropTestRule(turn: Turn, operation: Operation | null, group: string | null): TurnStep | null {
  const rule = testRulesOf(turn.state, turn.seen, group)[0]
  return rule && group ? deletion(operation, group, rule) : null
}

function deletion(operation: Operation | null, object: string, { ruleArn }: ObservedRule): TurnStep {
  const why = `The test rule has done its work: it names ${pushLabel(object)} and goes.`
  return { kind: 'act', call: { type: 'DeleteRule', ruleArn }, object, operation, why }
}

/**
 * Test rules are owed for as long as one may be there: whatever became of the deployment, the rule goes, and only a look
 * that is late enough says that it is gone. Ours that no row knows, which a restored backup leaves behind, go too.
 */
export function repayTestRules(turn: Turn): TurnStep | null {
  for (const row of openRows(turn.state)) {
    const step = isTested(turn.state, row) ? null : repay(turn, row)
    if (step) return step
  }
  return sweep(turn)
}

function isTested(state: ClusterState, { object }: Obligation): boolean {
  const operation = activeTraffic(state)
  return operation?.phase === 'testing' && operation.to === object
}

function repay(turn: Turn, row: Obligation): TurnStep | null {
  const dropped = dropTestRule(turn, null, row.object)
  if (dropped) return dropped
  const balancerArn = turn.state.cluster.loadBalancerArn ?? ''
  const isGone = turn.seen.balancer
    ? isAbsentFor(turn, absenceKey(row.object))
    : isAbsentFor(turn, balancerArn)
  if (!isGone || mayStillCome(turn, row.object)) return null
  return close(row)
}

function close({ id, object }: Obligation): TurnStep {
  const sentence = `The test rule of ${object} is gone.`
  return { kind: 'recordCluster', event: { type: 'ObligationClosed', id, as: 'repaid', sentence } }
}

function isAbsentFor(turn: Turn, key: string): boolean {
  const since = turn.sightings.absentSince.get(key)
  return since !== undefined && sinceMs(turn, since) >= turn.timings.goneMs
}

/** A making that was never answered can land late; one that was answered a moment ago may not be visible yet. */
function mayStillCome(turn: Turn, group: string): boolean {
  const makings = ticketsAbout(turn.state, group).filter(({ call }) => call.type === 'CreateRule')
  if (lastLanding(makings, turn.timings)) return true
  const answered = turn.sightings.answers.get(refusalKey('CreateRule', group))
  return answered !== undefined && sinceMs(turn, answered.at) < turn.timings.goneMs
}

function sweep(turn: Turn): TurnStep | null {
  const { state, seen, owner } = turn
  const known = openTestValues(state)
  const ours = new Map(state.groups.map(({ targetGroupArn, name }) => [targetGroupArn, name]))
  for (const rule of seen.balancer?.rules ?? []) {
    if (!isTestRule(rule) || rule.owner !== owner || known.some((value) => hasTestValue(rule, value)))
      continue
    const names = rule.entries.map(({ targetGroupArn }) => ours.get(targetGroupArn))
    const name = names[0]
    if (name !== undefined && names.every((each) => each !== undefined)) return deletion(null, name, rule)
  }
  return null
}
