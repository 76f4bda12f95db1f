import type { Cluster } from './cluster.js'
import type { Operation } from './operation.js'

/** True once a share of the traffic was sent to the next group while the switch has not been made. */
export function canaryBegan(operation: Operation): boolean {
  return operation.canary != null && !operation.switched
}

/** A canary’s shares, left as they are, would belong to nobody: only the operation itself brings them back. */
export function sharesTraffic({ expected }: Cluster, operation: Operation): boolean {
  return canaryBegan(operation) && (expected ?? []).filter(({ weight }) => weight > 0).length > 1
}
