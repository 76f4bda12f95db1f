import { abort } from './group-steps.js'
import { markNext, unmarkNext } from './marks.js'
import { pushLabel } from './names.js'
import type { Operation } from './operation.js'
import { carriers, groupsByTarget } from './rule-lists.js'
import { later, observedOf, record, wait, type Turn, type TurnStep } from './turn.js'

/**
 * One step of making a cluster of somebody else’s ours: our marks, one call a turn, and nothing else. Called off, they go
 * again. The groups were recorded before the first of them.
 */
export function adoptCluster(turn: Turn, operation: Operation): TurnStep | null {
  switch (operation.phase) {
    case 'queued':
      return record(operation, { type: 'MarkingStarted', groups: namesOf(turn) })
    case 'marking':
      return mark(turn, operation)
    case 'aborting':
      return (
        unmarkNext(turn, operation) ??
        untilBelieved(turn, operation) ??
        aborted(operation, 'Nothing is adopted, and no mark of ours is left.')
      )
    default:
      return null
  }
}

/** One step of letting a cluster go: what is owed is repaid, then our marks go. Called off, they come back. */
export function giveBack(turn: Turn, operation: Operation): TurnStep | null {
  switch (operation.phase) {
    case 'queued':
      return record(operation, { type: 'UnmarkingStarted', groups: namesOf(turn) })
    case 'unmarking':
      return unmark(turn, operation)
    case 'aborting':
      return (
        markNext(turn, operation) ??
        untilBelieved(turn, operation) ??
        aborted(operation, `${turn.state.cluster.name} stays as it was.`)
      )
    default:
      return null
  }
}

function mark(turn: Turn, operation: Operation): TurnStep {
  const gone = turn.state.groups.find((group) => !observedOf(turn, group.name)?.autoScaling)
  const until = later(operation.phaseSince, turn.timings.undoDeadlineMs)
  if (gone && turn.seen.at > until)
    return abort(turn, operation, `AWS does not show ${gone.name} any more.`, 'cancelled')
  if (gone) return wait(turn, operation, `AWS answered without ${gone.name}; looking again`, until)
  const marking = markNext(turn, operation)
  if (marking) return marking
  const names = groupsByTarget(turn.state)
  const live = carriers(turn.seen.rule).map(({ targetGroupArn }) => names.get(targetGroupArn) ?? '')
  const warm = turn.state.groups.filter((group) => !live.includes(group.name))
  const others = warm.length > 0 ? `, ${warm.map(({ name }) => pushLabel(name)).join(', ')} warm` : ''
  return record(operation, {
    type: 'Succeeded',
    sentence: `traffic: ${live.map(pushLabel).join(', ')} 100 %${others}; ${turn.state.cluster.name} is adopted, and nothing but marks was changed.`,
  })
}

function unmark(turn: Turn, operation: Operation): TurnStep {
  const { cluster, groups, obligations } = turn.state
  const owed = obligations.filter((row) => groups.some(({ name }) => name === row.object))
  const owner = owed[0]?.object
  const until = later(operation.phaseSince, turn.timings.undoDeadlineMs)
  if (owner && turn.seen.at > until)
    return abort(turn, operation, `What was held on ${owner} could not be put back.`)
  if (owner) return wait(turn, operation, `What was held on ${owner} is put back first`, until)
  return (
    unmarkNext(turn, operation) ??
    record(operation, {
      type: 'Succeeded',
      sentence: `${cluster.name} is given back: its groups and its rule stand and serve as they did, without a mark of ours.`,
    })
  )
}

/** Right after the last of our marks AWS may answer as before it, or without a group: then nothing seems left to be done. */
function untilBelieved(turn: Turn, operation: Operation): TurnStep | null {
  const until = later(operation.phaseSince, turn.timings.goneMs)
  return turn.seen.at < until
    ? wait(turn, operation, 'Looking once more: AWS may still answer as before the last mark', until)
    : null
}

function aborted(operation: Operation, sentence: string): TurnStep {
  return record(operation, {
    type: 'Aborted',
    sentence: `${sentence} ${operation.reason ?? ''}`.trim(),
    keptUntil: null,
  })
}

function namesOf(turn: Turn): readonly string[] {
  return turn.state.groups.map(({ name }) => name)
}
