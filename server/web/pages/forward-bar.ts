import type { ForwardView } from '../../domain/forward-view.js'
import { pushLabel } from '../../domain/names.js'
import type { TrafficBar } from './traffic-bar.js'
import { notAskedYet, targetGroupHref } from './target-words.js'

export interface ForwardBar extends Pick<TrafficBar, 'label' | 'parts'> {
  readonly key: readonly (TrafficBar['key'][number] & {
    readonly href: string | null
    readonly health: string
  })[]
}

/** Where a rule leads, as the bar of traffic: the largest share is plain, the others hatched. */
export function forwardBar(forwards: readonly ForwardView[]): ForwardBar | null {
  if (forwards.length === 0) return null
  const largest = Math.max(...forwards.map(({ share }) => share))
  const isMain = ({ share }: ForwardView) => share === largest
  let x = 0
  const parts = forwards
    .filter(({ share }) => share > 0)
    .map((forward) => {
      const part = { k: isMain(forward) ? 'w-live' : 'w-next', x: `${x}%`, width: `${forward.share}%` }
      x += forward.share
      return part
    })
  return {
    label: forwards.map((each) => `${nameOf(each)} ${each.share} %`).join(', '),
    parts,
    key: forwards.map((forward) => ({
      k: isMain(forward) ? 'k-live' : 'k-next',
      label: nameOf(forward),
      weight: `${forward.share} %`,
      carries: forward.share > 0,
      href: forward.targetGroup === null ? null : targetGroupHref(forward.targetGroup),
      health: healthOf(forward),
    })),
  }
}

function healthOf({ targetGroup, healthy, targets }: ForwardView): string {
  if (targetGroup === null) return ''
  return healthy === null || targets === null ? notAskedYet : `${healthy} of ${targets} healthy`
}

function nameOf({ group, targetGroup }: ForwardView): string {
  if (group !== null) return pushLabel(group)
  return targetGroup ?? 'one that you may not see'
}
