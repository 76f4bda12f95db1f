import type { ObservedActivity, ObservedGroup } from './observation.js'

/**
 * Fragments of AWS's messages for launches that waiting does not mend. Matched by fragment because AWS
 * changes its wording; what matches nothing keeps its time until the deadline.
 */
const permanent: readonly { readonly fragment: RegExp; readonly hint: string; readonly times: number }[] = [
  {
    fragment: /(AMI ID|image id).*does not exist/i,
    hint: 'the image is gone or not shared with this account',
    times: 1,
  },
  { fragment: /security group .* does not exist/i, hint: 'the security group is gone', times: 1 },
  { fragment: /key pair .* does not exist/i, hint: 'the key pair is gone', times: 1 },
  { fragment: /subnet ID .* does not exist/i, hint: 'the subnet is gone', times: 1 },
  {
    fragment: /vCPU (capacity|limit)|VcpuLimitExceeded|InstanceLimitExceeded/i,
    hint: 'ask AWS for a higher quota',
    times: 1,
  },
  { fragment: /VolumeLimitExceeded/i, hint: 'ask AWS for a higher volume quota', times: 1 },
  {
    fragment: /InternalError: Client error on launch/i,
    hint: 'most often the service-linked role may not use the volume’s KMS key',
    times: 2,
  },
  { fragment: /InvalidKMSKey/i, hint: 'the KMS key is disabled or being deleted', times: 1 },
  {
    fragment: /requested configuration is currently not supported|does not match the architecture/i,
    hint: 'choose another instance type',
    times: 1,
  },
  { fragment: /target groups? not found/i, hint: 'the target group was deleted', times: 1 },
  {
    fragment: /not authorized to perform|UnauthorizedOperation|AccessDenied/i,
    hint: 'a permission is missing',
    times: 1,
  },
  { fragment: /was abandoned|ABANDON/i, hint: 'the application’s own lifecycle hook gave up', times: 2 },
]

/** AWS names a load balancer's or EC2's “health check”, and EC2's “instance status checks”. */
const healthFailure = /health check|status checks? failure/i

/** Instances that were replaced because their health check failed. */
export function replacements(activities: readonly ObservedActivity[]): readonly ObservedActivity[] {
  return activities.filter(
    (activity) => /^Terminating/i.test(activity.description) && healthFailure.test(activity.cause),
  )
}

/**
 * The sentence that says why a launch can never succeed, in AWS's own words with a hint; null while it still may. A crash
 * loop is as many replacements as a fifth of the desired size, at least two.
 */
export function reasonLaunchHopeless(group: ObservedGroup): string | null {
  const failed = group.activities.filter((activity) => ['Failed', 'Cancelled'].includes(activity.status))
  for (const { fragment, hint, times } of permanent) {
    const matching = failed.filter((activity) => fragment.test(`${activity.message ?? ''} ${activity.cause}`))
    if (matching.length >= times)
      return `${matching[0]?.message ?? matching[0]?.cause ?? 'The launch failed'} (${hint})`
  }
  const limit = Math.max(2, Math.ceil((group.autoScaling?.desired ?? 0) / 5))
  const replaced = replacements(group.activities)
  if (replaced.length > limit)
    return `Instances start but do not stay healthy: ${replaced.length} were replaced. ${replaced[0]?.cause ?? ''}`.trim()
  return null
}

/** What AWS said about failed activities, newest first, without repeats. */
export function failedActivitySentences(activities: readonly ObservedActivity[]): readonly string[] {
  const sentences = activities
    .filter(
      (activity) =>
        activity.status === 'Failed' || activity.status === 'Cancelled' || healthFailure.test(activity.cause),
    )
    .map((activity) => `${activity.description}: ${activity.message ?? activity.cause}`)
  return [...new Set(sentences)].slice(0, 5)
}

/** What AWS said of the newest activity, where that failed; null where launches go through again. */
export function newestFailure([newest]: readonly ObservedActivity[]): string | null {
  return newest?.status === 'Failed' ? (newest.message ?? newest.cause) : null
}
