/** Why a group can't be adopted now, and what mends it. */
export interface AdoptionObstacle {
  readonly sentence: string
  readonly mend: string
}

/** Whether whoever reads may hear of a group, a target group or a cluster of this name. */
export type MayName = (name: string) => boolean

/** `media-main-v001, a group that you may not see`: what stands in the way counts, and is named only to those who may see it. */
export function seenNames(
  names: readonly string[],
  what: 'group' | 'target group',
  mayName: MayName,
): string {
  const seen = names.filter(mayName)
  const hidden = names.length - seen.length
  if (hidden === 0) return seen.join(', ')
  return [...seen, `${hidden === 1 ? `a ${what}` : `${hidden} ${what}s`} that you may not see`].join(', ')
}

/** What mends an obstacle that its reader may not see whole. */
export const askWhoSeesAll = 'Ask an admin of all applications, who sees what it is.'
