import type { ImageComparison } from '../../domain/image-comparison.js'
import { packageChangesSentence, type PackageChange } from '../../domain/package-changes.js'

/** Packages that differ, for the partial `package-changes`. */
export interface PackageChangesModel {
  readonly wasName: string
  readonly willName: string
  /** How much differs, or why that is not known. */
  readonly sentence: string
  readonly known: boolean
  readonly rows: readonly {
    readonly manager: string
    readonly name: string
    readonly was: string
    readonly will: string
    readonly sign: string
  }[]
}

export function packageChangesModel(
  { packages, packagesUnknown }: Pick<ImageComparison, 'packages' | 'packagesUnknown'>,
  wasName: string,
  willName: string,
): PackageChangesModel {
  const row = (sign: string) => (change: PackageChange) => ({
    manager: change.manager,
    name: change.name,
    was: change.was ?? 'none',
    will: change.will ?? 'none',
    sign,
  })
  return {
    wasName,
    willName,
    sentence: packages ? packageChangesSentence(packages) : (packagesUnknown ?? ''),
    known: packages !== null,
    rows: packages
      ? [
          ...packages.changed.map(row('~')),
          ...packages.added.map(row('+')),
          ...packages.removed.map(row('−')),
        ]
      : [],
  }
}
