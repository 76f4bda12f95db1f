import type { Operation } from '../../domain/operation.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, type Filled } from './field.js'
import { say, strong } from './head.js'
import { operationWords } from './operation-item.js'
import { terminal } from './terminal.js'

/** Asks why, and says what standing still means where it is. */
export function operationPausePage(operation: Operation, filled: Filled): ConfirmPage {
  const words = operationWords(operation)
  const launches = operation.kind === 'deploy' || operation.kind === 'create'
  return confirmPage({
    heading: `Pause: ${words}?`,
    terminal: terminal('pause', operation.id, '--reason', '…'),
    crumbs: [
      { label: operation.cluster, href: `/clusters/${operation.cluster}` },
      { label: words, href: `/operations/${operation.id}` },
      { label: 'pause' },
    ],
    sentence: say(strong('It stands still between two steps'), ' until somebody lets it go on.'),
    action: `/operations/${operation.id}/pause`,
    fields: [
      field(filled, 'reason', 'Why', { required: true, help: 'Shown on its page and in the deploy log.' }),
    ],
    consequences: [
      'No deadline passes meanwhile.',
      ...(launches
        ? [
            'The traffic stays where it is; a share that the new group has, it keeps, and gives back if it falls sick.',
            'What is held for the switch alone is released, and held again when it goes on.',
            'The new instances stay, and cost what they cost.',
          ]
        : []),
      'Cancelling stays possible.',
    ],
    button: `Pause: ${words}`,
    back: { label: 'Let it go on', href: `/operations/${operation.id}` },
  })
}
