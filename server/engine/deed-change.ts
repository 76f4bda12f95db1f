import { clusterEffectsOf, type ClusterEvent } from '../domain/cluster-event.js'
import { openObligation, type ClusterState, type StateChange } from '../domain/cluster-state.js'
import type { Deed } from '../domain/decide-turn.js'
import type { Obligation } from '../domain/obligation.js'
import type { Actor } from '../domain/operation.js'
import { effectsOf } from '../domain/operation-effects.js'
import type { Debt } from '../domain/turn.js'
import { engineActor, operationEvent, requestOperation } from './operation-event.js'
import type { Change, NewEvent, NewIntent } from './ports.js'

/** The rows and events that a deed writes, in the one transaction before anything is sent. */
export function changeOf(
  state: ClusterState,
  deed: Deed,
  at: Date,
  newId: () => string,
): Change & { intent?: NewIntent } {
  switch (deed.kind) {
    case 'record': {
      const change = effectsOf(state, deed.operation, deed.event, at)
      return { ...change, events: [operationEvent(state, deed.operation.id, deed.event)] }
    }
    case 'recordCluster':
      return { ...clusterEffectsOf(state, deed.event, at), events: [clusterEvent(state, deed.event)] }
    case 'retire':
      return retirement(state, deed, at, newId)
    case 'switchBack':
      return nightSwitchBack(state, deed, at, newId)
    case 'act':
      return actChange(state, deed, at, newId)
  }
}

function actChange(state: ClusterState, deed: Deed & { kind: 'act' }, at: Date, newId: () => string): Change {
  const byEvent: StateChange =
    deed.event && deed.operation ? effectsOf(state, deed.operation, deed.event, at) : {}
  const repeated = state.tickets.filter(
    (ticket) => ticket.object === deed.object && ticket.call.type === deed.call.type,
  )
  return {
    ...byEvent,
    ...(repeated.length > 0 ? { ticketsRepeated: repeated.map((ticket) => ticket.id) } : {}),
    ...(deed.debt ? { obligations: [debtRow(state, deed.debt, at, newId)] } : {}),
    ...(deed.event && deed.operation
      ? { events: [operationEvent(state, deed.operation.id, deed.event)] }
      : {}),
    intent: {
      id: newId(),
      object: deed.object,
      cluster: state.cluster.name,
      operationId: deed.operation?.id ?? null,
      call: deed.call,
      why: deed.why,
    },
  }
}

/** First original wins: a row that is open keeps it and only learns what else was attempted. */
function debtRow(state: ClusterState, debt: Debt, at: Date, newId: () => string): Obligation {
  const open = openObligation(state, debt.object, debt.kind)
  if (open) return { ...open, attempted: [...open.attempted, debt.attempted] }
  return {
    id: newId(),
    kind: debt.kind,
    object: debt.object,
    cluster: state.cluster.name,
    operationId: debt.operationId,
    original: debt.original,
    attempted: [debt.attempted],
    openedAt: at,
    closedAt: null,
    closedAs: null,
  }
}

function retirement(
  state: ClusterState,
  deed: Deed & { kind: 'retire' },
  at: Date,
  newId: () => string,
): Change {
  const request = {
    actor: deed.actor ?? engineActor,
    reason: deed.sentence,
    group: deed.group.name,
    why: deed.why,
  }
  return requestOperation(state, { id: newId(), at, kind: 'destroy', request }).rows
}

const nightWatch: Actor = { name: 'night watch', via: 'engine' }

/** The verdict and the wish that follows from it, at once: so that there is one for each live group. */
function nightSwitchBack(
  state: ClusterState,
  { live, to, sentence }: Deed & { kind: 'switchBack' },
  at: Date,
  newId: () => string,
): Change {
  const judged = { type: 'LiveJudgedBad' as const, group: live.name, asked: true, sentence }
  const request = { actor: nightWatch, reason: sentence, group: to.name, now: false, markBad: true }
  const { rows } = requestOperation(state, { id: newId(), at, kind: 'switchBack', request })
  return {
    ...clusterEffectsOf(state, judged, at),
    operations: rows.operations,
    events: [clusterEvent(state, judged), ...rows.events],
  }
}

function clusterEvent(state: ClusterState, event: ClusterEvent): NewEvent {
  const { type, sentence, ...data } = event
  return {
    stream: `cluster:${state.cluster.name}`,
    actor: engineActor,
    cluster: state.cluster.name,
    application: state.cluster.application,
    event: { type, sentence, data },
  }
}
