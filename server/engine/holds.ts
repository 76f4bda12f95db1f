import type { Cluster } from '../domain/cluster.js'
import { windowWords } from '../domain/may-start.js'
import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import {
  isOver,
  reasonBadFreeze,
  reasonBadWindow,
  type DeployWindow,
  type Freeze,
  type Hold,
  type Restraint,
  type Weekday,
} from '../domain/restraint.js'
import { covers, parseScope, scopeWords, whereIs, type Scope } from '../domain/scope.js'
import { refuseUnlessMayHold } from './hold-permission.js'
import type { Parts } from './parts.js'
import type { NewEvent } from './ports.js'
import { invalid } from './validate.js'
import { utcText } from '../domain/utc-text.js'

export interface HoldInput {
  readonly kind: 'hold' | 'stop'
  /** `all`, `region:…`, `application:…`, `cluster:…`. */
  readonly scope: string
  readonly reason: string
  /** Whom to ask about it; absent: whoever places it. */
  readonly owner?: string | undefined
  /** Absent or null: until it is released. */
  readonly until?: Date | null | undefined
}

export interface WindowInput {
  readonly scope: string
  readonly name: string
  readonly reason: string
  readonly days: readonly Weekday[]
  readonly from: string
  readonly to: string
  readonly timeZone?: string | undefined
}

export interface FreezeInput {
  readonly scope: string
  readonly name: string
  readonly reason: string
  readonly firstDay: string
  readonly lastDay: string
  readonly timeZone?: string | undefined
}

/** Which is placed last is read last: more than anybody looks at. */
const longestList = 500

/** Every hold, stop, window and freeze, newest first; those that are over too where they are asked for. */
export async function restraintsNow(parts: Parts, over = false): Promise<readonly Restraint[]> {
  const at = parts.clock.now()
  const rows = await parts.history.restraints(longestList)
  return over ? rows : rows.filter((each) => !isOver(each, at))
}

/** Keeps changes from starting, or stops everything. Throws Refusal. */
export async function placeHold(parts: Parts, actor: Actor, input: HoldInput): Promise<Hold> {
  const { until = null, kind } = input
  const base = await begun(parts, actor, input)
  if (until && until <= base.createdAt)
    throw invalid('until', 'That moment is over already; name one that is to come.')
  const hold: Hold = { ...base, kind, owner: input.owner?.trim() || actor.name, until }
  const stands = kind === 'stop' ? 'stops everything in' : 'puts on hold'
  await write(parts, actor, hold, kind === 'stop' ? 'StopPlaced' : 'HoldPlaced', {
    sentence: `${actor.name} ${stands} ${scopeWords(hold.scope)}${until ? ` until ${utcText(until)}` : ''}: ${hold.reason}`,
  })
  return hold
}

/** Adds hours of the week in which changes may start. Throws Refusal. */
export async function addWindow(parts: Parts, actor: Actor, input: WindowInput): Promise<DeployWindow> {
  const base = await begun(parts, actor, input)
  const { days, from, to, timeZone = parts.defaults.timeZone } = input
  const window: DeployWindow = { ...base, kind: 'window', name: named(input.name), days, from, to, timeZone }
  const bad = reasonBadWindow(window)
  if (bad) throw invalid(bad.field, bad.sentence)
  await write(parts, actor, window, 'WindowAdded', {
    sentence: `${actor.name} adds the deploy window “${window.name}” to ${scopeWords(window.scope)}: ${windowWords(window)}`,
  })
  return window
}

/** Adds days in which nothing new may start. Throws Refusal. */
export async function addFreeze(parts: Parts, actor: Actor, input: FreezeInput): Promise<Freeze> {
  const base = await begun(parts, actor, input)
  const { firstDay, lastDay, timeZone = parts.defaults.timeZone } = input
  const freeze: Freeze = { ...base, kind: 'freeze', name: named(input.name), firstDay, lastDay, timeZone }
  const bad = reasonBadFreeze(freeze)
  if (bad) throw invalid(bad.field, bad.sentence)
  if (isOver(freeze, base.createdAt)) throw invalid('lastDay', `${lastDay} is over already.`)
  await write(parts, actor, freeze, 'FreezeAdded', {
    sentence: `${actor.name} freezes ${scopeWords(freeze.scope)} from ${firstDay} to ${lastDay} (${timeZone}), “${freeze.name}”: ${freeze.reason}`,
  })
  return freeze
}

/** Takes a hold, a stop, a window or a freeze back before its time. Throws Refusal. */
export async function release(
  parts: Parts,
  actor: Actor,
  input: { readonly id: string; readonly reason: string; readonly kinds: readonly Restraint['kind'][] },
): Promise<Restraint> {
  const known = await parts.history.restraint(input.id)
  const named = { hold: 'hold', stop: 'stop', window: 'deploy window', freeze: 'freeze' } as const
  if (!known || !input.kinds.includes(known.kind))
    throw new Refusal(
      'UnknownHold',
      `There is no ${named[input.kinds[0] ?? 'hold']} ${input.id}. Nothing was changed.`,
      'notFound',
      { ways: [{ label: 'See what is on hold', href: '/holds', command: 'delling holds list' }] },
    )
  const at = parts.clock.now()
  if (isOver(known, at))
    throw new Refusal('HoldOver', `That ${named[known.kind]} is over already. Nothing was changed.`)
  if (!input.reason.trim()) throw invalid('reason', 'Write down why it is taken back before its time.')
  refuseUnlessMayHold(actor, 'release')
  const ended = { ...known, ended: { by: actor.name, at, reason: input.reason } }
  const type = {
    hold: 'HoldReleased',
    stop: 'StopReleased',
    window: 'WindowRemoved',
    freeze: 'FreezeRemoved',
  }[known.kind]
  const sentence = `${actor.name} takes back the ${named[known.kind]} on ${scopeWords(known.scope)} (“${known.reason}”): ${input.reason}`
  await write(parts, actor, ended, type, { sentence })
  return ended
}

/** What every restraint begins with. Throws Refusal. */
async function begun(parts: Parts, actor: Actor, input: { readonly scope: string; readonly reason: string }) {
  const scope = parseScope(input.scope)
  if (!scope)
    throw invalid('scope', 'Write the scope as all, region:eu-west-1, application:shop or cluster:shop-main.')
  await refuseUnknownScope(parts, scope)
  if (!input.reason.trim()) throw invalid('reason', 'Write down why: whoever is kept waiting will ask.')
  refuseUnlessMayHold(actor, 'place')
  const reason = input.reason.trim()
  return { id: parts.newId(), scope, reason, createdBy: actor, createdAt: parts.clock.now(), ended: null }
}

/** A typing error would hold nothing, and nobody would notice. */
async function refuseUnknownScope(parts: Parts, scope: Scope): Promise<void> {
  if (scope.level === 'all') return
  const { level, name } = scope
  const known =
    level === 'region'
      ? name === parts.place.region
      : level === 'application'
        ? (await parts.history.application(name)) !== null
        : (await parts.history.clusterState(name)) !== null
  if (known) return
  const hint = level === 'region' ? ` This console works in ${parts.place.region}.` : ''
  throw invalid('scope', `There is no ${level} ${name}.${hint}`)
}

function named(name: string): string {
  if (!name.trim()) throw invalid('name', 'Give it a name, by which people know it.')
  return name.trim()
}

/**
 * Records it, then touches every cluster in its scope: a turn that was decided without it finds another version and is thrown
 * away, so that no act is begun after a stop is answered but what was recorded before it.
 */
async function write(
  parts: Parts,
  actor: Actor,
  restraint: Restraint,
  type: string,
  { sentence }: { readonly sentence: string },
): Promise<void> {
  const { scope } = restraint
  const clusters = await parts.history.clusters()
  const event: NewEvent = {
    stream: `hold:${restraint.id}`,
    actor,
    cluster: scope.level === 'cluster' ? scope.name : null,
    application: applicationOf(scope, clusters),
    event: { type, sentence, data: { restraint } },
  }
  await parts.store.record({ restraint, events: [event] })
  for (const cluster of clusters) {
    if (cluster.retired || !covers(scope, whereIs(cluster))) continue
    await parts.store.request(cluster.name, (state) => ({
      change: state ? { cluster: state.cluster } : {},
      result: null,
    }))
  }
}

/** Null: it is about every application. */
function applicationOf(scope: Scope, clusters: readonly Cluster[]): string | null {
  if (scope.level === 'application') return scope.name
  if (scope.level !== 'cluster') return null
  return clusters.find(({ name }) => name === scope.name)?.application ?? null
}
