import type { Operation } from '../../domain/operation.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, unfilled } from './field.js'
import { operationWords } from './operation-item.js'
import { terminal } from './terminal.js'

/** Says before the click how it would end. */
export function operationCancelPage(operation: Operation, ends: string): ConfirmPage {
  const words = operationWords(operation)
  const sentence = `It would end so: ${ends}.`
  return confirmPage({
    heading: `Cancel: ${words}?`,
    terminal: terminal('cancel', operation.id),
    crumbs: [
      { label: operation.cluster, href: `/clusters/${operation.cluster}` },
      { label: words, href: `/operations/${operation.id}` },
      { label: 'cancel' },
    ],
    sentence,
    action: `/operations/${operation.id}/cancel`,
    fields: [field(unfilled, 'reason', 'Why', { help: 'Shown in the deploy log.' })],
    consequences: [sentence, 'What was changed for a while is put back.'],
    button: `Cancel: ${words}`,
    bad: true,
    back: { label: 'Let it go on', href: `/operations/${operation.id}` },
  })
}
