import type { AutoScalingRecords } from '../auto-scaling/group-record.js'
import type { Ec2State } from '../ec2/records.js'
import type { LoadBalancingRecords } from '../load-balancing/records.js'

/** Where it is made, and when that is. */
export interface BigAccountPlace {
  readonly region: string
  readonly zones: readonly string[]
  readonly accountId: string
  readonly now: number
}

/** What everything of a big account is put into, and made out of. */
export interface Ground {
  readonly place: BigAccountPlace
  readonly ec2: Ec2State
  readonly autoScaling: AutoScalingRecords
  readonly balancing: LoadBalancingRecords
  readonly securityGroupId: string
  /** How many there are already, by subnet. */
  readonly instancesIn: Map<string, number>
}
