import type { Balancing } from '../domain/balancing.js'
import { markedInBalancing } from '../domain/marked-balancing.js'
import type { Obstacle } from '../domain/may-start.js'
import { isEnded, type Actor, type Override } from '../domain/operation.js'
import {
  isAccountedFor,
  orphanName,
  orphansOf,
  removalOf,
  type Accounted,
  type MarkedThing,
  type Orphan,
} from '../domain/orphan.js'
import { Refusal } from '../domain/refusal.js'
import { overrideWords } from '../domain/sentences.js'
import type { Parts } from './parts.js'
import type { MarkedReader } from './ports-orphans.js'
import { CallRefused, CallUnclear, type NewEvent } from './ports.js'
import { mayStart, refuseRestrained, whereOfApplication } from './restrained.js'
import { sendRecorded, type Sent, type SendingLease } from './sent-once.js'
import { invalid } from './validate.js'

/** Under which lease orphans are removed, and the stream of what became of them. */
export const orphansScope = 'job:orphans'

/** The engine's parts, with the records of every application, and a reader of marks. */
export interface OrphanParts extends Parts {
  readonly marked: MarkedReader
}

export interface OrphansSeen {
  readonly at: Date
  readonly orphans: readonly Orphan[]
  /** Why load balancers, listeners and rules are not among them; null: they are. */
  readonly unread: string | null
}

/** What became of one orphan that was to be removed. */
export interface OrphanEnd {
  readonly orphan: Orphan
  /** False: it stays, and the sentence says why. */
  readonly removed: boolean
  readonly sentence: string
}

/** Looks for what carries our mark and that no record accounts for. Reads all records: what nobody may see is accounted for too. */
export async function lookForOrphans(parts: OrphanParts): Promise<OrphansSeen> {
  const at = parts.clock.now()
  const before = await accountedFor(parts)
  const [things, balancing] = await Promise.all([
    parts.marked.read((name) => before.known.has(name)),
    // The look of the pages: of load balancing’s few reads another one would take what decisions need.
    parts.observer.balancing(),
  ])
  const marked = [...things, ...(await markedBalancing(parts, balancing.seen))]
  // What was recorded while AWS was read is no orphan.
  const accounted = await accountedFor(parts)
  const orphans = orphansOf(
    await withImageUsers(parts, marked, accounted),
    accounted,
    parts.clock.now(),
    parts.timings.orphanMs,
  )
  const unread = balancing.seen ? null : (balancing.fault ?? 'They were not looked at yet.')
  return { at, orphans, unread }
}

/** The records are read after the look, so that what was recorded meanwhile is accounted for. */
async function markedBalancing(
  { history, place, clock, timings }: Parts,
  seen: Balancing | null,
): Promise<readonly MarkedThing[]> {
  if (!seen) return []
  const states = await history.clusterStates()
  const { owner } = place
  return markedInBalancing(seen, { states, owner, now: clock.now(), youngMs: timings.orphanMs })
}

async function accountedFor({ history, store }: Parts): Promise<Accounted> {
  const [states, images, bakes] = await Promise.all([
    history.clusterStates(),
    history.everyImage(),
    store.activeBakeIds(),
  ])
  const groups = states.flatMap((state) => state.groups)
  const operations = states.flatMap((state) => state.operations)
  return {
    known: new Set([
      ...groups.flatMap((group) => [
        group.name,
        group.targetGroupName,
        ...[group.targetGroupArn, group.launchTemplateId].filter((id) => id !== null),
        ...(group.alarms ?? []),
      ]),
      ...images.flatMap(({ imageId, retirement }) => [imageId, ...(retirement?.snapshots ?? [])]),
    ]),
    underWay: new Set([...bakes, ...operations.filter((each) => !isEnded(each)).map(({ id }) => id)]),
    clusters: new Set(states.filter(({ cluster }) => !cluster.retired).map(({ cluster }) => cluster.name)),
  }
}

/** What uses an image is only read where there is one without a record: it takes a look at the whole account. */
async function withImageUsers(
  parts: Parts,
  marked: readonly MarkedThing[],
  accounted: Accounted,
): Promise<readonly MarkedThing[]> {
  const isUnknown = (thing: MarkedThing) => thing.kind === 'image' && !isAccountedFor(thing, accounted)
  if (!marked.some(isUnknown)) return marked
  const { references, unresolved } = await parts.imageCloud.references()
  return marked.map((thing) => {
    if (!isUnknown(thing)) return thing
    const user = references.find(({ imageId }) => imageId === thing.id)
    const doubt = unresolved[0] && `it can’t be told what uses it: ${withoutStop(unresolved[0])}`
    return { ...thing, usedBy: user ? `the ${user.kind} ${user.name} uses it` : (doubt ?? null) }
  })
}

function withoutStop(text: string): string {
  return text.replace(/\.$/, '')
}

/** The job's own part: ends what carries a date of its own that is over, where no hold keeps it. */
export async function removeExpired(
  parts: Parts,
  lease: SendingLease,
  actor: Actor,
  { orphans }: OrphansSeen,
): Promise<readonly OrphanEnd[]> {
  const ends: OrphanEnd[] = []
  for (const orphan of orphans.filter(({ fate }) => fate === 'goes')) {
    const { obstacles, sentence } = await mayStart(parts, 'cleanup', whereIs(parts, orphan))
    const why = { reason: 'the date that it carries is over' }
    ends.push(
      obstacles.length > 0
        ? { orphan, removed: false, sentence }
        : await end(parts, lease, actor, orphan, why),
    )
  }
  return ends
}

/** What a person wants to be removed. */
export interface OrphanRemoval {
  /** As AWS names them. */
  readonly ids: readonly string[]
  readonly reason: string
  readonly override?: string | undefined
}

/** Why one goes, and the word that overrides what would keep it. */
interface Word {
  readonly reason: string
  readonly override?: Override
}

/**
 * Removes what a person names, after a look of its own. Throws a Refusal, and removes nothing, where one of them is no orphan
 * any more, may not be removed, or a hold keeps it.
 */
export async function removeOrphans(
  parts: OrphanParts,
  lease: SendingLease,
  actor: Actor,
  { ids, reason, override }: OrphanRemoval,
): Promise<readonly OrphanEnd[]> {
  if (!reason.trim()) throw invalid('reason', 'Say why: what is removed can’t be brought back.')
  if (ids.length === 0) throw invalid('ids', 'Choose at least one orphan.')
  const { orphans } = await lookForOrphans(parts)
  const wanted = [...new Set(ids)].map((id) => removable(orphans, id))
  const words = new Map<Orphan, Word>()
  for (const orphan of wanted) {
    const asked = { change: 'cleanup', where: whereIs(parts, orphan), override } as const
    words.set(orphan, { reason, ...(await refuseRestrained(parts, actor, asked)) })
  }
  const ends: OrphanEnd[] = []
  for (const [orphan, word] of words) ends.push(await end(parts, lease, actor, orphan, word))
  return ends
}

/** What keeps some orphans from being removed now, of whichever applications they are. */
export async function obstaclesToRemoval(
  parts: Parts,
  orphans: readonly Orphan[],
): Promise<readonly Obstacle[]> {
  const places = new Map(orphans.map((orphan) => [applicationOf(orphan), whereIs(parts, orphan)]))
  const may = await Promise.all([...places.values()].map((where) => mayStart(parts, 'cleanup', where)))
  const all = may.flatMap(({ obstacles }) => obstacles)
  return [...new Map(all.map((each) => [each.sentence, each])).values()]
}

function removable(orphans: readonly Orphan[], id: string): Orphan {
  const ways = [{ label: 'See the orphans', href: '/orphans', command: 'npx delling orphans' }]
  const orphan = orphans.find(({ thing }) => thing.id === id)
  if (!orphan)
    throw new Refusal(
      'NoOrphan',
      `${id} is no orphan: it is gone, or the records account for it. Nothing was removed.`,
      'conflict',
      { ways },
    )
  if (removalOf(orphan) === null)
    throw new Refusal(
      'OrphanStays',
      `Delling does not remove the ${orphanName(orphan.thing)}. ${orphan.why} Nothing was removed.`,
      'conflict',
      { ways },
    )
  return orphan
}

function applicationOf({ thing }: Orphan): string {
  return thing.tags['delling:app'] ?? ''
}

function whereIs(parts: Parts, orphan: Orphan) {
  return whereOfApplication(parts, applicationOf(orphan))
}

/** What is never answered shows itself at the next look: it is there or it is not. */
async function end(
  parts: Parts,
  lease: SendingLease,
  actor: Actor,
  orphan: Orphan,
  word: Word,
): Promise<OrphanEnd> {
  const call = removalOf(orphan)
  if (!call) throw new Error(`An orphan that is only told of can’t be removed: ${orphan.thing.id}`)
  const why = `remove an orphan: ${word.reason}`
  const object = `orphan:${orphan.thing.id}`
  const sent = await sendRecorded(parts.store, lease, {
    intent: { id: parts.newId(), object, cluster: null, operationId: null, call, why },
    perform: (beforeSend, signal) => parts.cloud.perform(call, beforeSend, signal),
    learnt: (ended) => ({ events: [eventOf(actor, orphan, word, endOf(orphan, word, ended))] }),
  })
  const { removed, sentence } = endOf(orphan, word, sent)
  return { orphan, removed, sentence }
}

function eventOf(
  actor: Actor,
  { thing: { kind, id, name } }: Orphan,
  { reason, override }: Word,
  { type, sentence }: ReturnType<typeof endOf>,
): NewEvent {
  const tail = override ? ` ${overrideWords(override)}` : ''
  return {
    stream: orphansScope,
    actor,
    cluster: null,
    application: null,
    event: {
      type,
      sentence: `${sentence}${tail}`,
      data: { kind, id, name, reason, ...(override && { override }) },
    },
  }
}

/** What is gone is what was wanted; a refusal is said and leaves the others to be tried. */
function endOf(orphan: Orphan, { reason }: Word, sent: Sent) {
  const name = orphanName(orphan.thing)
  if (sent.answer)
    return {
      type: 'OrphanRemoved',
      removed: true,
      sentence: `The ${name} is removed: ${withoutStop(reason)}.`,
    }
  const { failure } = sent
  if (failure instanceof CallRefused && failure.means === 'gone')
    return { type: 'OrphanRemoved', removed: true, sentence: `The ${name} is gone already.` }
  if (failure instanceof CallRefused)
    return {
      type: 'OrphanStays',
      removed: false,
      sentence: `The ${name} stays: ${failure.code}: ${failure.message}`,
    }
  if (failure instanceof CallUnclear)
    return {
      type: 'OrphanUnclear',
      removed: false,
      sentence: `Whether the ${name} is removed is not known: ${failure.message}`,
    }
  return { type: 'OrphanStays', removed: false, sentence: `The ${name} stays: nothing was sent.` }
}
