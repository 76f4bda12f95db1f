import type { ClusterState } from '../domain/cluster-state.js'
import { decideTurn, type Deed, type Wait } from '../domain/decide-turn.js'
import { observedInstancesWorthAsking } from '../domain/diagnosis.js'
import type { Observed } from '../domain/observation.js'
import { refusalKey, withAnswer, withRefusal, type Sightings } from '../domain/sightings.js'
import { badImage } from './bad-image.js'
import { changeOf } from './deed-change.js'
import type { HeldLease } from './held-lease.js'
import { observeCluster } from './observe-cluster.js'
import type { Parts } from './parts.js'
import { CallRefused, CallUnclear, Fenced, type Answered, type NewIntent } from './ports.js'
import { sendProbe } from './send-probe.js'
import { sentOnce } from './sent-once.js'
import { takeSightings } from './take-sightings.js'

export interface Advanced {
  readonly sightings: Sightings
  /** When to look again. */
  readonly lookAgainMs: number
  /** How many groups it looked at. */
  readonly groups?: number
  /** A fault of AWS or ours, to be logged; the turn changed nothing more. */
  readonly fault?: unknown
}

/** One turn of a cluster: load, observe, decide, record, and send at most one request. Throws Fenced. */
export async function advanceCluster(
  parts: Parts,
  lease: HeldLease,
  name: string,
  before: Sightings,
): Promise<Advanced> {
  const state = await parts.store.loadCluster(name)
  // Nothing of a retired cluster is left to be looked at.
  if (!state || state.cluster.retired) return { sightings: before, lookAgainMs: parts.timings.stewardMs }
  const probed = await sendProbe(parts, state, before, parts.clock.now(), lease.signal)
  const startedAt = performance.now()
  const at = parts.clock.now()
  // Read after the cluster: whoever places one touches its clusters then, so that a turn without it is not recorded.
  const restraints = await parts.store.openRestraints(at)
  const seen: Observed = {
    ...(await observeCluster(parts, state, at, lease.signal)),
    at,
  }
  const sightings = takeSightings(before, state, seen, parts.timings, probed)
  const decision = decideTurn({
    state,
    seen,
    sightings,
    restraints,
    timings: parts.timings,
    owner: parts.place.owner,
    secret: parts.newId(),
  })
  // Reading took too long: what was decided from may no longer be so.
  if (performance.now() - startedAt > parts.timings.observationMaxAgeMs)
    return { sightings, lookAgainMs: parts.timings.pollMs }
  if (decision.kind === 'waits')
    return {
      sightings,
      lookAgainMs: await saveWaits(parts, lease, state, decision.waits),
      groups: state.groups.length,
    }
  const deed = await withConsole(parts, seen, decision.deed)
  const change = { ...changeOf(state, deed, at, parts.newId), ...(await badImage(parts, state, deed, at)) }
  await parts.store.commitTurn(lease.current, state.cluster.version, change)
  if (deed.kind !== 'act' || !change.intent) return { sightings, lookAgainMs: 0 }
  return send(parts, lease, deed, change.intent, sightings)
}

async function saveWaits(
  parts: Parts,
  lease: HeldLease,
  state: ClusterState,
  waits: readonly Wait[],
): Promise<number> {
  const at = parts.clock.now()
  for (const { operation, sentence, until } of waits) {
    if (
      !operation ||
      (operation.wait?.sentence === sentence && operation.wait.until?.getTime() === until?.getTime())
    )
      continue
    await parts.store.saveWait(lease.current, { operationId: operation.id, wait: { sentence, until, at } })
  }
  const soonest = Math.min(
    ...waits.map((wait) => wait.lookAgainMs),
    isAwaited(state, waits) ? parts.timings.stewardMs : parts.timings.pollMs,
  )
  return hasDebts(state)
    ? Math.min(soonest, Math.max(parts.timings.pollMs, parts.timings.unpinMs / 4))
    : soonest
}

/** True while every operation that is under way has said when it wants to look again. */
function isAwaited(state: ClusterState, waits: readonly Wait[]): boolean {
  return state.operations.every(
    (operation) =>
      ['waiting', 'halted'].includes(operation.phase) ||
      waits.some((wait) => wait.operation?.id === operation.id),
  )
}

/** A live group whose MinSize is still raised is looked at until that is repaid. */
function hasDebts(state: ClusterState): boolean {
  return state.obligations.some((row) =>
    state.groups.some((group) => group.name === row.object && group.role === 'live'),
  )
}

/** Sends the recorded request once and writes its answer down; an unclear answer is resolved by the next look. */
async function send(
  parts: Parts,
  lease: HeldLease,
  deed: Deed & { kind: 'act' },
  intent: NewIntent,
  sightings: Sightings,
): Promise<Advanced> {
  const key = refusalKey(deed.call.type, deed.object)
  const { call } = deed
  const sent = await sentOnce(() => parts.cloud.perform(call, lease.check, lease.signal))
  const answer = (more: Pick<Answered, 'rule'> = {}) =>
    parts.store.answerIntent(lease.current, intent.id, { ...sent.answered, ...more })
  if (sent.answer) {
    await answer(call.type === 'ModifyRule' ? { rule: { ruleArn: call.ruleArn, entries: call.entries } } : {})
    return { sightings: withAnswer(sightings, key, { call, at: parts.clock.now() }), lookAgainMs: 0 }
  }
  const { failure } = sent
  if (failure instanceof Fenced) {
    await answer().catch(() => undefined)
    throw failure
  }
  await answer()
  const lookAgainMs = parts.timings.pollMs
  if (failure instanceof CallUnclear) return { sightings, lookAgainMs, fault: failure }
  if (!(failure instanceof CallRefused)) throw failure
  const harmless = isHarmless(failure, call.type)
  const refusal = { code: failure.code, message: failure.message, at: parts.clock.now() }
  return { sightings: withRefusal(sightings, key, refusal, !harmless), lookAgainMs, fault: failure }
}

/** For a deletion what is gone is done; for a making it means that something it names is missing. */
function isHarmless(refused: CallRefused, callType: string): boolean {
  return (
    refused.means === 'exists' ||
    refused.means === 'busy' ||
    (refused.means === 'gone' && callType.startsWith('Delete'))
  )
}

/** A launch that is given up takes the console of its sick instances along, because they will be gone. */
async function withConsole(parts: Parts, seen: Observed, deed: Deed): Promise<Deed> {
  if (deed.kind !== 'record' || deed.event.type !== 'AbortStarted' || !deed.event.diagnosis) return deed
  const group = seen.groups.get(deed.operation.to ?? '')
  const ids = group ? observedInstancesWorthAsking(group) : []
  const console = await Promise.all(
    ids.map(async (instanceId) => ({
      instanceId,
      tail: tailOf(await parts.cloud.consoleOutput(instanceId).catch(() => '')),
    })),
  )
  return { ...deed, event: { ...deed.event, diagnosis: { ...deed.event.diagnosis, console } } }
}

function tailOf(text: string): string {
  return text.trimEnd().split('\n').slice(-40).join('\n')
}
