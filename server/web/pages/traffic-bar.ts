import { pushLabel } from '../../domain/names.js'
import type { GroupView } from '../../engine/cluster-view.js'

/** Weights as one bar with a key. */
export interface TrafficBar {
  readonly label: string
  readonly parts: readonly { readonly k: string; readonly x: string; readonly width: string }[]
  readonly key: readonly {
    readonly k: string
    readonly label: string
    readonly weight: string
    readonly carries: boolean
  }[]
}

export function trafficBar(groups: readonly GroupView[]): TrafficBar {
  const listed = groups.filter((each) => each.share > 0 || ['warm', 'launching', 'live'].includes(each.state))
  let x = 0
  const parts = listed
    .filter((each) => each.share > 0)
    .map((each) => {
      const part = {
        k: isNext(each) ? 'w-next' : 'w-live',
        x: `${x}%`,
        width: `${each.share}%`,
      }
      x += each.share
      return part
    })
  return {
    label: listed.map((each) => `${pushLabel(each.group.name)} ${each.share} %`).join(', '),
    parts,
    key: listed.map((each) => ({
      k: isNext(each) ? 'k-next' : 'k-live',
      label: pushLabel(each.group.name),
      weight: `${each.share} %`,
      carries: each.share > 0,
    })),
  }
}

function isNext({ state }: GroupView): boolean {
  return state === 'launching' || state === 'canary'
}
