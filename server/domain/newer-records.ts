import type { Bake, BakePhase } from './bake.js'
import type { ClusterState } from './cluster-state.js'
import type { ObligationKind } from './obligation.js'
import type { OperationEvent, OperationKind, Phase } from './operation.js'
import type { Restraint } from './restraint.js'
import type { Role } from './server-group.js'

/**
 * Records hold words that this version does not know: a newer one wrote them, while versions are being replaced. What
 * they mean can't be guessed, so whoever meets them leaves the scope to replicas of that version.
 */
export class NewerRecords extends Error {
  constructor(
    readonly scope: string,
    readonly unknown: string,
  ) {
    super(
      `${scope.replace(':', ' ')} has ${unknown}, which this version of Delling does not know: a newer one wrote it. It is left to replicas of that version; nothing of it is advanced or changed here.`,
    )
    this.name = 'NewerRecords'
  }
}

/** Throws NewerRecords where a cluster's rows, or the types of its open operations' events, hold an unknown word. */
export function refuseNewerCluster(state: ClusterState, eventTypes: readonly string[]): void {
  const { cluster, groups, operations, obligations } = state
  const unknown =
    firstUnknown(
      'the operation',
      operationKinds,
      operations.map(({ kind }) => kind),
    ) ??
    firstUnknown(
      'the phase',
      phases,
      operations.map(({ phase }) => phase),
    ) ??
    firstUnknown('the event', events, eventTypes) ??
    firstUnknown(
      'the role',
      roles,
      groups.map(({ role }) => role),
    ) ??
    firstUnknown(
      'the obligation',
      obligationKinds,
      obligations.map(({ kind }) => kind),
    )
  if (unknown) throw new NewerRecords(`cluster:${cluster.name}`, unknown)
}

/** Throws NewerRecords where what restrains a scope is of an unknown kind: nobody here can say what may start. */
export function refuseNewerRestraint({ id, kind }: { readonly id: string; readonly kind: string }): void {
  if (!isKnownRestraint(kind)) throw new NewerRecords(`hold:${id}`, `the kind “${kind}”`)
}

export function isKnownRestraint(kind: string): boolean {
  return Object.hasOwn(restraintKinds, kind)
}

/** Throws NewerRecords where a bake is in an unknown phase. */
export function refuseNewerBake({ id, phase }: Pick<Bake, 'id' | 'phase'>): void {
  const unknown = firstUnknown('the phase', bakePhases, [phase])
  if (unknown) throw new NewerRecords(`bake:${id}`, unknown)
}

function firstUnknown(
  what: string,
  known: Readonly<Record<string, true>>,
  words: readonly string[],
): string | null {
  const unknown = words.find((word) => !Object.hasOwn(known, word))
  return unknown === undefined ? null : `${what} “${unknown}”`
}

// As records, so that the compiler asks for every word there is.
const operationKinds: Readonly<Record<OperationKind, true>> = {
  create: true,
  deploy: true,
  switchBack: true,
  destroy: true,
  resize: true,
  decommission: true,
  adopt: true,
  giveBack: true,
}
const phases: Readonly<Record<Phase, true>> = {
  waiting: true,
  queued: true,
  preparing: true,
  launching: true,
  registering: true,
  testing: true,
  canary: true,
  approving: true,
  sizing: true,
  pinning: true,
  switching: true,
  settling: true,
  watching: true,
  aborting: true,
  returning: true,
  resettling: true,
  delisting: true,
  draining: true,
  shrinking: true,
  deleting: true,
  verifying: true,
  parking: true,
  quieting: true,
  retiring: true,
  clearing: true,
  marking: true,
  unmarking: true,
  halted: true,
  succeeded: true,
  failed: true,
  cancelled: true,
  rolledBack: true,
  overridden: true,
  refused: true,
}
const events: Readonly<Record<OperationEvent['type'], true>> = {
  Requested: true,
  Promoted: true,
  LaunchStarted: true,
  BalancerReady: true,
  NextSeen: true,
  RuleMade: true,
  NextRegistered: true,
  NextUnready: true,
  TestStarted: true,
  TestPassed: true,
  TestFailed: true,
  StepStarted: true,
  StepReached: true,
  StepHeld: true,
  JudgedBad: true,
  JudgedUnsure: true,
  Approved: true,
  Declined: true,
  SizingStarted: true,
  TargetReady: true,
  SwitchIntended: true,
  NotSwitched: true,
  Switched: true,
  Undone: true,
  FenceStarted: true,
  Settled: true,
  AbortStarted: true,
  Aborted: true,
  ReturnStarted: true,
  Returned: true,
  RolledBack: true,
  ResizeStarted: true,
  RetireStarted: true,
  Delisted: true,
  Reprieved: true,
  ShrinkStarted: true,
  Shrunk: true,
  Deleted: true,
  Destroyed: true,
  DecommissionStarted: true,
  Parked: true,
  ParkingUndone: true,
  Quieted: true,
  RuleGone: true,
  GroupsGone: true,
  MarkingStarted: true,
  UnmarkingStarted: true,
  CancelRequested: true,
  Paused: true,
  PauseEnded: true,
  HoldOverridden: true,
  Overridden: true,
  Halted: true,
  Resumed: true,
  Succeeded: true,
  Refused: true,
}
const roles: Readonly<Record<Role, true>> = {
  launching: true,
  standby: true,
  live: true,
  warm: true,
  rejected: true,
  failed: true,
  retiring: true,
  destroyed: true,
  lost: true,
  adopting: true,
  givenBack: true,
}
const obligationKinds: Readonly<Record<ObligationKind, true>> = {
  minSize: true,
  suspended: true,
  builder: true,
  testRule: true,
}
const restraintKinds: Readonly<Record<Restraint['kind'], true>> = {
  hold: true,
  stop: true,
  window: true,
  freeze: true,
}
const bakePhases: Readonly<Record<BakePhase, true>> = {
  requested: true,
  launching: true,
  building: true,
  imaging: true,
  finishing: true,
  discarding: true,
  baked: true,
  failed: true,
  cancelled: true,
}

/** Every word that a record of this version may hold: what the API's document says of phases, kinds and roles. */
export const knownWords = {
  operationKinds: wordsOf(operationKinds),
  phases: wordsOf(phases),
  obligationKinds: wordsOf(obligationKinds),
  bakePhases: wordsOf(bakePhases),
} as const

function wordsOf<Word extends string>(known: Readonly<Record<Word, true>>): readonly [Word, ...Word[]] {
  return Object.keys(known) as unknown as readonly [Word, ...Word[]]
}
