import type { BakePhase, ListedBake } from '../../domain/bake.js'
import type { Badge } from './badge.js'
import { moment, type Moment } from './moment.js'
import { asSentence, duration } from './words.js'

/** A bake in a list. */
export interface BakeItem {
  readonly href: string
  readonly label: string
  readonly badge: Badge
  readonly sentence: string
  readonly when: Moment
  readonly took: string
  readonly by: string
}

const words: Readonly<Record<BakePhase, string>> = {
  requested: 'about to start',
  launching: 'starting the builder',
  building: 'installing',
  imaging: 'making the image',
  finishing: 'finishing',
  discarding: 'cleaning up',
  baked: 'baked',
  failed: 'failed',
  cancelled: 'cancelled',
}

export function bakeBadge(bake: ListedBake): Badge {
  if (bake.phase === 'baked')
    return { k: 'k-good', glyph: 'check', word: bake.reused ? 'was there already' : 'baked' }
  if (bake.phase === 'failed') return { k: 'k-bad', glyph: 'cross', word: 'failed' }
  if (bake.phase === 'cancelled') return { k: 'k-idle', glyph: 'cross', word: 'cancelled' }
  return { k: 'k-next', glyph: 'image', word: words[bake.phase] }
}

export function bakeItem(bake: ListedBake, zone: string, now: Date): BakeItem {
  return {
    href: `/bakes/${bake.id}`,
    label: `${bake.request.application} ${bake.request.version}`,
    badge: bakeBadge(bake),
    sentence: bakeSays(bake),
    when: moment(bake.requestedAt, zone, now),
    took: duration((bake.endedAt ?? now).getTime() - bake.requestedAt.getTime()),
    by: bake.request.actor.name,
  }
}

function bakeSays(bake: ListedBake): string {
  if (bake.phase === 'baked') return `${bake.imageName ?? ''} ${bake.imageId ?? ''}`
  return bake.reason?.split('\n')[0] ?? asSentence(bake.wait?.sentence ?? words[bake.phase])
}
