interface PackageChange {
  readonly manager: string
  readonly name: string
  readonly was: string | null
  readonly will: string | null
}

/** What one image has installed otherwise than another, as the API tells it. */
export interface PackageChangesDocument {
  readonly added: readonly PackageChange[]
  readonly removed: readonly PackageChange[]
  readonly changed: readonly PackageChange[]
  readonly unchangedCount: number
}

/** A line for each package that differs, and one for how many don't; or why that is not known. */
export function packagesText(
  packages: PackageChangesDocument | null,
  unknown: string | null | undefined,
): readonly string[] {
  if (!packages) return [unknown ?? 'What is installed is not known.']
  const { changed, added, removed, unchangedCount } = packages
  return [
    ...[...changed, ...added, ...removed].map(
      ({ manager, name, was, will }) => `Package ${name} (${manager}): ${was ?? 'none'} → ${will ?? 'none'}`,
    ),
    `${unchangedCount} packages are the same.`,
  ]
}
