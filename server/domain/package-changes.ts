import type { InstalledPackage, PackageManager } from './image-packages.js'

/** One package that is there in other versions; null on the side that lacks it. */
export interface PackageChange {
  readonly manager: PackageManager
  readonly name: string
  readonly was: string | null
  readonly will: string | null
}

export interface PackageChanges {
  readonly added: readonly PackageChange[]
  readonly removed: readonly PackageChange[]
  readonly changed: readonly PackageChange[]
  readonly unchangedCount: number
}

/** What one image has installed otherwise than another. Several versions of one package are held against each other as one. */
export function packageChanges(
  was: readonly InstalledPackage[],
  will: readonly InstalledPackage[],
): PackageChanges {
  const [before, after] = [versionsOf(was), versionsOf(will)]
  const all = [...new Set([...before.keys(), ...after.keys()])].sort().map((key): PackageChange => {
    const [manager = '', name = ''] = key.split('\t')
    return {
      manager: manager as PackageManager,
      name,
      was: before.get(key) ?? null,
      will: after.get(key) ?? null,
    }
  })
  return {
    added: all.filter((each) => each.was === null),
    removed: all.filter((each) => each.will === null),
    changed: all.filter((each) => each.was !== null && each.will !== null && each.was !== each.will),
    unchangedCount: all.filter((each) => each.was === each.will).length,
  }
}

/** How much of it, in a few words. */
export function packageChangesSentence({ added, removed, changed, unchangedCount }: PackageChanges): string {
  const parts = [
    changed.length > 0 ? `${changed.length} in another version` : null,
    added.length > 0 ? `${added.length} new` : null,
    removed.length > 0 ? `${removed.length} gone` : null,
  ].filter((part) => part !== null)
  if (parts.length === 0)
    return unchangedCount === 1
      ? 'The same package in the same version.'
      : `The same ${unchangedCount} packages in the same versions.`
  return `${parts.join(', ')}; ${unchangedCount} as they were.`
}

function versionsOf(packages: readonly InstalledPackage[]): ReadonlyMap<string, string> {
  const versions = new Map<string, Set<string>>()
  for (const { manager, name, version } of packages) {
    const key = `${manager}\t${name}`
    versions.set(key, (versions.get(key) ?? new Set()).add(version))
  }
  return new Map([...versions].map(([key, set]) => [key, [...set].sort().join(', ')]))
}
