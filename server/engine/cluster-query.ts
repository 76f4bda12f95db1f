import { activeTraffic, recordedLive, type ClusterState } from '../domain/cluster-state.js'
import { firstChoice } from '../domain/first-choice.js'
import { watchedLive } from '../domain/night-watch.js'
import { openTestValues } from '../domain/test-rules.js'
import type { Operation } from '../domain/operation.js'
import type { ServerGroup } from '../domain/server-group.js'
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
    ...(operation?.kind === 'adopt' || operation?.kind === 'giveBack' ? { marks: true } : {}),
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
        ...(group.adopted ? { launchTemplateName: group.adopted.launchTemplateName } : {}),
        activities: next && ['launching', 'registering', 'sizing'].includes(operation?.phase ?? ''),
        requestsSince:
          draining || quieting ? new Date(now.getTime() - timings.quietMs - timings.metricLateMs) : null,
        answersSince: (next || previous) && judged ? (operation?.canary?.carriesSince ?? null) : null,
        settings: ((next || previous) && settling) || isAboutToBeFollowed(state, operation, group),
        ...(isAboutToBeFollowed(state, operation, group) ? { blueprint: true } : {}),
        ...(next ? carriedQuery(operation) : {}),
        ...alarmsToGo(state, group),
      }
    }),
  }
}

/** Whether a launch that is about to begin takes from this group what it has. */
function isAboutToBeFollowed(
  state: ClusterState,
  operation: Operation | null,
  { role }: ServerGroup,
): boolean {
  if (operation?.kind !== 'deploy' || operation.phase !== 'queued') return false
  return role === 'live' || (role === 'warm' && !recordedLive(state))
}

/** Of what a new group takes over, what is not seen with the group itself; nothing where there is none of it. */
function carriedQuery({ phase, carried }: Operation): Partial<GroupQuery> {
  if (!carried) return {}
  if (phase === 'registering')
    return carried.policies.some(({ needsRule }) => needsRule) ? { settings: true } : {}
  if (phase !== 'launching') return {}
  const { alarms, schedules, notifications } = carried
  return {
    ...(alarms.length > 0 ? { alarms: alarms.map(({ name }) => name) } : {}),
    ...(schedules.length > 0 ? { schedules: true } : {}),
    ...(notifications.length > 0 ? { notifications: true } : {}),
  }
}

/** Alarms that were made for a group are looked for until they are gone with it. */
function alarmsToGo(state: ClusterState, { name, alarms }: ServerGroup): Partial<GroupQuery> {
  const going = state.operations.some(
    (each) => each.kind === 'destroy' && each.to === name && ['deleting', 'verifying'].includes(each.phase),
  )
  return going && alarms ? { alarms } : {}
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

/** The query of a page: nothing that costs extra calls, but how the named groups are made. */
export function pageQuery(
  state: ClusterState,
  now: Date,
  timings: Timings,
  blueprintsOf: readonly string[] = [],
): ClusterQuery {
  const query = clusterQuery(state, now, timings)
  return {
    ...query,
    address: false,
    making: false,
    night: null,
    marks: false,
    groups: query.groups.map((group) => ({
      ...group,
      activities: false,
      requestsSince: null,
      answersSince: null,
      settings: blueprintsOf.includes(group.name),
      blueprint: blueprintsOf.includes(group.name),
      alarms: null,
      schedules: false,
      notifications: false,
    })),
  }
}
