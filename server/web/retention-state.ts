import { unbrokenSince, unmarked, type ImageMark } from '../domain/image-marks.js'
import type { ImageVerdict } from '../domain/image-retention.js'
import type { Image } from '../domain/bake.js'
import type { ImageRetentionPolicy } from '../domain/image-retention-policy.js'
import type { ImageRetentionRun } from '../domain/image-retention-run.js'
import { seenDryRun } from '../engine/retention-policy.js'
import type { Deps } from './deps.js'

/** The policy, and what can be done by it now. */
export interface RetentionState {
  readonly policy: ImageRetentionPolicy
  readonly marks: { readonly lastMadeAt: Date | null; readonly unbrokenSince: Date | null }
  readonly dryRun: ImageRetentionRun | null
  readonly running: ImageRetentionRun | null
}

export async function readRetention({ parts }: Pick<Deps, 'parts'>): Promise<RetentionState> {
  const { retention, clock } = parts
  const [policy, made, running] = await Promise.all([
    retention.policy(),
    retention.marksMade(),
    retention.openRun(),
  ])
  const marks = { lastMadeAt: made[0] ?? null, unbrokenSince: unbrokenSince(made, clock.now()) }
  return { policy, marks, dryRun: await seenDryRun(parts, policy), running }
}

/** What is noted about one image, and what the policy would do with it by the records alone. */
export interface ImageOutlook {
  readonly mark: ImageMark
  /** Null where the image is retired. */
  readonly verdict: ImageVerdict | null
}

export async function readOutlook(
  { parts, engine }: Pick<Deps, 'parts' | 'engine'>,
  image: Image,
): Promise<ImageOutlook> {
  const mark = (await parts.retention.marks([image.imageId])).get(image.imageId) ?? unmarked
  if (image.retirement?.phase === 'retired') return { mark, verdict: null }
  const [use] = await engine.imageUses(image)
  return { mark, verdict: await engine.imageOutlook(image, use ? `${use.name} ${use.says}` : null) }
}
