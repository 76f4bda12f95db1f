import type { Call } from './call.js'
import type { Observed, RuleEntry } from './observation.js'
import { sameEntries } from './observation.js'

/**
 * What one holder of a cluster's lease has seen over its turns. It is not recorded: a takeover forgets it, which only
 * makes the next holder look longer.
 */
export interface Sightings {
  /** Since when, and in how many polls in a row, a group was registered. */
  readonly registered: ReadonlyMap<string, { readonly since: Date; readonly polls: number }>
  /** First read without something that should be there (or, when retiring, should not). */
  readonly absentSince: ReadonlyMap<string, Date>
  /** A value of the rule that nothing explains, and since when. */
  readonly unexplained: { readonly entries: readonly RuleEntry[]; readonly since: Date } | null
  /** Time really observed in the watch of an operation. */
  readonly watched: ReadonlyMap<string, { readonly ms: number; readonly at: Date }>
  /** What was last said of a group's unhealthy targets: an instance that is replaced takes its complaint along. */
  readonly complaints: ReadonlyMap<string, readonly string[]>
  /** Since when a difference from the records was seen (or, once noted, no longer seen), by its key. */
  readonly differing: ReadonlyMap<string, Date>
  readonly agreeing: ReadonlyMap<string, Date>
  /** AWS's latest refusal of a kind of call about an object, and how often in a row. */
  readonly refusals: ReadonlyMap<string, RefusalSeen>
  /** The request that was answered last: its effect need not be visible yet. */
  readonly answered: { readonly call: Call; readonly at: Date } | null
}

export interface RefusalSeen {
  readonly times: number
  readonly code: string
  readonly message: string
  readonly at: Date
}

export const noSightings: Sightings = {
  registered: new Map(),
  absentSince: new Map(),
  unexplained: null,
  watched: new Map(),
  complaints: new Map(),
  differing: new Map(),
  agreeing: new Map(),
  refusals: new Map(),
  answered: null,
}

/** Whether the very same request was answered well so lately that only AWS's eventual consistency asks for it again. */
export function isAnsweredLately({ answered }: Sightings, call: Call, at: Date, withinMs: number): boolean {
  return (
    answered !== null &&
    at.getTime() - answered.at.getTime() < withinMs &&
    JSON.stringify(answered.call) === JSON.stringify(call)
  )
}

/** The key under which refusals of one kind of call about one object are counted. */
export function refusalKey(callType: string, object: string): string {
  return `${callType} ${object}`
}

/** `counts`: false for one that only says “not now”: it is remembered, because nothing was changed, and held against nobody. */
export function withRefusal(
  sightings: Sightings,
  key: string,
  refusal: Omit<RefusalSeen, 'times'>,
  counts = true,
): Sightings {
  const times = (sightings.refusals.get(key)?.times ?? 0) + (counts ? 1 : 0)
  return { ...sightings, refusals: new Map(sightings.refusals).set(key, { ...refusal, times }) }
}

export function withoutRefusal(sightings: Sightings, key: string): Sightings {
  if (!sightings.refusals.has(key)) return sightings
  const refusals = new Map(sightings.refusals)
  refusals.delete(key)
  return { ...sightings, refusals }
}

/** Counts another poll for the groups that are registered in it and forgets the others. */
export function sightRegistered(sightings: Sightings, registered: readonly string[], at: Date): Sightings {
  const next = registered.map((name) => {
    const before = sightings.registered.get(name)
    return [name, { since: before?.since ?? at, polls: (before?.polls ?? 0) + 1 }] as const
  })
  return { ...sightings, registered: new Map(next) }
}

/** Remembers since when each of `absent` has not been seen. */
export function sightAbsent(sightings: Sightings, absent: readonly string[], at: Date): Sightings {
  return {
    ...sightings,
    absentSince: new Map(absent.map((what) => [what, sightings.absentSince.get(what) ?? at])),
  }
}

/** Remembers since when the rule has shown this unexplained value; any other value starts anew. */
export function sightRule(sightings: Sightings, seen: Observed, explained: boolean): Sightings {
  const entries = seen.rule?.entries ?? []
  if (explained) return { ...sightings, unexplained: null }
  if (sightings.unexplained && sameEntries(sightings.unexplained.entries, entries)) return sightings
  return { ...sightings, unexplained: { entries, since: seen.at } }
}

/** Adds the time since the last look to a watch; a gap longer than `maxGapMs` was not observed and counts nothing. */
export function sightWatch(sightings: Sightings, operationId: string, at: Date, maxGapMs: number): Sightings {
  const before = sightings.watched.get(operationId)
  const gapMs = before ? at.getTime() - before.at.getTime() : 0
  const ms = (before?.ms ?? 0) + (gapMs > 0 && gapMs <= maxGapMs ? gapMs : 0)
  return { ...sightings, watched: new Map(sightings.watched).set(operationId, { ms, at }) }
}

/** So many complaints of a group are remembered: those of three waves of three instances. */
const complaintsKept = 9

/**
 * Remembers the complaints of each group, the newest first: what a booting replacement says must not push out what the
 * application itself answered.
 */
export function sightComplaints(
  sightings: Sightings,
  said: ReadonlyMap<string, readonly string[]>,
): Sightings {
  const complaints = new Map(sightings.complaints)
  for (const [group, sentences] of said)
    complaints.set(
      group,
      [...new Set([...sentences, ...(complaints.get(group) ?? [])])].slice(0, complaintsKept),
    )
  return { ...sightings, complaints }
}
