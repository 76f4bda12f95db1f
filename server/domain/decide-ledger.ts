import { canaryBegan } from './canary-shares.js'
import { activeTraffic, openObligation } from './cluster-state.js'
import { firstChoice } from './first-choice.js'
import { neededFor } from './readiness.js'
import { isHeldFromGrowing } from './decide-resize.js'
import { raise, sizingProcesses, suspend } from './group-steps.js'
import { weightOf, type ObservedAutoScalingGroup, type ObservedGroup } from './observation.js'
import type { Obligation } from './obligation.js'
import type { Operation } from './operation.js'
import type { ServerGroup } from './server-group.js'
import { ticketsAbout } from './open-tickets.js'
import { observedOf, sinceMs, type Turn, type TurnStep } from './turn.js'

/** Phases in which the group that has the traffic is held, so that it cannot shrink under the switch. */
const held = [
  'canary',
  'approving',
  'sizing',
  'pinning',
  'switching',
  'settling',
  'watching',
  'returning',
  'resettling',
] as const
const moving = ['canary', 'approving', 'pinning', 'switching', 'settling'] as const

/** Which processes should be suspended on a group now. */
function wantsSuspended(turn: Turn, group: ServerGroup): readonly string[] {
  const operation = activeTraffic(turn.state)
  if (operation?.kind === 'giveBack') return []
  if (isIdle(group)) return sizingProcesses
  const maxNow = observedOf(turn, group.name)?.autoScaling?.max ?? 0
  if (isHeldFromGrowing(turn.state, group, maxNow)) return sizingProcesses
  if (operation?.from === group.name && isIn(operation, moving)) return ['ScheduledActions']
  return []
}

/** Whether MinSize should stay raised: idle groups, both sides of a move, and a new live one until its metrics settled. */
function wantsMinSize(turn: Turn, group: ServerGroup): boolean {
  const operation = activeTraffic(turn.state)
  if (operation?.kind === 'giveBack') return false
  if (isIdle(group)) return true
  if (operation && (operation.from === group.name || operation.to === group.name) && isIn(operation, held))
    return true
  return group.role === 'live' && sinceMs(turn, group.roleSince) < turn.timings.unpinMs
}

/** Groups that carry nothing: they stay as they are until they are switched to or destroyed. */
function isIdle(group: ServerGroup): boolean {
  return ['launching', 'standby', 'warm', 'rejected', 'failed'].includes(group.role)
}

function isIn(operation: Operation, phases: readonly string[]): boolean {
  const { phase, haltedIn } = operation
  // Until an abort has brought the share of a canary back, previous is about to carry more again.
  const givesBack = canaryBegan(operation) && [phase, haltedIn].includes('aborting')
  return givesBack || phases.includes(phase)
}

/** What is owed and what must be held: levels, not steps, so that they mend themselves. */
export function decideLedger(turn: Turn): TurnStep | null {
  for (const group of turn.state.groups) {
    const present = observedOf(turn, group.name)?.autoScaling
    const rows = turn.state.obligations.filter(
      (row) => row.object === group.name && row.closedAt === null && row.kind !== 'testRule',
    )
    const step = present
      ? (repay(turn, group, present, rows) ?? hold(turn, group, present))
      : closeGone(turn, group, rows)
    if (step) return step
  }
  return null
}

function closeGone(turn: Turn, group: ServerGroup, rows: readonly Obligation[]): TurnStep | null {
  const gone =
    group.role === 'lost' || (group.shrinkStarted && turn.seen.groups.get(group.name)?.autoScaling === null)
  const row = rows[0]
  return gone && row ? close(row, 'gone', `${group.name} is gone, and what was owed to it with it.`) : null
}

function repay(
  turn: Turn,
  group: ServerGroup,
  present: ObservedAutoScalingGroup,
  rows: readonly Obligation[],
): TurnStep | null {
  if (group.role === 'retiring') return null
  for (const row of rows) {
    const step =
      row.kind === 'suspended'
        ? repaySuspended(turn, group, present, row)
        : repayMinSize(turn, group, present, row)
    if (step) return step
  }
  return null
}

function repaySuspended(
  turn: Turn,
  group: ServerGroup,
  present: ObservedAutoScalingGroup,
  row: Obligation,
): TurnStep | null {
  const wanted = wantsSuspended(turn, group)
  const ours = new Set(row.attempted.flatMap((value) => ('processes' in value ? value.processes : [])))
  const before = 'processes' in row.original ? row.original.processes : []
  const extra = present.suspended.filter(
    (process) => ours.has(process) && !wanted.includes(process) && !before.includes(process),
  )
  if (extra.length > 0)
    return {
      kind: 'act',
      call: { type: 'ResumeProcesses', group: group.name, processes: extra },
      object: group.name,
      operation: null,
      why: `${group.name} may be resized again.`,
    }
  if (wanted.length === 0 && !mayChangeYet(turn, group) && !mayBeOld(turn, row))
    return close(row, 'repaid', `${group.name}: the processes that were suspended run again.`)
  return null
}

function repayMinSize(
  turn: Turn,
  group: ServerGroup,
  present: ObservedAutoScalingGroup,
  row: Obligation,
): TurnStep | null {
  if (wantsMinSize(turn, group) || !('min' in row.original)) return null
  const { original } = row
  const maxRaised =
    row.attempted.some((value) => 'max' in value && value.max === present.max) && present.max !== original.max
  if (present.min === original.min)
    return mayChangeYet(turn, group) || mayBeOld(turn, row)
      ? null
      : close(
          row,
          'repaid',
          `${group.name}: MinSize is ${original.min} again.`,
          maxRaised ? present.max : undefined,
        )
  const ours = row.attempted.some((value) => 'min' in value && value.min === present.min)
  if (!ours && mayChangeYet(turn, group)) return null
  if (!ours)
    return close(
      row,
      'overtaken',
      `${group.name}: somebody else set MinSize to ${present.min}; it is left so.`,
    )
  const max = maxRaised && original.max >= present.desired ? original.max : null
  return {
    kind: 'act',
    call: { type: 'RestoreSizes', group: group.name, min: original.min, max },
    object: group.name,
    operation: null,
    why: `${group.name} may shrink again as far as was asked.`,
  }
}

/** What shows nothing of a change that was made a moment ago may be older than it, and is no proof that it was undone. */
function mayBeOld(turn: Turn, row: Obligation): boolean {
  return sinceMs(turn, row.openedAt) < turn.timings.staleReadMs
}

/** A warm group must not decay: its processes stay suspended, its MinSize at what it was pinned to. */
function hold(turn: Turn, group: ServerGroup, present: ObservedAutoScalingGroup): TurnStep | null {
  if (group.role !== 'warm' || activeTraffic(turn.state)?.kind === 'giveBack') return null
  const seen = observedOf(turn, group.name)
  if (!seen) return null
  const missing = wantsSuspended(turn, group).filter((process) => !present.suspended.includes(process))
  if (missing.length > 0)
    return suspend(
      null,
      group.name,
      seen,
      missing,
      `${group.name} is warm: no alarm and no schedule may shrink it.`,
      group.operationId,
    )
  const row = turn.state.obligations.find(
    (open) => open.object === group.name && open.kind === 'minSize' && open.closedAt === null,
  )
  const pinned = Math.max(0, ...(row?.attempted ?? []).map((value) => ('min' in value ? value.min : 0)))
  const repins = (row?.attempted ?? []).filter((value) => 'min' in value && value.min === pinned).length
  if (row && present.min < pinned && repins <= maxRepins)
    return raise(
      turn,
      null,
      group.name,
      seen,
      pinned,
      `${group.name} is warm and must not shrink.`,
      group.operationId,
    )
  if (!row && present.min < present.desired)
    return raise(
      turn,
      null,
      group.name,
      seen,
      present.desired,
      `${group.name} is warm and must not shrink.`,
      group.operationId,
    )
  return follow(turn, group, seen, present)
}

/**
 * Where the policy says so, the group that a switch back would go to grows with the group that carries the traffic. Never the
 * other way: it stays as large as live once was, so that no request of ours can shrink it.
 */
function follow(
  turn: Turn,
  group: ServerGroup,
  seen: ObservedGroup,
  present: ObservedAutoScalingGroup,
): TurnStep | null {
  const { state } = turn
  if (state.cluster.policy.warm !== 'follow' || state.cluster.needsPerson) return null
  if (firstChoice(state, turn.seen)?.name !== group.name) return null
  const carrying = state.groups.find((each) => weightOf(turn.seen.rule, each.targetGroupArn) > 0)
  const needed = neededFor(observedOf(turn, carrying?.name ?? null))
  // What is higher already, or was asked for and lowered by somebody else too often, is left.
  const attempted = openObligation(state, group.name, 'minSize')?.attempted ?? []
  if (present.min >= needed || attempted.some((value) => 'min' in value && value.min >= needed)) return null
  const why = `${group.name} follows ${carrying?.name ?? 'live'}, which carries the traffic with ${needed} instances now.`
  return raise(turn, null, group.name, seen, needed, why, group.operationId)
}

/** Nothing is said to be repaid while an unanswered request about the group may still take effect. */
function mayChangeYet(turn: Turn, group: ServerGroup): boolean {
  return ticketsAbout(turn.state, group.name).length > 0
}

/** After that many attempts somebody else wants it smaller: it is shown as degraded, not fought. */
const maxRepins = 4

function close(
  row: Obligation,
  as: 'repaid' | 'overtaken' | 'gone',
  sentence: string,
  max?: number,
): TurnStep {
  const kept = max === undefined ? {} : { max }
  return { kind: 'recordCluster', event: { type: 'ObligationClosed', id: row.id, as, sentence, ...kept } }
}
