import { adopted } from '../domain/adoption.js'
import { clusterEffectsOf } from '../domain/cluster-event.js'
import {
  activeTraffic,
  groupNamed,
  openObligation,
  withChange,
  type ClusterState,
} from '../domain/cluster-state.js'
import type { Difference, WayOut } from '../domain/difference.js'
import { differencesOf, differenceSentence } from '../domain/drift.js'
import { isAbout, withWord, type DifferenceKind } from '../domain/drift-memory.js'
import { sizeToAdopt } from '../domain/drift-of-sizes.js'
import { soleCarrier } from '../domain/explain-rule.js'
import { warmUntil } from '../domain/morning.js'
import { serverGroupName } from '../domain/names.js'
import type { Observed } from '../domain/observation.js'
import type { Actor, OperationEvent } from '../domain/operation.js'
import { effectsOf } from '../domain/operation-effects.js'
import { Refusal } from '../domain/refusal.js'
import { entriesSentence, groupsByTarget } from '../domain/rule-lists.js'
import type { ImageRef } from '../domain/server-group.js'
import { whereIs } from '../domain/scope.js'
import { strangersOf } from '../domain/strangers.js'
import { adoptedImage } from './adopted-image.js'
import { restoreRule } from './cancel.js'
import { operationEvent } from './operation-event.js'
import { driftView } from './drift-view.js'
import { unknownCluster } from './fresh-look.js'
import type { Parts } from './parts.js'
import type { Change, NewEvent } from './ports.js'
import { refuseRestrained } from './restrained.js'

/** Which difference is meant: `group` is a group that the records lack. */
export interface DifferenceMeant {
  readonly cluster: string
  readonly what: 'weights' | 'size' | 'processes' | 'group'
  /** The group that it is about; by its whole name or as `v012`. Not for the weights. */
  readonly group?: string | undefined
}

/** What was done, in the words of the audit trail. */
export interface DriftDone {
  readonly cluster: string
  readonly what: string
  readonly subject: string
  readonly sentence: string
}

type Done = { readonly change: Change; readonly sentence: string }

/** Takes what is there for what should be. AWS is not changed by it. Throws Refusal. */
export async function adopt(parts: Parts, actor: Actor, meant: DifferenceMeant): Promise<DriftDone> {
  return settle(parts, meant, 'adopt', async ({ state, seen, difference }) => {
    const stranger = difference.kind === 'stranger' ? strangerNamed(state, seen, difference.subject) : null
    const image = stranger?.group
      ? await adoptedImage(parts, stranger.group, state.cluster.application)
      : null
    return (now) => adoption(parts, actor, { state: now, seen, difference, image })
  })
}

/** Leaves a group that is not ours, or not any more, to whoever made it; it is no longer shown as open. Throws Refusal. */
export async function leaveAlone(parts: Parts, actor: Actor, meant: DifferenceMeant): Promise<DriftDone> {
  return settle(parts, meant, 'leave', async ({ difference }) => (now) => {
    const sentence = `${actor.name} leaves ${difference.subject} alone.`
    return wordChange(parts, actor, now, difference, 'left', 'LeftAlone', sentence)
  })
}

/** Asks for what differs to be put back as it is recorded; the engine does it. Throws Refusal. */
export async function undoDifference(parts: Parts, actor: Actor, meant: DifferenceMeant): Promise<DriftDone> {
  if (meant.what === 'weights') {
    const { cluster, what } = meant
    await restoreRule(parts, actor, cluster)
    return { cluster, what, subject: cluster, sentence: `The listener rule of ${cluster} is being put back.` }
  }
  const recorded = await parts.history.clusterState(meant.cluster)
  if (recorded) await refuseRestrained(parts, actor, { change: 'undo', where: whereIs(recorded.cluster) })
  return settle(parts, meant, 'undo', async ({ difference }) => (now) => {
    const sentence = `${actor.name} asked to undo: ${differenceSentence(difference)}`
    return wordChange(parts, actor, now, difference, 'undo', 'UndoAsked', sentence)
  })
}

/** What an answer would do; changes nothing. Throws Refusal where it may not be given. */
export async function planAnswer(parts: Parts, meant: DifferenceMeant, act: WayOut['act']) {
  const { state, seen } = await driftView(parts, meant.cluster)
  const difference = open(parts, state, seen, meant, act)
  const way = difference.ways.find((each) => each.act === act)
  if (!way) throw new Error(`${difference.what} was judged open to ${act}`)
  return { cluster: state.cluster, difference, way }
}

interface Found {
  readonly state: ClusterState
  readonly seen: Observed
  readonly difference: Difference
}

/** Looks anew, and once more under the row lock at what the records have become meanwhile. */
async function settle(
  parts: Parts,
  meant: DifferenceMeant,
  act: WayOut['act'],
  prepare: (found: Found) => Promise<(state: ClusterState) => Done>,
): Promise<DriftDone> {
  const { state, seen } = await driftView(parts, meant.cluster)
  const difference = open(parts, state, seen, meant, act)
  const decide = await prepare({ state, seen, difference })
  return parts.store.request(meant.cluster, (now) => {
    if (!now) throw unknownCluster(meant.cluster)
    open(parts, now, seen, meant, act)
    const { change, sentence } = decide(now)
    const result = { cluster: meant.cluster, what: meant.what, subject: difference.subject, sentence }
    return { change, result }
  })
}

/** The difference that is meant, if the way out of it may be gone. Throws Refusal. */
function open(
  { place }: Parts,
  state: ClusterState,
  seen: Observed,
  meant: DifferenceMeant,
  act: WayOut['act'],
): Difference {
  const about = { kind: kindOf(meant), subject: subjectOf(state, meant) }
  const difference = differencesOf({ state, seen, owner: place.owner }).find((each) => isAbout(each, about))
  const ways = [
    {
      label: `See what differs in ${meant.cluster}`,
      href: `/clusters/${meant.cluster}`,
      command: `delling drift ${meant.cluster}`,
    },
  ]
  if (!difference)
    throw new Refusal(
      'NoDifference',
      `There is nothing to ${act} about ${meant.what === 'group' ? 'the group' : `the ${meant.what} of`} ${about.subject}: nothing differs there. Nothing was changed.`,
      'conflict',
      { ways },
    )
  const way = difference.ways.find((each) => each.act === act)
  if (!way || way.reason)
    throw new Refusal(
      act === 'adopt' ? 'NotAdoptable' : 'NotUndoable',
      `${way?.reason ?? `A difference of this kind can’t be answered by “${act}”.`} Nothing was changed.`,
      'conflict',
      { ways },
    )
  const running = activeTraffic(state)
  if (act === 'adopt' && running && running.phase !== 'halted' && ['weights', 'group'].includes(meant.what))
    throw new Refusal(
      'OperationRunning',
      `A ${running.kind} of ${meant.cluster} is running (${running.phase}); wait for its end or cancel it. Nothing was changed.`,
      'conflict',
      { ways },
    )
  return difference
}

function kindOf({ what }: DifferenceMeant): DifferenceKind {
  return what === 'group' ? 'stranger' : what
}

function subjectOf({ cluster }: ClusterState, { what, group = '' }: DifferenceMeant): string {
  if (what === 'weights') return cluster.name
  const push = /^v(\d{3,6})$/.exec(group)?.[1]
  return push ? serverGroupName(cluster.name, Number(push)) : group
}

function strangerNamed(state: ClusterState, seen: Observed, name: string) {
  const strangers = seen.listing ? strangersOf(state, seen.listing) : []
  return strangers.find((stranger) => stranger.name === name) ?? null
}

function adoption(parts: Parts, actor: Actor, found: Found & { image: ImageRef | null }): Done {
  switch (found.difference.kind) {
    case 'stranger':
      return groupAdopted(parts, actor, found)
    case 'weights':
      return weightsAdopted(parts, actor, found)
    case 'size':
      return sizeAdopted(actor, found)
    default: {
      const { difference, state } = found
      const sentence = `${actor.name} takes it as meant: ${differenceSentence(difference)}`
      return wordChange(parts, actor, state, difference, 'left', 'ProcessesAdopted', sentence)
    }
  }
}

function groupAdopted(
  parts: Parts,
  actor: Actor,
  { state, seen, difference, image }: Found & { image: ImageRef | null },
): Done {
  const stranger = strangerNamed(state, seen, difference.subject)
  if (!stranger?.group || !stranger.targetGroup || stranger.push === null || !seen.rule || !image)
    throw new Error(`${difference.subject} was judged adoptable and lacks a part`)
  const { change, group, ended } = adopted(state, {
    group: stranger.group,
    targetGroup: stranger.targetGroup,
    push: stranger.push,
    image,
    rule: seen.rule,
    seen,
    by: actor.name,
    at: parts.clock.now(),
    newId: parts.newId,
  })
  const sentence = `${actor.name} adopted ${group.name} (${image.version}) as ${group.role}; it is kept until somebody says otherwise.`
  const data = {
    before: difference.found,
    after: group.role,
    group: group.name,
    rule: seen.rule.entries,
  }
  const events = [event(state, actor, 'GroupAdopted', sentence, data)]
  const override = ended ? [operationEvent(state, ended.operationId, ended.event, actor)] : []
  return { change: { ...change, events: [...override, ...events] }, sentence }
}

function weightsAdopted(parts: Parts, actor: Actor, { state, seen, difference }: Found): Done {
  const at = parts.clock.now()
  const live = soleCarrier(state, seen)
  const entries = seen.rule?.entries ?? []
  if (!live) throw new Error(`the weights of ${state.cluster.name} were judged adoptable and have no carrier`)
  const sentence = `${actor.name} adopted the weights of ${state.cluster.name}: ${live.name} is live.`
  const operation = activeTraffic(state)
  const leftUntil = warmUntil(state.cluster.policy, at)
  const end: OperationEvent = { type: 'Overridden', sentence, keptUntil: leftUntil }
  const first = operation ? effectsOf(state, operation, end, at) : {}
  const after = withChange(state, first)
  const shown = entriesSentence(entries, groupsByTarget(state))
  const drifted = { type: 'Drifted', entries, live: live.name, leftUntil, shown, sentence } as const
  const second = clusterEffectsOf(after, drifted, at)
  const merged = withChange({ ...after, groups: first.groups ?? [] }, second)
  const data = { before: difference.expected, after: difference.found }
  return {
    change: {
      cluster: merged.cluster,
      groups: merged.groups,
      ...(first.operations ? { operations: first.operations } : {}),
      events: [
        ...(operation ? [operationEvent(state, operation.id, end, actor)] : []),
        event(state, actor, 'WeightsAdopted', sentence, data),
      ],
    },
    sentence,
  }
}

/** A live group's size is recorded anew; a warm one is pinned to what it has. */
function sizeAdopted(actor: Actor, { state, seen, difference }: Found): Done {
  const group = groupNamed(state, difference.subject)
  const present = seen.groups.get(difference.subject)?.autoScaling
  if (!group || !present) throw new Error(`the size of ${difference.subject} was judged adoptable`)
  const size = sizeToAdopt(present)
  const pin = group.role === 'warm' ? openObligation(state, group.name, 'minSize') : null
  const sentence = `${actor.name} adopted the size of ${group.name}: ${difference.found}.`
  const data = { group: group.name, before: difference.expected, after: difference.found }
  return {
    change: {
      ...(pin
        ? { obligations: [{ ...pin, attempted: [{ min: size.min, max: size.max }] }] }
        : { groups: [{ ...group, size }] }),
      events: [event(state, actor, 'SizeAdopted', sentence, data)],
    },
    sentence,
  }
}

function wordChange(
  parts: Parts,
  actor: Actor,
  state: ClusterState,
  difference: Difference,
  list: 'left' | 'undo',
  type: string,
  sentence: string,
): Done {
  const { kind, subject, found, expected } = difference
  const word = { kind, subject, found, by: actor.name, at: parts.clock.now() }
  const data = { before: found, after: list === 'undo' ? expected : found, subject }
  return {
    change: {
      cluster: withWord(state.cluster, list, word),
      events: [event(state, actor, type, sentence, data)],
    },
    sentence,
  }
}

function event(
  { cluster }: ClusterState,
  actor: Actor,
  type: string,
  sentence: string,
  data: Readonly<Record<string, unknown>>,
): NewEvent {
  return {
    stream: `cluster:${cluster.name}`,
    actor,
    cluster: cluster.name,
    application: cluster.application,
    event: { type, sentence, data },
  }
}
