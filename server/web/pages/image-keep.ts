import type { Image } from '../../domain/bake.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, type Filled } from './field.js'

/** Asks why an image is kept. */
export function imageKeepPage({ name }: Image, filled: Filled): ConfirmPage {
  return confirmPage({
    heading: `Keep ${name}?`,
    crumbs: [
      { label: 'Images', href: '/images' },
      { label: name, href: `/images/${name}` },
      { label: 'keep' },
    ],
    sentence: 'The retention leaves it alone, whatever its age, until somebody releases it.',
    action: `/images/${name}/keep`,
    fields: [field(filled, 'why', 'Why', { required: true, help: 'Shown beside it, so that others know.' })],
    consequences: [
      'Nobody can retire it by hand either while it is kept.',
      'One that is on its way out stops there, unless it is deregistered already.',
      'It can be released at any time.',
    ],
    button: 'Keep it',
    back: { label: 'Leave it as it is', href: `/images/${name}` },
  })
}
