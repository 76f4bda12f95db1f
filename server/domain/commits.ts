/** Where the commits between two images can be read; null where one of them, or the application's template, is not known. */
export interface CommitRange {
  readonly from: string
  readonly to: string
  readonly href: string | null
}

/** Why this can't be a repository link template, in a sentence; null when it can. */
export function reasonBadRepositoryLink(template: string): string | null {
  if (!template.includes('{from}') || !template.includes('{to}'))
    return 'A repository link holds {from} and {to}, where the two commits stand: https://github.com/org/repo/compare/{from}...{to}.'
  const filled = filledLink(template, 'a', 'b')
  return filled ? null : 'A repository link is an address that begins with https:// or http://.'
}

/** The commits that a deployment brings; null where neither image says which it was made from, or both say the same. */
export function commitRange(
  template: string | null,
  from: string | null,
  to: string | null,
): CommitRange | null {
  if (!from || !to || from === to) return null
  return { from, to, href: template ? filledLink(template, from, to) : null }
}

/** Commits come from whoever bakes: in an address each is one part of its path. */
function filledLink(template: string, from: string, to: string): string | null {
  const text = template
    .replaceAll('{from}', () => encodeURIComponent(from))
    .replaceAll('{to}', () => encodeURIComponent(to))
  const url = URL.canParse(text) ? new URL(text) : null
  return url && ['https:', 'http:'].includes(url.protocol) ? url.href : null
}
