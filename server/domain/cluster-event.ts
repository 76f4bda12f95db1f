import type { Cluster } from './cluster.js'
import type { ClusterState, StateChange, TicketClosed } from './cluster-state.js'
import { groupNamed } from './cluster-state.js'
import { withNoted, withoutDifference, type DifferenceKind, type NotedDifference } from './drift-memory.js'
import { parseServerGroupName } from './names.js'
import type { RuleEntry } from './observation.js'
import { explained } from './operation-effects.js'

/** What happened to a cluster outside any operation. */
export type ClusterEvent =
  | {
      readonly type: 'Drifted'
      readonly entries: readonly RuleEntry[]
      readonly live: string | null
      readonly leftUntil: Date
      /** What the rule shows, in words. */
      readonly shown: string
      readonly sentence: string
    }
  | { readonly type: 'DriftEnded'; readonly sentence: string }
  | {
      /** Our own unanswered write of the rule has taken effect, however late. */
      readonly type: 'TicketSeen'
      readonly id: string
      readonly entries: readonly RuleEntry[]
      readonly sentence: string
    }
  | {
      readonly type: 'TicketsClosed'
      readonly tickets: readonly TicketClosed[]
      readonly sentence: string
    }
  | { readonly type: 'GroupLost'; readonly group: string; readonly sentence: string }
  | { readonly type: 'WarmDegraded'; readonly group: string; readonly sentence: string }
  | { readonly type: 'WarmReady'; readonly group: string; readonly sentence: string }
  | {
      readonly type: 'LiveJudgedBad'
      readonly group: string
      readonly asked: boolean
      readonly sentence: string
    }
  | { readonly type: 'LiveWell'; readonly group: string; readonly sentence: string }
  | ({ readonly type: 'DifferenceSeen'; readonly sentence: string } & Omit<NotedDifference, 'since'>)
  | {
      readonly type: 'DifferenceGone'
      readonly kind: DifferenceKind
      readonly subject: string
      readonly sentence: string
    }
  | {
      readonly type: 'ObligationClosed'
      readonly id: string
      readonly as: 'repaid' | 'overtaken' | 'gone'
      /** The MaxSize that stays, where it had to be raised and can't be lowered again. */
      readonly max?: number
      readonly sentence: string
    }

/** Every row that a cluster event changes. */
export function clusterEffectsOf(state: ClusterState, event: ClusterEvent, at: Date): StateChange {
  const { cluster } = state
  switch (event.type) {
    case 'Drifted':
      return driftedRows(state, event, at)
    case 'DriftEnded':
      return {
        cluster: {
          ...withoutDifference(cluster, weightsOf(cluster)),
          needsPerson: null,
          restoreAsked: null,
          statement: liveStatement(state),
        },
      }
    case 'TicketSeen':
      return {
        cluster: { ...cluster, ...explained(cluster, event.entries, at) },
        ticketsClosed: [{ id: event.id, as: 'seen' }],
      }
    case 'TicketsClosed':
      return { ticketsClosed: event.tickets }
    case 'GroupLost': {
      const group = groupNamed(state, event.group)
      return group
        ? { groups: [{ ...group, role: 'lost', roleSince: at, reason: event.sentence, expiresAt: at }] }
        : {}
    }
    case 'WarmDegraded':
    case 'WarmReady': {
      const group = groupNamed(state, event.group)
      return group ? { groups: [{ ...group, degradedSince: event.type === 'WarmDegraded' ? at : null }] } : {}
    }
    case 'LiveJudgedBad':
    case 'LiveWell': {
      const group = groupNamed(state, event.group)
      if (!group) return {}
      const { sentence } = event
      const bad = event.type === 'LiveJudgedBad'
      const asked = (group.verdict?.asked ?? false) || (bad && event.asked)
      return {
        groups: [
          { ...group, verdict: { badSince: bad ? (group.verdict?.badSince ?? at) : null, sentence, asked } },
        ],
      }
    }
    case 'DifferenceSeen': {
      const { kind, subject, what, expected, found, who } = event
      const noted = withNoted(cluster, { kind, subject, what, expected, found, who, since: at })
      const named = parseServerGroupName(subject)
      const push = named?.cluster === cluster.name ? named.push : 0
      return { cluster: { ...noted, lastPush: Math.max(cluster.lastPush, push) } }
    }
    case 'DifferenceGone':
      return { cluster: withoutDifference(cluster, event) }
    case 'ObligationClosed': {
      const row = state.obligations.find((obligation) => obligation.id === event.id)
      if (!row) return {}
      const group = event.max === undefined ? null : groupNamed(state, row.object)
      return {
        obligations: [{ ...row, closedAt: at, closedAs: event.as }],
        ...(group
          ? { groups: [{ ...group, size: { ...group.size, max: event.max ?? group.size.max } }] }
          : {}),
      }
    }
  }
}

/** Somebody else moved the traffic: to a group we know, then roles follow it; otherwise a person must say what holds. */
function driftedRows(state: ClusterState, event: ClusterEvent & { type: 'Drifted' }, at: Date): StateChange {
  const seen = explained(state.cluster, event.entries, at)
  const to = groupNamed(state, event.live)
  if (!to) {
    const since = { ...weightsOf(state.cluster), what: '', expected: '', found: '', who: null, since: at }
    const noted = withNoted(state.cluster, since)
    return { cluster: { ...noted, needsPerson: event.sentence, statement: event.shown } }
  }
  const before = state.groups.filter((group) => group.role === 'live' && group.name !== to.name)
  return {
    cluster: {
      ...withoutDifference(state.cluster, weightsOf(state.cluster)),
      ...seen,
      statement: `${to.name} 100 %`,
      needsPerson: null,
      restoreAsked: null,
    },
    groups: [
      to.role === 'live'
        ? to
        : {
            ...to,
            role: 'live',
            roleSince: at,
            liveSince: at,
            // Whoever carries everything is taken as registered, and why it was once given up says nothing any more.
            registeredAt: to.registeredAt ?? at,
            reason: null,
            expiresAt: null,
            quietSince: null,
            degradedSince: null,
          },
      ...before.map((group) => ({
        ...group,
        role: 'warm' as const,
        roleSince: at,
        quietSince: at,
        expiresAt: event.leftUntil,
      })),
    ],
  }
}

const weightsOf = (cluster: Cluster) => ({ kind: 'weights' as const, subject: cluster.name })

function liveStatement(state: ClusterState): string {
  const live = state.groups.find((group) => group.role === 'live')
  return live ? `${live.name} 100 %` : 'nothing carries traffic'
}
