import type { Image } from '../domain/bake.js'
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
import type { Parts } from './parts.js'
import { CallRefused, type Change } from './ports.js'
import { whereOfApplication } from './restrained.js'
import { reasonToStay } from './retire-image.js'
import { sendRecorded, type SendingLease } from './sent-once.js'

const engine: Actor = { name: 'Delling', via: 'engine' }

interface Turn {
  readonly parts: Parts
  /** Of `image:<id>`. */
  readonly lease: SendingLease
  readonly image: Image
}

/**
 * One turn of an image that is being retired: load, look, decide, then send one request or record one event. Whoever goes
 * on after a crash looks for himself: every call may be repeated, and the snapshots were noted before the first of them.
 */
export async function advanceImage(
  parts: Parts,
  lease: SendingLease,
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
    reasonStays: mayStillStay ? await reasonToStay(parts, image, await parts.imageCloud.references()) : null,
    owner: parts.place.owner,
    settleMs,
  })
  return take({ parts, lease, image }, await unlessStopped(parts, image, step))
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

/** The next look shows what became of it. */
async function act(
  { parts, lease, image }: Turn,
  { call, why }: RetirementStep & { kind: 'act' },
): Promise<{ readonly lookAgainMs: number }> {
  const object = `image:${image.imageId}`
  await sendRecorded(parts.store, lease, {
    intent: { id: parts.newId(), object, cluster: null, operationId: null, call, why },
    perform: (beforeSend, signal) => parts.imageCloud.perform(call, beforeSend, signal),
    learnt: (sent) => (sent.answer ? {} : failureChange({ parts, lease, image }, call, sent.failure)),
  })
  return { lookAgainMs: parts.timings.pollMs }
}

/** What a refusal changes: something else needs it, or we may not; it is said, and left where it is. */
function failureChange(
  turn: Turn,
  call: (RetirementStep & { kind: 'act' })['call'],
  failure: unknown,
): Change {
  if (!(failure instanceof CallRefused) || failure.means !== 'refused') return {}
  const sentence = `${failure.code}: ${failure.message}`
  return changeOf(
    turn,
    call.type === 'DeleteSnapshot'
      ? { type: 'SnapshotStays', snapshotId: call.snapshotId, sentence }
      : { type: 'RetirementStopped', sentence },
  )
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
