import type { Operation, OperationEvent, Phase, Stamped } from '../../domain/operation.js'
import { isEnded } from '../../domain/operation.js'
import { phaseClock } from './moment.js'
import { phaseSteps, type PhaseStep } from './phase-steps.js'

interface Stage {
  readonly label: string
  readonly phases: readonly Phase[]
  /** The event that ends it. */
  readonly ends: readonly OperationEvent['type'][]
}

const launch: readonly Stage[] = [
  { label: 'Launch', phases: ['waiting', 'queued', 'preparing', 'launching'], ends: ['NextSeen'] },
  { label: 'Register', phases: ['registering'], ends: ['NextRegistered'] },
  { label: 'Hold the old group', phases: ['pinning'], ends: ['SwitchIntended'] },
  { label: 'Switch', phases: ['switching'], ends: ['Switched'] },
  { label: 'Settle', phases: ['settling', 'resettling'], ends: ['Settled'] },
  { label: 'Watch', phases: ['watching'], ends: ['Succeeded'] },
]
const testStage: Stage = { label: 'Test', phases: ['testing'], ends: ['TestPassed'] }
const canaryStage: Stage = { label: 'Canary', phases: ['canary'], ends: ['StepHeld'] }
const approvalStage: Stage = { label: 'Approval', phases: ['approving'], ends: ['Approved'] }
const back: readonly Stage[] = [
  {
    label: 'Get ready',
    phases: ['waiting', 'queued', 'sizing', 'registering', 'pinning'],
    ends: ['TargetReady', 'SwitchIntended'],
  },
  { label: 'Switch', phases: ['switching'], ends: ['Switched'] },
  { label: 'Settle', phases: ['settling', 'resettling', 'watching'], ends: ['Settled', 'Succeeded'] },
]
const destroy: readonly Stage[] = [
  { label: 'Leave the rule', phases: ['waiting', 'queued', 'delisting'], ends: ['Delisted'] },
  { label: 'Drain', phases: ['draining'], ends: ['ShrinkStarted'] },
  { label: 'Shrink to nothing', phases: ['shrinking'], ends: ['Shrunk'] },
  { label: 'Delete', phases: ['deleting'], ends: ['Deleted'] },
  { label: 'Look again', phases: ['verifying'], ends: ['Destroyed'] },
]

const resize: readonly Stage[] = [
  { label: 'Check it', phases: ['waiting', 'queued'], ends: ['ResizeStarted'] },
  { label: 'Resize', phases: ['sizing', 'aborting'], ends: ['Succeeded'] },
]

const decommission: readonly Stage[] = [
  { label: 'Park the rule', phases: ['waiting', 'queued', 'parking', 'aborting'], ends: ['Parked'] },
  { label: 'Is it missed?', phases: ['quieting'], ends: ['Quieted'] },
  { label: 'Destroy its groups', phases: ['retiring'], ends: ['GroupsGone'] },
  { label: 'Clear up', phases: ['clearing'], ends: ['Succeeded'] },
]

const adopt: readonly Stage[] = [
  { label: 'Record it', phases: ['waiting', 'queued'], ends: ['MarkingStarted'] },
  { label: 'Mark it', phases: ['marking', 'aborting'], ends: ['Succeeded'] },
]

const giveBack: readonly Stage[] = [
  { label: 'Check it', phases: ['waiting', 'queued'], ends: ['UnmarkingStarted'] },
  { label: 'Put back, unmark', phases: ['unmarking', 'aborting'], ends: ['Succeeded'] },
]

/** The row of phases of an operation; each that is done says when. */
export function operationPhases(
  operation: Operation,
  events: readonly Stamped<OperationEvent>[],
  zone: string,
  paceDivisor: number,
): PhaseStep[] {
  const stages = stagesOf(operation)
  const doneAt = stages.map(
    (stage) => events.findLast(({ event }) => stage.ends.includes(event.type))?.at ?? null,
  )
  const reached = doneAt.findLastIndex((at) => at !== null) + 1
  const current = stages.findIndex((stage) => stage.phases.includes(operation.haltedIn ?? operation.phase))
  const well = operation.phase === 'succeeded'
  const at = current >= 0 && operation.phase !== 'halted' ? current : Math.min(reached, stages.length - 1)
  // A step of a canary that was held does not end the canary.
  const notes = doneAt.map((done, index) =>
    done && index !== current ? phaseClock(done, zone, paceDivisor) : '',
  )
  const running =
    !isEnded(operation) &&
    operation.phase !== 'halted' &&
    operation.phase !== 'aborting' &&
    operation.phase !== 'returning'
  return phaseSteps(
    stages.map((stage) => stage.label),
    at,
    running,
    well,
    notes,
  )
}

/** A cluster's first group has no old one to hold, and nothing to watch against. */
function stagesOf(operation: Operation): readonly Stage[] {
  if (operation.kind === 'destroy') return destroy
  if (operation.kind === 'resize') return resize
  if (operation.kind === 'decommission') return decommission
  if (operation.kind === 'adopt') return adopt
  if (operation.kind === 'giveBack') return giveBack
  if (operation.kind === 'switchBack') return back
  if (operation.kind === 'create') return launch.filter((stage) => stage.label !== 'Hold the old group')
  const { smokeTest, canary, approval } = operation.request.trials ?? {}
  const trials = [
    ...(smokeTest ? [testStage] : []),
    ...(canary ? [canaryStage] : []),
    ...(approval ? [approvalStage] : []),
  ]
  return [...launch.slice(0, 2), ...trials, ...launch.slice(2)]
}
