import { reasonBadSteps, type ApprovalTrial, type CanaryTrial, type Trials } from '../domain/trials.js'
import { invalid, wholeNumber } from './validate.js'

/** What a form says about the trials of a cluster's deployments; one that is left out is not asked for. */
export interface TrialsInput {
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
  return { canary: canaryFor(input), approval: approvalFor(input) }
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
