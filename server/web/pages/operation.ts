import { pushLabel } from '../../domain/names.js'
import {
  isEnded,
  type Operation,
  type OperationEvent,
  type OperationKind,
  type Phase,
  type Stamped,
} from '../../domain/operation.js'
import { eventSentence } from '../../domain/sentences.js'
import type { ClusterView } from '../../engine/cluster-view.js'
import type { IntentRow } from '../../engine/ports.js'
import type { MayStart } from '../../engine/restrained.js'
import { approvalOf, type Approval } from './approval.js'
import { phaseBadge, type Badge } from './badge.js'
import { diagnosisOf, type DiagnosisPanel } from './diagnosis.js'
import { unfilled, type Field } from './field.js'
import { healthLook, healthWord, zoneWells, type Fact, type ZoneWell } from './group-card.js'
import { liveMs, type Act, type Head } from './head.js'
import { deadline, momentToTheSecond, type Moment } from './moment.js'
import { operationWords } from './operation-item.js'
import { overrideFields } from './override-field.js'
import { otherPort } from './other-port.js'
import { possibleEnds } from './operation-ends.js'
import { operationPhases } from './operation-phases.js'
import type { PhaseStep } from './phase-steps.js'
import { spanBar, type SpanBar } from './span-bar.js'
import { trafficBar, type TrafficBar } from './traffic-bar.js'
import { asSentence, duration } from './words.js'

export interface OperationFacts {
  readonly operation: Operation
  readonly events: readonly Stamped<OperationEvent>[]
  readonly calls: readonly IntentRow[]
  readonly view: ClusterView | null
  /** How a cancel would end it now; null when it is too late for one. */
  readonly cancelEnds: string | null
  readonly canPause: boolean
  /** What keeps it from starting or going on; null where nothing does. */
  readonly held: MayStart | null
  readonly now: Date
  readonly zone: string
  readonly paceDivisor: number
}

export interface OperationPage extends Head {
  readonly id: string
  readonly cluster: string
  readonly badge: Badge
  readonly k: string
  readonly since: Moment
  readonly by: string
  readonly reason: string
  readonly wait: string
  readonly until: { readonly word: string; readonly when: Moment } | null
  readonly bar: SpanBar | null
  readonly phases: readonly PhaseStep[]
  readonly running: boolean
  readonly halted: boolean
  readonly approval: Approval | null
  /** The button that lets it go on, and the reason that this takes. */
  readonly goOn: { readonly id: string; readonly label: string; readonly override: readonly Field[] } | null
  readonly timeline: readonly {
    readonly when: Moment
    readonly type: string
    readonly sentence: string
    readonly hit: boolean
  }[]
  readonly instances: {
    readonly label: string
    readonly says: string
    readonly zones: readonly ZoneWell[]
    readonly rows: readonly InstanceRow[]
  } | null
  readonly diagnosis: DiagnosisPanel | null
  readonly traffic: TrafficBar | null
  readonly url: string | null
  readonly otherPort: string | null
  readonly ends: readonly Fact[]
  readonly calls: readonly CallRow[]
  readonly command: string
}

interface InstanceRow {
  readonly id: string
  readonly zone: string
  readonly lifecycle: string
  readonly k: string
  readonly glyph: string
  readonly health: string
  readonly reason: string | null
}

interface CallRow {
  readonly when: Moment
  readonly api: string
  readonly why: string
  readonly k: string
  readonly glyph: string
  readonly answer: string
  readonly took: string
  readonly requestId: string
}

const headings = {
  create: 'Create',
  deploy: 'Deploy',
  switchBack: 'Switch back',
  destroy: 'Destroy',
  resize: 'Resize',
  decommission: 'Decommission',
  adopt: 'Adopt',
  giveBack: 'Give back',
} as const
/** A newer version's kind has no words here. */
const headingOfKind = (kind: OperationKind) => (kind in headings ? headings[kind] : kind)
const bad = new Set([
  'AbortStarted',
  'NextUnready',
  'NotSwitched',
  'Halted',
  'TestFailed',
  'JudgedBad',
  'JudgedUnsure',
  'Declined',
])

/** What are we waiting for, and until when? */
export function operationPage(facts: OperationFacts): OperationPage {
  const { operation, now, zone, view } = facts
  const running = !isEnded(operation)
  const badge = phaseBadge(operation)
  const next = view?.groups.find((each) => each.group.name === operation.to) ?? null
  return {
    title: `${operationWords(operation)} of ${operation.cluster}`,
    heading: headingOf(operation),
    crumbs: [
      { label: 'Clusters', href: '/clusters' },
      { label: operation.cluster, href: `/clusters/${operation.cluster}` },
      { label: `${headingOfKind(operation.kind).toLowerCase()} ${operation.id.slice(0, 5)}` },
    ],
    sentence: [],
    acts: operationActs(facts),
    liveMs: liveMs(running, facts.paceDivisor),
    id: operation.id,
    cluster: operation.cluster,
    badge,
    k: badge.k,
    since: momentToTheSecond(running ? operation.phaseSince : operation.requestedAt, zone, now),
    by: operation.request.actor.name,
    reason: operation.request.reason,
    wait: waitSentence(operation, now),
    until:
      running && operation.wait?.until
        ? {
            word: untilWord(operation),
            when: deadline(operation.wait.until, zone, now, facts.paceDivisor),
          }
        : null,
    bar: running
      ? spanBar(
          operation.phaseSince,
          operation.wait?.until ?? null,
          now,
          zone,
          facts.paceDivisor,
          untilWord(operation).toLowerCase(),
        )
      : null,
    phases: operationPhases(operation, facts.events, zone, facts.paceDivisor),
    running,
    halted: operation.phase === 'halted',
    approval: approvalOf(operation),
    goOn: goOnOf(facts),
    timeline: timeline(facts),
    instances:
      next && running && next.instances.length > 0
        ? {
            label: pushLabel(next.group.name),
            says: `${next.healthy} of ${next.size} healthy, ${next.zones.length} zones`,
            zones: zoneWells(next, []),
            rows: instanceRows(next),
          }
        : null,
    diagnosis: diagnosisOf(facts.events),
    traffic: view && trafficBar(view.groups),
    url: view?.url ?? null,
    otherPort: view && otherPort(view),
    ends: running ? possibleEnds(facts) : [],
    calls: facts.calls.map((call) => callRow(call, zone, now)),
    command: `npx delling status ${operation.cluster}`,
  }
}

function headingOf(operation: Operation): string {
  const group = operation.to ?? operation.request.group
  if (operation.kind === 'deploy' || operation.kind === 'create')
    return `${operation.request.image?.name ?? headingOfKind(operation.kind)} → ${group ?? operation.cluster}`
  if (['decommission', 'adopt', 'giveBack'].includes(operation.kind))
    return `${headingOfKind(operation.kind)} ${operation.cluster}`
  if (operation.kind === 'resize') return `Resize ${group ?? ''}`
  return operation.kind === 'destroy'
    ? `Destroy ${group ?? ''}`
    : `Switch ${operation.cluster} back to ${pushLabel(group ?? '')}`
}

function waitSentence(operation: Operation, now: Date): string {
  if (isEnded(operation)) {
    const took = duration((operation.endedAt ?? now).getTime() - operation.requestedAt.getTime())
    return `${asSentence(operation.endSentence ?? operation.reason ?? phaseBadge(operation).word)} It took ${took}.`
  }
  if (operation.phase === 'halted') return asSentence(operation.haltedBecause ?? 'It waits for a person')
  return asSentence(operation.wait?.sentence ?? phaseBadge(operation).word)
}

const calm = new Set<Phase>(['testing', 'settling', 'resettling', 'watching', 'draining', 'quieting'])

/** Some waits run to an end that is wanted, others to a deadline. */
function untilWord({ phase, request, canary }: Operation): string {
  if (phase === 'canary') return canary?.reachedAt && !canary.unsure ? 'Held until' : 'Gives up at'
  if (phase === 'approving')
    return request.trials?.approval?.atDeadline === 'switch' ? 'Switches at' : 'Gives up at'
  return calm.has(phase) ? 'Until' : 'Gives up at'
}

/** What is paused goes on by a button; what a hold keeps takes a written reason besides. */
function goOnOf({ operation, held }: OperationFacts): OperationPage['goOn'] {
  if (!operation.paused && !held) return null
  const label = operation.paused ? 'Let it go on' : 'Start it all the same'
  return { id: operation.id, label, override: held ? overrideFields(unfilled, held) : [] }
}

function operationActs({ operation, view, cancelEnds, canPause }: OperationFacts): Act[] {
  const base = `/operations/${operation.id}`
  if (!isEnded(operation)) {
    if (operation.cancelRequested || cancelEnds === null) return []
    return [
      ...(canPause ? [{ label: 'Pause…', href: `${base}/pause`, glyph: 'halted' }] : []),
      {
        label: operation.switched && operation.kind === 'deploy' ? 'Roll back…' : 'Cancel…',
        href: `${base}/cancel`,
        bad: true,
      },
    ]
  }
  // Where the traffic never left the group that had it, there is nothing to take back.
  const moved = operation.switched && view?.live?.group.name === operation.to
  const back =
    moved && view.switchBack && !view.active && !view.cluster.needsPerson ? view.switchBack.group.name : null
  return [
    ...afterFailure(operation, view),
    ...(back
      ? [
          {
            label: `Roll back to ${pushLabel(back)}`,
            href: `/clusters/${operation.cluster}/rollback?to=${back}`,
            glyph: 'back',
          },
        ]
      : []),
    { label: `Look at ${operation.cluster}`, href: `/clusters/${operation.cluster}`, act: true },
  ]
}

/** A deployment that came to nothing: once more, and the group that it left to be looked at. */
function afterFailure({ kind, phase, cluster, to, request }: Operation, view: ClusterView | null): Act[] {
  if (kind !== 'deploy' || phase === 'succeeded') return []
  const image = encodeURIComponent(request.image?.name ?? '')
  const left = view?.groups.find(({ group }) => group.name === to)
  return [
    ...(view && !view.cluster.retired
      ? [{ label: 'Deploy it again…', href: `/clusters/${cluster}/deploy?image=${image}` }]
      : []),
    ...(left ? [{ label: `Look at ${pushLabel(left.group.name)}`, href: `/groups/${left.group.name}` }] : []),
  ]
}

/** Newest first while it runs, oldest first once it has ended. */
function timeline({ events, operation, zone, now }: OperationFacts): OperationPage['timeline'] {
  const lines = events.map(({ at, event, sentence }) => ({
    when: momentToTheSecond(at, zone, now),
    type: event.type,
    sentence: asSentence(sentence ?? eventSentence(event)),
    hit: bad.has(event.type),
  }))
  return isEnded(operation) ? lines : lines.reverse()
}

function instanceRows(next: ClusterView['groups'][number]): InstanceRow[] {
  return next.instances.map((each) => ({
    id: each.instanceId,
    zone: each.zone,
    lifecycle: each.lifecycle,
    ...healthLook[each.health],
    health: healthWord(each.health),
    reason: each.reason,
  }))
}

const answers = {
  ok: ['k-good', 'check', 'done'],
  refused: ['k-bad', 'cross', 'refused'],
  unclear: ['k-care', 'bang', 'no clear reply: may still take effect'],
  seen: ['k-good', 'check', 'no reply, but it took effect'],
  expired: ['k-idle', 'later', 'no reply, and too late to take effect'],
  'not sent': ['k-idle', 'later', 'not sent'],
} as const

function callRow(call: IntentRow, zone: string, now: Date): CallRow {
  const [k, glyph, answer] = call.answered
    ? answers[call.answered]
    : (['k-next', 'clock', 'under way'] as const)
  return {
    when: momentToTheSecond(call.at, zone, now),
    api: call.api,
    why: call.why,
    k,
    glyph,
    answer: call.message ? `${answer}: ${call.message}` : answer,
    took: call.answeredAt ? duration(call.answeredAt.getTime() - call.at.getTime()) : '',
    requestId: call.requestId ?? '',
  }
}
