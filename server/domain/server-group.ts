import type { ClusterSettings, GroupSize } from './cluster.js'

/**
 * Why a group exists, as recorded. What carries traffic is observed (weights), never read from here.
 * `standby` is registered and about to be switched to; `retiring` is on its way to destroyed; `lost` has no Auto Scaling
 * group any more though we did not delete it. `adopting` was made by somebody else and is about to be ours; `givenBack` is
 * nobody's of ours any more, and stands as it was left.
 */
export type Role =
  | 'adopting'
  | 'launching'
  | 'standby'
  | 'live'
  | 'warm'
  | 'rejected'
  | 'failed'
  | 'retiring'
  | 'destroyed'
  | 'lost'
  | 'givenBack'

/** One push in a cluster: one Auto Scaling group, one target group, one launch template. */
export interface ServerGroup {
  readonly name: string
  readonly cluster: string
  readonly push: number
  readonly image: ImageRef
  readonly size: GroupSize
  readonly role: Role
  readonly roleSince: Date
  readonly operationId: string
  readonly targetGroupName: string
  /** Learnt when made; calls name the ARN, so that a target group made later under the same name is another one. */
  readonly targetGroupArn: string | null
  readonly launchTemplateId: string | null
  readonly liveSince: Date | null
  readonly registeredAt: Date | null
  /** When cleanup may destroy it; null for a live group and one kept for ever. */
  readonly expiresAt: Date | null
  readonly keep: Keep | null
  /** Nights that it was live through, as dates `2026-11-24` of the cluster's zone. */
  readonly survived: readonly string[]
  /** Why it is rejected or failed. */
  readonly reason: string | null
  /** Since when a warm group could not take the traffic back; null while it is ready. */
  readonly degradedSince: Date | null
  /** What the night watch holds of it; absent while it was never judged bad. */
  readonly verdict?: Verdict
  /** Since when it has weight 0. */
  readonly quietSince: Date | null
  /** Once shrinking began, a group is never again a target: the only point of no return. */
  readonly shrinkStarted: boolean
  /** When its target group was given up so that no late request can send it traffic; null: it was not. */
  readonly fencedAt: Date | null
  readonly createdAt: Date
  readonly destroyedAt: Date | null
  /** CloudWatch alarms that are made for its policies and go with it; absent: none. */
  readonly alarms?: readonly string[]
  /** Processes that it was made with suspended, as somebody had done on the group before it: no difference. */
  readonly suspendedFromStart?: readonly string[]
  /** Of a group that somebody else made; absent for ours. */
  readonly adopted?: Adopted
  /** Kept when its cluster's settings are edited under it; absent: it was made with the cluster's, as they still are. */
  readonly launchedWith?: LaunchedWith
}

/** Of the settings, those by which a group is judged for as long as it stands. */
export type LaunchedWith = Pick<ClusterSettings, 'scaling' | 'deregistrationDelaySec'>

/** What is to be said of a group before anything has happened to it. */
export const untouchedGroup = {
  liveSince: null,
  registeredAt: null,
  expiresAt: null,
  keep: null,
  survived: [],
  reason: null,
  degradedSince: null,
  quietSince: null,
  shrinkStarted: false,
  fencedAt: null,
  destroyedAt: null,
} as const satisfies Partial<ServerGroup>

/** What is otherwise with a group that somebody else made. */
export interface Adopted {
  /** What it becomes once it carries our marks, by the weights as they were when that was asked for. */
  readonly as: 'live' | 'warm'
  readonly launchTemplateName: string
  /** Its launch template is not its own alone: it carries no mark of ours, and outlives the group. */
  readonly templateStays: boolean
}

/** Of a live group, through the night after its switch. */
export interface Verdict {
  /** Since when something speaks against it; null while nothing does any more. */
  readonly badSince: Date | null
  readonly sentence: string
  /** A switch back was asked for because of it: at most once. */
  readonly asked: boolean
}

export interface Keep {
  /** Null: for ever. */
  readonly until: Date | null
  readonly by: string
  readonly why: string
}

export interface ImageRef {
  readonly imageId: string
  readonly name: string
  readonly version: string
}

/** The state that pages, API and command line show. */
export type ShownState =
  | 'adopting'
  | 'launching'
  | 'canary'
  | 'live'
  | 'warm'
  | 'rejected'
  | 'failed'
  | 'destroying'
  | 'destroyed'
  | 'given back'

/** Recorded role and observed weight → what is shown; weight decides who is live. */
export function shownState(role: Role, weight: number): ShownState {
  switch (role) {
    case 'adopting':
      return 'adopting'
    case 'givenBack':
      return 'given back'
    case 'launching':
      return 'launching'
    case 'standby':
      return weight > 0 ? 'canary' : 'launching'
    case 'live':
      return 'live'
    case 'warm':
      return weight > 0 ? 'live' : 'warm'
    case 'rejected':
      return 'rejected'
    case 'failed':
    case 'lost':
      return 'failed'
    case 'retiring':
      return 'destroying'
    case 'destroyed':
      return 'destroyed'
  }
}

/** Roles whose Auto Scaling group we still answer for. */
export function isPresent(group: ServerGroup): boolean {
  return group.role !== 'destroyed' && group.role !== 'givenBack'
}

/** Why a group's end can't be moved, in a sentence; null for a warm, rejected or failed one, also on its way out. */
export function reasonNotKeepable(group: ServerGroup): string | null {
  if (!['warm', 'rejected', 'failed', 'retiring'].includes(group.role))
    return `${group.name} is ${group.role}; only a warm, rejected or failed group has an expiry.`
  return group.shrinkStarted ? `The instances of ${group.name} are going already; it can’t be kept.` : null
}

/** Until when it stays for sure: null for one that no end is set for, or that is kept for ever. */
export function staysUntil({ keep, expiresAt }: Pick<ServerGroup, 'keep' | 'expiresAt'>): Date | null {
  return keep ? keep.until : expiresAt
}
