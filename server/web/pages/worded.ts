/** A piece of a text of the document, which has `code` and **strong** words in it. */
export interface Worded {
  readonly text: string
  readonly code?: boolean
  readonly strong?: boolean
}

/** Takes a text apart into plain, strong and code pieces. */
export function worded(text: string): readonly Worded[] {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*)/).flatMap((part): Worded[] => {
    if (part === '') return []
    if (part.startsWith('`')) return [{ text: part.slice(1, -1), code: true }]
    return part.startsWith('**') ? [{ text: part.slice(2, -2), strong: true }] : [{ text: part }]
  })
}
