/** One line from the rule to a group: thick where the traffic goes, dotted at weight 0. */
export interface FlowLine {
  readonly k: 'flow-live' | 'flow-zero'
  readonly path: string
}

export interface Flow {
  readonly lines: readonly FlowLine[]
  readonly label: string
}

const width = 600

/** Lines from the middle of the top to the middle of each of `weights.length` columns. */
export function trafficFlow(groups: readonly { readonly label: string; readonly weight: number }[]): Flow {
  const middle = width / 2
  const lines = groups.map((group, index): FlowLine => {
    const x = Math.round(((index + 0.5) / groups.length) * width)
    const carries = group.weight > 0
    if (x === middle) return { k: carries ? 'flow-live' : 'flow-zero', path: `M${middle} 0V58` }
    const path = carries
      ? `M${middle} 0C${middle} 40 ${x} 18 ${x} 58`
      : `M${middle} 2C${middle} 36 ${x} 20 ${x} 56`
    return { k: carries ? 'flow-live' : 'flow-zero', path }
  })
  const carrying = groups
    .filter((group) => group.weight > 0)
    .map((group) => `${group.label} ${group.weight} %`)
  const label =
    carrying.length > 0
      ? `Traffic flows from the rule to ${carrying.join(' and ')}.`
      : 'No group carries traffic.'
  return { lines: lines.sort((a, b) => (a.k < b.k ? 1 : -1)), label }
}
