/** Instance types that can be launched: processors and memory as AWS lists them. Nothing is reserved on this machine. */
export interface InstanceType {
  readonly name: string
  readonly vcpus: number
  readonly memoryMiB: number
  readonly burstable: boolean
}

const type = (name: string, vcpus: number, memoryMiB: number): InstanceType => ({
  name,
  vcpus,
  memoryMiB,
  burstable: name.startsWith('t'),
})

export const instanceTypes: readonly InstanceType[] = [
  type('t2.micro', 1, 1024),
  type('t2.small', 1, 2048),
  type('t2.medium', 2, 4096),
  type('t3.nano', 2, 512),
  type('t3.micro', 2, 1024),
  type('t3.small', 2, 2048),
  type('t3.medium', 2, 4096),
  type('t3.large', 2, 8192),
  type('t3.xlarge', 4, 16_384),
  type('t3a.micro', 2, 1024),
  type('t3a.small', 2, 2048),
  type('t3a.medium', 2, 4096),
  type('m5.large', 2, 8192),
  type('m5.xlarge', 4, 16_384),
  type('m5.2xlarge', 8, 32_768),
  type('m6i.large', 2, 8192),
  type('m6i.xlarge', 4, 16_384),
  type('c5.large', 2, 4096),
  type('c5.xlarge', 4, 8192),
  type('c6i.large', 2, 4096),
  type('r5.large', 2, 16_384),
]

export const knownType = (name: string): InstanceType | undefined =>
  instanceTypes.find((each) => each.name === name)
