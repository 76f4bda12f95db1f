import type { Call } from '../domain/call.js'
import type { ImageReferences } from '../domain/image-references.js'
import type { AccountImage } from '../domain/image-retention.js'
import type { Answer } from './ports.js'

/** An image as EC2 describes it, and which of some snapshots are still there. */
export interface RetiringImageSeen {
  readonly at: Date
  readonly image: {
    readonly state: string
    /** The `delling:owner` tag. */
    readonly owner: string | null
    readonly snapshots: readonly string[]
  } | null
  readonly snapshots: readonly string[]
}

/** AWS as the end of an image needs it. */
export interface ImageCloud {
  /** Reads the whole account and region, page by page; throws when any part of it could not be read. */
  references(): Promise<ImageReferences>
  /** Every image of the account that carries a mark of Delling’s, whichever installation made it. */
  ownImages(): Promise<readonly AccountImage[]>
  /** Accounts, groups and organizations that may launch from it beside this account. */
  sharedWith(imageId: string): Promise<readonly string[]>
  observeImage(imageId: string, snapshots: readonly string[]): Promise<RetiringImageSeen>
  /** Sends exactly one request. Throws CallRefused or CallUnclear. */
  perform(call: Call, beforeSend: () => void, signal: AbortSignal): Promise<Answer>
}
