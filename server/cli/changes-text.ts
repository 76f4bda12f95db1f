import { packagesText, type PackageChangesDocument } from './package-text.js'

/** How two groups are made differently, as the API tells it. */
export interface ChangesDocument {
  readonly sections: readonly {
    readonly name: string
    readonly changed: readonly {
      readonly what: string
      readonly was: string | null
      readonly will: string | null
    }[]
  }[]
  readonly userData: readonly { readonly kind: 'same' | 'gone' | 'new'; readonly text: string }[]
  readonly unchangedCount: number
  readonly commits?: { readonly from: string; readonly to: string; readonly href: string | null } | null
  readonly packages?: PackageChangesDocument | null
  readonly packagesUnknown?: string | null
  readonly carriedCount?: number
  readonly left?: readonly string[]
}

const signs = { same: ' ', gone: '-', new: '+' } as const

/** What differs, by section, then what stays and what can't be taken over. */
export function changesText(changes: ChangesDocument): readonly string[] {
  const {
    sections,
    userData,
    unchangedCount,
    commits,
    packages,
    packagesUnknown,
    carriedCount = 0,
    left = [],
  } = changes
  return [
    ...(commits ? [`Commits: ${commits.href ?? `${commits.from} to ${commits.to}`}`] : []),
    ...(packages !== undefined ? packagesText(packages, packagesUnknown) : []),
    ...sections.flatMap(({ name, changed }) =>
      changed.map(({ what, was, will }) => `${name}, ${what}: ${was ?? 'none'} → ${will ?? 'none'}`),
    ),
    ...(userData.length > 0 ? ['User data:', ...changedLines(userData)] : []),
    `${unchangedCount} fields stay as they are${carriedCount > 0 ? `; ${carriedCount} things are taken over beyond the settings` : ''}.`,
    ...left.map((sentence) => `Not taken over: ${sentence}`),
  ]
}

function changedLines(lines: ChangesDocument['userData']): readonly string[] {
  return lines.filter(({ kind }) => kind !== 'same').map(({ kind, text }) => `  ${signs[kind]} ${text}`)
}
