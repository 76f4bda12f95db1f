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
        'zone-id': (zone: string) => zoneIdOf(core, zone),
        'group-name': () => cloud.region,
        'group-long-name': () => cloud.region,
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
    DescribeRegions: (input: Described & { RegionNames?: string[] }) => {
      const unknown = input.RegionNames?.find((name) => name !== cloud.region)
      if (unknown !== undefined) throw new AwsFault('InvalidParameterValue', `Invalid region: ${unknown}`)
      const region = {
        RegionName: cloud.region,
        Endpoint: `ec2.${cloud.region}.amazonaws.com`,
        OptInStatus: 'opt-in-not-required',
      }
      const fields = {
        'region-name': () => region.RegionName,
        endpoint: () => region.Endpoint,
        'opt-in-status': () => region.OptInStatus,
      }
      return { Regions: filtered([region], input.Filters, fields, noTags) }
    },
    DescribeAccountAttributes: () => ({
      AccountAttributes: [
        ['supported-platforms', 'VPC'],
        ['default-vpc', state.vpcs[0]?.vpcId ?? 'none'],
        ['max-instances', '256'],
      ].map(([AttributeName, AttributeValue]) => ({ AttributeName, AttributeValues: [{ AttributeValue }] })),
    }),
  }
}
