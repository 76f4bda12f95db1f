import type { CleanupPlan } from '../../engine/cleanup.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { counted } from './words.js'
import { terminal } from './terminal.js'

/** Names every group that would go and why; `asked` is the moment that the run is to take for now. */
export function cleanupConfirmPage(plan: CleanupPlan, asked: Date | null): ConfirmPage {
  const goes = plan.groups.filter((each) => each.verdict === 'goes')
  return confirmPage({
    heading: 'Run the cleanup now?',
    terminal: terminal('cleanup'),
    crumbs: [{ label: 'Tonight', href: '/tonight' }, { label: 'run now' }],
    sentence:
      goes.length === 0
        ? 'Nothing is due: a run would only look.'
        : `${counted(goes.length, 'group')} would go; nothing that carries traffic is touched.`,
    action: '/tonight/run',
    hidden: asked ? [{ name: 'now', value: asked.toISOString() }] : [],
    fields: [],
    consequences: [
      ...goes.map(({ group, why }) => `${group.name} goes: ${why}`),
      'Each is looked at again just before, and stays if anything speaks against it.',
      'Afterwards it is looked whether anything of them is left.',
    ],
    button: 'Run the cleanup now',
    bad: goes.length > 0,
    back: { label: 'Wait for the morning', href: '/tonight' },
  })
}
