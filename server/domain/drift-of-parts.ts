import type { Difference } from './difference.js'
import type { ObservedGroup } from './observation.js'
import type { ServerGroup } from './server-group.js'

/** What was deleted of a group. There is no undo: a part made anew is another one. */
export function partDifferences(group: ServerGroup, seen: ObservedGroup | null): readonly Difference[] {
  const { name, role } = group
  if (role === 'lost')
    return [
      missing(
        group,
        'group',
        `Auto Scaling group ${name}`,
        'It can’t be undone: its instances are gone. The next cleanup removes what is left of it.',
      ),
    ]
  if (!seen?.autoScaling) return []
  const heals =
    role === 'live'
      ? 'Deploy again: a new group has one.'
      : 'It serves and can be switched to as long as its instances last.'
  return [
    ...(seen.launchTemplateId
      ? []
      : [
          missing(
            group,
            'launchTemplate',
            `Launch template ${name}`,
            `It can’t be undone: the group cannot heal, for nothing launches from a template made anew. ${heals}`,
          ),
        ]),
    ...(group.targetGroupArn && seen.targetGroupArn !== group.targetGroupArn
      ? [
          missing(
            group,
            'targetGroup',
            `Target group ${group.targetGroupName}`,
            `It can’t be undone: no traffic can be sent to ${name} any more. Destroy it.`,
          ),
        ]
      : []),
  ]
}

function missing(group: ServerGroup, kind: Difference['kind'], what: string, reason: string): Difference {
  return {
    kind,
    subject: group.name,
    what,
    expected: 'to be there',
    found: 'none: it was deleted',
    who: null,
    ways: [{ act: 'undo', effect: 'It would be made again.', reason }],
  }
}
