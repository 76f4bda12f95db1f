import { paginateDescribeAutoScalingGroups, type AutoScalingGroup } from '@aws-sdk/client-auto-scaling'
import { DescribeLaunchTemplateVersionsCommand } from '@aws-sdk/client-ec2'
import { paginateDescribeTargetGroups } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { AccountListing, ListedGroup } from '../domain/account-listing.js'
import type { AccountLeave } from '../engine/ports-account.js'
import type { Clock } from '../engine/ports.js'
import type { ServiceClients } from './clients.js'
import { countedPages } from './counted-pages.js'
import { tagValue } from './tags.js'
import { allPages, orNull } from './tolerant-reads.js'

type Extent = 'marked' | 'whole'

interface Listed {
  readonly at: number
  readonly listing: Promise<AccountListing>
}

/**
 * Lists the account's groups for all clusters at once: whoever is content with a listing of some age shares the last one,
 * which may have failed. A listing costs one request for each hundred groups and one for four hundred target groups; decisions
 * wait for it, so that the latter are noted with the budget of looks, from which looks that can wait are paid.
 */
export function makeAccountLister(
  readers: ServiceClients,
  { clock, looks }: { readonly clock: Clock; readonly looks: Pick<AccountLeave, 'oweForAccount'> },
) {
  const last = new Map<Extent, Listed>()
  return {
    list(extent: Extent, maxAgeMs: number): Promise<AccountListing> {
      const now = performance.now()
      const held = last.get(extent)
      if (held && now - held.at < maxAgeMs) return held.listing
      const listing = readListing(readers, { clock, looks, whole: extent === 'whole' })
      last.set(extent, { at: now, listing })
      return listing
    },

    /** The image that a version of a launch template launches; null when either is gone. */
    async imageOf(launchTemplateId: string, version: string): Promise<string | null> {
      const command = new DescribeLaunchTemplateVersionsCommand({
        LaunchTemplateId: launchTemplateId,
        Versions: [version],
      })
      const reply = await orNull(() => readers.ec2.send(command))
      return reply?.LaunchTemplateVersions?.[0]?.LaunchTemplateData?.ImageId ?? null
    },
  }
}

async function readListing(
  { autoScaling, elb }: ServiceClients,
  {
    clock,
    looks,
    whole,
  }: {
    readonly clock: Clock
    readonly looks: Pick<AccountLeave, 'oweForAccount'>
    readonly whole: boolean
  },
): Promise<AccountListing> {
  const readAt = clock.now()
  const marked = whole ? {} : { Filters: [{ Name: 'tag-key', Values: ['delling:cluster'] }] }
  const [groups, targetGroups] = await Promise.all([
    allPages(
      paginateDescribeAutoScalingGroups({ client: autoScaling }, { MaxRecords: 100, ...marked }),
      (page) => page.AutoScalingGroups,
    ),
    allPages(
      countedPages(paginateDescribeTargetGroups({ client: elb }, { PageSize: 400 }), () =>
        looks.oweForAccount(1),
      ),
      (page) => page.TargetGroups,
    ),
  ])
  return {
    readAt,
    whole,
    // One that is being deleted is on its way out already.
    groups: groups.filter((group) => !group.Status).map(listedGroup),
    targetGroups: targetGroups.map(({ TargetGroupName = '', TargetGroupArn = '' }) => ({
      name: TargetGroupName,
      arn: TargetGroupArn,
    })),
  }
}

function listedGroup(group: AutoScalingGroup): ListedGroup {
  const template =
    group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification
  return {
    name: group.AutoScalingGroupName ?? '',
    clusterTag: tagValue(group.Tags, 'delling:cluster'),
    ownerTag: tagValue(group.Tags, 'delling:owner'),
    operationTag: tagValue(group.Tags, 'delling:op'),
    targetGroupArns: group.TargetGroupARNs ?? [],
    classicBalancers: group.LoadBalancerNames ?? [],
    launchTemplateId: template?.LaunchTemplateId ?? null,
    launchTemplateName: template?.LaunchTemplateName ?? null,
    launchTemplateVersion: template?.Version ?? null,
    launchConfiguration: group.LaunchConfigurationName ?? null,
    subnetIds: (group.VPCZoneIdentifier ?? '').split(',').filter((id) => id !== ''),
    zones: group.AvailabilityZones ?? [],
    min: group.MinSize ?? 0,
    max: group.MaxSize ?? 0,
    desired: group.DesiredCapacity ?? 0,
    suspended: (group.SuspendedProcesses ?? []).map(({ ProcessName }) => ProcessName ?? ''),
    tags: Object.fromEntries((group.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
    createdAt: group.CreatedTime ?? null,
  }
}
