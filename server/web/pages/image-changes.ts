import type { Image } from '../../domain/bake.js'
import type { ComparedImages } from '../../engine/compare-images.js'
import { field, type Field } from './field.js'
import { say, strong, type Head } from './head.js'
import { packageChangesModel, type PackageChangesModel } from './package-changes.js'
import { terminal } from './terminal.js'

export interface ImageChangesPage extends Head {
  readonly name: string
  readonly againstField: Field
  readonly compared: {
    readonly wasName: string
    readonly willName: string
    readonly rows: readonly {
      readonly what: string
      readonly was: string
      readonly will: string
      readonly sign: string
      readonly same: boolean
    }[]
    readonly commits: { readonly says: string; readonly href: string | null } | null
    readonly packages: PackageChangesModel
  } | null
}

/** One image held against another. */
export function imageChangesPage(
  image: Image,
  others: readonly Image[],
  compared: ComparedImages | null,
): ImageChangesPage {
  const against = compared?.against ?? null
  const choices = others.map(({ name, version }) => ({ value: name, label: `${name}, ${version}` }))
  return {
    title: `${image.name} against another image`,
    heading: `What differs in ${image.name}`,
    ...(against ? { terminal: terminal('images', 'compare', image.name, against) } : {}),
    crumbs: [
      { label: 'Images', href: '/images' },
      { label: image.name, href: `/images/${image.name}` },
      { label: 'changes' },
    ],
    sentence: against
      ? say('From ', strong(against), ' to ', strong(image.name), '.')
      : say('Choose the image to hold it against.'),
    acts: [],
    liveMs: 0,
    name: image.name,
    againstField: field({ values: { against }, faults: [] }, 'against', 'Against', {
      choices: [{ value: '', label: 'choose an image' }, ...choices],
      fallback: against ?? '',
      required: true,
    }),
    compared: compared && {
      wasName: compared.against,
      willName: compared.image,
      rows: compared.fields.map(({ what, was, will }) => ({
        what,
        was: was ?? 'none',
        will: will ?? 'none',
        sign: was === will ? '' : was === null ? '+' : will === null ? '−' : '~',
        same: was === will,
      })),
      commits: compared.commits && {
        says: `${compared.commits.from.slice(0, 12)} to ${compared.commits.to.slice(0, 12)}`,
        href: compared.commits.href,
      },
      packages: packageChangesModel(compared, compared.against, compared.image),
    },
  }
}
