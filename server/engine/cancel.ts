import { groupNamed, type ClusterState } from '../domain/cluster-state.js'
import { isEnded, type Actor, type Operation, type OperationEvent } from '../domain/operation.js'
import { effectsOf } from '../domain/operation-effects.js'
import { pushLabel } from '../domain/names.js'
import { neededFor, registeredPart } from '../domain/readiness.js'
import { Refusal } from '../domain/refusal.js'
import { isUndoable } from '../domain/refused-acts.js'
import { reasonNotRestorable } from '../domain/restore-guard.js'
import { sharesTraffic } from '../domain/canary-shares.js'
import { operationEvent } from './operation-event.js'
import { freshLook, unknownCluster } from './fresh-look.js'
import type { Parts } from './parts.js'
import type { Change } from './ports.js'

/** How an operation would end if it were cancelled now; null when it can't be. */
export function endIfCancelled(state: ClusterState, operation: Operation): string | null {
  const { kind, phase, from, to } = operation
  if (isEnded(operation)) return null
  if (kind === 'destroy')
    return ['queued', 'delisting', 'draining'].includes(phase)
      ? `${pushLabel(to ?? '')} stays as it is`
      : null
  if (kind === 'decommission') return endOfDecommission(operation)
  if (phase === 'halted' && (kind === 'adopt' || kind === 'giveBack'))
    return 'everything is left as it is now, and the cluster is not Delling’s'
  if (kind === 'adopt')
    return phase === 'aborting' ? null : 'nothing is adopted; the marks that are set go again'
  if (kind === 'giveBack')
    return phase === 'aborting' ? null : 'the cluster stays Delling’s; the marks that are gone come back'
  if (kind === 'resize')
    return ['queued', 'sizing'].includes(phase)
      ? `${pushLabel(to ?? '')} keeps the size that it has by then`
      : null
  if (phase === 'waiting') return 'it never starts'
  if (phase === 'halted' && sharesTraffic(state.cluster, operation)) return null
  if (state.cluster.needsPerson) return 'the listener rule is left as somebody else set it'
  if (phase === 'halted') return 'everything is left as it is now'
  const traffic = from
    ? `traffic: ${pushLabel(from)} 100 %`
    : state.cluster.statement || 'nothing carries traffic'
  if (isUndoable(operation) || ['waiting', 'queued', 'switching', 'aborting'].includes(phase)) {
    const made = groupNamed(state, to)
    return made && kind !== 'switchBack' ? `${traffic}; ${pushLabel(made.name)} kept for diagnosis` : traffic
  }
  if (kind === 'deploy' && ['settling', 'watching', 'returning', 'resettling'].includes(phase))
    return `${traffic} again; ${pushLabel(to ?? '')} rejected`
  return null
}

/** Until its rule goes, the rule gets its conditions back. */
function endOfDecommission({ phase, haltedIn, from }: Operation): string | null {
  const at = phase === 'halted' ? (haltedIn ?? '') : phase
  if (!['queued', 'parking', 'quieting'].includes(at)) return null
  return from ? `traffic: ${pushLabel(from)} 100 % again; nothing is retired` : 'nothing is retired'
}

/** Records that a person wants an operation to end. Throws Refusal once it can't be undone by a cancel. */
export async function cancelOperation(
  parts: Parts,
  actor: Actor,
  id: string,
  reason: string,
): Promise<{ operation: Operation; ends: string }> {
  const known = await parts.history.operation(id)
  if (!known) throw unknown(id)
  if (['settling', 'watching'].includes(known.phase) && known.kind === 'deploy')
    await refuseWorse(parts, known)
  return parts.store.request(known.cluster, (state) => {
    const operation = state?.operations.find((candidate) => candidate.id === id)
    if (!state || !operation)
      throw new Refusal(
        'AlreadyEnded',
        `That ${known.kind} has ended (${known.phase}): ${known.endSentence ?? ''} Nothing was changed.`,
      )
    const ends = endIfCancelled(state, asItWas(operation))
    if (ends === null)
      throw new Refusal(
        'TooLate',
        `That ${operation.kind} is ${operation.phase} and can’t be cancelled${whyTooLate(operation)}. Nothing was changed.`,
      )
    if (operation.cancelRequested) return { change: {}, result: { operation, ends } }
    const event: OperationEvent = {
      type: 'CancelRequested',
      by: reason ? `${actor.name} (${reason})` : actor.name,
    }
    const change = effectsOf(state, operation, event, parts.clock.now())
    const after = change.operations?.[0] ?? operation
    return {
      change: { ...change, events: [operationEvent(state, id, event, actor)] },
      result: { operation: after, ends },
    }
  })
}

/** A second cancel of what is being called off already is answered as the first one was. */
function asItWas(operation: Operation): Operation {
  return operation.cancelRequested && operation.phase === 'aborting'
    ? { ...operation, phase: 'queued' }
    : operation
}

function whyTooLate({ kind, phase, to }: Operation): string {
  if (kind === 'destroy') return ': its instances are going'
  if (kind === 'decommission') return ': its rule is gone, or was given back already'
  if (kind === 'resize') return ': it is about to end'
  if (kind === 'adopt' || kind === 'giveBack') return ': it is being called off already'
  if (phase === 'halted')
    return `: ${pushLabel(to ?? '')} carries a share of the traffic; “try again” goes on, or put all traffic on one group first`
  return '; switch again instead'
}

/** After the switch a cancel sends the traffic back, which must not make things worse. */
async function refuseWorse(parts: Parts, operation: Operation): Promise<void> {
  const { seen } = await freshLook(parts, operation.cluster)
  const healthy = (name: string | null) => {
    const group = seen.groups.get(name ?? '')
    return group ? registeredPart(group).instanceIds.length : 0
  }
  const needed = neededFor(seen.groups.get(operation.to ?? ''))
  const back = healthy(operation.from)
  if (back >= needed || back > healthy(operation.to)) return
  throw new Refusal(
    'ReturnWorse',
    `Cancelling would send the traffic back to ${operation.from ?? 'nothing'}, which has ${back} healthy targets of ${needed} needed. Nothing was changed.`,
  )
}

/** A person's answer to a halted operation: try its phase again, accept what is there, or put the rule back and try again. */
export async function resumeOperation(
  parts: Parts,
  actor: Actor,
  id: string,
  choice: 'again' | 'accept' | 'restore',
): Promise<Operation> {
  const known = await parts.history.operation(id)
  if (!known) throw unknown(id)
  if (choice === 'restore') await refuseHarmfulRestore(parts, known.cluster)
  return parts.store.request(known.cluster, (state) => {
    const operation = state?.operations.find((candidate) => candidate.id === id)
    if (!state || operation?.phase !== 'halted')
      throw new Refusal('NotHalted', `That ${known.kind} is ${known.phase}, not halted. Nothing was changed.`)
    if (operation.kind === 'decommission' && choice === 'accept')
      throw new Refusal(
        'NotHalfWay',
        `A cluster is retired or it is not: say “again” once it can go on, or cancel it while that is possible. Nothing was changed.`,
      )
    if (choice === 'accept' && sharesTraffic(state.cluster, operation))
      throw new Refusal(
        'TrafficShared',
        `${operation.from ?? ''} and ${operation.to ?? ''} share the traffic, which can’t be left so. Say “try again”, or put all traffic on one group first. Nothing was changed.`,
      )
    const restore: Change = choice === 'restore' ? restoreChange(state, actor, parts.clock.now()) : {}
    const event: OperationEvent = {
      type: 'Resumed',
      by: actor.name,
      choice: choice === 'accept' ? 'accept' : 'again',
    }
    const at = parts.clock.now()
    const change = effectsOf(state, operation, event, at)
    // A decommission that tries again does so with the destroys that stopped it.
    const parted = operation.kind === 'decommission' ? haltedDestroys(state) : []
    const others = parted.flatMap((each) => effectsOf(state, each, event, at).operations ?? [])
    const events = [operation, ...parted].map((each) => operationEvent(state, each.id, event, actor))
    return {
      change: {
        ...change,
        ...restore,
        operations: [...(change.operations ?? []), ...others],
        events: [...events, ...(restore.events ?? [])],
      },
      result: change.operations?.[0] ?? operation,
    }
  })
}

function haltedDestroys(state: ClusterState): readonly Operation[] {
  return state.operations.filter(({ kind, phase }) => kind === 'destroy' && phase === 'halted')
}

/** What puts a rule that somebody else changed back to what Delling last set. Throws Refusal when nothing is to be put back. */
function restoreChange(state: ClusterState, actor: Actor, at: Date): Change {
  const { cluster } = state
  if (!cluster.needsPerson || !cluster.ruleArn || !cluster.expected)
    throw new Refusal(
      'NothingToRestore',
      `The listener rule of ${cluster.name} is as it was set, or its change was seen only just now. Nothing was changed.`,
    )
  const sentence = `${actor.name} asked to put the listener rule of ${cluster.name} back.`
  return {
    cluster: { ...cluster, restoreAsked: { by: actor.name, at } },
    events: [
      {
        stream: `cluster:${cluster.name}`,
        actor,
        cluster: cluster.name,
        application: cluster.application,
        event: { type: 'RestoreAsked', sentence },
      },
    ],
  }
}

/** Putting the rule back moves traffic: not onto a group that is gone or sick, which an old record may name. */
async function refuseHarmfulRestore(parts: Parts, cluster: string): Promise<void> {
  const { state, seen } = await freshLook(parts, cluster)
  const reason = state.cluster.needsPerson ? reasonNotRestorable(state, seen) : null
  if (!reason) return
  throw new Refusal(
    'NotRestorable',
    `The rule of ${cluster} can’t be put back: ${reason} Nothing was changed.`,
    'conflict',
    {
      ways: [
        {
          label: `See what differs in ${cluster}`,
          href: `/clusters/${cluster}`,
          command: `delling drift ${cluster}`,
        },
      ],
    },
  )
}

/** Asks for a rule that somebody else changed to be put back, whether or not an operation is halted by it. Throws Refusal. */
export async function restoreRule(parts: Parts, actor: Actor, cluster: string): Promise<void> {
  await refuseHarmfulRestore(parts, cluster)
  await parts.store.request(cluster, (state) => {
    if (!state) throw unknownCluster(cluster)
    return { change: restoreChange(state, actor, parts.clock.now()), result: null }
  })
}

/** Lets a queue go on that stood still after a failed or rolled-back deployment. */
export async function resumeQueue(parts: Parts, actor: Actor, cluster: string): Promise<void> {
  await parts.store.request(cluster, (state) => {
    if (!state) throw unknownCluster(cluster)
    if (!state.cluster.queuePaused)
      throw new Refusal('QueueRuns', `The queue of ${cluster} is not paused. Nothing was changed.`)
    const event = {
      stream: `cluster:${cluster}`,
      actor,
      cluster,
      application: state.cluster.application,
      event: { type: 'QueueResumed', sentence: `${actor.name} lets the queue of ${cluster} go on.` },
    }
    return { change: { cluster: { ...state.cluster, queuePaused: null }, events: [event] }, result: null }
  })
}

function unknown(id: string): Refusal {
  return new Refusal('UnknownOperation', `There is no operation ${id}. Nothing was changed.`, 'notFound')
}
