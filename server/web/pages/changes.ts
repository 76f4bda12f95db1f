import type { Changes } from '../../domain/changes.js'
import type { Line } from '../../domain/line-difference.js'

/** What differs, for the partial `changes`; names of the two sides head its columns. */
export interface ChangesModel {
  readonly wasName: string
  readonly willName: string
  readonly rows: readonly {
    readonly section: string
    readonly what: string
    readonly was: string
    readonly will: string
    readonly sign: string
  }[]
  readonly nothing: boolean
  readonly userData: readonly {
    readonly k: Line['kind']
    readonly sign: string
    readonly says: string
    readonly text: string
  }[]
  readonly unchanged: string
  readonly sections: readonly {
    readonly name: string
    readonly rows: readonly { readonly what: string; readonly value: string }[]
  }[]
}

const signs: Readonly<Record<Line['kind'], { readonly sign: string; readonly says: string }>> = {
  same: { sign: ' ', says: '' },
  gone: { sign: '−', says: 'gone: ' },
  new: { sign: '+', says: 'new: ' },
}

/** Lines that stay are shown around those that change. */
const context = 2

export function changesModel(changes: Changes, wasName: string, willName: string): ChangesModel {
  const { sections, userData, changedCount, unchangedCount } = changes
  const near = (at: number) =>
    userData.slice(Math.max(0, at - context), at + context + 1).some(({ kind }) => kind !== 'same')
  return {
    wasName,
    willName,
    rows: sections.flatMap(({ name, changed }) =>
      changed.map(({ what, was, will }) => ({
        section: name,
        what,
        was: was ?? 'none',
        will: will ?? 'none',
        sign: was === null ? '+' : will === null ? '−' : '~',
      })),
    ),
    nothing: changedCount === 0 && userData.length === 0,
    userData: userData
      .filter((_line, at) => near(at))
      .map(({ kind, text }) => ({ k: kind, ...signs[kind], text })),
    unchanged: `${unchangedCount} ${unchangedCount === 1 ? 'field stays' : 'fields stay'} as they are`,
    sections: sections
      .filter(({ unchanged }) => unchanged.length > 0)
      .map(({ name, unchanged }) => ({ name, rows: unchanged })),
  }
}
