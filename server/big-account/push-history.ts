import { withChange, type ClusterState } from '../domain/cluster-state.js'
import { sizingProcesses } from '../domain/group-steps.js'
import type { RuleEntry } from '../domain/observation.js'
import type { Obligation } from '../domain/obligation.js'
import type { OperationEvent } from '../domain/operation.js'
import { effectsOf } from '../domain/operation-effects.js'
import { requested } from '../domain/operation-transitions.js'
import type { ServerGroup } from '../domain/server-group.js'
import type { Change } from '../engine/ports.js'
import type { GeneratedCluster, GeneratedGroup } from './layout.js'
import { generator, why } from './records.js'

/** What was written at one moment of a push. */
export interface Written {
  readonly at: Date
  readonly change: Change
}

export interface Push {
  readonly generated: GeneratedCluster
  /** Its place among the cluster's groups. */
  readonly index: number
  /** Until when the group that had the traffic is kept. */
  readonly leftUntil: Date
  readonly newId: () => string
}

type Requested = OperationEvent & { type: 'Requested' }

const launchMs = 60_000
const switchMs = 180_000
const endMs = 500_000

/**
 * How a push of a generated cluster came to be: an operation from its request to its end, its events folded by the same
 * transitions as anybody's, so that the rows are what the engine would have left. Several events share a moment.
 */
export function pushHistory(before: ClusterState, push: Push): readonly Written[] {
  const { generated, index } = push
  const group = groupAt(generated, index)
  const asked: Requested = {
    type: 'Requested',
    kind: index === 0 ? 'create' : 'deploy',
    queued: false,
    request: {
      actor: generator,
      reason: why,
      image: { imageId: group.imageId, name: group.imageName, version: group.version },
      size: group.size,
    },
  }
  const begun = group.createdAt.getTime()
  const steps = stepsOf(push, group)
  const written: Written[] = []
  let state = before
  for (const [nth, ms] of [0, launchMs, switchMs, endMs].entries()) {
    const at = new Date(begun + ms)
    const events = steps[nth] ?? []
    const kept = nth === 0 ? { operations: [requested(group.operationId, generated.name, asked, at)] } : {}
    state = withChange(state, kept)
    const from = state
    for (const event of events) state = withChange(state, effectsNow(state, group, event, at))
    state = nth === 2 ? settledRows(state, push, at) : state
    const told = nth === 0 ? [asked, ...events] : events
    written.push({
      at,
      change: { ...rowsOf(from, state), events: told.map((event) => eventOf(generated, group, event)) },
    })
  }
  return written
}

function groupAt({ groups, name }: GeneratedCluster, index: number): GeneratedGroup {
  const group = groups[index]
  if (!group) throw new Error(`${name} has no ${index + 1}. push`)
  return group
}

function effectsNow(state: ClusterState, group: GeneratedGroup, event: OperationEvent, at: Date) {
  const operation = state.operations.find(({ id }) => id === group.operationId)
  if (!operation) throw new Error(`the operation of ${group.name} is not there`)
  return effectsOf(state, operation, event, at)
}

/** The events of a push, by the moments at which they are written. */
function stepsOf({ generated, index, leftUntil }: Push, group: GeneratedGroup): readonly OperationEvent[][] {
  const from = index === 0 ? null : groupAt(generated, index - 1).name
  const to = group.name
  const entries = generated.groups.slice(0, index + 1).map(({ targetGroupArn }, at): RuleEntry => ({
    targetGroupArn,
    weight: at === index ? 100 : 0,
  }))
  const { ruleArn, loadBalancerArn, listenerArn } = generated
  const launch: OperationEvent = { type: 'LaunchStarted', push: index + 1, to, from }
  const first = index === 0
  return [
    first ? [launch, { type: 'BalancerReady', loadBalancerArn, listenerArn }] : [launch],
    [
      { type: 'NextSeen', targetGroupArn: group.targetGroupArn, launchTemplateId: group.launchTemplateId },
      ...(first ? [{ type: 'RuleMade' as const, ruleArn, entries }] : []),
      { type: 'NextRegistered', healthy: group.size.desired, zones: group.zones },
    ],
    [
      { type: 'SwitchIntended', from, to },
      { type: 'Switched', from, to, leftAs: 'warm', leftUntil: from ? leftUntil : null, entries, ruleArn },
    ],
    [{ type: 'Settled' }, { type: 'Succeeded', sentence: `traffic: ${to} 100 %` }],
  ]
}

/** The target group is called as it is in the account; the group that became warm is held, which is owed. */
function settledRows(state: ClusterState, { generated, index, newId }: Push, at: Date): ClusterState {
  const names = new Map(generated.groups.map((group) => [group.name, group.targetGroupName]))
  const groups = state.groups.map((group): ServerGroup => ({
    ...group,
    targetGroupName: names.get(group.name) ?? group.targetGroupName,
  }))
  if (index === 0) return { ...state, groups }
  const { name, operationId } = groupAt(generated, index - 1)
  const held: Obligation = {
    id: newId(),
    kind: 'suspended',
    object: name,
    cluster: generated.name,
    operationId,
    original: { processes: [] },
    attempted: [{ processes: sizingProcesses }],
    openedAt: at,
    closedAt: null,
    closedAs: null,
  }
  return { ...state, groups, obligations: [...state.obligations, held] }
}

/** The rows that are others than before. */
function rowsOf(before: ClusterState, after: ClusterState): Change {
  const changed = <Row>(was: readonly Row[], is: readonly Row[]) => is.filter((row) => !was.includes(row))
  return {
    cluster: after.cluster,
    groups: changed(before.groups, after.groups),
    operations: after.operations,
    obligations: changed(before.obligations, after.obligations),
  }
}

function eventOf({ name, application }: GeneratedCluster, group: GeneratedGroup, event: OperationEvent) {
  return { stream: `operation:${group.operationId}`, actor: generator, cluster: name, application, event }
}
