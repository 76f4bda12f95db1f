import type { ClusterState } from '../../server/domain/cluster-state.js'
import type { SimulatedCloud } from './simulated-cloud.js'

/** So many requests a cluster gets in a minute, so that its canaries can be judged. */
const requestsAMinute = 200

/** What a minute of visitors leaves in CloudWatch, by the weights as they really are and by how each release answers. */
export function visit(cloud: SimulatedCloud, state: ClusterState): void {
  const entries = cloud.rule(state.cluster.ruleArn)?.actions.at(-1)?.ForwardConfig?.TargetGroups ?? []
  const total = entries.reduce((sum, entry) => sum + (entry.Weight ?? 0), 0)
  for (const { TargetGroupArn = '', Weight = 0 } of entries) {
    const requests = Math.round((requestsAMinute * Weight) / Math.max(1, total))
    const group = state.groups.find((each) => each.targetGroupArn === TargetGroupArn)
    if (requests === 0 || !group) continue
    const release = cloud.releases.get(group.image.imageId)
    const failing = cloud.healthyTargets(TargetGroupArn).length === 0 ? 1 : (release?.errorShare ?? 0)
    const dimensions = {
      LoadBalancer: (state.cluster.loadBalancerArn ?? '').split(':loadbalancer/')[1] ?? '',
      TargetGroup: TargetGroupArn.slice(TargetGroupArn.lastIndexOf(':') + 1),
    }
    const put = (name: string, value: number) =>
      cloud.model.metrics.put('AWS/ApplicationELB', name, dimensions, value, 'Count')
    put('RequestCount', requests)
    if (failing > 0) put('HTTPCode_Target_5XX_Count', Math.round(requests * failing))
  }
}
