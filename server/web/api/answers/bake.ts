import { z } from 'zod'
import { knownWords } from '../../../domain/newer-records.js'
import { actor, listOf, moment, text, texts, wait, wordOf } from './values.js'

const packageRef = z
  .object({ kind: z.enum(['tgz', 'zip', 'deb']), fileName: text, address: text, sha256: text })
  .meta({ id: 'Package' })

const bakeFields = {
  id: text,
  phase: wordOf(knownWords.bakePhases),
  ended: z.boolean(),
  outcome: text.nullable(),
  application: text,
  version: text,
  package: packageRef,
  baseImage: z
    .object({ imageId: text, name: text, alias: text.nullable(), rootDeviceName: text.nullable() })
    .nullable(),
  by: actor,
  reason: text.nullable(),
  wait: wait.nullable(),
  imageName: text.nullable(),
  imageId: text.nullable(),
  reused: z.boolean().describe('An image with the same content was there already.'),
  requestedAt: moment,
  endedAt: moment.nullable(),
}

export const listedBake = z.object(bakeFields).meta({ id: 'ListedBake' })
export const bake = z
  .object({ ...bakeFields, log: text })
  .meta({ id: 'Bake', description: 'One image in the making, with the log of its builder.' })

export const startedBake = z.object({ id: text, href: text, reused: z.boolean() }).meta({ id: 'StartedBake' })

const imageRetirement = z
  .object({
    phase: wordOf(['checking', 'deregistering', 'clearing', 'retired']),
    phaseSince: moment,
    by: text,
    reason: text,
    requestedAt: moment,
    snapshots: texts,
    left: texts.describe('Snapshots that had to stay, each with AWS’s reason.'),
    endedAt: moment.nullable(),
  })
  .meta({ id: 'ImageRetirement', description: 'An image on its way out of the account, or gone.' })

export const image = z
  .object({
    imageId: text,
    name: text,
    application: text,
    version: text,
    bakeId: text,
    contentKey: text,
    recipe: text.nullable().describe('The digest of the scripts that it was baked with.'),
    baseImageId: text,
    baseImageName: text,
    packageName: text,
    packageSha256: text,
    commit: text.nullable(),
    creator: text,
    bakedAt: moment,
    retirement: imageRetirement.nullable(),
    bad: z.object({ reason: text, group: text, at: moment }).nullable(),
  })
  .meta({
    id: 'Image',
    description: 'An image as recorded: what it was made from, and what was found out about it.',
  })

export const keptPackage = z
  .object({ address: text, sha256: text, kind: text, fileName: text, bytes: z.number().int() })
  .meta({
    id: 'KeptPackage',
    description: 'An upload that was checked; its address and digest are what a bake asks for.',
  })

export const samples = z.object({
  samples: listOf(z.object({ version: text, label: text, description: text, healthy: z.boolean() })),
})
