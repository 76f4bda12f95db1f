import type { Call } from './call.js'
import type { Observed, RuleCondition, RuleEntry } from './observation.js'
import { sameEntries } from './observation.js'
import type { Operation } from './operation.js'

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
  /** Time really observed in the watch of an operation, in its test or in a step of its canary: see `watchKey`. */
  readonly watched: ReadonlyMap<string, { readonly ms: number; readonly at: Date }>
  /** The test of a deployment as far as this holder saw it; null while there is none. */
  readonly tested: Tested | null
  /** What was last said of a group's unhealthy targets: an instance that is replaced takes its complaint along. */
  readonly complaints: ReadonlyMap<string, readonly string[]>
  /** Since when, and in how many looks in a row, something spoke against the live group. */
  readonly liveBad: {
    readonly group: string
    readonly since: Date
    readonly at: Date
    readonly looks: number
  } | null
  /** Since when a difference from the records was seen (or, once noted, no longer seen), by its key. */
  readonly differing: ReadonlyMap<string, Date>
  readonly agreeing: ReadonlyMap<string, Date>
  /** AWS's latest refusal of a kind of call about an object, and how often in a row. */
  readonly refusals: ReadonlyMap<string, RefusalSeen>
  /** The latest request of a kind about an object that AWS carried out, and when it said so. */
  readonly answers: ReadonlyMap<string, AnswerSeen>
}

/** A test rule that is shown, and what became of the requests sent by it. */
export interface Tested {
  readonly operation: string
  readonly ruleArn: string
  readonly conditions: readonly RuleCondition[]
  /** Where its load balancer answers. */
  readonly origin: string
  readonly tries: number
  /** How many of the last tries went well, one after another. */
  readonly inRow: number
  /** When the last one was sent. */
  readonly triedAt: Date | null
  /** The latest try that was not answered as the test wants it, and the latest that did not even reach the load balancer. */
  readonly failure: TestFailure | null
  readonly unreached: TestFailure | null
}

interface TestFailure {
  readonly attempt: number
  readonly sentence: string
}

interface AnswerSeen {
  readonly call: Call
  readonly at: Date
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
  tested: null,
  complaints: new Map(),
  liveBad: null,
  differing: new Map(),
  agreeing: new Map(),
  refusals: new Map(),
  answers: new Map(),
}

/** The key under which refusals and answers of one kind of call about one object are kept. */
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

/** Remembers what AWS carried out; what it refused of the same kind before is mended. */
export function withAnswer(sightings: Sightings, key: string, answer: AnswerSeen): Sightings {
  const refusals = new Map(sightings.refusals)
  refusals.delete(key)
  const answers = new Map(sightings.answers).set(key, answer)
  // What undoes it is not what was answered last any more.
  const undoes = opposites[answer.call.type]
  if (undoes) answers.delete(key.replace(answer.call.type, undoes))
  return { ...sightings, refusals, answers }
}

const opposites: Partial<Record<Call['type'], Call['type']>> = {
  SuspendProcesses: 'ResumeProcesses',
  ResumeProcesses: 'SuspendProcesses',
  RaiseMinSize: 'RestoreSizes',
  RestoreSizes: 'RaiseMinSize',
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

/** What is watched of an operation now; null in phases in which no time is counted. */
export function watchKey({ id, phase, test, canary }: Operation): string | null {
  if (phase === 'watching') return id
  if (phase === 'testing') return test ? `${id} test` : null
  return phase === 'canary' && canary?.reachedAt ? `${id} step ${canary.step}` : null
}

/** Adds the time since the last look to a watch; a gap longer than `maxGapMs` was not observed and counts nothing. */
export function sightWatch(sightings: Sightings, key: string, at: Date, maxGapMs: number): Sightings {
  const before = sightings.watched.get(key)
  const gapMs = before ? at.getTime() - before.at.getTime() : 0
  const ms = (before?.ms ?? 0) + (gapMs > 0 && gapMs <= maxGapMs ? gapMs : 0)
  return { ...sightings, watched: new Map(sightings.watched).set(key, { ms, at }) }
}

/** Counts another look in which the live group was bad; one that was not, or a gap that nobody observed, begins anew. */
export function sightLive(sightings: Sightings, bad: string | null, at: Date, maxGapMs: number): Sightings {
  if (bad === null) return sightings.liveBad ? { ...sightings, liveBad: null } : sightings
  const before = sightings.liveBad
  const goesOn = before?.group === bad && at.getTime() - before.at.getTime() <= maxGapMs
  return {
    ...sightings,
    liveBad: {
      group: bad,
      since: goesOn && before ? before.since : at,
      at,
      looks: goesOn && before ? before.looks + 1 : 1,
    },
  }
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
