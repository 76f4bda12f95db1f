/** Something with an address that a person may look for. */
export interface Finding {
  readonly kind: FindingKind
  readonly label: string
  /** What tells it from its likes, in a few words. */
  readonly sub: string
  readonly href: string
}

export type FindingKind =
  | 'page'
  | 'application'
  | 'cluster'
  | 'deed'
  | 'group'
  | 'load balancer'
  | 'target group'
  | 'instance'
  | 'image'
  | 'operation'
  | 'bake'

/**
 * Those that hold every word of a text, best first: a label that is the text, then one that begins with it, then one with
 * words that do, then the rest; equal ones as they were given. A text without a word finds nothing.
 */
export function findings(all: readonly Finding[], text: string, limit: number): readonly Finding[] {
  const words = wordsOf(text)
  if (words.length === 0) return []
  const ranked = all.flatMap((finding, at) => {
    const rank = rankOf(finding, words)
    return rank === null ? [] : [{ finding, rank, at }]
  })
  return ranked
    .sort((a, b) => a.rank - b.rank || a.at - b.at)
    .slice(0, limit)
    .map(({ finding }) => finding)
}

/** True where every word of a text is in one of these, in whatever case; a text without a word is in anything. */
export function holdsWords(text: string, texts: readonly (string | null)[]): boolean {
  const all = texts.join('\n').toLowerCase()
  return wordsOf(text).every((word) => all.includes(word))
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().split(/\s+/).filter(Boolean)
}

function rankOf({ label, sub }: Finding, words: readonly string[]): number | null {
  const [inLabel, inAll] = [label.toLowerCase(), `${label} ${sub}`.toLowerCase()]
  if (!words.every((word) => inAll.includes(word))) return null
  const text = words.join(' ')
  if (inLabel === text) return 0
  if (inLabel.startsWith(text)) return 1
  const parts = inLabel.split(/[^a-z0-9]+/)
  if (words.every((word) => parts.some((part) => part.startsWith(word)))) return 2
  return words.every((word) => inLabel.includes(word)) ? 3 : 4
}
