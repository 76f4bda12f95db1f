import { orphanName, orphansOf, removalOf, type Accounted, type Orphan } from '../domain/orphan.js'
import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import type { HeldLease } from './held-lease.js'
import type { Parts } from './parts.js'
import type { MarkedReader } from './ports-orphans.js'
import { CallRefused, CallUnclear, Fenced } from './ports.js'
import { mayStart, refuseRestrained, whereOfApplication } from './restrained.js'
import { sentOnce } from './sent-once.js'
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
  // AWS first: what is recorded while it is read is then known, and never taken for nobody's.
  const before = await accountedFor(parts)
  const marked = await parts.marked.read((name) => before.known.has(name))
  const accounted = await accountedFor(parts)
  const orphans = orphansOf(marked, accounted, parts.clock.now(), parts.timings.orphanMs)
  return { at, orphans: await withUsers(parts, orphans) }
}

async function accountedFor({ history, store }: Parts): Promise<Accounted> {
  const [states, images, activeBakes] = await Promise.all([
    history.clusterStates(),
    history.images({ limit: Number.MAX_SAFE_INTEGER }),
    store.activeBakeIds(),
  ])
  const groups = states.flatMap((state) => state.groups)
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
    activeBakes: new Set(activeBakes),
    clusters: new Set(states.map(({ cluster }) => cluster.name)),
  }
}

/** What uses an image is only read where there is one without a record: it takes a look at the whole account. */
async function withUsers(parts: Parts, orphans: readonly Orphan[]): Promise<readonly Orphan[]> {
  const isOpen = ({ thing, fate }: Orphan) => thing.kind === 'image' && fate === 'asked'
  if (!orphans.some(isOpen)) return orphans
  const { references, unresolved } = await parts.imageCloud.references()
  return orphans.map((orphan): Orphan => {
    if (!isOpen(orphan)) return orphan
    const user = references.find(({ imageId }) => imageId === orphan.thing.id)
    const usedBy = user ? `the ${user.kind} ${user.name} uses it` : (unresolved[0] ?? null)
    if (usedBy === null) return orphan
    return {
      ...orphan,
      thing: { ...orphan.thing, usedBy },
      fate: 'told',
      why: `No image is recorded by that id, and it can’t go: ${usedBy.replace(/\.?$/, '.')}`,
    }
  })
}

/** The job's own part: ends what carries a date of its own that is over, where no hold keeps it. */
export async function removeExpired(
  parts: Parts,
  lease: HeldLease,
  actor: Actor,
  { orphans }: OrphansSeen,
): Promise<readonly OrphanEnd[]> {
  const ends: OrphanEnd[] = []
  for (const orphan of orphans.filter(({ fate }) => fate === 'goes')) {
    const { obstacles, sentence } = await mayStart(parts, 'cleanup', whereIs(parts, orphan))
    ends.push(
      obstacles.length > 0
        ? { orphan, removed: false, sentence }
        : await end(parts, lease, actor, orphan, 'its own date is over'),
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

/**
 * Removes what a person names, after a look of its own. Throws a Refusal, and removes nothing, where one of them is no orphan
 * any more, may not be removed, or a hold keeps it.
 */
export async function removeOrphans(
  parts: OrphanParts,
  lease: HeldLease,
  actor: Actor,
  { ids, reason, override }: OrphanRemoval,
): Promise<readonly OrphanEnd[]> {
  if (!reason.trim()) throw invalid('reason', 'Say why: what is removed can’t be brought back.')
  if (ids.length === 0) throw invalid('ids', 'Name at least one orphan to be removed.')
  const { orphans } = await lookForOrphans(parts)
  const wanted = [...new Set(ids)].map((id) => removable(orphans, id))
  for (const orphan of wanted)
    await refuseRestrained(parts, actor, { change: 'cleanup', where: whereIs(parts, orphan), override })
  const ends: OrphanEnd[] = []
  for (const orphan of wanted) ends.push(await end(parts, lease, actor, orphan, reason))
  return ends
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

function whereIs(parts: Parts, { thing }: Orphan) {
  return whereOfApplication(parts, thing.tags['delling:app'] ?? '')
}

/** Intent, request, answer. What is never answered shows itself at the next look: it is there or it is not. */
async function end(
  parts: Parts,
  lease: HeldLease,
  actor: Actor,
  orphan: Orphan,
  reason: string,
): Promise<OrphanEnd> {
  const call = removalOf(orphan)
  if (!call) throw new Error(`An orphan that is only told of can’t be removed: ${orphan.thing.id}`)
  const { thing } = orphan
  const id = parts.newId()
  const why = `remove an orphan: ${reason}`
  const intent = { id, object: `orphan:${thing.id}`, cluster: null, operationId: null, call, why }
  await parts.store.commitTurn(lease.current, null, { intent })
  const sent = await sentOnce(() => parts.cloud.perform(call, () => lease.check(), lease.signal))
  const ended = sent.answer ? removed(orphan, reason) : stays(orphan, sent.failure)
  await parts.store.answerIntent(lease.current, id, sent.answered, {
    events: [
      {
        stream: orphansScope,
        actor,
        cluster: null,
        application: null,
        event: {
          type: ended.removed ? 'OrphanRemoved' : 'OrphanStays',
          sentence: ended.sentence,
          data: { kind: thing.kind, id: thing.id, name: thing.name, reason },
        },
      },
    ],
  })
  return ended
}

function removed(orphan: Orphan, reason: string): OrphanEnd {
  return { orphan, removed: true, sentence: `The ${orphanName(orphan.thing)} is removed: ${reason}.` }
}

/** What is gone is what was wanted; a refusal is said and leaves the others to be tried. Throws what nobody foresaw. */
function stays(orphan: Orphan, failure: unknown): OrphanEnd {
  const name = orphanName(orphan.thing)
  if (failure instanceof CallRefused) {
    if (failure.means === 'gone') return { orphan, removed: true, sentence: `The ${name} is gone already.` }
    return { orphan, removed: false, sentence: `The ${name} stays: ${failure.code}: ${failure.message}` }
  }
  if (failure instanceof CallUnclear)
    return {
      orphan,
      removed: false,
      sentence: `Whether the ${name} is removed is not known: ${failure.message}`,
    }
  if (failure instanceof Fenced)
    return { orphan, removed: false, sentence: `The ${name} stays: another replica took over.` }
  throw failure
}
