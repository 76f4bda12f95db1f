/** A piece of a sentence; the part that is the answer is strong. */
export interface Said {
  readonly text: string
  readonly strong?: boolean
}

/** A link that stands at a page's head or beside a thing. The one act of a page is `act`; what destroys is `bad`. */
export interface Act {
  readonly label: string
  readonly href: string
  readonly act?: boolean
  readonly bad?: boolean
  readonly glyph?: string
}

export interface Crumb {
  readonly label: string
  readonly href?: string
}

/** How every page begins: where one is, its title, the one sentence that is the answer, and what can be done. */
export interface Head {
  readonly title: string
  readonly heading: string
  readonly crumbs: readonly Crumb[]
  readonly sentence: readonly Said[]
  readonly acts: readonly Act[]
  /** How often the page looks again while it is open, in milliseconds; it also looks at every recorded change. */
  readonly liveMs: number
  /** What shows or does the same from a terminal, where the page has no panel of its own for it. */
  readonly terminal?: string
}

/** While something runs a page looks often; the rest of the time the stream of changes is enough. */
export function liveMs(running: boolean, paceDivisor: number): number {
  if (!running) return 15_000
  return paceDivisor > 1 ? 1_000 : 3_000
}

/** Puts a sentence together: plain text and strong parts. */
export function say(...parts: readonly (string | Said | null | false)[]): Said[] {
  return parts.flatMap((part) => (part ? [typeof part === 'string' ? { text: part } : part] : []))
}

export function strong(text: string): Said {
  return { text, strong: true }
}
