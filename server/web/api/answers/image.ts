import { z } from 'zod'
import { count, listOf, text } from './values.js'

const manager = z.enum(['deb', 'rpm', 'npm', 'runtime'])

export const installed = z
  .object({
    image: text,
    packages: listOf(z.object({ manager, name: text, version: text }))
      .nullable()
      .describe('As the builder reported them; null where no list came.'),
    unknown: text.nullable().describe('Why there is none, in a sentence.'),
  })
  .meta({ id: 'InstalledPackages' })

const packageChange = z.object({ manager, name: text, was: text.nullable(), will: text.nullable() })

export const packageChanges = z
  .object({
    added: listOf(packageChange),
    removed: listOf(packageChange),
    changed: listOf(packageChange),
    unchangedCount: count,
  })
  .meta({ id: 'PackageChanges', description: 'What one image has installed otherwise than another.' })

/** The packages of two images held against each other, as far as both are known. */
export const comparedPackages = {
  packages: packageChanges.nullable().describe('Null where the list of one of them is not known.'),
  packagesUnknown: text.nullable().describe('Why the packages can’t be compared, in a sentence.'),
}

export const commits = z
  .object({ from: text, to: text, href: text.nullable() })
  .nullable()
  .describe('Null where the two images do not both say which commit they were made from.')

export const imageComparison = z
  .object({
    image: text,
    against: text,
    fields: listOf(z.object({ what: text, was: text.nullable(), will: text.nullable() })),
    commits,
    ...comparedPackages,
  })
  .meta({ id: 'ImageComparison', description: 'How an image is made otherwise than another.' })
