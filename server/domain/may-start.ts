import { zonedTime } from './decide-after-switch.js'
import { isFrozen, isInForce, isOpen, opensAt, thawsAt, weekdays } from './restraint.js'
import type { DeployWindow, Freeze, Hold, Restraint } from './restraint.js'
import { covers, scopeText, scopeWords, type Where } from './scope.js'

/**
 * What somebody, or a job, wants to start. `grow` is a resize that lowers nothing; `cleanup` destroys what has expired;
 * `undo` puts back what others changed. A switch back is none of these: it may always be asked for.
 */
export type Startable =
  | 'create'
  | 'adopt'
  | 'deploy'
  | 'resize'
  | 'grow'
  | 'destroy'
  | 'cleanup'
  | 'decommission'
  | 'giveBack'
  | 'bake'
  | 'undo'

/** What stands in the way of a change now. */
export interface Obstacle {
  readonly kind: Restraint['kind']
  /** The restraints that an override would have to name; of windows all of a scope. */
  readonly ids: readonly string[]
  /** Why not, by whom, until when; begins with a capital and has its stop. */
  readonly sentence: string
  readonly reason: string
  /** When this one is over; null: nobody knows. */
  readonly until: Date | null
}

/** More instances do no harm, an image changes nothing that serves, and the nightly cleanup comes when windows are closed. */
const restrained: Readonly<Record<Restraint['kind'], readonly Startable[]>> = {
  window: ['create', 'deploy', 'resize', 'destroy', 'decommission'],
  freeze: ['create', 'deploy', 'resize', 'destroy', 'cleanup', 'decommission'],
  hold: ['create', 'deploy', 'resize', 'destroy', 'cleanup', 'decommission'],
  // Marks move no traffic and launch nothing: only a stop, under which nothing is changed in AWS, keeps them from being set.
  stop: [
    'create',
    'adopt',
    'deploy',
    'resize',
    'grow',
    'destroy',
    'cleanup',
    'decommission',
    'giveBack',
    'bake',
    'undo',
  ],
}

/**
 * May this start now? Null: it may. Else what stands in the way, stops before holds before freezes before windows; each scope
 * that has windows must have one open, so that a narrow scope never loosens what a wider one asks.
 */
export function obstaclesTo(
  change: Startable,
  restraints: readonly Restraint[],
  where: Where,
  at: Date,
): readonly Obstacle[] {
  const here = restraints.filter(
    (each) => !each.ended && covers(each.scope, where) && restrained[each.kind].includes(change),
  )
  return [
    ...here.flatMap((each) => (each.kind === 'stop' && isInForce(each, at) ? [ofHold(each, where)] : [])),
    ...here.flatMap((each) => (each.kind === 'hold' && isInForce(each, at) ? [ofHold(each, where)] : [])),
    ...here.flatMap((each) => (each.kind === 'freeze' && isFrozen(each, at) ? [ofFreeze(each)] : [])),
    ...ofWindows(
      here.filter((each) => each.kind === 'window'),
      at,
    ),
  ]
}

/** Whether nothing stands in the way, without saying what does: for pictures that ask of many moments. */
export function isFree(change: Startable, restraints: readonly Restraint[], where: Where, at: Date): boolean {
  const here = restraints.filter(
    (each) => !each.ended && covers(each.scope, where) && restrained[each.kind].includes(change),
  )
  const holds = here.some(
    (each) => each.kind !== 'window' && (each.kind === 'freeze' ? isFrozen(each, at) : isInForce(each, at)),
  )
  const windows = here.filter((each) => each.kind === 'window')
  return !holds && byScope(windows).every((ofScope) => ofScope.some((window) => isOpen(window, at)))
}

/** The stops that are in force somewhere now. */
export function stopsAt(restraints: readonly Restraint[], where: Where, at: Date): readonly Hold[] {
  return restraints.flatMap((each) =>
    each.kind === 'stop' && isInForce(each, at) && covers(each.scope, where) ? [each] : [],
  )
}

/** So often one restraint may follow on another before nobody can say when all are over. */
const maxSteps = 60

/** The first moment from `at` on at which nothing stands in the way; null where that depends on a person. */
export function freeFrom(
  change: Startable,
  restraints: readonly Restraint[],
  where: Where,
  at: Date,
): Date | null {
  let moment = at
  for (let step = 0; step < maxSteps; step += 1) {
    const obstacles = obstaclesTo(change, restraints, where, moment)
    if (obstacles.length === 0) return moment
    const untils = obstacles.map(({ until }) => until)
    if (untils.some((until) => until === null)) return null
    moment = new Date(Math.max(...untils.map((until) => until?.getTime() ?? 0)))
  }
  return null
}

/** All of them in one text. */
export function obstacleSentence(obstacles: readonly Obstacle[]): string {
  return obstacles.map(({ sentence }) => sentence).join(' ')
}

function ofHold(hold: Hold, where: Where): Obstacle {
  const what = scopeWords(hold.scope)
  const until = hold.until ? `until ${zonedTime(hold.until, where.timeZone)}` : 'until it is released'
  const stands = hold.kind === 'stop' ? 'is stopped' : 'is on hold'
  const sentence = `${what.charAt(0).toUpperCase()}${what.slice(1)} ${stands} by ${hold.owner} ${until}: ${withStop(hold.reason)}`
  return { kind: hold.kind, ids: [hold.id], sentence, reason: hold.reason, until: hold.until }
}

function ofFreeze(freeze: Freeze): Obstacle {
  const until = thawsAt(freeze)
  const sentence = `Frozen for ${scopeWords(freeze.scope)}, “${freeze.name}”, until ${zonedTime(until, freeze.timeZone)}: ${withStop(freeze.reason)}`
  return { kind: 'freeze', ids: [freeze.id], sentence, reason: freeze.reason, until }
}

/** One obstacle for each scope whose windows are all closed. */
function ofWindows(windows: readonly DeployWindow[], at: Date): Obstacle[] {
  return byScope(windows).flatMap((ofScope) =>
    ofScope.some((window) => isOpen(window, at)) ? [] : [closed(ofScope, at)],
  )
}

function byScope(windows: readonly DeployWindow[]): readonly (readonly DeployWindow[])[] {
  const scopes = new Map<string, DeployWindow[]>()
  for (const window of windows) {
    const text = scopeText(window.scope)
    scopes.set(text, [...(scopes.get(text) ?? []), window])
  }
  return [...scopes.values()]
}

function closed(windows: readonly DeployWindow[], at: Date): Obstacle {
  const opening = windows.flatMap((window) => {
    const opens = opensAt(window, at)
    return opens ? [{ window, opens }] : []
  })
  const next = opening.sort((a, b) => a.opens.getTime() - b.opens.getTime())[0]
  const first = windows[0]
  const scope = first ? scopeWords(first.scope) : 'everything'
  const opens = next
    ? `the next one, “${next.window.name}”, opens ${zonedTime(next.opens, next.window.timeZone)}.`
    : 'none of them ever opens.'
  return {
    kind: 'window',
    ids: windows.map(({ id }) => id),
    sentence: `Outside the deploy windows of ${scope}; ${opens}`,
    reason: windows.map((window) => `${window.name}: ${windowWords(window)}`).join('; '),
    until: next?.opens ?? null,
  }
}

/** `Mon, Tue 09:00 to 16:00 (Europe/Berlin)`. */
export function windowWords({ days, from, to, timeZone }: DeployWindow): string {
  const inOrder = [...weekdays.slice(1), weekdays[0]].filter((day) => days.includes(day))
  const named = inOrder.map((day) => `${day.charAt(0).toUpperCase()}${day.slice(1)}`)
  return `${named.length === 7 ? 'every day' : named.join(', ')} ${from} to ${to} (${timeZone})`
}

/** What somebody wrote, so that another sentence can follow it. */
export function withStop(text: string): string {
  return /[.!?…”]$/.test(text) ? text : `${text}.`
}
