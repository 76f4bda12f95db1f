import type { Candidate } from './adoptable.js'

/** A group of a cluster's name as it is offered to be adopted. */
export interface OfferedGroup {
  readonly name: string
  readonly chosen: boolean
  /** Whether it could be adopted at all. */
  readonly possible: boolean
  /** Null where it is chosen. */
  readonly whyNot: string | null
}

/**
 * As many of a cluster's groups as it keeps, where nobody says which: the one with the traffic, then those that its rule names
 * already, then the newest. By name, those with an obstacle left out.
 */
export function usualChoice(candidates: readonly Candidate[], maxWarm: number): readonly Candidate[] {
  const possible = candidates.filter(({ obstacles }) => obstacles.length === 0)
  const first = new Set(possible.toSorted(byUse).slice(0, 1 + maxWarm))
  return possible.filter((each) => first.has(each))
}

/** The one that gets requests first; a group that no rule names is behind one that is named at weight 0. */
function byUse(a: Candidate, b: Candidate): number {
  return (b.share ?? -1) - (a.share ?? -1) || (b.createdAt?.getTime() ?? 0) - (a.createdAt?.getTime() ?? 0)
}

/** Every group of a cluster, with why those that are not chosen are not. */
export function offeredGroups(
  candidates: readonly Candidate[],
  chosen: ReadonlySet<string>,
  maxWarm: number,
): readonly OfferedGroup[] {
  const isFull = chosen.size > maxWarm
  return candidates.map(({ name, obstacles: [obstacle] }) => ({
    name,
    chosen: chosen.has(name),
    possible: obstacle === undefined,
    whyNot: chosen.has(name)
      ? null
      : (obstacle?.sentence ??
        (isFull
          ? `A cluster keeps one live group and ${maxWarm} warm ones at most; others are chosen.`
          : 'It is not chosen.')),
  }))
}
