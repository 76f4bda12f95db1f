import { contentHash } from './content-hash.js'
import { targetGroupName } from './names.js'

/** The name of a push's target group: derived, so that it is found again by whoever was never told it. */
export function ownTargetGroupName(
  cluster: { readonly name: string; readonly account: string },
  push: number,
): string {
  return targetGroupName(cluster.name, push, contentHash(`${cluster.account}/${cluster.name}`).slice(0, 8))
}
