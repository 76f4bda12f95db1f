import { activeTraffic, type ClusterState } from '../domain/cluster-state.js'
import { firstChoice } from '../domain/first-choice.js'
import { watchedLive } from '../domain/night-watch.js'
import { openTestValues } from '../domain/test-rules.js'
import type { Timings } from '../domain/timings.js'
import type { ClusterQuery, GroupQuery, NightQuery } from './ports.js'

/** What a turn must read: settings only where something is about to be made or switched, metrics only where needed. */
export function clusterQuery(state: ClusterState, now: Date, timings: Timings): ClusterQuery {
  const { cluster } = state
  const operation = activeTraffic(state)
  const { balancer } = cluster.settings
  return {
    cluster: cluster.name,
    ruleArn: cluster.ruleArn,
    parkedValue: operation?.kind === 'create' ? operation.id : null,
    loadBalancerName: balancer.loadBalancerName,
    loadBalancerArn: cluster.loadBalancerArn ?? balancer.loadBalancerArn,
    listenerPort: balancer.listenerPort,
    listenerArn: cluster.listenerArn ?? balancer.listenerArn,
    testValues: openTestValues(state),
    address: operation?.phase === 'testing',
    making: operation?.kind === 'decommission' && operation.phase === 'clearing',
    night: nightQuery(state, now, timings),
    groups: state.groups.map((group): GroupQuery => {
      const next = operation?.to === group.name
      const previous = operation?.from === group.name
      const draining = state.operations.some(
        (retirement) => retirement.to === group.name && retirement.phase === 'draining',
      )
      const quieting = operation?.phase === 'quieting' && group.registeredAt !== null
      const guarded = ['launching', 'canary', 'pinning', 'settling', 'resettling']
      const settling =
        guarded.includes(operation?.phase ?? '') ||
        (operation?.phase === 'aborting' && operation.canary != null)
      const judged = ['canary', 'approving'].includes(operation?.phase ?? '')
      return {
        name: group.name,
        targetGroupName: group.targetGroupName,
        targetGroupArn: group.targetGroupArn,
        activities: next && ['launching', 'registering', 'sizing'].includes(operation?.phase ?? ''),
        requestsSince:
          draining || quieting ? new Date(now.getTime() - timings.quietMs - timings.metricLateMs) : null,
        answersSince: (next || previous) && judged ? (operation?.canary?.carriesSince ?? null) : null,
        settings: (next || previous) && settling,
      }
    }),
  }
}

/** Over the last minutes that CloudWatch tells of, and over as long before the switch. */
function nightQuery(state: ClusterState, now: Date, timings: Timings): NightQuery | null {
  const { cluster } = state
  const live = watchedLive(state, now)
  if (!live?.liveSince || !live.targetGroupArn || !cluster.loadBalancerArn) return null
  const { nightWindowMs, metricLateMs } = timings
  const to = new Date(now.getTime() - metricLateMs)
  const from = new Date(Math.max(to.getTime() - nightWindowMs, live.liveSince.getTime()))
  if (from >= to) return null
  const previous = firstChoice(state, null)
  return {
    loadBalancerArn: cluster.loadBalancerArn,
    live: { targetGroupArn: live.targetGroupArn, from, to },
    previous: previous?.targetGroupArn
      ? {
          targetGroupArn: previous.targetGroupArn,
          from: new Date(live.liveSince.getTime() - nightWindowMs),
          to: live.liveSince,
        }
      : null,
    alarms: cluster.policy.alarms ?? [],
  }
}

/** The query of a page: nothing that costs extra calls. */
export function pageQuery(state: ClusterState, now: Date, timings: Timings): ClusterQuery {
  const query = clusterQuery(state, now, timings)
  return {
    ...query,
    address: false,
    making: false,
    night: null,
    groups: query.groups.map((group) => ({
      ...group,
      activities: false,
      requestsSince: null,
      answersSince: null,
      settings: false,
    })),
  }
}
