import type { Difference } from './difference.js'
import { differenceSentence, differencesOf, notedOf, wordAbout } from './drift.js'
import { differenceKey, driftMemory, isAbout, type NotedDifference } from './drift-memory.js'
import { processesToResume } from './drift-of-processes.js'
import { sizeToRaise } from './drift-of-sizes.js'
import { groupNamed } from './cluster-state.js'
import type { Sightings } from './sightings.js'
import { observedOf, sinceMs, type Turn, type TurnStep } from './turn.js'

type Look = Pick<Turn, 'state' | 'seen'>

/** What differs in this look, and what was noted and agrees again: each remembered since its first look in a row. */
export function sightDrift(before: Sightings, look: Look): Sightings {
  const { state, seen } = look
  // Whose marks we may touch decides only the ways out.
  const differences = differencesOf({ ...look, owner: '' }).filter(isNoted)
  const fresh = differences.filter((difference) => !notedOf(state, difference))
  const over = driftMemory(state.cluster).noted.filter(
    (noted) =>
      isNoted(noted) &&
      couldBeSeen(look, noted) &&
      !differences.some((difference) => isAbout(difference, noted)),
  )
  // Strangers are believed by the listing, which is older than the look.
  const at = (kind: Difference['kind']) => (kind === 'stranger' ? (seen.listing?.readAt ?? seen.at) : seen.at)
  const kept = unlisted(look, before.differing)
  return {
    ...before,
    differing: new Map([
      ...kept,
      ...fresh.map((difference) => {
        const key = sightingKey(difference)
        return [key, before.differing.get(key) ?? at(difference.kind)] as const
      }),
    ]),
    agreeing: new Map(
      over.map((noted) => [
        differenceKey(noted),
        before.agreeing.get(differenceKey(noted)) ?? at(noted.kind),
      ]),
    ),
  }
}

/** What becomes of the rule is told by the events that explain it. */
function isNoted({ kind }: Pick<Difference, 'kind'>): boolean {
  return kind !== 'weights'
}

/** Without a listing nothing is known about strangers: what was seen of them stays as it was. */
function unlisted({ seen }: Look, differing: Sightings['differing']): readonly (readonly [string, Date])[] {
  return seen.listing ? [] : [...differing].filter(([key]) => key.startsWith('stranger '))
}

/** Whether this look would have shown what was noted, were it still so. */
function couldBeSeen({ state, seen }: Look, noted: NotedDifference): boolean {
  if (noted.kind !== 'stranger') return true
  return seen.listing !== undefined || groupNamed(state, noted.subject) !== null
}

/** A value found later is another difference: it has to last anew. */
function sightingKey(difference: Difference): string {
  return `${differenceKey(difference)}: ${difference.found}`
}

/** Writes down a difference that has lasted over looks `driftMs` apart, and that one is over. */
export function noteDrift(turn: Turn): TurnStep | null {
  const { state, sightings, timings, seen } = turn
  for (const difference of differencesOf(turn)) {
    const since = sightings.differing.get(sightingKey(difference))
    if (notedOf(state, difference) || !since) continue
    const last = difference.kind === 'stranger' ? (seen.listing?.readAt ?? since) : seen.at
    if (last.getTime() - since.getTime() < timings.driftMs) continue
    const { ways: _ways, ...noted } = difference
    const sentence = differenceSentence(noted)
    return { kind: 'recordCluster', event: { type: 'DifferenceSeen', ...noted, sentence } }
  }
  for (const noted of driftMemory(state.cluster).noted) {
    const since = sightings.agreeing.get(differenceKey(noted))
    if (!since || sinceMs(turn, since) < timings.driftMs) continue
    const { kind, subject, what } = noted
    return {
      kind: 'recordCluster',
      event: { type: 'DifferenceGone', kind, subject, sentence: `${what}: as recorded again.` },
    }
  }
  return null
}

/** Carries out what a person asked to be undone of a group: bounds are only ever raised, processes only resumed. */
export function undoDrift(turn: Turn): TurnStep | null {
  const { state } = turn
  for (const difference of differencesOf(turn)) {
    const word = wordAbout(state, 'undo', difference)
    const group = groupNamed(state, difference.subject)
    const present = observedOf(turn, difference.subject)?.autoScaling
    if (!word || !group || !present) continue
    const why = `${word.by} asked for ${difference.what.toLowerCase()} as it is recorded.`
    const about = { object: group.name, operation: null, why } as const
    if (difference.kind === 'processes') {
      const processes = processesToResume(state, group, present)
      if (processes.length > 0)
        return { kind: 'act', call: { type: 'ResumeProcesses', group: group.name, processes }, ...about }
    }
    if (difference.kind !== 'size') continue
    const raised = sizeToRaise(state, group, present)
    if (!raised) continue
    const { min, max } = raised
    return {
      kind: 'act',
      call: { type: 'RaiseMinSize', group: group.name, min, max: max > present.max ? max : null },
      ...about,
      // Beyond the recorded bound MinSize is raised only to start what is missing, and put back.
      ...(group.role === 'live' && min > group.size.min
        ? {
            debt: {
              kind: 'minSize' as const,
              object: group.name,
              operationId: group.operationId,
              original: { min: group.size.min, max: group.size.max },
              attempted: { min, max },
            },
          }
        : {}),
    }
  }
  return null
}
