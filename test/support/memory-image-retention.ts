import { unmarked, type ImageMark } from '../../server/domain/image-marks.js'
import { firstPolicy, type ImageRetentionPolicy } from '../../server/domain/image-retention-policy.js'
import type { ImageRetentionRun, StayingImage } from '../../server/domain/image-retention-run.js'
import type { ImageRetentionRecords, RetentionChange } from '../../server/engine/ports-image-retention.js'
import { policyChanged, runsAlready } from '../../server/store/image-retention.js'

/** What is kept for the retention of images, in memory; it keeps the contract of test/store/image-retention-contract.ts. */
export class MemoryImageRetention implements ImageRetentionRecords {
  private policyRow: ImageRetentionPolicy | null = null
  private readonly marked = new Map<string, ImageMark>()
  private made: Date[] = []
  private readonly runRows = new Map<string, ImageRetentionRun>()
  private readonly left = new Map<string, readonly StayingImage[]>()

  policy = async (): Promise<ImageRetentionPolicy> => this.policyRow ?? firstPolicy

  marks = async (imageIds: readonly string[] | null): Promise<ReadonlyMap<string, ImageMark>> =>
    new Map([...this.marked].filter(([imageId]) => imageIds === null || imageIds.includes(imageId)))

  mark = async (inUse: ReadonlyMap<string, string>, at: Date): Promise<void> => {
    for (const [imageId, by] of inUse) {
      const before = this.marked.get(imageId) ?? unmarked
      if (before.referencedAt === null || before.referencedAt < at)
        this.marked.set(imageId, { ...before, referencedAt: at, referencedBy: by })
    }
    if (!this.made.some((each) => each.getTime() === at.getTime())) this.made.push(at)
  }

  markedSince = async (at: Date): Promise<number> =>
    [...this.marked.values()].filter(({ referencedAt }) => referencedAt !== null && referencedAt >= at).length

  marksMade = async (): Promise<readonly Date[]> => [...this.made].sort((a, b) => b.getTime() - a.getTime())

  run = async (id: string): Promise<ImageRetentionRun | null> => this.runRows.get(id) ?? null

  runs = async (limit: number): Promise<readonly ImageRetentionRun[]> =>
    [...this.runRows.values()]
      .sort((a, b) => b.at.getTime() - a.at.getTime() || (a.id < b.id ? 1 : -1))
      .slice(0, limit)

  lastNightlyRun = async (): Promise<ImageRetentionRun | null> =>
    (await this.runs(Number.MAX_SAFE_INTEGER)).find(({ nightly }) => nightly) ?? null

  openRun = async (): Promise<ImageRetentionRun | null> =>
    [...this.runRows.values()].find(({ state }) => state === 'running') ?? null

  staying = async (runId: string): Promise<readonly StayingImage[]> => this.left.get(runId) ?? []

  /** What a store writes of a change. */
  apply({ keep, policy, run, staying }: RetentionChange): void {
    if (policy) {
      const version = this.policyRow?.version
      if (version !== undefined && version !== policy.version && version !== policy.version - 1)
        throw policyChanged()
      this.policyRow = policy
    }
    if (run?.state === 'running')
      for (const other of this.runRows.values())
        if (other.state === 'running' && other.id !== run.id) throw runsAlready()
    if (run) this.runRows.set(run.id, run)
    if (run && staying) this.left.set(run.id, staying)
    if (keep) {
      const before = this.marked.get(keep.imageId) ?? unmarked
      this.marked.set(keep.imageId, { ...before, keep: keep.keep })
    }
  }
}
