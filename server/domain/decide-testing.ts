import { groupNamed } from './cluster-state.js'
import { abort, growNext } from './group-steps.js'
import { pushLabel } from './names.js'
import type { ObservedRule } from './observation.js'
import type { Operation } from './operation.js'
import type { ServerGroup } from './server-group.js'
import { watchKey, type Tested } from './sightings.js'
import {
  priorityBefore,
  reasonNotTestable,
  testConditions,
  testHeader,
  type SmokeTest,
} from './smoke-test.js'
import { managedTag, ownTags } from './tags.js'
import { dropTestRule, testRulesOf, testValueOf } from './test-rules.js'
import { later, observedOf, record, wait, type Turn, type TurnStep } from './turn.js'
import { utcText } from './utc-text.js'

/**
 * Lets requests with a secret header through to the next group alone, and judges what became of those that were sent. What is
 * not its fault (no priority, a load balancer that can’t be reached, time that nobody observed) is not held against the image.
 */
export function testNext(turn: Turn, operation: Operation): TurnStep {
  const test = operation.request.trials?.smokeTest
  if (!test) throw new Error(`operation ${operation.id} has no test to pass`)
  const to = groupNamed(turn.state, operation.to)
  const { rule } = turn.seen
  if (!rule) return abort(turn, operation, `The listener rule of ${turn.state.cluster.name} is gone.`)
  if (!to?.targetGroupArn || !observedOf(turn, to.name)?.targetGroupArn)
    return abort(turn, operation, `${operation.to ?? 'The next group'} is gone.`)
  const made = testRulesOf(turn.state, turn.seen, to.name)[0]
  const tested = testedNow(turn, operation, made)
  if (tested && tested.inRow >= test.successes) return passed(operation, test, tested)
  const over = verdictAtEnd(turn, operation, test, tested)
  if (over) return over
  if (!made) return makeRule(turn, operation, { test, rule, to })
  if (!leadsTo(made, to.targetGroupArn, rule.priority))
    return dropTestRule(turn, operation, to.name) ?? wait(turn, operation, 'The test rule is made anew')
  if (operation.test?.ruleArn !== made.ruleArn) {
    const { ruleArn, priority } = made
    return record(operation, { type: 'TestStarted', to: to.name, ruleArn, priority })
  }
  return growNext(turn, operation) ?? sendAndWait(turn, operation, test, tested)
}

/** What was seen counts only for the very rule that is shown: without it a request reaches the live group. */
function testedNow(turn: Turn, operation: Operation, made: ObservedRule | undefined): Tested | null {
  const { tested } = turn.sightings
  return tested?.operation === operation.id && tested.ruleArn === made?.ruleArn ? tested : null
}

function passed(operation: Operation, test: SmokeTest, { tries, inRow }: Tested): TurnStep {
  const text = test.text === null ? '' : ` with “${test.text}”`
  const sentence = `${test.path} answered ${test.status}${text} ${inRow} times in a row, ${tries} tries in all.`
  return record(operation, { type: 'TestPassed', tries, sentence })
}

/** Once its time was observed, or so much later that it never will be. */
function verdictAtEnd(
  turn: Turn,
  operation: Operation,
  test: SmokeTest,
  tested: Tested | null,
): TurnStep | null {
  const observedMs = turn.sightings.watched.get(watchKey(operation) ?? '')?.ms ?? 0
  if (observedMs >= turn.timings.settleMs + test.withinMs && tested) {
    const { failure, unreached, tries } = tested
    if (failure) {
      const sentence = `try ${failure.attempt} of ${tries} at ${test.path} ${failure.sentence}.`
      return record(operation, { type: 'TestFailed', tries, sentence })
    }
    if (unreached) {
      const why = `try ${unreached.attempt} of ${tries} ${unreached.sentence}`
      const sentence = `${pushLabel(operation.to ?? '')} could not be tested, because this console does not reach the load balancer: ${why}. That says nothing of the image.`
      return abort(turn, operation, sentence, 'cancelled')
    }
  }
  const until = givesUpAt(turn, operation, test)
  if (turn.seen.at <= until) return null
  const why = operation.test
    ? `It could not be tested for long enough before ${utcText(until)}.`
    : `Its test rule was not seen before ${utcText(until)}.`
  return abort(turn, operation, `${why} That says nothing of the image.`, 'cancelled')
}

function givesUpAt(turn: Turn, operation: Operation, { withinMs }: SmokeTest): Date {
  const { settleMs, registerDeadlineMs } = turn.timings
  return later(operation.phaseSince, settleMs + 2 * withinMs + registerDeadlineMs)
}

/** It forwards to next alone, before the live rule: anything else would test somebody else. */
function leadsTo({ entries, priority }: ObservedRule, targetGroupArn: string, live: number): boolean {
  return entries.length === 1 && entries[0]?.targetGroupArn === targetGroupArn && priority < live
}

interface Making {
  readonly test: SmokeTest
  readonly rule: ObservedRule
  readonly to: ServerGroup
}

function makeRule(turn: Turn, operation: Operation, { test, rule, to }: Making): TurnStep {
  const { cluster } = turn.state
  const { balancer } = turn.seen
  const listenerArn = balancer?.listenerArn
  if (!balancer || !listenerArn || !to.targetGroupArn)
    return abort(turn, operation, `The listener of ${cluster.name} is gone.`, 'cancelled')
  const reason = reasonNotTestable(rule.conditions, test.path)
  if (reason) return abort(turn, operation, `${reason} That says nothing of the image.`, 'cancelled')
  const taken = balancer.rules.map(({ priority }) => priority)
  const priority = priorityBefore(rule.priority, taken)
  if (priority === null) {
    const full = `The listener has no free priority before that of the live rule, ${rule.priority}, so the test rule can’t be made: free one, or give the live rule a higher number. That says nothing of the image.`
    return abort(turn, operation, full, 'cancelled')
  }
  const testValue = testValueOf(turn.state, to.name) ?? turn.secret
  return {
    kind: 'act',
    call: {
      type: 'CreateRule',
      listenerArn,
      priority,
      conditions: testConditions(rule.conditions, test, testValue),
      entries: [{ targetGroupArn: to.targetGroupArn, weight: 100 }],
      tags: { ...ownTags(turn.owner, cluster.application, cluster.name, operation.id), ...managedTag },
    },
    object: to.name,
    operation,
    why: `A test rule at priority ${priority}: requests with a secret ${testHeader} reach ${pushLabel(to.name)} alone.`,
    debt: {
      kind: 'testRule',
      object: to.name,
      operationId: operation.id,
      original: { testValue },
      attempted: { testValue },
    },
  }
}

/** Every node of the load balancer must have the rule before an answer is taken for next’s. */
function sendAndWait(turn: Turn, operation: Operation, test: SmokeTest, tested: Tested | null): TurnStep {
  const { settleMs } = turn.timings
  const label = pushLabel(operation.to ?? '')
  const since = operation.test?.since ?? operation.phaseSince
  const from = later(since, settleMs)
  if (turn.seen.at < from)
    return wait(turn, operation, `${label} is about to be tested; letting the load balancer settle`, from)
  const until = later(from, test.withinMs)
  const latest = tested?.inRow === 0 ? (tested.unreached ?? tested.failure) : null
  const said =
    !tested || tested.tries === 0
      ? 'the first request is being sent'
      : `${tested.inRow} of ${test.successes} requests in a row went well${latest ? `; try ${latest.attempt} ${latest.sentence}` : ''}`
  const shown = turn.seen.at > until ? givesUpAt(turn, operation, test) : until
  return wait(turn, operation, `Testing ${label} at ${test.path}: ${said}`, shown)
}
