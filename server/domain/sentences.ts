import type { GroupSize } from './cluster.js'
import { pushLabel } from './names.js'
import type { OperationEvent, Override } from './operation.js'
import { sizeChange } from './resize.js'

const label = (group: string | null) => (group ? pushLabel(group) : 'nothing')

/** What an event says in the timeline and the log. */
export function eventSentence(event: OperationEvent): string {
  if (isOfTrial(event)) return trialSentence(event)
  switch (event.type) {
    case 'Requested':
      return requestSentence(event)
    case 'Promoted':
      return 'Its turn came.'
    case 'LaunchStarted':
      return event.from
        ? `${label(event.to)} is being launched; ${label(event.from)} carries the traffic.`
        : `${label(event.to)} is being launched as the first group.`
    case 'BalancerReady':
      return 'Load balancer and listener are there.'
    case 'NextSeen':
      return 'Target group, launch template and Auto Scaling group are made.'
    case 'RuleMade':
      return 'The rule is made and parked: no request matches it yet.'
    case 'NextRegistered':
      return `Registered: ${event.healthy} healthy in ${event.zones.join(', ')}.`
    case 'NextUnready':
      return `Not registered any more: ${event.sentence}.`
    case 'SizingStarted':
      return `${label(event.to)} is brought to ${event.need} instances, what ${label(event.from)} carries now.`
    case 'TargetReady':
      return `Ready: ${event.healthy} healthy of ${event.need} needed.`
    case 'SwitchIntended':
      return `Switching the traffic to ${label(event.to)}.`
    case 'NotSwitched':
      return `The switch was not made: ${event.sentence}`
    case 'Switched':
      return `Switched: ${label(event.to)} carries all traffic${event.from ? `, ${label(event.from)} is ${event.leftAs}` : ''}.`
    case 'Settled':
      return 'The switch has settled.'
    case 'AbortStarted':
      return `Giving up: ${event.sentence}`
    case 'ReturnStarted':
      return `Returning the traffic: ${event.sentence}`
    case 'Returned':
      return `${label(event.from)} carries all traffic again; ${label(event.to)} is rejected.`
    case 'ResizeStarted':
      return `${label(event.group)} is resized: ${sizeChange(event.was, event.size)}.`
    case 'RetireStarted':
    case 'Delisted':
    case 'ShrinkStarted':
    case 'Shrunk':
    case 'Deleted':
    case 'Destroyed':
    case 'DecommissionStarted':
    case 'Parked':
    case 'RuleGone':
    case 'GroupsGone':
      return retirementSentence(event)
    case 'MarkingStarted':
      return `${named(event.groups)} and the listener rule get our marks; nothing else is changed.`
    case 'UnmarkingStarted':
      return `What was held on ${named(event.groups)} is put back, then our marks go; nothing is destroyed.`
    case 'CancelRequested':
    case 'Resumed':
    case 'Paused':
    case 'PauseEnded':
    case 'HoldOverridden':
      return personSentence(event)
    case 'Halted':
      return `Halted, a person is needed: ${event.sentence}`
    case 'ParkingUndone':
    case 'Quieted':
    case 'Aborted':
    case 'FenceStarted':
    case 'Undone':
    case 'RolledBack':
    case 'Reprieved':
    case 'Overridden':
    case 'Succeeded':
    case 'Refused':
      return event.sentence
  }
}

type PersonEvent = OperationEvent & {
  type: 'CancelRequested' | 'Resumed' | 'Paused' | 'PauseEnded' | 'HoldOverridden'
}

function personSentence(event: PersonEvent): string {
  switch (event.type) {
    case 'CancelRequested':
      return `${event.by} asked to cancel.`
    case 'Resumed':
      return event.choice === 'again' ? `${event.by} said: try again.` : `${event.by} accepted what is there.`
    case 'Paused':
      return `Paused by ${event.by}: ${event.reason}`
    case 'PauseEnded':
      return event.sentence
    case 'HoldOverridden':
      return overrideWords(event)
  }
}

/** Who overrode what, and why. */
export function overrideWords({ by, over, reason }: Override): string {
  return `${by} overrides this: “${over}” Because: ${reason}`
}

/** `v003 and v002`. */
function named(groups: readonly string[]): string {
  const labels = groups.map((group) => label(group))
  return labels.length < 2
    ? (labels[0] ?? 'nothing')
    : `${labels.slice(0, -1).join(', ')} and ${labels.at(-1) ?? ''}`
}

type RetirementEvent = OperationEvent & {
  type:
    | 'RetireStarted'
    | 'Delisted'
    | 'ShrinkStarted'
    | 'Shrunk'
    | 'Deleted'
    | 'Destroyed'
    | 'DecommissionStarted'
    | 'Parked'
    | 'RuleGone'
    | 'GroupsGone'
}

function retirementSentence(event: RetirementEvent): string {
  switch (event.type) {
    case 'RetireStarted':
      return `${label(event.group)} is being retired: first it leaves the rule.`
    case 'Delisted':
      return 'It is in no rule any more; draining.'
    case 'ShrinkStarted':
      return 'Quiet and drained: its instances are being terminated. From here it is never a target again.'
    case 'Shrunk':
      return 'No instance is left.'
    case 'Deleted':
      return 'Auto Scaling group, target group and launch template are deleted.'
    case 'Destroyed':
      return `Destroyed. Looked at ${event.looked.join(', ')}: nothing is left.`
    case 'DecommissionStarted':
      return `The whole cluster is being retired${event.from ? `; ${label(event.from)} carries the traffic until the rule is parked` : ''}.`
    case 'Parked':
      return 'The rule is parked: no request matches it any more. Now nobody may miss it for a while.'
    case 'RuleGone':
      return 'The rule is gone; the groups go now.'
    case 'GroupsGone':
      return 'No server group is left.'
  }
}

const trialTypes = [
  'TestStarted',
  'TestPassed',
  'TestFailed',
  'StepStarted',
  'StepReached',
  'StepHeld',
  'JudgedBad',
  'JudgedUnsure',
  'Approved',
  'Declined',
] as const
type TrialEvent = OperationEvent & { readonly type: (typeof trialTypes)[number] }

function isOfTrial(event: OperationEvent): event is TrialEvent {
  return (trialTypes as readonly string[]).includes(event.type)
}

function trialSentence(event: TrialEvent): string {
  switch (event.type) {
    case 'TestStarted':
      return `The test rule is there, at priority ${event.priority}: a request with its secret header reaches ${label(event.to)}, and nobody else’s does.`
    case 'TestPassed':
      return `Test passed: ${event.sentence}`
    case 'TestFailed':
      return `Test failed: ${event.sentence}`
    case 'StepStarted':
      return `Sending ${event.percent} % of the traffic to ${label(event.to)}; ${label(event.from)} keeps the rest.`
    case 'StepReached':
      return `${label(event.to)} carries ${event.percent} % of the traffic; it is held there and judged.`
    case 'StepHeld':
      return `Held at ${event.percent} %: ${event.sentence}`
    case 'JudgedBad':
      return `Judged bad: ${event.sentence}`
    case 'JudgedUnsure':
      return `Could not be judged: ${event.sentence}`
    case 'Approved':
      return `${event.by} approved it: ${event.reason}`
    case 'Declined':
      return `${event.by} declined it: ${event.reason}`
  }
}

function requestSentence(event: OperationEvent & { type: 'Requested' }): string {
  const { request, kind, queued } = event
  const override = request.override ? `. ${overrideWords(request.override)}` : ''
  const tail = `${request.reason ? `: ${request.reason}` : ''}${queued ? ' (queued)' : ''}${override}`
  switch (kind) {
    case 'create':
      return `Create with ${request.image?.name ?? 'an image'} asked for${tail}`
    case 'deploy':
      return `Deploy of ${request.image?.name ?? 'an image'} asked for${tail}`
    case 'switchBack':
      return `Roll back to ${label(request.group ?? null)} asked for${tail}`
    case 'resize':
      return `Resize of ${label(request.group ?? null)} to ${sizeWords(request.size)} instances asked for${tail}`
    case 'adopt':
      return `Adoption of the cluster asked for${tail}`
    case 'giveBack':
      return `Giving the cluster back asked for${tail}`
    case 'decommission':
      return `Decommission of the whole cluster asked for${tail}`
    case 'destroy':
      return `Destroy of ${label(request.group ?? null)} asked for${tail}`
  }
}

/** `6`, or `3 to 9`. */
function sizeWords(size: GroupSize | undefined): string {
  if (!size) return 'other'
  return size.min === size.max ? String(size.min) : `${size.min} to ${size.max}`
}
