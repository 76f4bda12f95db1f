import {
  paginateDescribeTargetGroups,
  type ElasticLoadBalancingV2Client,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { ObservedTarget } from '../domain/observation.js'
import type { GroupQuery } from '../engine/ports.js'
import { sharedRead, type SharedRead } from './shared-reads.js'
import { targetGroupAttributesOf, targetHealthOf } from './target-group-answers.js'
import { allPages, oneByOne, orNull } from './tolerant-reads.js'

export interface TargetGroupReads {
  /** ARNs by name. */
  readonly arns: SharedRead<string>
  /** Targets by ARN. */
  readonly targets: SharedRead<readonly ObservedTarget[]>
  readonly attributes: SharedRead<Readonly<Record<string, string>>>
}

export function targetGroupReads(client: ElasticLoadBalancingV2Client): TargetGroupReads {
  return {
    arns: sharedRead((names) => readArns(client, names), { batch: 20 }),
    targets: sharedRead(
      oneByOne(async (arn) => (await targetHealthOf(client, arn)).map(observedTarget)),
      { batch: 1 },
    ),
    attributes: sharedRead(
      oneByOne((arn) => targetGroupAttributesOf(client, arn)),
      { batch: 1 },
    ),
  }
}

interface TargetGroupSeen {
  readonly arn: string
  readonly targets: readonly ObservedTarget[]
  readonly attributes: Readonly<Record<string, string>>
}

/**
 * By the recorded ARN, and by the name when that is not known or no longer exists: a late create of the same name makes
 * another target group, which nothing of ours forwards to and which cleanup must find.
 */
export async function readTargetGroup(
  reads: TargetGroupReads,
  { targetGroupArn, targetGroupName, settings }: GroupQuery,
  signal: AbortSignal,
): Promise<TargetGroupSeen | null> {
  const known = targetGroupArn ? await readByArn(reads, targetGroupArn, settings, signal) : null
  if (known) return known
  const arn = (await reads.arns.get([targetGroupName], signal)).get(targetGroupName)
  return arn ? readByArn(reads, arn, settings, signal) : null
}

async function readByArn(
  reads: TargetGroupReads,
  arn: string,
  withAttributes: boolean,
  signal: AbortSignal,
): Promise<TargetGroupSeen | null> {
  const [targets, attributes] = await Promise.all([
    reads.targets.get([arn], signal),
    reads.attributes.get(withAttributes ? [arn] : [], signal),
  ])
  const seen = targets.get(arn)
  return seen ? { arn, targets: seen, attributes: attributes.get(arn) ?? {} } : null
}

/** One unknown name fails the whole request, so it is then asked name by name. */
async function readArns(
  client: ElasticLoadBalancingV2Client,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const read = (some: readonly string[]) =>
    allPages(paginateDescribeTargetGroups({ client }, { Names: [...some] }), (page) => page.TargetGroups)
  const together = await orNull(() => read(names))
  const found =
    together ??
    (names.length > 1 ? [...(await oneByOne(async (name) => read([name]))(names)).values()].flat() : [])
  return new Map(
    found.map(({ TargetGroupName = '', TargetGroupArn = '' }) => [TargetGroupName, TargetGroupArn]),
  )
}

export function observedTarget({ Target, TargetHealth }: TargetHealthDescription): ObservedTarget {
  return {
    instanceId: Target?.Id ?? '',
    state: TargetHealth?.State ?? 'unavailable',
    reason: TargetHealth?.Reason ?? null,
    description: TargetHealth?.Description ?? null,
  }
}
