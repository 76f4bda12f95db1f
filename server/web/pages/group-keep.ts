import { pushLabel } from '../../domain/names.js'
import type { ServerGroup } from '../../domain/server-group.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, type Filled } from './field.js'
import { groupCrumbs } from './group-crumbs.js'
import { terminal } from './terminal.js'

/** Asks until when a group is kept, and why. */
export function groupKeepPage(group: ServerGroup, filled: Filled): ConfirmPage {
  const choices = [
    { value: '24', label: 'another day' },
    { value: '72', label: 'three days' },
    { value: '168', label: 'a week' },
    { value: 'ever', label: 'for ever, until it is released' },
  ]
  return confirmPage({
    heading: `Keep ${group.name} longer?`,
    terminal: terminal('keep', group.name, '--hours', '24', '--reason', '…'),
    crumbs: groupCrumbs(group, { label: 'keep' }),
    sentence: 'The nightly cleanup leaves it alone until then. It keeps running, and costing.',
    action: `/groups/${group.name}/keep`,
    fields: [
      field(filled, 'for', 'Keep it for', { choices, fallback: '24' }),
      field(filled, 'why', 'Why', { required: true, help: 'Shown beside it, so that others know.' }),
    ],
    consequences: [
      'It stays as it is: no traffic, health-checked, healed.',
      'It still counts as one of the groups that the cluster keeps warm.',
      'It can be released at any time.',
    ],
    button: `Keep ${pushLabel(group.name)}`,
    back: { label: 'Leave it as it is', href: `/groups/${group.name}` },
  })
}
