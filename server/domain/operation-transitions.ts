import type { Operation, OperationEvent, OperationKind, Phase } from './operation.js'
import { isEnded } from './operation.js'
import { isPausable } from './pausable-phases.js'
import { withoutPausedTime } from './paused-time.js'
import { nextTrial, type CanaryProgress, type TrialPhase } from './trials.js'

type EventType = OperationEvent['type']
/** A phase, or what of the operation itself says which. */
type Leads = Phase | ((operation: Operation) => Phase)
type Row = Partial<Record<EventType, Leads>>
type Table = Partial<Record<Phase, Row>>

/** Phases in which a new group is being made ready and nothing has moved. */
const undoable: Row = { AbortStarted: 'aborting' }

/** A switch that AWS carried out late is a switch, whatever was decided meanwhile. */
const landed: Row = { Switched: 'settling' }

/** The first trial that is asked for and not passed, with the one that is just over counted as passed. */
const onwards =
  (...over: readonly TrialPhase[]) =>
  (operation: Operation): Phase =>
    nextTrial(operation.request.trials ?? {}, [...(operation.passed ?? []), ...over])

const launchTable: Table = {
  waiting: { Promoted: 'queued', CancelRequested: 'cancelled', Refused: 'refused' },
  queued: { LaunchStarted: 'launching', CancelRequested: 'cancelled', Refused: 'refused' },
  preparing: { BalancerReady: 'launching', ...undoable },
  launching: { NextSeen: 'registering', ...undoable },
  registering: { RuleMade: 'registering', NextRegistered: onwards(), ...landed, ...undoable },
  testing: {
    TestStarted: 'testing',
    TestPassed: onwards('testing'),
    TestFailed: 'aborting',
    ...undoable,
  },
  canary: {
    StepStarted: 'canary',
    StepReached: 'canary',
    StepHeld: (operation) => (isLastStep(operation) ? onwards('canary')(operation) : 'canary'),
    JudgedBad: 'aborting',
    JudgedUnsure: (operation) =>
      operation.request.trials?.canary?.unsure === 'goBack' ? 'aborting' : 'canary',
    ...undoable,
  },
  approving: {
    Approved: onwards('approving'),
    Declined: 'aborting',
    JudgedBad: 'aborting',
    ...undoable,
  },
  pinning: {
    SwitchIntended: 'switching',
    NextUnready: 'registering',
    JudgedBad: 'aborting',
    ...landed,
    ...undoable,
  },
  switching: { NotSwitched: 'pinning', ...landed, ...undoable },
  settling: { Settled: 'watching', ReturnStarted: 'returning', Undone: 'pinning' },
  watching: { Succeeded: 'succeeded', ReturnStarted: 'returning' },
  aborting: { ...landed },
  returning: { Returned: 'resettling' },
  resettling: { RolledBack: 'rolledBack', Undone: 'returning' },
}

const tables: Readonly<Record<OperationKind, Table>> = {
  create: { ...launchTable, queued: { ...launchTable.queued, LaunchStarted: 'preparing' } },
  deploy: launchTable,
  switchBack: {
    waiting: { Promoted: 'queued', CancelRequested: 'cancelled', Refused: 'refused' },
    queued: { SizingStarted: 'sizing', CancelRequested: 'cancelled', Refused: 'refused' },
    sizing: { TargetReady: 'pinning', ...landed, ...undoable },
    pinning: { SwitchIntended: 'switching', NextUnready: 'sizing', ...landed, ...undoable },
    switching: { NotSwitched: 'pinning', ...landed, ...undoable },
    settling: { Succeeded: 'succeeded', Undone: 'pinning' },
    aborting: { ...landed },
  },
  destroy: {
    queued: { RetireStarted: 'delisting', Refused: 'refused', CancelRequested: 'cancelled' },
    delisting: { Delisted: 'draining', Reprieved: 'cancelled' },
    draining: { ShrinkStarted: 'shrinking', Reprieved: 'cancelled' },
    shrinking: { Shrunk: 'deleting' },
    deleting: { Deleted: 'verifying' },
    verifying: { Destroyed: 'succeeded' },
  },
  decommission: {
    queued: { DecommissionStarted: 'parking', CancelRequested: 'cancelled', Refused: 'refused' },
    parking: { Parked: 'quieting', Quieted: 'retiring', ...undoable },
    quieting: { Quieted: 'retiring', ParkingUndone: 'parking', ...undoable },
    retiring: { RuleGone: 'retiring', GroupsGone: 'clearing' },
    clearing: { Succeeded: 'succeeded' },
    halted: { ...undoable },
  },
  adopt: {
    queued: { MarkingStarted: 'marking', Refused: 'refused', ...undoable },
    marking: { Succeeded: 'succeeded', ...undoable },
  },
  giveBack: {
    queued: { UnmarkingStarted: 'unmarking', CancelRequested: 'cancelled', Refused: 'refused' },
    unmarking: { Succeeded: 'succeeded', ...undoable },
  },
  resize: {
    queued: { ResizeStarted: 'sizing', Refused: 'refused', CancelRequested: 'cancelled' },
    sizing: { Succeeded: 'succeeded', ...undoable },
  },
}

export class IllegalTransition extends Error {
  constructor(kind: OperationKind, phase: Phase, event: EventType) {
    super(`${event} can't happen while a ${kind} is ${phase}`)
    this.name = 'IllegalTransition'
  }
}

function isLastStep({ request, canary }: Operation): boolean {
  return (canary?.step ?? 0) + 1 >= (request.trials?.canary?.steps.length ?? 0)
}

/** The phase that an event leads to. Throws IllegalTransition for what the table lacks. */
function phaseAfter(operation: Operation, event: OperationEvent): Phase {
  const { kind, phase } = operation
  const listed = tables[kind][phase]?.[event.type]
  if (listed) return typeof listed === 'function' ? listed(operation) : listed
  if (isEnded(operation)) throw new IllegalTransition(kind, phase, event.type)
  switch (event.type) {
    case 'Aborted':
      if (phase === 'aborting') return operation.endsAs ?? 'failed'
      break
    case 'CancelRequested':
    case 'FenceStarted':
    case 'HoldOverridden':
      return phase
    case 'Paused':
      if (isPausable(operation)) return pausedIn(operation)
      break
    case 'PauseEnded':
      if (operation.paused) return phase
      break
    case 'Overridden':
      return 'overridden'
    case 'Halted':
      if (phase !== 'halted') return 'halted'
      break
    case 'Resumed':
      if (phase === 'halted')
        return event.choice === 'again' ? (operation.haltedIn ?? 'aborting') : 'overridden'
      break
    default:
  }
  throw new IllegalTransition(kind, phase, event.type)
}

/** What is pinned, or made for the test, is put back while it is paused, unless a share of the traffic is out already. */
function pausedIn({ phase, canary }: Operation): Phase {
  return !canary && ['testing', 'canary', 'pinning'].includes(phase) ? 'registering' : phase
}

/** A new operation, before its first event has been stored. */
export function requested(
  id: string,
  cluster: string,
  event: OperationEvent & { type: 'Requested' },
  at: Date,
): Operation {
  return {
    id,
    kind: event.kind,
    cluster,
    phase: event.queued ? 'waiting' : 'queued',
    phaseSince: at,
    request: event.request,
    from: null,
    to: event.request.group ?? null,
    cancelRequested: null,
    switchSent: false,
    switched: false,
    reason: null,
    endsAs: null,
    haltedBecause: null,
    haltedIn: null,
    unreadyCount: 0,
    retiredFrom: null,
    resizedFrom: null,
    conditions: null,
    requestedAt: at,
    endedAt: null,
    endSentence: null,
    wait: null,
  }
}

/** The operation after one more event. Its state is only ever the fold of its events. */
export function applyEvent(operation: Operation, event: OperationEvent, at: Date): Operation {
  const phase = phaseAfter(operation, event)
  const moved: Operation = {
    ...operation,
    phase,
    phaseSince: phase === operation.phase && event.type !== 'Resumed' ? operation.phaseSince : at,
  }
  const folded = resting({ ...moved, ...facts(operation, event, at) })
  return isEnded(folded)
    ? { ...folded, endedAt: at, wait: null, endSentence: folded.endSentence ?? endSentenceOf(event) }
    : folded
}

/** What has left the phases in which it could stand still is not paused any more. */
function resting(operation: Operation): Operation {
  return operation.paused && !isPausable(operation) ? { ...operation, paused: null } : operation
}

/** What an event says beyond its phase. */
function facts(operation: Operation, event: OperationEvent, at: Date): Partial<Operation> {
  switch (event.type) {
    case 'LaunchStarted':
      return { from: event.from, to: event.to, ...(event.carried ? { carried: event.carried } : {}) }
    case 'SizingStarted':
      return { from: event.from, to: event.to }
    case 'DecommissionStarted':
      return { from: event.from, conditions: event.conditions }
    case 'ParkingUndone':
    case 'NextUnready':
      return { unreadyCount: operation.unreadyCount + 1 }
    case 'StepStarted':
    case 'StepReached':
    case 'StepHeld':
    case 'JudgedUnsure':
      return canaryFacts(operation, event, at)
    case 'TestStarted':
      return { test: { ruleArn: event.ruleArn, since: at } }
    case 'TestPassed':
      return { passed: [...(operation.passed ?? []), 'testing'] }
    case 'TestFailed':
      return { reason: `The smoke test failed: ${event.sentence}`, endsAs: 'failed' }
    case 'JudgedBad':
      return { reason: event.sentence, endsAs: 'failed' }
    case 'Approved':
      return { passed: [...(operation.passed ?? []), 'approving'] }
    case 'Declined':
      return { reason: `Declined by ${event.by}: ${event.reason}`, endsAs: 'cancelled' }
    case 'SwitchIntended':
      return { switchSent: true }
    case 'Switched':
      return { switched: true }
    case 'Undone':
      return operation.phase === 'settling' ? { switched: false } : {}
    case 'AbortStarted':
      return {
        reason: event.sentence,
        endsAs: event.endsAs,
        ...(event.sparesImage && { sparesImage: true }),
      }
    case 'ReturnStarted':
      return { reason: event.sentence, endsAs: 'rolledBack' }
    case 'RetireStarted':
      return { retiredFrom: event.was }
    case 'ResizeStarted':
      return { resizedFrom: event.was }
    case 'CancelRequested':
      return { cancelRequested: { by: event.by, at } }
    case 'Paused': {
      const { by, reason, stop } = event
      return { paused: { by, reason, stop, since: operation.paused?.since ?? at } }
    }
    case 'PauseEnded':
      return { ...withoutPausedTime(operation, at), paused: null }
    case 'HoldOverridden': {
      const { type: _type, ...override } = event
      return { overrides: [...(operation.overrides ?? []), override] }
    }
    case 'Halted':
      return { haltedBecause: event.sentence, haltedIn: operation.phase }
    case 'Resumed':
      return {
        haltedIn: null,
        haltedBecause: null,
        ...(operation.canary ? { canary: { ...operation.canary, since: at } } : {}),
      }
    default:
      return {}
  }
}

/** A step begins when its share is sent; the next one when it was held. What could not be judged is not held against the image. */
function canaryFacts(operation: Operation, event: OperationEvent, at: Date): Partial<Operation> {
  const before = operation.canary ?? null
  const canary: CanaryProgress = before ?? {
    step: 0,
    since: at,
    sent: false,
    reachedAt: null,
    carriesSince: null,
    unsure: null,
  }
  switch (event.type) {
    case 'StepStarted':
      return { canary: { ...canary, sent: true } }
    case 'StepReached':
      return { canary: { ...canary, reachedAt: at, carriesSince: canary.carriesSince ?? at } }
    case 'StepHeld':
      return isLastStep(operation)
        ? { passed: [...(operation.passed ?? []), 'canary'] }
        : {
            canary: {
              ...canary,
              step: canary.step + 1,
              since: at,
              sent: false,
              reachedAt: null,
              unsure: null,
            },
          }
    case 'JudgedUnsure':
      return operation.request.trials?.canary?.unsure === 'goBack'
        ? { reason: event.sentence, endsAs: 'cancelled' }
        : { canary: { ...canary, unsure: event.sentence } }
    default:
      return {}
  }
}

function endSentenceOf(event: OperationEvent): string | null {
  switch (event.type) {
    case 'Succeeded':
    case 'Aborted':
    case 'RolledBack':
    case 'Overridden':
    case 'Refused':
    case 'Reprieved':
      return event.sentence
    case 'Destroyed':
      return `Destroyed; looked at ${event.looked.join(', ')} and found nothing left.`
    case 'CancelRequested':
      return `Cancelled by ${event.by} before it started.`
    case 'Resumed':
      return `${event.by} accepted what is there.`
    default:
      return null
  }
}
