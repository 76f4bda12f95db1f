import { plannedStart } from './hold.js'
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

const packageChanges = z
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

const use = z.object({
  kind: z.enum(['group', 'operation', 'bake', 'base', 'default', 'account']),
  name: text,
  says: text.describe('Goes on after the name.'),
  href: text.nullable(),
})

export const imageUses = z
  .object({ image: text, uses: listOf(use) })
  .meta({ id: 'ImageUses', description: 'What runs an image, could switch back to it, or is made from it.' })

export const retirementPlan = z
  .object({
    image: text,
    uses: listOf(use),
    snapshots: listOf(text).describe('What is deleted with it.'),
    reasonStays: text.nullable().describe('Why it may not go now; null: it may.'),
    ...plannedStart,
  })
  .meta({ id: 'RetirementPlan' })
