/** An Auto Scaling group as a listing of the account shows it, ours or not. */
export interface ListedGroup {
  readonly name: string
  /** `delling:cluster`, `delling:owner` and `delling:op` of its tags. */
  readonly clusterTag: string | null
  readonly ownerTag: string | null
  readonly operationTag: string | null
  readonly targetGroupArns: readonly string[]
  /** Classic load balancers that its instances are registered with. */
  readonly classicBalancers: readonly string[]
  /** Of the template that it launches from, also where it mixes instance types. */
  readonly launchTemplateId: string | null
  readonly launchTemplateName: string | null
  readonly launchTemplateVersion: string | null
  /** AWS's older way to say what is launched. */
  readonly launchConfiguration: string | null
  readonly subnetIds: readonly string[]
  readonly zones: readonly string[]
  readonly min: number
  readonly max: number
  readonly desired: number
  readonly suspended: readonly string[]
  /** All of its tags: they say which other tool holds it. */
  readonly tags: Readonly<Record<string, string>>
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
