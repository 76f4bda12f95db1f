import type { Image } from '../domain/bake.js'
import {
  referencedImages,
  unbrokenSince,
  unmarked,
  type ImageMark,
  type ImageReferrers,
} from '../domain/image-marks.js'
import {
  judgeImages,
  reasonNoRun,
  type AccountImage,
  type ImageVerdict,
  type RetentionFacts,
} from '../domain/image-retention.js'
import type { ImageRetentionPolicy } from '../domain/image-retention-policy.js'
import { obstaclesTo, obstacleSentence } from '../domain/may-start.js'
import { markImages, readImagesInUse, type ImagesInUse } from './mark-images.js'
import type { Parts } from './parts.js'
import { openRestraints, whereOfApplication } from './restrained.js'

export interface RetentionPlan {
  readonly at: Date
  readonly policy: ImageRetentionPolicy
  readonly verdicts: readonly ImageVerdict[]
  /** Why nothing goes at all; null: what is judged to go may go. */
  readonly refused: string | null
}

const dayMs = 86_400_000

/**
 * What a run would retire now, and why each other image stays. Marks are made first, and then all is read anew, so that a
 * reading or a marking that went wrong shows as a difference between the two.
 */
export async function planRetention(parts: Parts, policy: ImageRetentionPolicy): Promise<RetentionPlan> {
  const { at: markedAt } = await markImages(parts)
  const read = await readImagesInUse(parts)
  const account = new Map((await parts.imageCloud.ownImages()).map((each) => [each.imageId, each]))
  const facts = await factsOf(parts, policy, { ...read, account })
  const verdicts = await judgedWithShares(parts, facts)
  const refused = reasonNoRun(
    {
      now: facts.now,
      markedAt,
      markedInLastDay: await parts.retention.markedSince(new Date(facts.now.getTime() - dayMs)),
      inUse: read.inUse,
      groupsSeen: read.account.groups,
      groupsRecorded: groupsThatStand(read),
      unresolved: read.account.unresolved,
      marks: facts.marks,
    },
    verdicts,
  )
  return { at: facts.now, policy, verdicts, refused }
}

/** Reads who else may launch from an image only of those that nothing else keeps. */
async function judgedWithShares(parts: Parts, facts: RetentionFacts): Promise<readonly ImageVerdict[]> {
  const sharedWith = new Map<string, readonly string[]>()
  for (;;) {
    const { verdicts, unread } = judgeImages({ ...facts, sharedWith })
    if (unread.length === 0) return verdicts
    for (const imageId of unread) sharedWith.set(imageId, await parts.imageCloud.sharedWith(imageId))
  }
}

/** Groups of ours that AWS must show: those that are being made or destroyed may be there or not. */
function groupsThatStand({ states }: ImagesInUse): readonly string[] {
  return states
    .flatMap(({ groups }) => groups)
    .filter(({ role }) => ['standby', 'live', 'warm', 'rejected'].includes(role))
    .map(({ name }) => name)
}

interface Read extends Pick<ImagesInUse, 'images' | 'inUse'> {
  readonly account: ReadonlyMap<string, AccountImage> | null
}

async function factsOf(
  parts: Parts,
  policy: ImageRetentionPolicy,
  { images, inUse, account }: Read,
): Promise<RetentionFacts> {
  const now = parts.clock.now()
  const [marks, made, restraints] = await Promise.all([
    parts.retention.marks(images.map(({ imageId }) => imageId)),
    parts.retention.marksMade(),
    openRestraints(parts),
  ])
  return {
    now,
    owner: parts.place.owner,
    policy,
    images,
    marks,
    inUse,
    marksSince: unbrokenSince(made, now),
    account,
    sharedWith: new Map(),
    heldBack: (application) => {
      const obstacles = obstaclesTo('cleanup', restraints, whereOfApplication(parts, application), now)
      return obstacles.length > 0 ? obstacleSentence(obstacles) : null
    },
  }
}

/** What is noted about one image, what the policy would do with it by the records alone, and what it holds. */
export interface ImageOutlook {
  readonly mark: ImageMark
  /** Null where the image is retired. */
  readonly verdict: Pick<ImageVerdict, 'verdict' | 'why'> | null
  /** The size of its volumes, as the account was last seen; its snapshots hold at most so much. Null: not seen. */
  readonly sizeGib: number | null
}

/** The outlook of many images, by their ids, and when their sizes were read. */
export interface ImageOutlooks {
  readonly byId: ReadonlyMap<string, ImageOutlook>
  readonly isOn: boolean
  readonly sizesAt: Date | null
  readonly sizesFault: string | null
}

/** A page is content with sizes of this age: an image’s volumes never change. */
const sizesMaxAgeMs = 300_000

/** The outlook of all images that a reader may see, by the records that they may see. */
export async function imageOutlooks(
  parts: Parts,
  images: readonly Image[],
  users: Pick<ImageReferrers, 'states' | 'bakes'>,
): Promise<ImageOutlooks> {
  const { retention, observer, defaults } = parts
  const [policy, sizes] = await Promise.all([retention.policy(), observer.images(sizesMaxAgeMs)])
  const defaultBases = [defaults.baseImage, defaults.debBaseImage]
  const inUse = referencedImages({ ...users, images, defaultBases }, nothingElse)
  const facts = await factsOf(parts, { ...policy, limit: images.length }, { images, inUse, account: null })
  const gib = new Map((sizes.seen ?? []).map(({ imageId, sizeGib }) => [imageId, sizeGib]))
  const byId = judgeImages(facts).verdicts.map(
    ({ image: { imageId }, verdict, why }) =>
      [
        imageId,
        {
          mark: facts.marks.get(imageId) ?? unmarked,
          verdict: { verdict, why },
          sizeGib: gib.get(imageId) ?? null,
        },
      ] as const,
  )
  return { byId: new Map(byId), isOn: policy.on, sizesAt: sizes.at, sizesFault: sizes.fault }
}

/** What only a look at the account tells is left out. */
const nothingElse = { references: [] }
