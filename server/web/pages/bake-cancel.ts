import type { Bake } from '../../domain/bake.js'
import { confirmPage, type ConfirmPage } from './confirm.js'

/** Says what a cancelled bake leaves behind: nothing new. */
export function bakeCancelPage({ id, request }: Bake): ConfirmPage {
  const label = `${request.application} ${request.version}`
  return confirmPage({
    heading: `Cancel the bake of ${label}?`,
    crumbs: [
      { label: 'Images', href: '/images' },
      { label: `bake ${label}`, href: `/bakes/${id}` },
      { label: 'cancel' },
    ],
    sentence: 'No image is made; the builder is terminated.',
    action: `/bakes/${id}/cancel`,
    fields: [],
    consequences: [
      'The builder instance is terminated, whatever it is doing.',
      'Images that are there stay as they are.',
    ],
    button: `Cancel the bake of ${label}`,
    bad: true,
    back: { label: 'Let it go on', href: `/bakes/${id}` },
  })
}
