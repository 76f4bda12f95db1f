import type { ClusterState } from '../domain/cluster-state.js'
import { obstaclesTo, stopsAt, type Obstacle } from '../domain/may-start.js'
import { isEnded, type Actor, type Operation, type OperationEvent } from '../domain/operation.js'
import { effectsOf } from '../domain/operation-effects.js'
import { isOverridden, reasonNotPausable } from '../domain/pause.js'
import { Refusal, type WayOn } from '../domain/refusal.js'
import type { Restraint } from '../domain/restraint.js'
import { whereIs } from '../domain/scope.js'
import { resumeOperation } from './cancel.js'
import { operationEvent } from './operation-event.js'
import { refuseUnlessMayHold } from './hold-permission.js'
import type { Parts } from './parts.js'
import type { Change } from './ports.js'
import { openRestraints, overriddenBy } from './restrained.js'
import { invalid } from './validate.js'

/** Lets an operation stand still where it is, until a person lets it go on. Throws Refusal where only going on is safe. */
export async function pauseOperation(
  parts: Parts,
  actor: Actor,
  id: string,
  reason: string,
): Promise<Operation> {
  if (!reason.trim()) throw invalid('reason', 'Write down why: whoever finds it standing still will ask.')
  refuseUnlessMayHold(actor, 'pause')
  const known = await knownOperation(parts, id)
  return parts.store.request(known.cluster, (present) => {
    const { state, operation } = opened(present, known)
    if (operation.paused && !operation.paused.stop)
      throw new Refusal('PausedAlready', `That ${known.kind} is paused already. Nothing was changed.`)
    const not = reasonNot(state, operation)
    if (not)
      throw new Refusal(
        'NotPausable',
        `That ${known.kind} can’t be paused: ${not}. Nothing was changed.`,
        'conflict',
        { ways: [followWay(known)] },
      )
    return written(parts, actor, state, operation, [{ type: 'Paused', by: actor.name, reason, stop: null }])
  })
}

function reasonNot(state: ClusterState, operation: Operation): string | null {
  const byItsGroups = operation.kind === 'decommission' && ['retiring', 'clearing'].includes(operation.phase)
  return byItsGroups
    ? 'its groups go by destroys of their own, which can be paused'
    : reasonNotPausable(state, operation)
}

function followWay({ id, kind }: Operation): WayOn {
  return { label: `Follow the ${kind}`, href: `/operations/${id}`, command: `delling operations show ${id}` }
}

/**
 * Lets a paused operation go on, or one that waits for a hold begin. What is stopped, on hold or frozen takes a written reason,
 * which is recorded. Throws Refusal.
 */
export async function endPause(
  parts: Parts,
  actor: Actor,
  id: string,
  override: string | undefined,
): Promise<Operation> {
  refuseUnlessMayHold(actor, 'resume')
  const known = await knownOperation(parts, id)
  const restraints = await openRestraints(parts)
  return parts.store.request(known.cluster, (present) => {
    const { state, operation } = opened(present, known)
    const obstacles = obstaclesOf(parts, state, operation, restraints)
    if (!operation.paused && obstacles.length === 0)
      throw new Refusal(
        'NotPaused',
        `That ${known.kind} is ${operation.phase} and not paused. Nothing was changed.`,
      )
    const word = overriddenBy(actor, obstacles, override).override
    const events: OperationEvent[] = [
      ...(word ? [{ type: 'HoldOverridden' as const, ...word }] : []),
      ...(operation.paused
        ? [{ type: 'PauseEnded' as const, by: actor.name, sentence: `${actor.name} lets it go on.` }]
        : []),
    ]
    return written(parts, actor, state, operation, events)
  })
}

/** Lets an operation go on: a halted one by a choice, any other from its pause or its wait for a hold. Throws Refusal. */
export async function goOn(
  parts: Parts,
  actor: Actor,
  id: string,
  asked: {
    readonly choice?: 'again' | 'accept' | 'restore' | undefined
    readonly override?: string | undefined
  },
): Promise<Operation> {
  const { phase } = await knownOperation(parts, id)
  if (asked.choice) return resumeOperation(parts, actor, id, asked.choice)
  if (phase === 'halted')
    throw invalid(
      'choice',
      'It is halted: choose “again” (try on), “accept” (take things as they are) or “restore” (put the rule back).',
    )
  return endPause(parts, actor, id, asked.override)
}

/** What keeps it where it is: stops, and for one that waits in the queue everything that a start would meet. */
function obstaclesOf(
  parts: Parts,
  { cluster }: ClusterState,
  operation: Operation,
  restraints: readonly Restraint[],
): readonly Obstacle[] {
  const at = parts.clock.now()
  const where = whereIs(cluster)
  const meant = operation.phase === 'waiting' ? restraints : stopsAt(restraints, where, at)
  return obstaclesTo('deploy', meant, where, at).filter(({ ids }) =>
    ids.some((each) => !isOverridden(operation, each)),
  )
}

async function knownOperation(parts: Parts, id: string): Promise<Operation> {
  const known = await parts.history.operation(id)
  if (known) return known
  throw new Refusal('UnknownOperation', `There is no operation ${id}. Nothing was changed.`, 'notFound')
}

/** The operation as it is under the row lock, with the state that it belongs to. Throws Refusal once it has ended. */
function opened(
  state: ClusterState | null,
  known: Operation,
): { readonly state: ClusterState; readonly operation: Operation } {
  const operation = state?.operations.find(({ id }) => id === known.id)
  if (state && operation && !isEnded(operation)) return { state, operation }
  throw new Refusal(
    'AlreadyEnded',
    `That ${known.kind} has ended: ${known.endSentence ?? `${known.phase}.`} Nothing was changed.`,
  )
}

/** Events of one request, one after another. */
function written(
  parts: Parts,
  actor: Actor,
  state: ClusterState,
  operation: Operation,
  events: readonly OperationEvent[],
): { readonly change: Change; readonly result: Operation } {
  const at = parts.clock.now()
  let after = operation
  for (const event of events) after = effectsOf(state, after, event, at).operations?.[0] ?? after
  return {
    change: {
      operations: [after],
      events: events.map((event) => operationEvent(state, operation.id, event, actor)),
    },
    result: after,
  }
}
