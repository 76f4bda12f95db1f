import type { Image } from './bake.js'
import { shownState, type ServerGroup } from './server-group.js'

/** What is held of an image, by the groups that run it and by what people marked. */
export interface ImageVerdict {
  readonly kind: 'retiring' | 'bad' | 'survived' | 'live' | 'unjudged'
  readonly words: string
}

/** The same words wherever images are listed. */
export function imageVerdict(image: Image, users: readonly ServerGroup[]): ImageVerdict {
  if (image.retirement)
    return { kind: 'retiring', words: image.retirement.phase === 'retired' ? 'retired' : 'being retired' }
  if (image.bad) return { kind: 'bad', words: `bad: ${image.bad.reason}` }
  const nights = Math.max(0, ...users.map((group) => group.survived.length))
  if (nights > 0)
    return { kind: 'survived', words: `survived ${nights === 1 ? 'one night' : `${nights} nights`}` }
  return users.some((group) => shownState(group.role, 0) === 'live')
    ? { kind: 'live', words: 'live' }
    : { kind: 'unjudged', words: 'not judged yet' }
}
