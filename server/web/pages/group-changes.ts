import type { Changes } from '../../domain/changes.js'
import { pushLabel } from '../../domain/names.js'
import type { ServerGroup } from '../../domain/server-group.js'
import { changesModel, type ChangesModel } from './changes.js'
import { field, type Field } from './field.js'
import { say, strong, type Head } from './head.js'
import { terminal } from './terminal.js'

export interface GroupChangesPage extends Head {
  readonly name: string
  readonly againstField: Field
  readonly changes: ChangesModel | null
}

/** One group held against another of its cluster, field by field. */
export function groupChangesPage(
  group: ServerGroup,
  others: readonly ServerGroup[],
  against: string | null,
  changes: Changes | null,
): GroupChangesPage {
  const choices = others.map(({ name, image }) => ({ value: name, label: `${name}, ${image.version}` }))
  return {
    title: `${group.name} against another group`,
    heading: `What differs from ${group.name}`,
    ...(against ? { terminal: terminal('compare', group.name, against) } : {}),
    crumbs: [
      { label: 'Clusters', href: '/clusters' },
      { label: group.cluster, href: `/clusters/${group.cluster}` },
      { label: pushLabel(group.name), href: `/groups/${group.name}` },
      { label: 'changes' },
    ],
    sentence: against
      ? say(
          'From ',
          strong(against),
          ' to ',
          strong(group.name),
          ': templates, groups, policies and target groups.',
        )
      : say('Choose the group to hold it against.'),
    acts: [],
    liveMs: 0,
    name: group.name,
    againstField: field({ values: { against }, faults: [] }, 'against', 'Against', {
      choices: [{ value: '', label: 'choose a group' }, ...choices],
      fallback: against ?? '',
      required: true,
    }),
    changes: changes && against ? changesModel(changes, pushLabel(against), pushLabel(group.name)) : null,
  }
}
