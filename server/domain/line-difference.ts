export interface Line {
  readonly kind: 'same' | 'gone' | 'new'
  readonly text: string
}

/** Which lines of a text go, come and stay, by their longest common part; user data has at most 16 KB. */
export function lineDifference(was: string, will: string): readonly Line[] {
  const [before, after] = [was.split('\n'), will.split('\n')]
  const lengths = commonLengths(before, after)
  const lines: Line[] = []
  let [i, j] = [0, 0]
  while (i < before.length || j < after.length) {
    const [gone, come] = [before[i], after[j]]
    if (gone !== undefined && gone === come) {
      lines.push({ kind: 'same', text: gone })
      i += 1
      j += 1
    } else if (
      gone !== undefined &&
      (come === undefined || (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0))
    ) {
      lines.push({ kind: 'gone', text: gone })
      i += 1
    } else {
      lines.push({ kind: 'new', text: come ?? '' })
      j += 1
    }
  }
  return lines
}

/** By place in both, how many lines the rests have in common, in order. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly Uint16Array[] {
  const rows = Array.from({ length: before.length + 1 }, () => new Uint16Array(after.length + 1))
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const [here, below] = [rows[i], rows[i + 1]]
      if (!here || !below) continue
      here[j] = before[i] === after[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, here[j + 1] ?? 0)
    }
  return rows
}
