import type { AccountListing } from '../domain/account-listing.js'

/** Reads what the account holds beside the groups that are known: shared by all clusters. */
export interface AccountLister {
  /**
   * `marked`: the groups that carry a mark of Delling's; `whole`: every one, which costs more in a large account. A listing
   * not older than `maxAgeMs` is not read again.
   */
  list(extent: 'marked' | 'whole', maxAgeMs: number): Promise<AccountListing>
  /** The id of the image that a version of a launch template launches; null when either is gone. */
  imageOf(launchTemplateId: string, version: string): Promise<string | null>
}
