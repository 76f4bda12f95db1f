import type { Image } from './bake.js'
import { reasonKept, unmarked, type ImageMark } from './image-marks.js'
import { limitsFor, type ImageRetentionPolicy } from './image-retention-policy.js'

/** An image of the account that carries our mark, as EC2 lists it. */
export interface AccountImage {
  readonly imageId: string
  readonly state: string
  /** The `delling:owner` tag. */
  readonly owner: string | null
  /** Null where EC2 says none, or none that is a date. */
  readonly createdAt: Date | null
  readonly isPublic: boolean
  /** The size of its volumes; its snapshots hold at most so much. */
  readonly sizeGib: number
  readonly snapshots: number
}

/** What the retention does with one image, and why. */
export interface ImageVerdict {
  readonly image: Image
  readonly verdict: 'goes' | 'stays'
  readonly why: string
  /** Null where the account does not show it. */
  readonly sizeGib: number | null
}

/** Everything that a verdict is made from; read at one moment. */
export interface RetentionFacts {
  readonly now: Date
  readonly owner: string
  readonly policy: ImageRetentionPolicy
  /** Those that are there by the records, newest first. */
  readonly images: readonly Image[]
  readonly marks: ReadonlyMap<string, ImageMark>
  /** Every image in use now, with what uses it. */
  readonly inUse: ReadonlyMap<string, string>
  /** Since when marks have been made without a break; null: they are not. */
  readonly marksSince: Date | null
  /** By image id. Null: nobody looked at the account, so nothing is said of it. */
  readonly account: ReadonlyMap<string, AccountImage> | null
  /** Accounts and others that may launch from an image, by its id; what is missing was not read. */
  readonly sharedWith: ReadonlyMap<string, readonly string[]>
  /** What keeps changes of an application from starting now; null: nothing. */
  readonly heldBack: (application: string) => string | null
}

export interface Judged {
  readonly verdicts: readonly ImageVerdict[]
  /** Images that nothing else keeps, of which it has yet to be read who may launch from them. */
  readonly unread: readonly string[]
}

const dayMs = 86_400_000

/** Judges every image. What goes longest without a use goes first, up to the limit of a run. */
export function judgeImages(facts: RetentionFacts): Judged {
  const newest = newestOfEach(facts)
  const bases = new Map(facts.images.map(({ baseImageId, name }) => [baseImageId, name]))
  const reasons = new Map(
    facts.images.map((image) => [image.imageId, reasonImageIsKept(image, facts, { newest, bases })]),
  )
  const may = facts.images
    .filter(({ imageId }) => reasons.get(imageId) === null)
    .sort((a, b) => quietSince(a, facts).getTime() - quietSince(b, facts).getTime())
  const unread: string[] = []
  let going = 0
  for (const { imageId } of may) {
    const reason =
      going >= facts.policy.limit
        ? `A run takes at most ${facts.policy.limit}; a later one takes it.`
        : reasonShared(imageId, facts)
    if (going < facts.policy.limit && facts.account && !facts.sharedWith.has(imageId)) unread.push(imageId)
    if (reason === null || unread.includes(imageId)) going += 1
    reasons.set(imageId, reason)
  }
  const verdicts = facts.images.map((image): ImageVerdict => {
    const why = reasons.get(image.imageId) ?? null
    return {
      image,
      verdict: why === null ? 'goes' : 'stays',
      why: why ?? whyImageGoes(image, facts),
      sizeGib: facts.account?.get(image.imageId)?.sizeGib ?? null,
    }
  })
  return { verdicts, unread }
}

interface Among {
  readonly newest: ReadonlySet<string>
  readonly bases: ReadonlyMap<string, string>
}

/** Everything but the limit of a run and who else may launch from it. */
function reasonImageIsKept(image: Image, facts: RetentionFacts, { newest, bases }: Among): string | null {
  const { imageId, application } = image
  const user = facts.inUse.get(imageId)
  if (user !== undefined) return `It is in use: ${user}.`
  if (image.retirement) return 'It is being retired already.'
  const base = bases.get(imageId)
  if (base !== undefined) return `${base} was baked on it.`
  const keep = facts.marks.get(imageId)?.keep
  if (keep) return reasonKept(keep)
  const seen = reasonByAccount(image, facts)
  if (seen !== null) return seen
  if (newest.has(imageId))
    return `It is among the newest ${limitsFor(facts.policy, application).keepNewest} of ${application}.`
  return reasonTooYoung(image, facts) ?? facts.heldBack(application)
}

function reasonByAccount({ imageId, bakedAt }: Image, { account, owner }: RetentionFacts): string | null {
  if (Number.isNaN(bakedAt.getTime())) return 'It has no date, so nobody can say how old it is.'
  if (account === null) return null
  const seen = account.get(imageId)
  if (!seen) return 'The account does not show it among the images that Delling baked.'
  if (seen.owner !== owner) return 'It does not carry the mark of this installation (delling:owner).'
  if (seen.state !== 'available') return `It is ${seen.state}, not available.`
  if (seen.createdAt === null) return 'EC2 gives no date for it, so nobody can say how old it is.'
  return seen.isPublic ? 'It is public: anybody may launch from it.' : null
}

/** Who may launch from it elsewhere can’t be seen from here, so it stays. */
function reasonShared(imageId: string, { account, sharedWith }: RetentionFacts): string | null {
  if (account === null) return null
  const others = sharedWith.get(imageId)
  if (others === undefined) return 'It could not be read who else may launch from it.'
  return others.length > 0
    ? `It is shared with ${others.slice(0, 3).join(', ')}${others.length > 3 ? ` and ${others.length - 3} more` : ''}, whose use of it can’t be seen from here.`
    : null
}

/**
 * From when on its days count: from its last reference or its bake, and not before marks began to be made without a break,
 * because of what was before nobody knows whether it was used.
 */
export function quietSince(
  { imageId, bakedAt }: Pick<Image, 'imageId' | 'bakedAt'>,
  { marks, marksSince, now }: Pick<RetentionFacts, 'marks' | 'marksSince' | 'now'>,
): Date {
  const { referencedAt } = marks.get(imageId) ?? unmarked
  return new Date(
    Math.max((referencedAt ?? bakedAt).getTime(), bakedAt.getTime(), (marksSince ?? now).getTime()),
  )
}

function daysNeeded(image: Image, { marks, policy }: RetentionFacts): number {
  const { unreferencedDays, neverReferencedDays } = limitsFor(policy, image.application)
  return marks.get(image.imageId)?.referencedAt ? unreferencedDays : neverReferencedDays
}

function reasonTooYoung(image: Image, facts: RetentionFacts): string | null {
  if (facts.marksSince === null)
    return 'It is not known whether it was used: no marks are made, or the last are too old.'
  const since = quietSince(image, facts)
  const needed = daysNeeded(image, facts)
  const passed = (facts.now.getTime() - since.getTime()) / dayMs
  if (passed >= needed) return null
  const last = facts.marks.get(image.imageId)?.referencedAt
  const said =
    since.getTime() === facts.marksSince.getTime() && since > (last ?? image.bakedAt)
      ? 'Marks are made without a break only since'
      : last
        ? 'Last referenced'
        : 'Never referenced, baked'
  return `${said} ${dayOf(since)}; it may go ${needed} days after that, from ${dayOf(new Date(since.getTime() + needed * dayMs))} on.`
}

function whyImageGoes(image: Image, facts: RetentionFacts): string {
  const last = facts.marks.get(image.imageId)?.referencedAt
  const needed = daysNeeded(image, facts)
  return last
    ? `Last referenced ${dayOf(last)}, more than ${needed} days ago; nothing uses it.`
    : `Never seen to be referenced, and older than ${needed} days.`
}

function dayOf(at: Date): string {
  return at.toISOString().slice(0, 10)
}

function newestOfEach({ images, policy }: RetentionFacts): ReadonlySet<string> {
  const counts = new Map<string, number>()
  const newest = new Set<string>()
  const byAge = [...images].sort((a, b) => b.bakedAt.getTime() - a.bakedAt.getTime())
  for (const { imageId, application } of byAge) {
    const place = (counts.get(application) ?? 0) + 1
    counts.set(application, place)
    if (place <= limitsFor(policy, application).keepNewest) newest.add(imageId)
  }
  return newest
}

/** What must be so before a run is believed at all. */
export interface RunGuards {
  readonly now: Date
  /** When marks were last made; null: never. */
  readonly markedAt: Date | null
  /** How many images were marked within the last day. */
  readonly markedInLastDay: number
  readonly inUse: ReadonlyMap<string, string>
  /** The Auto Scaling groups that the account showed, and ours that must be among them. */
  readonly groupsSeen: readonly string[]
  readonly groupsRecorded: readonly string[]
  /** What launches from an image that nobody could tell. */
  readonly unresolved: readonly string[]
  readonly marks: ReadonlyMap<string, ImageMark>
}

/** Why a run retires nothing at all, in a sentence; null: what is judged to go may go. */
export function reasonNoRun(guards: RunGuards, verdicts: readonly ImageVerdict[]): string | null {
  const { now, markedAt, markedInLastDay, inUse, groupsSeen, groupsRecorded, unresolved, marks } = guards
  const dayAgo = now.getTime() - dayMs
  if (markedAt === null || markedAt.getTime() < dayAgo)
    return `Images in use were ${markedAt ? `last marked ${dayOf(markedAt)}` : 'never marked'}. Is marking broken?`
  if (markedInLastDay < inUse.size)
    return `${markedInLastDay} images were marked within the last 24 hours, and ${inUse.size} are in use. Is marking broken?`
  const unseen = groupsRecorded.filter((name) => !groupsSeen.includes(name))
  if (unseen.length > 0)
    return `The account does not show ${unseen.slice(0, 3).join(', ')}${unseen.length > 3 ? ` and ${unseen.length - 3} more` : ''}, which the records hold. Was all of it read?`
  if (unresolved.length > 0) return `It can’t be told what is in use: ${unresolved.join(' ')}`
  const used = verdicts.find(
    ({ verdict, image: { imageId } }) =>
      verdict === 'goes' &&
      (inUse.has(imageId) || (marks.get(imageId)?.referencedAt?.getTime() ?? 0) > dayAgo),
  )
  return used ? `${used.image.name} is in use and was to go. Something is wrong with this run.` : null
}
