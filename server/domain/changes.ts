import type { Blueprint } from './blueprint.js'
import { lineDifference, type Line } from './line-difference.js'
import { sheetOf, shownUserData } from './sheet.js'

/** One field that differs; null on the side that lacks it. */
export interface FieldChange {
  readonly what: string
  readonly was: string | null
  readonly will: string | null
}

export interface SectionChanges {
  readonly name: string
  readonly changed: readonly FieldChange[]
  readonly unchanged: readonly { readonly what: string; readonly value: string }[]
}

/** How one group is made otherwise than another, or than one that is to be made. */
export interface Changes {
  readonly sections: readonly SectionChanges[]
  /** Line by line; empty where nothing of it differs. */
  readonly userData: readonly Line[]
  readonly changedCount: number
  readonly unchangedCount: number
}

/** Sections without a field on either side are left out. */
export function changesBetween(was: Blueprint, will: Blueprint): Changes {
  const [before, after] = [sheetOf(was), sheetOf(will)]
  const sections = [...after.keys()]
    .map((name) => sectionChanges(name, before.get(name) ?? new Map(), after.get(name) ?? new Map()))
    .filter(({ changed, unchanged }) => changed.length + unchanged.length > 0)
  const lines = lineDifference(shownUserData(was), shownUserData(will))
  const userData = lines.some(({ kind }) => kind !== 'same') ? lines : []
  const count = (of: (section: SectionChanges) => readonly unknown[]) =>
    sections.reduce((sum, section) => sum + of(section).length, 0)
  return {
    sections,
    userData,
    changedCount: count(({ changed }) => changed),
    unchangedCount: count(({ unchanged }) => unchanged),
  }
}

function sectionChanges(
  name: string,
  was: ReadonlyMap<string, string>,
  will: ReadonlyMap<string, string>,
): SectionChanges {
  const fields = [...new Set([...was.keys(), ...will.keys()])].sort()
  const rows = fields.map((what) => ({ what, was: was.get(what) ?? null, will: will.get(what) ?? null }))
  return {
    name,
    changed: rows.filter((row) => row.was !== row.will),
    unchanged: rows.flatMap(({ what, was: before, will: after }) =>
      before !== null && before === after ? [{ what, value: before }] : [],
    ),
  }
}
