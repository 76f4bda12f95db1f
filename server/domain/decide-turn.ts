import { afterAnswer } from './answered-acts.js'
import { sharesTraffic } from './canary-shares.js'
import { activeResizes, activeRetirements, activeTraffic } from './cluster-state.js'
import { adoptCluster, giveBack } from './decide-adopt.js'
import { finishAbort } from './decide-abort.js'
import { returnTraffic, resettle, settle, watch } from './decide-after-switch.js'
import { awaitApproval } from './decide-approval.js'
import { prepareBalancer } from './decide-balancer.js'
import { holdCanary } from './decide-canary.js'
import { launch, startLaunch } from './decide-launch.js'
import { recordRule, register } from './decide-registering.js'
import { abort } from './group-steps.js'
import { decideLedger } from './decide-ledger.js'
import { testNext } from './decide-testing.js'
import { decommission } from './decide-decommission.js'
import { decideListing } from './decide-listing.js'
import { resize } from './decide-resize.js'
import { retire } from './decide-retirement.js'
import { landed, lookForSwitch, pinAndSwitch } from './decide-switch.js'
import { size, startSwitchBack } from './decide-switch-back.js'
import { strangerCarries } from './drift-of-weights.js'
import { explainRule, ruleIsExpected } from './explain-rule.js'
import { watchNight } from './night-watch.js'
import { noteDrift, undoDrift } from './note-drift.js'
import type { Operation } from './operation.js'
import { isStopped, underPause } from './pause.js'
import { afterRefusals, isUndoable } from './refused-acts.js'
import { decideSteward, sayReadiness } from './steward.js'
import { ticketsEnded } from './open-tickets.js'
import { repayTestRules } from './test-rules.js'
import { later, observedOf, record, sinceMs, type Turn, type TurnStep } from './turn.js'

export type Wait = TurnStep & { kind: 'wait' }
export type Deed = Exclude<TurnStep, { kind: 'wait' }>

/** The one deed of a turn, or everything that is waited for. */
export type Decision =
  { readonly kind: 'deed'; readonly deed: Deed } | { readonly kind: 'waits'; readonly waits: readonly Wait[] }

/**
 * What to do next in a cluster: pure, exactly one deed. Order: things that vanished, the rule explained, test rules that have
 * done their work, the traffic operation, what is owed, sizes, the rule's list, retirements, the steward. Where people have
 * stopped everything, it still looks, says, repays, keeps what could take the traffic back, and undoes.
 */
export function decideTurn(turn: Turn): Decision {
  const waits: Wait[] = []
  for (const candidate of candidates(turn)) {
    if (!candidate) continue
    const step = afterAnswer(turn, afterRefusals(turn, candidate))
    if (step.kind !== 'wait') return { kind: 'deed', deed: step }
    waits.push(step)
  }
  return { kind: 'waits', waits }
}

function* candidates(turn: Turn): Generator<TurnStep | null> {
  const absent = absentGroups(turn)
  if (absent) {
    yield absent
    if (absent.kind === 'wait') return
  }
  yield closeTickets(turn)
  const operation = activeTraffic(turn.state)
  if (operation) yield giveUpHalted(turn, operation)
  const explanation = explainRule(turn)
  if (explanation.kind === 'step') {
    yield explanation.step
    return
  }
  const explained = explanation.kind === 'explained'
  const stopped = isStopped(turn)
  // Records that are behind AWS (a restored backup) may take the group that is warm now for live: nothing is repaid by them.
  const isBehind = strangerCarries(turn.state, turn.seen)
  if (!isBehind) yield repayTestRules(turn)
  if (operation && explained) yield landed(turn, operation) ?? underPause(turn, operation, decideTraffic)
  if (operation?.kind === 'giveBack') yield decideLedger(turn)
  else if (!isBehind) yield (stopped ? null : undoDrift(turn)) ?? decideLedger(turn)
  for (const resizing of activeResizes(turn.state)) yield underPause(turn, resizing, resize)
  if (!explained) {
    // A person is needed; what could take the traffic back, and what differs, is said all the same.
    yield sayReadiness(turn) ?? noteDrift(turn)
    return
  }
  // What comes or goes as a whole is left as it stands meanwhile.
  if (operation?.kind === 'adopt' || operation?.kind === 'giveBack') return
  yield decideListing(turn, stopped)
  for (const retirement of activeRetirements(turn.state)) yield underPause(turn, retirement, retire)
  yield decideSteward(turn, stopped)
  yield watchNight(turn, stopped)
  yield noteDrift(turn)
}

/** Unanswered requests that this look ends. One that may still explain the rule's present value is left to that. */
function closeTickets(turn: Turn): TurnStep | null {
  const { state, seen, timings } = turn
  const explained = ruleIsExpected(turn)
  const ended = ticketsEnded(state, seen, timings).filter(
    ({ ticket }) => ticket.call.type !== 'ModifyRule' || explained,
  )
  if (ended.length === 0) return null
  return {
    kind: 'recordCluster',
    event: {
      type: 'TicketsClosed',
      tickets: ended.map(({ ticket, as }) => ({ id: ticket.id, as })),
      sentence: ended
        .map(({ ticket, as }) =>
          as === 'seen'
            ? `${ticket.call.type} of ${ticket.object} took effect though AWS never answered it.`
            : `${ticket.call.type} of ${ticket.object} was never answered and can’t take effect any more.`,
        )
        .join(' '),
    },
  }
}

/** An answer without a group we know is not an observation; it is believed on two reads `goneMs` apart. */
function absentGroups(turn: Turn): TurnStep | null {
  const { state, sightings, timings } = turn
  for (const group of state.groups) {
    const known =
      ['standby', 'live', 'warm'].includes(group.role) ||
      (group.role === 'launching' && group.launchTemplateId)
    if (!known || observedOf(turn, group.name)?.autoScaling) continue
    const young = sinceMs(turn, group.createdAt) < timings.visibilityMs
    const since = sightings.absentSince.get(group.name)
    const operation = activeTraffic(state)
    if (young || !since || sinceMs(turn, since) < timings.goneMs)
      return {
        kind: 'wait',
        operation,
        sentence: `AWS answered without ${group.name}; looking again before believing it`,
        until: null,
        lookAgainMs: timings.pollMs,
      }
    if (
      operation?.to === group.name &&
      !operation.switched &&
      !['aborting', 'halted'].includes(operation.phase)
    )
      return abort(turn, operation, `${group.name} was deleted by somebody else.`)
    if (
      operation?.from === group.name &&
      !operation.switched &&
      !['aborting', 'halted'].includes(operation.phase)
    )
      return abort(turn, operation, `${group.name}, which carries the traffic, was deleted by somebody else.`)
    return {
      kind: 'recordCluster',
      event: {
        type: 'GroupLost',
        group: group.name,
        sentence: `${group.name} was deleted by somebody else.`,
      },
    }
  }
  return null
}

/** A person who cancels a halted operation leaves everything as it is now; the new group is kept to be looked at. */
function giveUpHalted(turn: Turn, operation: Operation): TurnStep | null {
  if (operation.phase !== 'halted' || !operation.cancelRequested) return null
  // Its rule is parked: only with its conditions back is everything as it was.
  if (operation.kind === 'decommission' && !['parking', 'quieting'].includes(operation.haltedIn ?? ''))
    return null
  if (operation.kind === 'decommission')
    return abort(turn, operation, `Cancelled by ${operation.cancelRequested.by}.`, 'cancelled')
  if (sharesTraffic(turn.state.cluster, operation)) return null
  const sentence = `Cancelled by ${operation.cancelRequested.by} while halted; everything is left as it is.`
  const keptUntil = later(turn.seen.at, turn.timings.rejectedMs)
  return record(operation, { type: 'Overridden', sentence, keptUntil })
}

/** Success first, then a cancel, then the phase's own step (which tests success before its deadline). */
function decideTraffic(turn: Turn, operation: Operation): TurnStep | null {
  const cancelled = operation.cancelRequested
  if (cancelled && isUndoable(operation))
    return abort(turn, operation, `Cancelled by ${cancelled.by}.`, 'cancelled')
  if (operation.kind === 'decommission') return decommission(turn, operation)
  if (operation.kind === 'adopt') return adoptCluster(turn, operation)
  if (operation.kind === 'giveBack') return giveBack(turn, operation)
  switch (operation.phase) {
    case 'queued':
      return operation.kind === 'switchBack' ? startSwitchBack(turn, operation) : startLaunch(turn, operation)
    case 'preparing':
      return prepareBalancer(turn, operation)
    case 'launching':
      return launch(turn, operation)
    case 'registering':
      return recordRule(turn, operation) ?? register(turn, operation)
    case 'testing':
      return testNext(turn, operation)
    case 'canary':
      return holdCanary(turn, operation)
    case 'approving':
      return awaitApproval(turn, operation)
    case 'sizing':
      return size(turn, operation)
    case 'pinning':
      return pinAndSwitch(turn, operation)
    case 'switching':
      return lookForSwitch(turn, operation)
    case 'settling':
      return settle(turn, operation)
    case 'watching':
      return watch(turn, operation)
    case 'aborting':
      return finishAbort(turn, operation)
    case 'returning':
      return returnTraffic(turn, operation)
    case 'resettling':
      return resettle(turn, operation)
    default:
      return null
  }
}
