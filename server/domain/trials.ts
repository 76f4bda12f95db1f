import type { SmokeTest } from './smoke-test.js'

/** What a deployment has to pass between registered and the switch, where its cluster asks for it, in this order. */
export interface Trials {
  readonly smokeTest?: SmokeTest | null
  readonly canary?: CanaryTrial | null
  readonly approval?: ApprovalTrial | null
}

/** A part of the traffic goes to the next group, in steps; each is held and judged. */
export interface CanaryTrial {
  /** The shares of the next group in per cent, rising. */
  readonly steps: readonly number[]
  /** How long each step is held, in time that was really observed. */
  readonly holdMs: number
  /** So many requests the next group must have had before the figures say that it is well; 0: its health alone does. */
  readonly minRequests: number
  /** What a hold that could not be judged leads to: three holds more, or back at once. */
  readonly unsure: 'wait' | 'goBack'
}

/** A person says whether the traffic may be switched. */
export interface ApprovalTrial {
  readonly withinMs: number
  /** What nobody’s word until then means. */
  readonly atDeadline: 'abort' | 'switch'
}

export type TrialPhase = 'testing' | 'canary' | 'approving'

/** The first trial that is asked for and not passed yet; `pinning` when nothing stands before the switch. */
export function nextTrial(trials: Trials, passed: readonly TrialPhase[]): TrialPhase | 'pinning' {
  if (trials.smokeTest && !passed.includes('testing')) return 'testing'
  if (trials.canary && !passed.includes('canary')) return 'canary'
  if (trials.approval && !passed.includes('approving')) return 'approving'
  return 'pinning'
}

/** What of a policy is a trial: taken along by a deployment when it is asked for, so that its plan is what it does. */
export function trialsOf({ smokeTest, canary, approval }: Trials): Trials {
  return { smokeTest: smokeTest ?? null, canary: canary ?? null, approval: approval ?? null }
}

/** The test rule of a deployment, and since when it is seen: from then on requests can be sent, once it has settled. */
export interface TestProgress {
  readonly ruleArn: string
  readonly since: Date
}

/** Where the canary of a deployment stands. */
export interface CanaryProgress {
  /** Which of the steps, from 0. */
  readonly step: number
  readonly since: Date
  /** A request for the share of this step was sent. */
  readonly sent: boolean
  /** When the rule first showed it. */
  readonly reachedAt: Date | null
  /** When the rule first showed that the next group carries anything: since then it is judged. */
  readonly carriesSince: Date | null
  /** Why its hold was not judged when it was over. */
  readonly unsure: string | null
}

/** Why steps can’t be a canary’s, in a sentence; null when they can. */
export function reasonBadSteps(steps: readonly number[]): string | null {
  if (steps.length > 10) return `A canary has at most 10 steps; ${steps.length} were given.`
  const odd = steps.find((step) => !Number.isInteger(step) || step < 1 || step > 99)
  if (odd !== undefined)
    return `A step is a whole number of per cent from 1 to 99, as the switch itself is the step to 100; “${odd}” is none.`
  const falling = steps.find((step, index) => index > 0 && step <= (steps[index - 1] ?? 0))
  return falling === undefined ? null : `Each step is larger than the one before; ${falling} is not.`
}
