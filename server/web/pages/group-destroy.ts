import { pushLabel } from '../../domain/names.js'
import type { ServerGroup } from '../../domain/server-group.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, type Field, type Filled } from './field.js'
import { groupCrumbs } from './group-crumbs.js'
import { say, strong } from './head.js'
import { terminal } from './terminal.js'

/** Asks for the group's name, typed, and says what goes with it. */
export function groupDestroyPage(
  group: ServerGroup,
  filled: Filled,
  override: readonly Field[] = [],
): ConfirmPage {
  const warm = group.role === 'warm'
  return confirmPage({
    heading: `Destroy ${group.name}?`,
    terminal: terminal('destroy', group.name, '--wait'),
    crumbs: groupCrumbs(group, { label: 'destroy' }),
    sentence: say(
      strong('It cannot be undone'),
      warm
        ? `: switching back to ${pushLabel(group.name)} is no longer possible after it.`
        : '. Its console output goes with it.',
    ),
    action: `/groups/${group.name}/destroy`,
    fields: [
      field(filled, 'name', `Type ${group.name}`, { mono: true, required: true }),
      field(filled, 'reason', 'Why', { help: 'Shown in the deploy log.' }),
      ...override,
    ],
    consequences: [
      'It leaves the listener rule first; requests that it still answers are drained.',
      `Its ${group.size.desired} instances, Auto Scaling group, target group, launch template and alarms go.`,
      'Afterwards it is looked whether anything of it is left.',
      'It is refused if the group carries traffic.',
    ],
    button: `Destroy ${group.name}`,
    bad: true,
    back: { label: 'Keep it', href: `/groups/${group.name}` },
  })
}
