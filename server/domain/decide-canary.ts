import { reasonUnwell, verdictOf } from './canary-judgement.js'
import { groupNamed } from './cluster-state.js'
import { countInDns, obstacleInRule, pinPrevious, reasonNotReady } from './decide-switch.js'
import { abort, growNext } from './group-steps.js'
import { pushLabel } from './names.js'
import { weightOf, type ObservedRule } from './observation.js'
import { lastLanding } from './open-tickets.js'
import type { Operation } from './operation.js'
import { changeRule } from './rule-change.js'
import { shared, sharesAre } from './rule-lists.js'
import { watchKey } from './sightings.js'
import type { CanaryTrial } from './trials.js'
import { later, observedOf, record, wait, type Turn, type TurnStep } from './turn.js'
import { utcText } from './utc-text.js'

/** What a canary's turn is about: everything that it needs is there. */
interface Step {
  readonly trial: CanaryTrial
  readonly percent: number
  readonly rule: ObservedRule
  readonly fromArn: string
  readonly toArn: string
  readonly from: string
  readonly to: string
}

/** Sends a share of the traffic to the next group, holds it there and judges it; then the next step, or what comes after. */
export function holdCanary(turn: Turn, operation: Operation): TurnStep {
  const step = stepOf(turn, operation)
  if (typeof step === 'string') return abort(turn, operation, step)
  const carries = weightOf(step.rule, step.toArn)
  const bad = carries > 0 ? reasonBad(turn, operation, carries) : null
  if (bad) return record(operation, { type: 'JudgedBad', sentence: `${bad}.` })
  const shown = sharesAre(step.rule, step.fromArn, step.toArn, step.percent)
  if (shown && !operation.canary?.reachedAt) {
    const { percent, from, to } = step
    return record(operation, { type: 'StepReached', percent, from, to })
  }
  const judged = shown ? judge(turn, operation, step) : null
  if (judged) return judged
  const until = endOfStep(turn, operation, step.trial)
  if (turn.seen.at > until) return giveUp(turn, operation, step, until)
  return (
    keepBothReady(turn, operation) ??
    (shown ? hold(turn, operation, step) : send(turn, operation, step, until))
  )
}

/** Why the next group must give its share back at once: it is sick, or its answers are worse than those of the previous one. */
export function reasonBad(turn: Turn, operation: Operation, percent: number): string | null {
  const unwell = reasonUnwell(turn, operation, percent)
  if (unwell) return unwell
  const verdict = verdictOf(turn, operation)
  return verdict.kind === 'bad' ? verdict.sentence : null
}

/** While both carry traffic neither may become too small: previous does not shrink, next grows with it. */
export function keepBothReady(turn: Turn, operation: Operation): TurnStep | null {
  return pinPrevious(turn, operation) ?? growNext(turn, operation)
}

function stepOf(turn: Turn, operation: Operation): Step | string {
  const trial = operation.request.trials?.canary
  const percent = trial?.steps[operation.canary?.step ?? 0]
  const { rule } = turn.seen
  const [from, to] = [groupNamed(turn.state, operation.from), groupNamed(turn.state, operation.to)]
  if (!trial || percent === undefined) throw new Error(`operation ${operation.id} has no step to hold`)
  if (!rule) return `The listener rule of ${turn.state.cluster.name} is gone.`
  if (!to?.targetGroupArn || !observedOf(turn, to.name)?.targetGroupArn)
    return `${operation.to ?? 'The next group'} is gone.`
  if (!from?.targetGroupArn) return `${operation.from ?? 'The previous group'} is gone.`
  const arns = { fromArn: from.targetGroupArn, toArn: to.targetGroupArn }
  return { trial, percent, rule, ...arns, from: from.name, to: to.name }
}

/** A hold that is over ends the step, if next is registered and its figures say that it is well. */
function judge(turn: Turn, operation: Operation, { trial, percent }: Step): TurnStep | null {
  const lateMs = trial.minRequests > 0 ? turn.timings.metricLateMs : 0
  const over = observedMs(turn, operation) >= trial.holdMs + lateMs
  if (!over || reasonNotReady(turn, operation)) return null
  const verdict = verdictOf(turn, operation)
  if (verdict.kind === 'well')
    return record(operation, { type: 'StepHeld', percent, sentence: `${verdict.sentence}.` })
  if (operation.canary?.unsure && trial.unsure === 'wait') return null
  const then = trial.unsure === 'goBack' ? 'the policy says to go back' : 'it is held for longer'
  return record(operation, { type: 'JudgedUnsure', sentence: `${verdict.sentence}; ${then}.` })
}

function observedMs(turn: Turn, operation: Operation): number {
  return turn.sightings.watched.get(watchKey(operation) ?? '')?.ms ?? 0
}

/** The hold, three more of them, and the time in which instances that were lost are replaced. */
function endOfStep(turn: Turn, operation: Operation, { holdMs }: CanaryTrial): Date {
  const { metricLateMs, registerDeadlineMs } = turn.timings
  const since = operation.canary?.since ?? operation.phaseSince
  const until = later(since, 4 * holdMs + metricLateMs + registerDeadlineMs)
  const landing = lastLanding(turn.state.tickets, turn.timings)
  return landing && landing > until ? landing : until
}

/** What was not judged until then is not held against the image; a group that is not registered is. */
function giveUp(turn: Turn, operation: Operation, { percent }: Step, until: Date): TurnStep {
  const reason = reasonNotReady(turn, operation)
  const had = `at ${percent} %. It had until ${utcText(until)}.`
  if (reason) return abort(turn, operation, `${reason}, ${had}`)
  return abort(turn, operation, `${verdictOf(turn, operation).sentence}, ${had}`, 'cancelled')
}

/** One write that sets both shares, decided from the same look that shows next registered; repeated until it is seen. */
function send(turn: Turn, operation: Operation, step: Step, until: Date): TurnStep {
  const { rule, percent, from, to } = step
  const obstacle = obstacleInRule(turn, operation, rule) ?? reasonNotReady(turn, operation)
  if (obstacle)
    return wait(
      turn,
      operation,
      `Before ${percent} % of the traffic go to ${pushLabel(to)}: ${obstacle}`,
      until,
    )
  const counted = countInDns(operation, to, observedOf(turn, to))
  if (counted) return counted
  const write = changeRule(turn, operation, rule, {
    entries: shared(rule.entries, step.fromArn, step.toArn, percent),
    purpose: 'canary',
    why: `${percent} % of the traffic to ${pushLabel(to)}, to see how it answers.`,
  })
  if (write.kind !== 'act' || operation.canary?.sent) return write
  return { ...write, event: { type: 'StepStarted', percent, from, to } }
}

function hold(turn: Turn, operation: Operation, { trial, percent, to }: Step): TurnStep {
  const { canary } = operation
  const leftMs = trial.holdMs - observedMs(turn, operation)
  const reason = reasonNotReady(turn, operation)
  const sentence = canary?.unsure
    ? `${pushLabel(to)} keeps ${percent} % until it can be judged`
    : `${pushLabel(to)} carries ${percent} % and is judged`
  const until = leftMs > 0 ? later(turn.seen.at, leftMs) : endOfStep(turn, operation, trial)
  return wait(turn, operation, `${sentence}: ${reason ?? verdictOf(turn, operation).sentence}`, until)
}
