import type { Image } from '../../domain/bake.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, type Filled } from './field.js'

/** Asks for a word on why an image is not bad after all. */
export function imageUnmarkPage({ name, bad }: Image, filled: Filled): ConfirmPage {
  return confirmPage({
    heading: `${name} is not bad after all?`,
    crumbs: [
      { label: 'Images', href: '/images' },
      { label: name, href: `/images/${name}` },
      { label: 'not bad' },
    ],
    sentence: bad ? `It is marked bad since ${bad.group}: ${bad.reason}` : 'It is not marked bad.',
    action: `/images/${name}/unmark-bad`,
    fields: [
      field(filled, 'reason', 'Why', { required: true, help: 'Shown in its history, so that others know.' }),
    ],
    consequences: [
      'Nobody is warned any more before it is deployed.',
      'Nothing that runs is changed.',
      'The next deployment of it that fails by its fault marks it again.',
    ],
    button: 'Take the mark back',
    back: { label: 'Leave it marked', href: `/images/${name}` },
  })
}
