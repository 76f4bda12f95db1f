import type { RuleCondition } from '../domain/observation.js'
import { reasonBadPath, reasonNotTestable, type SmokeTest } from '../domain/smoke-test.js'
import { reasonBadSteps, type ApprovalTrial, type CanaryTrial, type Trials } from '../domain/trials.js'
import { invalid, wholeNumber } from './validate.js'

/** What a form says about the trials of a cluster's deployments; one that is left out is not asked for. */
export interface TrialsInput {
  /** What is asked of the next group alone before any traffic goes to it; absent: no test. */
  readonly smokeTestPath?: string | undefined
  readonly smokeTestStatus?: number | undefined
  /** How many requests in a row must go well. */
  readonly smokeTestSuccesses?: number | undefined
  readonly smokeTestWithinSec?: number | undefined
  /** What the body must contain. */
  readonly smokeTestText?: string | undefined
  /** Shares of the next group in per cent, rising; empty: no canary. */
  readonly canarySteps?: readonly number[] | undefined
  readonly canaryHoldSec?: number | undefined
  readonly canaryMinRequests?: number | undefined
  readonly canaryUnsure?: CanaryTrial['unsure'] | undefined
  /** How long a person has to approve; absent: nobody is asked. */
  readonly approvalWithinMin?: number | undefined
  readonly approvalAtDeadline?: ApprovalTrial['atDeadline'] | undefined
}

/** The trials with every default filled in. Throws Refusal naming the field. */
export function trialsFor(input: TrialsInput): Trials {
  return { smokeTest: smokeTestFor(input), canary: canaryFor(input), approval: approvalFor(input) }
}

/** A request is sent with each poll: so many seconds each takes at least. */
const secondsEach = 5

function smokeTestFor(input: TrialsInput): SmokeTest | null {
  const { smokeTestPath: path } = input
  if (path === undefined || path === '') {
    const fields = ['smokeTestStatus', 'smokeTestSuccesses', 'smokeTestWithinSec', 'smokeTestText'] as const
    const alone = fields.find((field) => input[field] !== undefined)
    if (alone) throw invalid(alone, 'A test has a path: say which is asked for, such as /healthz.')
    return null
  }
  const reason = reasonBadPath(path)
  if (reason) throw invalid('smokeTestPath', reason)
  const successes = wholeNumber(
    'smokeTestSuccesses',
    input.smokeTestSuccesses ?? 3,
    1,
    100,
    'The number of requests that must go well in a row',
  )
  const withinSec = wholeNumber(
    'smokeTestWithinSec',
    input.smokeTestWithinSec ?? Math.max(60, 2 * secondsEach * successes),
    5,
    3600,
    'The time of a test in seconds',
  )
  if (withinSec < secondsEach * successes)
    throw invalid(
      'smokeTestWithinSec',
      `A request is sent every ${secondsEach} s, so ${successes} in a row take at least ${secondsEach * successes} s; ${withinSec} were given.`,
    )
  return {
    path,
    status: wholeNumber('smokeTestStatus', input.smokeTestStatus ?? 200, 200, 599, 'A status'),
    successes,
    withinMs: 1000 * withinSec,
    text: input.smokeTestText || null,
  }
}

/** Throws Refusal where the cluster's own rule would not answer what the test asks for. */
export function refuseUntestable({ smokeTest }: Trials, conditions: readonly RuleCondition[]): void {
  const reason = smokeTest ? reasonNotTestable(conditions, smokeTest.path) : null
  if (reason) throw invalid('smokeTestPath', reason)
}

function canaryFor(input: TrialsInput): CanaryTrial | null {
  const { canarySteps = [], canaryHoldSec, canaryMinRequests, canaryUnsure } = input
  if (canarySteps.length === 0) {
    const said = [
      ['canaryHoldSec', canaryHoldSec],
      ['canaryMinRequests', canaryMinRequests],
      ['canaryUnsure', canaryUnsure],
    ] as const
    const alone = said.find(([, value]) => value !== undefined)
    if (alone)
      throw invalid(alone[0], 'A canary has steps: say which shares it goes through, such as 5 and 25.')
    return null
  }
  const reason = reasonBadSteps(canarySteps)
  if (reason) throw invalid('canarySteps', reason)
  return {
    steps: canarySteps,
    holdMs:
      1000 * wholeNumber('canaryHoldSec', canaryHoldSec ?? 300, 5, 86_400, 'The hold of a step in seconds'),
    minRequests: wholeNumber(
      'canaryMinRequests',
      canaryMinRequests ?? 20,
      0,
      1_000_000,
      'The number of requests that are needed to judge',
    ),
    unsure: canaryUnsure ?? 'wait',
  }
}

function approvalFor({ approvalWithinMin, approvalAtDeadline }: TrialsInput): ApprovalTrial | null {
  if (approvalWithinMin === undefined) {
    if (approvalAtDeadline !== undefined)
      throw invalid('approvalWithinMin', 'An approval has a deadline: say how many minutes a person has.')
    return null
  }
  const minutes = wholeNumber(
    'approvalWithinMin',
    approvalWithinMin,
    1,
    1440,
    'The time to approve in minutes',
  )
  return { withinMs: 60_000 * minutes, atDeadline: approvalAtDeadline ?? 'abort' }
}
