import type { ImageKeep, ImageMark } from '../domain/image-marks.js'
import type { ImageRetentionPolicy } from '../domain/image-retention-policy.js'
import type { ImageRetentionRun, StayingImage } from '../domain/image-retention-run.js'

/** What is kept for the retention of images, beside their records. It is written with a Change, but for the marks. */
export interface ImageRetentionRecords {
  /** The first policy while nobody has set one. */
  policy(): Promise<ImageRetentionPolicy>
  /** Of these images, or null: of all. One of which nothing is noted is missing. */
  marks(imageIds: readonly string[] | null): Promise<ReadonlyMap<string, ImageMark>>
  /** Notes of every image in use that it was, and by what; a mark never goes back in time. */
  mark(inUse: ReadonlyMap<string, string>, at: Date): Promise<void>
  /** How many images were marked at that moment or later. */
  markedSince(at: Date): Promise<number>
  /** When marks were made, newest first. */
  marksMade(): Promise<readonly Date[]>
  run(id: string): Promise<ImageRetentionRun | null>
  /** Dry runs too, newest first. */
  runs(limit: number): Promise<readonly ImageRetentionRun[]>
  /** The last one that a night began, whoever ran what since; null: none has. */
  lastNightlyRun(): Promise<ImageRetentionRun | null>
  /** The one that retires images and has not ended; there is one at most. */
  openRun(): Promise<ImageRetentionRun | null>
  /** What a run leaves; none where nothing is known of it any more. */
  staying(runId: string): Promise<readonly StayingImage[]>
}

/** Rows of it to be written in one transaction with what else a Change says. */
export interface RetentionChange {
  readonly keep?: { readonly imageId: string; readonly keep: ImageKeep | null }
  /** Throws a Refusal where it was not made from the one that is recorded. */
  readonly policy?: ImageRetentionPolicy
  /** Throws a Refusal where another one has not ended. */
  readonly run?: ImageRetentionRun
  /** What that run leaves; as it was, where nothing is said. */
  readonly staying?: readonly StayingImage[]
}
