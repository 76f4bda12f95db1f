import type { ModifyRule } from './call.js'
import type { Tags } from './tags.js'
import type { ClusterState } from './cluster-state.js'
import {
  sameEntries,
  type Observed,
  type ObservedGroup,
  type ObservedRule,
  type RuleCondition,
  type RuleEntry,
} from './observation.js'
import type { Ticket } from './ticket.js'
import type { Timings } from './timings.js'

export type RuleTicket = Ticket & { readonly call: ModifyRule }

/** Unanswered writes of listener rules. */
export function ruleTickets(state: ClusterState): readonly RuleTicket[] {
  return state.tickets.filter((ticket): ticket is RuleTicket => ticket.call.type === 'ModifyRule')
}

/** Unanswered writes that would give a target group weight: none of a group's may be open when it is given up. */
export function ticketsToward(state: ClusterState, targetGroupArn: string | null): readonly RuleTicket[] {
  return ruleTickets(state).filter(({ call }) =>
    call.entries.some((entry) => entry.targetGroupArn === targetGroupArn && entry.weight > 0),
  )
}

/** Unanswered writes that would leave the rule with other shares than `entries`. */
export function ticketsElsewhere(
  state: ClusterState,
  entries: readonly RuleEntry[] | null,
): readonly RuleTicket[] {
  return ruleTickets(state).filter(({ call }) => !sameEntries(call.entries, entries))
}

/** Unanswered writes of listener rules that name a target group, at whatever weight. */
export function ticketsNaming(state: ClusterState, targetGroupArn: string | null): readonly RuleTicket[] {
  return ruleTickets(state).filter(({ call }) =>
    call.entries.some((entry) => entry.targetGroupArn === targetGroupArn),
  )
}

/** Unanswered requests about a server group itself; those about the rule are not among them. */
export function ticketsAbout(state: ClusterState, group: string): readonly Ticket[] {
  return state.tickets.filter((ticket) => ticket.object === group)
}

/** Until when a ticket may still take effect. */
function landsUntil(ticket: Ticket, timings: Timings): Date {
  return new Date(ticket.signedAt.getTime() + timings.wireMs)
}

/** The last moment at which any of them may still take effect; null for none. */
export function lastLanding(tickets: readonly Ticket[], timings: Timings): Date | null {
  const ends = tickets.map((ticket) => landsUntil(ticket, timings).getTime())
  return ends.length > 0 ? new Date(Math.max(...ends)) : null
}

/** Tickets that this look ends: too old to land any more, or with their effect in sight. */
export function ticketsEnded(state: ClusterState, seen: Observed, timings: Timings): readonly TicketEnd[] {
  return state.tickets.flatMap((ticket): TicketEnd[] => {
    if (!ticket.repeated && isInEffect(ticket, seen)) return [{ ticket, as: 'seen' }]
    return seen.at > landsUntil(ticket, timings) ? [{ ticket, as: 'expired' }] : []
  })
}

interface TicketEnd {
  readonly ticket: Ticket
  readonly as: 'seen' | 'expired'
}

/** Whether a group shows what the request asks for. Rules are explained elsewhere, one ticket for one change. */
function isInEffect({ call, object }: Ticket, seen: Observed): boolean {
  const group = seen.groups.get(object)
  switch (call.type) {
    case 'CreateTargetGroup':
      return group?.targetGroupArn != null
    case 'CreateLaunchTemplate':
      return group?.launchTemplateId != null
    case 'CreateRule':
      return seen.balancer?.rules.some((rule) => sameSecret(rule, call.conditions)) ?? false
    case 'CreateAutoScalingGroup':
      return group?.autoScaling != null
    case 'RaiseMinSize':
    case 'RestoreSizes':
      return sizesAre(group, call.min, call.max)
    case 'SuspendProcesses':
      return call.processes.every((process) => group?.autoScaling?.suspended.includes(process))
    case 'ResumeProcesses':
      return (
        group?.autoScaling != null &&
        call.processes.length > 0 &&
        !call.processes.some((process) => group.autoScaling?.suspended.includes(process))
      )
    case 'CreateOrUpdateTags':
      return shows(group?.marks?.scalingGroup, call.tags)
    case 'DeleteGroupTags':
      return lacks(group?.marks?.scalingGroup, call.keys)
    case 'CreateTags':
      return shows(group?.marks?.launchTemplate, call.tags)
    case 'DeleteTags':
      return lacks(group?.marks?.launchTemplate, call.keys)
    case 'AddTags':
      return shows(marksAt(call.arn, object, seen), call.tags)
    case 'RemoveTags':
      return lacks(marksAt(call.arn, object, seen), call.keys)
    default:
      return false
  }
}

function marksAt(arn: string, object: string, { rule, ruleMarks, groups }: Observed) {
  return rule?.ruleArn === arn ? ruleMarks : groups.get(object)?.marks?.targetGroup
}

function shows(marks: Tags | null | undefined, tags: Tags): boolean {
  return marks != null && Object.entries(tags).every(([key, value]) => marks[key] === value)
}

function lacks(marks: Tags | null | undefined, keys: readonly string[]): boolean {
  return marks != null && !keys.some((key) => key in marks)
}

/** A rule of ours is known by a header’s value that nobody else has. */
function sameSecret({ conditions }: ObservedRule, asked: readonly RuleCondition[]): boolean {
  const secrets = asked.filter(({ field }) => field === 'http-header').flatMap(({ values }) => values)
  const shown = conditions.filter(({ field }) => field === 'http-header').flatMap(({ values }) => values)
  return secrets.length > 0 && secrets.every((value) => shown.includes(value))
}

function sizesAre(group: ObservedGroup | undefined, min: number, max: number | null): boolean {
  const present = group?.autoScaling
  return present?.min === min && (max === null || present.max === max)
}
