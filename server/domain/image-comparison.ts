import type { Bake, Image } from './bake.js'
import { commitRange, type CommitRange } from './commits.js'
import type { FieldChange } from './changes.js'
import type { InstalledPackage } from './image-packages.js'
import { packageChanges, type PackageChanges } from './package-changes.js'

/** An image with what is recorded beside it. */
export interface KnownImage {
  readonly image: Image
  /** Null: not baked here. */
  readonly bake: Bake | null
  readonly packages: readonly InstalledPackage[] | null
}

export interface ImageComparison {
  /** What they were made from, field by field, the same ones too. */
  readonly fields: readonly FieldChange[]
  readonly commits: CommitRange | null
  /** Null where the list of one of them is not known; `packagesUnknown` says why. */
  readonly packages: PackageChanges | null
  readonly packagesUnknown: string | null
}

/**
 * How one image is made otherwise than another.
 *
 * @param repositoryLink the application's template of an address that shows commits
 */
export function imageComparison(
  was: KnownImage,
  will: KnownImage,
  repositoryLink: string | null,
): ImageComparison {
  return {
    fields: fieldsOf(was, will),
    commits: commitRange(repositoryLink, was.image.commit, will.image.commit),
    ...comparedPackages(was, will),
  }
}

/** The packages alone, for what a deployment would change. */
export function comparedPackages(
  was: KnownImage,
  will: KnownImage,
): Pick<ImageComparison, 'packages' | 'packagesUnknown'> {
  const unknown = [was, will].flatMap((each) => reasonPackagesUnknown(each) ?? []).join(' ')
  if (!was.packages || !will.packages) return { packages: null, packagesUnknown: unknown }
  return { packages: packageChanges(was.packages, will.packages), packagesUnknown: null }
}

/** Why nobody can say what is installed in an image, in a sentence; null when it is known. */
export function reasonPackagesUnknown({ image, bake, packages }: KnownImage): string | null {
  if (packages) return null
  const unknown = `What is installed in ${image.name} is not known:`
  if (!bake) return `${unknown} it was not baked here.`
  if (bake.reused)
    return `${unknown} it was there already when it was asked for, and its own bake is not recorded.`
  if (bake.log.includes('packages is too long for the console'))
    return `${unknown} its list is longer than a builder’s console takes.`
  return `${unknown} it was baked by a version of Delling that did not ask, or its builder’s list never came.`
}

function fieldsOf(was: KnownImage, will: KnownImage): FieldChange[] {
  const field = (what: string, of: (each: KnownImage) => string | null): FieldChange => ({
    what,
    was: of(was),
    will: of(will),
  })
  return [
    field('Version', ({ image }) => image.version),
    field('Application', ({ image }) => image.application),
    field('Base image', ({ image }) => `${image.baseImageName} (${image.baseImageId})`),
    field('Recipe', ({ image }) => image.recipe?.slice(0, 12) ?? 'not known'),
    field('Package', ({ image }) => image.packageName),
    field('Package SHA-256', ({ image }) => image.packageSha256),
    field('Commit', ({ image }) => image.commit),
    field('Start command', ({ bake }) =>
      bake ? (bake.request.startCommand ?? 'the package’s own') : 'not known',
    ),
    field('Port', ({ bake }) => (bake ? String(bake.request.port) : 'not known')),
    field('Health path', ({ bake }) => bake?.request.healthPath ?? 'not known'),
    field('Baked by', ({ image }) => image.creator),
  ]
}
