import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { Ec2Core } from './core.js'
import { type Filter, filtered } from './filters.js'

interface Described {
  readonly Filters?: readonly Filter[]
}

const noTags = () => ({})

export const zoneIdOf = (core: Ec2Core, zone: string): string | undefined =>
  core.state.subnets.find((each) => each.availabilityZone === zone)?.availabilityZoneId

export function zoneOperations(core: Ec2Core): Record<string, Operation> {
  const { state, cloud } = core
  return {
    DescribeAvailabilityZones: (input: Described & { ZoneNames?: string[] }) => {
      const fields = {
        'zone-name': (zone: string) => zone,
        state: () => 'available',
        'region-name': () => cloud.region,
        'zone-type': () => 'availability-zone',
        'opt-in-status': () => 'opt-in-not-required',
      }
      const unknown = input.ZoneNames?.find((zone) => !cloud.zones.includes(zone))
      if (unknown !== undefined)
        throw new AwsFault('InvalidParameterValue', `Invalid availability zone: [${unknown}]`)
      const zones = filtered(input.ZoneNames ?? cloud.zones, input.Filters, fields, noTags)
      return {
        AvailabilityZones: zones.map((zone) => ({
          ZoneName: zone,
          ZoneId: zoneIdOf(core, zone),
          RegionName: cloud.region,
          State: 'available',
          OptInStatus: 'opt-in-not-required',
          GroupName: cloud.region,
          NetworkBorderGroup: cloud.region,
          ZoneType: 'availability-zone',
          Messages: cloud.knobs.zoneIsOut(zone) ? [{ Message: 'This zone is impaired.' }] : [],
        })),
      }
    },
    DescribeRegions: () => ({
      Regions: [
        {
          RegionName: cloud.region,
          Endpoint: `ec2.${cloud.region}.amazonaws.com`,
          OptInStatus: 'opt-in-not-required',
        },
      ],
    }),
    DescribeAccountAttributes: () => ({
      AccountAttributes: [
        ['supported-platforms', 'VPC'],
        ['default-vpc', state.vpcs[0]?.vpcId ?? 'none'],
        ['max-instances', '256'],
      ].map(([AttributeName, AttributeValue]) => ({ AttributeName, AttributeValues: [{ AttributeValue }] })),
    }),
  }
}
