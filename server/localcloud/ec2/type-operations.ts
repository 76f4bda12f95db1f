import type { Operation } from '../cloud.js'
import { AwsFault } from '../fault.js'
import { instanceTypes } from './catalogue.js'
import type { Ec2Core } from './core.js'
import { type Filter, filtered } from './filters.js'
import { page, type PageRequest } from './pages.js'
import { zoneIdOf } from './zones.js'

interface Described extends PageRequest {
  readonly Filters?: readonly Filter[]
}

const noTags = () => ({})

/** Every type is offered in every zone. */
export function typeOperations(core: Ec2Core): Record<string, Operation> {
  const { cloud } = core
  return {
    DescribeInstanceTypes: (input: Described & { InstanceTypes?: string[] }) => {
      const fields = {
        'instance-type': (each: (typeof instanceTypes)[number]) => each.name,
        'vcpu-info.default-vcpus': (each: (typeof instanceTypes)[number]) => each.vcpus,
        'processor-info.supported-architecture': () => 'x86_64',
        'current-generation': () => true,
        'bare-metal': () => false,
        'burstable-performance-supported': (each: (typeof instanceTypes)[number]) => each.burstable,
        hypervisor: () => 'nitro',
        'instance-storage-supported': () => false,
        'memory-info.size-in-mib': (each: (typeof instanceTypes)[number]) => each.memoryMiB,
        'supported-root-device-type': () => 'ebs',
        'supported-usage-class': () => ['on-demand', 'spot'],
        'supported-virtualization-type': () => 'hvm',
      }
      const unknown =
        input.InstanceTypes?.filter((name) => !instanceTypes.some((each) => each.name === name)) ?? []
      if (unknown.length > 0)
        throw new AwsFault(
          'InvalidInstanceType',
          `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
        )
      const asked = instanceTypes.filter((each) => input.InstanceTypes?.includes(each.name) ?? true)
      const { items, NextToken } = page(
        filtered(asked, input.Filters, fields, noTags),
        (each) => each.name,
        input,
      )
      return { InstanceTypes: items.map(describeType), NextToken }
    },
    DescribeInstanceTypeOfferings: (input: Described & { LocationType?: string }) => {
      const LocationType = input.LocationType ?? 'region'
      const places =
        LocationType === 'availability-zone'
          ? cloud.zones
          : LocationType === 'availability-zone-id'
            ? cloud.zones.map((zone) => zoneIdOf(core, zone))
            : [cloud.region]
      const all = instanceTypes.flatMap((each) =>
        places.map((Location) => ({ InstanceType: each.name, LocationType, Location })),
      )
      type Offering = (typeof all)[number]
      const fields = {
        'instance-type': (each: Offering) => each.InstanceType,
        location: (each: Offering) => each.Location,
      }
      const kept = filtered(all, input.Filters, fields, noTags)
      const { items, NextToken } = page(kept, (each) => `${each.InstanceType}/${each.Location ?? ''}`, input)
      return { InstanceTypeOfferings: items, NextToken }
    },
  }
}

const describeType = (type: (typeof instanceTypes)[number]): object => ({
  InstanceType: type.name,
  CurrentGeneration: true,
  FreeTierEligible: type.name === 't3.micro' || type.name === 't2.micro',
  SupportedUsageClasses: ['on-demand', 'spot'],
  SupportedRootDeviceTypes: ['ebs'],
  SupportedVirtualizationTypes: ['hvm'],
  BareMetal: false,
  Hypervisor: 'nitro',
  ProcessorInfo: { SupportedArchitectures: ['x86_64'], SustainedClockSpeedInGhz: 2.5 },
  VCpuInfo: {
    DefaultVCpus: type.vcpus,
    DefaultCores: Math.max(1, type.vcpus / 2),
    DefaultThreadsPerCore: type.vcpus > 1 ? 2 : 1,
  },
  MemoryInfo: { SizeInMiB: type.memoryMiB },
  InstanceStorageSupported: false,
  BurstablePerformanceSupported: type.burstable,
  SupportedBootModes: ['legacy-bios', 'uefi'],
})
