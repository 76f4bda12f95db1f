import { zonedTime } from './decide-after-switch.js'
import { keepBothReady, reasonBad } from './decide-canary.js'
import { abort, growNext } from './group-steps.js'
import { groupNamed } from './cluster-state.js'
import { pushLabel } from './names.js'
import { weightOf } from './observation.js'
import type { Operation } from './operation.js'
import { later, record, wait, waitUntil, type Turn, type TurnStep } from './turn.js'

/** Waits for a person’s word; a share that next carries already stays judged meanwhile. */
export function awaitApproval(turn: Turn, operation: Operation): TurnStep {
  const trial = operation.request.trials?.approval
  if (!trial) throw new Error(`operation ${operation.id} needs no approval`)
  const to = groupNamed(turn.state, operation.to)
  const carries = weightOf(turn.seen.rule, to?.targetGroupArn ?? null)
  const bad = carries > 0 ? reasonBad(turn, operation, carries) : null
  if (bad) return record(operation, { type: 'JudgedBad', sentence: `${bad}.` })
  const until = later(operation.phaseSince, trial.withinMs)
  const said = zonedTime(until, turn.state.cluster.policy.timeZone)
  if (turn.seen.at > until) {
    if (trial.atDeadline === 'abort')
      return abort(turn, operation, `Nobody approved it before ${said}.`, 'cancelled')
    const reason = `nobody declined it before ${said}, and the policy says to switch then.`
    return record(operation, { type: 'Approved', by: 'The cluster’s policy', reason })
  }
  const sized = carries > 0 ? keepBothReady(turn, operation) : growNext(turn, operation)
  if (sized) return sized
  const share = carries > 0 ? `; ${pushLabel(operation.to ?? '')} carries ${carries} % meanwhile` : ''
  const sentence = `Waiting for a person to approve or decline the switch${share}`
  return carries > 0 ? wait(turn, operation, sentence, until) : waitUntil(turn, operation, sentence, until)
}
