import type { Carried } from './carried.js'
import type { GroupSize } from './cluster.js'
import type { RuleCondition, RuleEntry } from './observation.js'
import type { ImageRef, Role } from './server-group.js'
import type { CanaryProgress, TestProgress, TrialPhase, Trials } from './trials.js'

/** What moves traffic (at most one active in a cluster, the rest queue) and what concerns a single group. */
export type OperationKind =
  'create' | 'adopt' | 'deploy' | 'switchBack' | 'destroy' | 'resize' | 'decommission' | 'giveBack'

/** Who asked, as the audit trail names them: a person's sign-in name, `command line`, `nightly cleanup`. */
export interface Actor {
  readonly name: string
  readonly via: 'console' | 'cli' | 'api' | 'slack' | 'job' | 'engine'
}

/**
 * The phases of every kind; `transitions` in operation-transitions says which event leads from which to which.
 * `waiting` is in the queue. `preparing` makes load balancer and listener of a new cluster. A decommission is `parking` its rule,
 * `quieting` until no request comes, `retiring` its groups and `clearing` what was made around them. An adoption is `marking` what
 * somebody else made, giving back is `unmarking`. Ends are the last row.
 */
export type Phase =
  | 'waiting'
  | 'queued'
  | 'preparing'
  | 'launching'
  | 'registering'
  | 'testing'
  | 'canary'
  | 'approving'
  | 'sizing'
  | 'pinning'
  | 'switching'
  | 'settling'
  | 'watching'
  | 'aborting'
  | 'returning'
  | 'resettling'
  | 'delisting'
  | 'draining'
  | 'shrinking'
  | 'deleting'
  | 'verifying'
  | 'parking'
  | 'quieting'
  | 'retiring'
  | 'clearing'
  | 'marking'
  | 'unmarking'
  | 'halted'
  | Outcome

export type Outcome = 'succeeded' | 'failed' | 'cancelled' | 'rolledBack' | 'overridden' | 'refused'

export const outcomes: readonly Outcome[] = [
  'succeeded',
  'failed',
  'cancelled',
  'rolledBack',
  'overridden',
  'refused',
]

/** A person's written word that something starts in spite of a hold, a stop, a freeze or closed windows. */
export interface Override {
  readonly by: string
  readonly reason: string
  /** Which restraints it is about: one that comes later is not overridden by it. */
  readonly ids: readonly string[]
  /** What stood in the way, as it was said then. */
  readonly over: string
}

export interface OperationRequest {
  readonly actor: Actor
  readonly reason: string
  /** It was asked for in spite of what stood in its way. */
  readonly override?: Override
  /** create, deploy: what to launch. */
  readonly image?: ImageRef
  /** create, deploy: of the new group; resize: the bounds that are asked for. */
  readonly size?: GroupSize
  /** deploy: what must be passed before the switch, as the cluster’s policy asked when it was requested. */
  readonly trials?: Trials
  /** switchBack, destroy, resize: the group meant. */
  readonly group?: string
  /** switchBack: go to a group that is smaller than what live carries, for the written reason. */
  readonly now?: boolean
  /** switchBack: the image left is marked bad. */
  readonly markBad?: boolean
  /** destroy: why cleanup or a person wants it gone. */
  readonly why?: 'expired' | 'superseded' | 'asked' | 'decommissioned'
  /** destroy in a cleanup run whose clock was replaced (local cloud only): added to the time that rules compare with. */
  readonly clockOffsetMs?: number
}

/** One create, adoption, deploy, switch back, destroy, resize, decommission or giving back: the fold of its events. */
export interface Operation {
  readonly id: string
  readonly kind: OperationKind
  readonly cluster: string
  readonly phase: Phase
  readonly phaseSince: Date
  readonly request: OperationRequest
  /** The group that had the traffic when it started; null for a cluster's first. */
  readonly from: string | null
  /** The group that is to get it; for a destroy or a resize, the group meant. */
  readonly to: string | null
  readonly cancelRequested: { readonly by: string; readonly at: Date } | null
  /** A switch to `to` was sent at least once: from then on landing is landing. */
  readonly switchSent: boolean
  readonly switched: boolean
  /** Why it is aborting or returning. */
  readonly reason: string | null
  /** Its failure says nothing of the image; absent: it does, or there is none. */
  readonly sparesImage?: boolean
  /** How it will end once aborting or returning is through. */
  readonly endsAs: Outcome | null
  /** What a person must decide, while halted. */
  readonly haltedBecause: string | null
  /** The phase to go back to from halted. */
  readonly haltedIn: Phase | null
  readonly unreadyCount: number
  /** Trials that are over and went well; absent where there was none. */
  readonly passed?: readonly TrialPhase[]
  /** Null or absent until its test rule was seen. */
  readonly test?: TestProgress | null
  /** Who made it stand still, and why; null or absent while it goes on. `stop`: the stop that did, with which it ends. */
  readonly paused?: {
    readonly by: string
    readonly reason: string
    readonly since: Date
    readonly stop: string | null
  } | null
  /** Written words that came after the request. */
  readonly overrides?: readonly Override[]
  /** Null or absent until a share of the traffic is sent to the next group. */
  readonly canary?: CanaryProgress | null
  /** destroy: the role to give back when the retirement is called off. */
  readonly retiredFrom: Role | null
  /** deploy: what the new group takes from `from`; absent before its launch, and in older operations. */
  readonly carried?: Carried
  /** resize: the recorded size before it; absent in operations recorded before groups were resized. */
  readonly resizedFrom?: GroupSize | null
  /** decommission: the rule's conditions, to be given back when it is called off; absent in older operations. */
  readonly conditions?: readonly RuleCondition[] | null
  readonly requestedAt: Date
  readonly endedAt: Date | null
  /** `traffic: v001 100 %, v002 kept for diagnosis until …`. */
  readonly endSentence: string | null
  /** What it waits for now, and until when. */
  readonly wait: { readonly sentence: string; readonly until: Date | null; readonly at: Date } | null
}

/** What happened to an operation. The list of these is the truth; the operation is their fold. */
export type OperationEvent =
  | {
      readonly type: 'Requested'
      readonly kind: OperationKind
      readonly request: OperationRequest
      readonly queued: boolean
    }
  | { readonly type: 'Promoted' }
  | {
      readonly type: 'LaunchStarted'
      readonly push: number
      readonly to: string
      readonly from: string | null
      /** deploy: what is taken from the group that has the traffic; absent in launches recorded before it was. */
      readonly carried?: Carried
    }
  | { readonly type: 'BalancerReady'; readonly loadBalancerArn: string; readonly listenerArn: string }
  | { readonly type: 'NextSeen'; readonly targetGroupArn: string; readonly launchTemplateId: string }
  | { readonly type: 'RuleMade'; readonly ruleArn: string; readonly entries: readonly RuleEntry[] }
  | { readonly type: 'NextRegistered'; readonly healthy: number; readonly zones: readonly string[] }
  | { readonly type: 'NextUnready'; readonly sentence: string }
  | {
      /** The test rule is seen: a request with its header reaches the next group alone. */
      readonly type: 'TestStarted'
      readonly to: string
      readonly ruleArn: string
      readonly priority: number
    }
  | { readonly type: 'TestPassed'; readonly tries: number; readonly sentence: string }
  | { readonly type: 'TestFailed'; readonly tries: number; readonly sentence: string }
  | { readonly type: 'StepStarted'; readonly percent: number; readonly from: string; readonly to: string }
  | {
      /** The rule shows the share of this step. */
      readonly type: 'StepReached'
      readonly percent: number
      readonly from: string
      readonly to: string
    }
  | { readonly type: 'StepHeld'; readonly percent: number; readonly sentence: string }
  | { readonly type: 'JudgedBad'; readonly sentence: string }
  | { readonly type: 'JudgedUnsure'; readonly sentence: string }
  | { readonly type: 'Approved'; readonly by: string; readonly reason: string }
  | { readonly type: 'Declined'; readonly by: string; readonly reason: string }
  | { readonly type: 'SizingStarted'; readonly from: string; readonly to: string; readonly need: number }
  | { readonly type: 'TargetReady'; readonly healthy: number; readonly need: number }
  | { readonly type: 'SwitchIntended'; readonly from: string | null; readonly to: string }
  | { readonly type: 'NotSwitched'; readonly sentence: string }
  | {
      readonly type: 'Switched'
      readonly from: string | null
      readonly to: string
      /** What becomes of the group that had the traffic, and until when it is kept. */
      readonly leftAs: 'warm' | 'rejected'
      readonly leftUntil: Date | null
      readonly entries: readonly RuleEntry[]
      /** The rule that carries the cluster from now on. */
      readonly ruleArn: string
    }
  | {
      /** Our own late request has moved the traffic back to the group it came from. */
      readonly type: 'Undone'
      readonly from: string
      readonly to: string
      /** Until when `to` is kept warm where it was so before; null where it is a new one. */
      readonly leftUntil: Date | null
      readonly sentence: string
    }
  | { readonly type: 'Settled' }
  | {
      readonly type: 'AbortStarted'
      readonly sentence: string
      readonly endsAs: Outcome
      readonly diagnosis: Diagnosis | null
      /** It failed for what is not the image's fault. */
      readonly sparesImage?: boolean
    }
  | {
      readonly type: 'Aborted'
      readonly sentence: string
      readonly keptUntil: Date | null
      /** resize: the size that is recorded from now on. */
      readonly size?: GroupSize
    }
  | { readonly type: 'ReturnStarted'; readonly sentence: string }
  | {
      readonly type: 'Returned'
      readonly from: string
      readonly to: string
      readonly reason: string
      readonly keptUntil: Date
    }
  | { readonly type: 'FenceStarted'; readonly group: string; readonly sentence: string }
  | { readonly type: 'RolledBack'; readonly sentence: string }
  | {
      readonly type: 'ResizeStarted'
      readonly group: string
      readonly was: GroupSize
      readonly size: GroupSize
    }
  | { readonly type: 'RetireStarted'; readonly group: string; readonly was: Role }
  | { readonly type: 'Delisted'; readonly entries: readonly RuleEntry[] | null }
  | { readonly type: 'Reprieved'; readonly sentence: string }
  | { readonly type: 'ShrinkStarted' }
  | { readonly type: 'Shrunk' }
  | { readonly type: 'Deleted' }
  | { readonly type: 'Destroyed'; readonly looked: readonly string[] }
  | {
      readonly type: 'DecommissionStarted'
      readonly from: string | null
      readonly conditions: readonly RuleCondition[]
    }
  | { readonly type: 'Parked' }
  | { readonly type: 'ParkingUndone'; readonly sentence: string }
  | {
      /** From here on no group of the cluster is live, and no way leads back. */
      readonly type: 'Quieted'
      readonly quietSince: Date
      readonly sentence: string
    }
  | { readonly type: 'RuleGone' }
  | { readonly type: 'GroupsGone' }
  | { readonly type: 'MarkingStarted'; readonly groups: readonly string[] }
  | { readonly type: 'UnmarkingStarted'; readonly groups: readonly string[] }
  | { readonly type: 'CancelRequested'; readonly by: string }
  | { readonly type: 'Paused'; readonly by: string; readonly reason: string; readonly stop: string | null }
  | { readonly type: 'PauseEnded'; readonly by: string; readonly sentence: string }
  | ({ readonly type: 'HoldOverridden' } & Override)
  | { readonly type: 'Overridden'; readonly sentence: string; readonly keptUntil: Date }
  | { readonly type: 'Halted'; readonly sentence: string; readonly left: readonly string[] }
  | { readonly type: 'Resumed'; readonly by: string; readonly choice: 'again' | 'accept' }
  | { readonly type: 'Succeeded'; readonly sentence: string }
  | { readonly type: 'Refused'; readonly sentence: string }

/** What the cloud and the instances said when a launch failed. */
export interface Diagnosis {
  readonly activities: readonly string[]
  readonly targets: readonly string[]
  readonly console: readonly { readonly instanceId: string; readonly tail: string }[]
}

/** An event with its place in the log. `seq` grows over all streams, so it is the id of a live stream too. */
export interface Stamped<Event> {
  /** As it was told when it was recorded; a newer version's event has no other words here. */
  readonly sentence?: string
  readonly seq: number
  readonly at: Date
  readonly actor: Actor
  readonly event: Event
}

/** What concerns a single group runs beside what moves traffic, at most one of a kind for each group. */
export function isTraffic(kind: OperationKind): boolean {
  return kind !== 'destroy' && kind !== 'resize'
}

export function isEnded(operation: Operation): boolean {
  return (outcomes as readonly string[]).includes(operation.phase)
}

/** Active: started and not at its end. One that waits in the queue is neither. */
export function isActive(operation: Operation): boolean {
  return !isEnded(operation) && operation.phase !== 'waiting'
}
