import type { Bake, Image, ImageRetirement } from '../domain/bake.js'
import { decideBake } from '../domain/bake-decision.js'
import { builderGone } from '../domain/bake-discarding.js'
import { lastLines, logAfter } from '../domain/bake-log.js'
import { imageOf } from '../domain/bake-naming.js'
import { refusedCallEvents } from '../domain/bake-refusals.js'
import { bakeEventSentence } from '../domain/bake-sentences.js'
import type { BakeStep } from '../domain/bake-steps.js'
import { applyBakeEvent, isBakeEnded, type BakeEvent } from '../domain/bake-transitions.js'
import type { Call } from '../domain/call.js'
import { unprefixed } from '../domain/console-lines.js'
import { packagesIn } from '../domain/image-packages.js'
import type { Obligation } from '../domain/obligation.js'
import { stopsAt } from '../domain/may-start.js'
import type { Actor } from '../domain/operation.js'
import { scopeWords } from '../domain/scope.js'
import { builderLaunch } from './builder-launch.js'
import type { Parts } from './parts.js'
import { CallRefused, type Answer, type BakeObserved, type Change } from './ports.js'
import { whereOfApplication } from './restrained.js'
import { sendRecorded, type Sent, type SendingLease } from './sent-once.js'

const engine: Actor = { name: 'Delling', via: 'engine' }

/** What a turn works with: nothing of it outlives the turn. */
interface Turn {
  readonly parts: Parts
  /** Of `bake:<id>`. */
  readonly lease: SendingLease
  readonly bake: Bake
  readonly seen: BakeObserved
}

/** What became of a turn: when to look again; null once the bake has ended. */
export interface BakeTurn {
  readonly lookAgainMs: number | null
}

/**
 * One turn of a bake: load, look, decide, then send one request, record one event, or wait. Throws Fenced when the lease
 * was lost, and whatever kept it from looking; the caller comes again later.
 */
export async function advanceBake(parts: Parts, lease: SendingLease): Promise<BakeTurn> {
  const id = lease.current.scope.replace(/^bake:/, '')
  const stored = await parts.store.loadBake(id)
  if (!stored || isBakeEnded(stored)) return { lookAgainMs: null }

  const asked = await withCancel(parts, stored)
  const seen = await parts.bakeCloud.observeBake(asked)
  const bake = { ...asked, log: logAfter(id, asked.log, seen.console) }
  const turn: Turn = { parts, lease, bake, seen }
  const step = decideBake({
    bake,
    seen,
    now: parts.clock.now(),
    timings: parts.timings,
    owner: parts.place.owner,
    ...(await builderLaunch(parts, bake)),
  })
  // Slept in between: what was decided from may not be so any more.
  if (parts.clock.now().getTime() - seen.at.getTime() > parts.timings.observationMaxAgeMs)
    return { lookAgainMs: 0 }
  return take(turn, await unlessStopped(turn, step))
}

/** Where everything is stopped no builder is launched; one that runs is brought to its end, so that none is left running. */
async function unlessStopped({ parts, bake, seen }: Turn, step: BakeStep): Promise<BakeStep> {
  if (step.kind !== 'act' || step.call.type !== 'RunBuilder' || bake.attemptAt !== null) return step
  const where = whereOfApplication(parts, bake.request.application)
  const overridden = bake.request.override?.ids ?? []
  const stops = stopsAt(await parts.store.openRestraints(seen.at), where, seen.at)
  const stop = stops.find(({ id }) => !overridden.includes(id))
  if (!stop) return step
  const sentence = `No builder is launched: ${scopeWords(stop.scope)} is stopped by ${stop.owner}: ${stop.reason}`
  const until = new Date(bake.phaseSince.getTime() + parts.timings.bake.launchMs)
  return { kind: 'wait', sentence, until, lookAgainMs: parts.timings.pollMs }
}

async function take(turn: Turn, step: BakeStep): Promise<BakeTurn> {
  const { parts, lease, bake } = turn
  switch (step.kind) {
    case 'done':
      return { lookAgainMs: null }
    case 'wait': {
      const wait = { sentence: step.sentence, until: step.until, at: parts.clock.now() }
      await parts.store.saveWait(lease.current, { bakeId: bake.id, wait, bakeLog: bake.log })
      return { lookAgainMs: step.lookAgainMs }
    }
    case 'record': {
      if (step.event.type === 'Baked') await noteNamesakeGone(turn, step.event.image)
      const change = await changeOf(turn, [step.event])
      await parts.store.commitTurn(lease.current, null, change)
      return { lookAgainMs: change.bake && isBakeEnded(change.bake) ? null : 0 }
    }
    case 'act':
      return act(turn, step.call, step.why, step.event)
  }
}

/**
 * EC2 gives a name once, so another image that is recorded under this one was deregistered by somebody else; its record makes
 * room for the new one.
 */
async function noteNamesakeGone({ parts }: Turn, { name, imageId }: Image): Promise<void> {
  const gone = await parts.history.image(name)
  if (!gone || gone.imageId === imageId || gone.retirement?.phase === 'retired') return
  const at = parts.clock.now()
  const reason = 'it was deregistered by somebody else'
  const retirement: ImageRetirement = {
    phase: 'retired',
    phaseSince: at,
    by: 'somebody else',
    reason,
    requestedAt: at,
    snapshots: [],
    left: [],
    unseenSince: null,
    endedAt: at,
  }
  await parts.store.record({
    image: { ...gone, retirement },
    events: [
      {
        stream: `image:${gone.imageId}`,
        actor: engine,
        cluster: null,
        application: gone.application,
        event: { type: 'Retired', sentence: `${gone.name} (${gone.imageId}) is gone: ${reason}.`, data: {} },
      },
    ],
  })
}

/** A person's cancel is an event of its own, so that it cannot be lost between our reading and our writing. */
async function withCancel(parts: Parts, bake: Bake): Promise<Bake> {
  if (bake.cancelRequested) return bake
  const events = await parts.history.log({ stream: `bake:${bake.id}`, limit: 50 })
  return events.some((row) => row.type === 'CancelRequested') ? { ...bake, cancelRequested: true } : bake
}

async function act(turn: Turn, call: Call, why: string, event: BakeEvent | undefined): Promise<BakeTurn> {
  const { parts, lease, bake } = turn
  const change = await changeOf(turn, event ? [event] : [])
  const after: Turn = { ...turn, bake: change.bake ?? bake }
  const learntOf = (sent: Sent) =>
    sent.answer ? answeredEvents(call, sent.answer) : failureEvents(bake, call, sent.failure)
  const sent = await sendRecorded(parts.store, lease, {
    intent: { id: parts.newId(), object: `bake:${bake.id}`, cluster: null, operationId: null, call, why },
    change,
    perform: (beforeSend, signal) => parts.bakeCloud.perform(call, beforeSend, signal),
    learnt: (ended) => changeOf(after, learntOf(ended)),
  })
  // What only a look can show is not shown at once: looking at once would send the same again and again.
  return { lookAgainMs: learntOf(sent).length > 0 ? 0 : parts.timings.pollMs }
}

/** What a refusal teaches; what is unclear, or was not sent, teaches nothing. */
function failureEvents(bake: Bake, call: Call, failure: unknown): readonly BakeEvent[] {
  return failure instanceof CallRefused ? (refusedCallEvents(bake, call, failure) ?? []) : []
}

/** What a reply teaches at once. What it doesn't, the next look does. */
function answeredEvents(call: Call, { learnt }: Answer): BakeEvent[] {
  if (call.type === 'RunBuilder' && learnt.InstanceId)
    return [{ type: 'BuilderSeen', builderId: learnt.InstanceId }]
  if (call.type === 'CreateImage' && learnt.ImageId) return [{ type: 'ImageSeen', imageId: learnt.ImageId }]
  if (call.type === 'DeregisterImage') return [{ type: 'ImageDiscarded' }]
  return []
}

/**
 * The rows that events change: the bake, its image, its ledger row and the log entries, one transaction. Without an event
 * there are none: a row written for nothing would wake every replica, the writer too, whatever back-off it is in.
 */
async function changeOf(turn: Turn, events: readonly BakeEvent[]): Promise<Change> {
  if (events.length === 0) return {}
  const { parts, bake } = turn
  const at = parts.clock.now()
  const next = events.reduce((before, event) => withFailureLog(turn, applyBakeEvent(before, event, at)), bake)
  const image = next.phase === 'baked' ? await newImage(parts, next, at) : null
  return {
    bake: next,
    ...(image && { image }),
    ...listedPackages(turn, events),
    obligations: await ledgerRows(turn, next, events, at),
    events: events.map((event) => ({
      stream: `bake:${bake.id}`,
      actor: engine,
      cluster: null,
      application: bake.request.application,
      event: { type: event.type, sentence: bakeEventSentence(event), data: { ...event } },
    })),
  }
}

/** Null where the bake has found an image that is recorded: what is known of that stays. */
async function newImage({ history }: Parts, bake: Bake, at: Date): Promise<Image | null> {
  const image = imageOf(bake, at)
  return (await history.image(image.imageId)) ? null : image
}

/** The list itself, beside the bake that only counts it. */
function listedPackages({ bake, seen }: Turn, events: readonly BakeEvent[]): Pick<Change, 'packages'> {
  if (!events.some((event) => event.type === 'PackagesListed')) return {}
  const listed = packagesIn(bake.id, seen.console)
  return listed ? { packages: { bakeId: bake.id, listed } } : {}
}

/** A bake that never got to its own beginning fails with what the boot said. */
function withFailureLog({ seen }: Turn, bake: Bake): Bake {
  if (bake.phase !== 'discarding' || bake.log !== '' || bake.endsAs !== 'failed') return bake
  return { ...bake, log: lastLines(unprefixed(seen.console), 100) }
}

/** The builder is owed from the moment its launch may be sent until it is seen gone. */
async function ledgerRows(
  turn: Turn,
  next: Bake,
  events: readonly BakeEvent[],
  at: Date,
): Promise<Obligation[]> {
  const { parts, bake, seen } = turn
  if (events.some((event) => event.type === 'LaunchSent'))
    return [
      {
        id: bake.id,
        kind: 'builder',
        object: bake.id,
        cluster: null,
        operationId: bake.id,
        original: { instanceId: null },
        attempted: [],
        openedAt: at,
        closedAt: null,
        closedAs: null,
      },
    ]
  const through = isBakeEnded(next) || events.some((event) => event.type === 'Relaunched')
  if (!through || !builderGone(bake, seen.builder)) return []
  const open = (await parts.history.obligations()).find((row) => row.id === bake.id && row.closedAt === null)
  return open ? [{ ...open, closedAt: at, closedAs: 'repaid' }] : []
}
