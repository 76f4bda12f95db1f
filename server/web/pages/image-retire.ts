import type { RetirementPlan } from '../../engine/retire-image.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, type Field, type Filled } from './field.js'
import { say, strong } from './head.js'
import { usesModel, type UseRow } from './image-uses.js'
import { counted } from './words.js'

export interface ImageRetirePage extends ConfirmPage {
  readonly uses: readonly UseRow[]
  readonly mayGo: boolean
  readonly name: string
  readonly command: string
}

export interface ImageRetireFacts {
  readonly plan: RetirementPlan
  readonly filled: Filled
  readonly override: readonly Field[]
}

/** What goes with an image and what keeps it, before its name is typed. */
export function imageRetirePage({ plan, filled, override }: ImageRetireFacts): ImageRetirePage {
  const { image, uses, snapshots, reasonStays } = plan
  const { name } = image
  const mayGo = reasonStays === null && image.retirement === null
  return {
    ...confirmPage({
      heading: `Retire ${name}?`,
      crumbs: [
        { label: 'Images', href: '/images' },
        { label: name, href: `/images/${name}` },
        { label: 'retire' },
      ],
      sentence: image.retirement
        ? say(
            strong(
              image.retirement.phase === 'retired'
                ? 'It is retired already.'
                : 'It is being retired already.',
            ),
          )
        : reasonStays
          ? say(strong('It must stay. '), reasonStays)
          : say(strong('Nothing uses it'), ', by the records and by a look at the whole account just now.'),
      action: `/images/${name}/retire`,
      fields: [
        field(filled, 'name', `Type ${name}`, { mono: true, required: true }),
        field(filled, 'reason', 'Why', { help: 'Shown in the deploy log.' }),
        ...override,
      ],
      consequences: [
        `${image.imageId} is deregistered and ${counted(snapshots.length, 'snapshot')} of it deleted: ${snapshots.join(', ') || 'none is shown'}.`,
        'Right before that it is looked again whether something uses it; if so, it stays.',
        'It can’t be brought back. Baking the same inputs again makes another image like it.',
        'Its record stays, with what was installed in it and where it ran.',
      ],
      button: `Retire ${name}`,
      bad: true,
      back: { label: 'Keep it', href: `/images/${name}` },
    }),
    uses: usesModel(uses),
    mayGo,
    name,
    command: `npx delling images retire ${name} --yes-i-mean ${name}`,
  }
}
