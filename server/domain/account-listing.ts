/** An Auto Scaling group as a listing of the account shows it, ours or not. */
export interface ListedGroup {
  readonly name: string
  /** `delling:cluster`, `delling:owner` and `delling:op` of its tags. */
  readonly clusterTag: string | null
  readonly ownerTag: string | null
  readonly operationTag: string | null
  readonly targetGroupArns: readonly string[]
  readonly launchTemplateId: string | null
  readonly launchTemplateVersion: string | null
  readonly min: number
  readonly max: number
  readonly desired: number
  readonly suspended: readonly string[]
  readonly createdAt: Date | null
}

export interface ListedTargetGroup {
  readonly name: string
  readonly arn: string
}

/** What the account holds, whoever made it: where groups are found that the records lack. */
export interface AccountListing {
  readonly readAt: Date
  /** True: every Auto Scaling group of the account. False: only those that carry a mark of Delling's. */
  readonly whole: boolean
  readonly groups: readonly ListedGroup[]
  readonly targetGroups: readonly ListedTargetGroup[]
}
