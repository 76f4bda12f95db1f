import { unbrokenSince, unmarked } from '../domain/image-marks.js'
import type { Image } from '../domain/bake.js'
import type { ImageRetentionPolicy } from '../domain/image-retention-policy.js'
import type { ImageRetentionRun } from '../domain/image-retention-run.js'
import type { ImageOutlook, ImageOutlooks } from '../engine/image-retention.js'
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

/** What the policy would do with each image that the reader may see, by the records that they may see. */
export async function readOutlooks({
  parts: { history },
  engine,
}: Pick<Deps, 'parts' | 'engine'>): Promise<ImageOutlooks> {
  const [images, states, bakes] = await Promise.all([
    history.everyImage(),
    history.clusterStates(),
    history.bakes({ limit: newestBakes }),
  ])
  return engine.imageOutlooks(images, { states, bakes: bakes.filter(({ endedAt }) => endedAt === null) })
}

/** Those that have not ended are among so many of the newest. */
const newestBakes = 200

export async function readOutlook(
  deps: Pick<Deps, 'parts' | 'engine'>,
  { imageId }: Image,
): Promise<ImageOutlook> {
  const known = (await readOutlooks(deps)).byId.get(imageId)
  if (known) return known
  // One that is retired is in no list, and what was noted of it stays.
  const mark = (await deps.parts.retention.marks([imageId])).get(imageId) ?? unmarked
  return { mark, verdict: null, sizeGib: null }
}
