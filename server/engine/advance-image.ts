import type { Image } from '../domain/bake.js'
import { reasonImageStays } from '../domain/image-uses.js'
import {
  applyRetirementEvent,
  decideRetirement,
  msUntilSettled,
  retirementSentence,
  type RetirementEvent,
  type RetirementStep,
} from '../domain/image-retirement.js'
import { stopsAt } from '../domain/may-start.js'
import type { Actor } from '../domain/operation.js'
import type { HeldLease } from './held-lease.js'
import { usesOf } from './image-users.js'
import type { Parts } from './parts.js'
import { CallRefused, CallUnclear, Fenced, type Change } from './ports.js'
import { whereOfApplication } from './restrained.js'

const engine: Actor = { name: 'Delling', via: 'engine' }

/** The lease of `image:<id>`. */
export type ImageLease = Pick<HeldLease, 'current' | 'signal' | 'check'>

interface Turn {
  readonly parts: Parts
  readonly lease: ImageLease
  readonly image: Image
}

/**
 * One turn of an image that is being retired: load, look, decide, then send one request or record one event. Whoever goes
 * on after a crash looks for himself: every call may be repeated, and the snapshots were noted before the first of them.
 */
export async function advanceImage(
  parts: Parts,
  lease: ImageLease,
): Promise<{ readonly lookAgainMs: number | null }> {
  const imageId = lease.current.scope.replace(/^image:/, '')
  const image = await parts.history.image(imageId)
  if (!image?.retirement || image.retirement.phase === 'retired') return { lookAgainMs: null }
  const { retirement } = image
  const seen = await parts.imageCloud.observeImage(imageId, retirement.snapshots)
  const now = parts.clock.now()
  const settleMs = parts.timings.visibilityMs
  // The whole account is read for it, so not before it counts.
  const mayStillStay =
    (retirement.phase === 'checking' && msUntilSettled(retirement, now, settleMs) === 0) ||
    retirement.phase === 'deregistering'
  const step = decideRetirement({
    image,
    now,
    seen,
    reasonStays: mayStillStay ? await reasonToStay(parts, image) : null,
    owner: parts.place.owner,
    settleMs,
  })
  return take({ parts, lease, image }, await unlessStopped(parts, image, step))
}

async function reasonToStay(parts: Parts, image: Image): Promise<string | null> {
  const account = await parts.imageCloud.references()
  return reasonImageStays(await usesOf(parts, image, account), account)
}

/** Where everything is stopped nothing is deleted, not even what was asked for before. */
async function unlessStopped(parts: Parts, image: Image, step: RetirementStep): Promise<RetirementStep> {
  if (step.kind !== 'act') return step
  const at = parts.clock.now()
  const stops = stopsAt(
    await parts.store.openRestraints(at),
    whereOfApplication(parts, image.application),
    at,
  )
  return stops.length > 0 ? { kind: 'wait', lookAgainMs: parts.timings.pollMs } : step
}

async function take(turn: Turn, step: RetirementStep): Promise<{ readonly lookAgainMs: number | null }> {
  const { parts, lease } = turn
  switch (step.kind) {
    case 'done':
      return { lookAgainMs: null }
    case 'wait':
      return { lookAgainMs: step.lookAgainMs }
    case 'record':
      await parts.store.commitTurn(lease.current, null, changeOf(turn, step.event))
      return { lookAgainMs: 0 }
    case 'act':
      return act(turn, step)
  }
}

/** Intent, then the request, then its answer; the next look shows what became of it. */
async function act(
  turn: Turn,
  { call, why }: RetirementStep & { kind: 'act' },
): Promise<{ readonly lookAgainMs: number }> {
  const { parts, lease, image } = turn
  const id = parts.newId()
  const intent = { id, object: `image:${image.imageId}`, cluster: null, operationId: null, call, why }
  await parts.store.commitTurn(lease.current, null, { intent })
  let requestId: string | null
  try {
    ;({ requestId } = await parts.imageCloud.perform(call, () => lease.check(), lease.signal))
  } catch (error) {
    await answerFailure(turn, id, call, error)
    return { lookAgainMs: parts.timings.pollMs }
  }
  // Fenced here means that AWS has done it and nobody has written that down: it stays unanswered until a look shows it.
  await parts.store.answerIntent(lease.current, id, { answered: 'ok', requestId, message: null })
  return { lookAgainMs: parts.timings.pollMs }
}

async function answerFailure(
  turn: Turn,
  intentId: string,
  call: (RetirementStep & { kind: 'act' })['call'],
  error: unknown,
): Promise<void> {
  const { parts, lease } = turn
  if (error instanceof CallRefused) {
    const message = `${error.code}: ${error.message}`
    // Something else needs it, or we may not: said, and left where it is.
    const stays =
      call.type === 'DeleteSnapshot' && error.means === 'refused'
        ? changeOf(turn, { type: 'SnapshotStays', snapshotId: call.snapshotId, sentence: message })
        : call.type === 'DeregisterImage' && error.means === 'refused'
          ? changeOf(turn, { type: 'RetirementStopped', sentence: message })
          : {}
    const answer = { answered: 'refused' as const, requestId: error.requestId, message }
    await parts.store.answerIntent(lease.current, intentId, answer, stays)
    return
  }
  if (!(error instanceof CallUnclear || error instanceof Fenced)) throw error
  const answered = error instanceof Fenced ? 'not sent' : 'unclear'
  await parts.store.answerIntent(lease.current, intentId, {
    answered,
    requestId: null,
    message: error.message,
  })
}

function changeOf({ parts, image }: Turn, event: RetirementEvent): Change {
  return {
    image: applyRetirementEvent(image, event, parts.clock.now()),
    events: [
      {
        stream: `image:${image.imageId}`,
        actor: engine,
        cluster: null,
        application: image.application,
        event: { type: event.type, sentence: retirementSentence(image, event), data: { ...event } },
      },
    ],
  }
}
