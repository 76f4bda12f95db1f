import { pushLabel } from '../../domain/names.js'
import type { ServerGroup } from '../../domain/server-group.js'
import type { Crumb } from './head.js'

/** The way to a page below a server group's own. */
export function groupCrumbs({ cluster, name }: ServerGroup, last: Crumb): Crumb[] {
  return [
    { label: cluster, href: `/clusters/${cluster}` },
    { label: pushLabel(name), href: `/groups/${name}` },
    last,
  ]
}
