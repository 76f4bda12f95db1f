import type { ClusterState } from '../../server/domain/cluster-state.js'
import type { SimulatedCloud } from './simulated-cloud.js'

/** What really is so in the cloud for one server group, whatever anybody believes. */
export interface GroupTruth {
  readonly weight: number
  readonly healthy: number
  readonly zones: number
  /** As many instances as it has or is to have. */
  readonly need: number
  readonly desired: number
  readonly min: number
  /** No schedule can shrink it. */
  readonly unscheduled: boolean
  readonly listed: boolean
  readonly exists: boolean
}

/** By name of server group. */
export type ClusterTruth = ReadonlyMap<string, GroupTruth>

/** A parked rule carries nothing, whatever its weights say. */
const parkedHeader = 'x-delling-parked'

export function truthOf(cloud: SimulatedCloud, state: ClusterState): ClusterTruth {
  const rule = cloud.rule(state.cluster.ruleArn)
  const parked = rule?.conditions.some(
    (condition) => condition.HttpHeaderConfig?.HttpHeaderName?.toLowerCase() === parkedHeader,
  )
  const entries = rule?.actions.at(-1)?.ForwardConfig?.TargetGroups ?? []
  return new Map(
    state.groups.map((group): [string, GroupTruth] => {
      const entry = entries.find((candidate) => candidate.TargetGroupArn === group.targetGroupArn)
      const record = cloud.groups[group.name]
      const targets = group.targetGroupArn ? cloud.healthyTargets(group.targetGroupArn) : []
      const own = new Set(
        (record?.instances ?? [])
          .filter((instance) => instance.lifecycle === 'InService')
          .map((instance) => instance.id),
      )
      const serving = targets.filter((target) => own.has(target.id))
      return [
        group.name,
        {
          weight: parked ? 0 : (entry?.Weight ?? 0),
          healthy: serving.length,
          zones: new Set(serving.map((target) => target.zone)).size,
          need: Math.max(record?.desired ?? 0, own.size),
          desired: record?.desired ?? 0,
          min: record?.min ?? 0,
          unscheduled: record !== undefined && 'ScheduledActions' in record.suspended,
          listed: entry !== undefined,
          exists: record !== undefined,
        },
      ]
    }),
  )
}

/** What part of the traffic each group carries, in per cent. */
export function sharesOf(truth: ClusterTruth): ReadonlyMap<string, number> {
  const total = [...truth.values()].reduce((sum, { weight }) => sum + weight, 0)
  return new Map([...truth].map(([name, { weight }]) => [name, total > 0 ? (100 * weight) / total : 0]))
}

/** Names of those that carry traffic. */
export function carrying(truth: ClusterTruth): readonly string[] {
  return [...truth].filter(([, group]) => group.weight > 0).map(([name]) => name)
}
