import type { ServerGroup } from '../../domain/server-group.js'
import { groupCrumbs } from './group-crumbs.js'
import { say, type Head } from './head.js'

export interface ConsoleOutputPage extends Head {
  /** Empty while AWS has none yet. */
  readonly output: string
}

/** What one instance wrote to its console since it started. */
export function consoleOutputPage(group: ServerGroup, instanceId: string, output: string): ConsoleOutputPage {
  return {
    title: instanceId,
    heading: instanceId,
    crumbs: groupCrumbs(group, { label: instanceId }),
    sentence: say('What it wrote to its console since it started.'),
    acts: [{ label: 'Everything about it', href: `/instances/${instanceId}` }],
    liveMs: 5000,
    output,
  }
}
