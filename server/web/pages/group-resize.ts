import { pushLabel } from '../../domain/names.js'
import type { ServerGroup } from '../../domain/server-group.js'
import type { GroupView } from '../../engine/cluster-view.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, type Field, type Filled } from './field.js'
import { groupCrumbs } from './group-crumbs.js'
import { say, strong } from './head.js'
import { terminal } from './terminal.js'

/** Asks for a group's bounds, with what it carries now. */
export function groupResizePage(
  group: ServerGroup,
  view: GroupView | null,
  filled: Filled,
  override: readonly Field[] = [],
): ConfirmPage {
  const label = pushLabel(group.name)
  const instances = view
    ? `${view.size} instances, ${view.healthy} of them healthy`
    : 'an unknown number of instances'
  const warm = group.role === 'warm'
  return confirmPage({
    heading: `Resize ${group.name}`,
    terminal: warm
      ? terminal('resize', group.name, '--size', '…', '--plan')
      : terminal('resize', group.name, '--min', '…', '--max', '…', '--plan'),
    crumbs: groupCrumbs(group, { label: 'resize' }),
    sentence: say(
      strong(`${label} carries ${view?.weight ?? 0} % of the traffic`),
      ` with ${instances}${warm ? '' : `, between ${group.size.min} and ${group.size.max}`}.`,
    ),
    action: `/groups/${group.name}/resize`,
    fields: warm
      ? [
          field(filled, 'size', 'Instances', {
            fallback: String(view?.size ?? group.size.min),
            required: true,
          }),
          field(filled, 'reason', 'Why', { help: 'Shown in the deploy log.' }),
          ...override,
        ]
      : [
          field(filled, 'min', 'Smallest size', { fallback: String(group.size.min) }),
          field(filled, 'max', 'Largest size', { fallback: String(group.size.max) }),
          field(filled, 'reason', 'Why', { help: 'Shown in the deploy log.' }),
          field(filled, 'name', `To lower either, type ${group.name}`, { mono: true }),
          ...override,
        ],
    consequences: warm
      ? [
          'It is held at so many instances until it is switched to or destroyed.',
          'A warm group is only made larger.',
        ]
      : [
          'A higher smallest size starts what is missing at once.',
          'A lower one terminates nothing: the group’s own scaling decides how many it needs.',
          'A largest size below what carries the traffic now is refused.',
        ],
    button: `Resize ${label}`,
    back: { label: 'Leave it as it is', href: `/clusters/${group.cluster}` },
  })
}
