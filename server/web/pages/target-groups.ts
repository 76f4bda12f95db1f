import type { TargetGroupView } from '../../domain/target-group-view.js'
import type { BalancingSeen } from '../../engine/balancing.js'
import { say, strong, type Head } from './head.js'
import { targetGroupRow, type TargetGroupRow } from './load-balancers.js'
import { byWords, pageOfList, type ListFrame, type ListWish, type LongList } from './long-list.js'
import { lookBanner, type LookBanner } from './look-banner.js'
import { capital, counted } from './words.js'

export interface TargetGroupsPage extends Head {
  readonly banner: LookBanner
  readonly rows: readonly TargetGroupRow[]
  readonly list: ListFrame
}

interface Facts {
  readonly seen: BalancingSeen
  readonly wish: ListWish
  readonly zone: string
  readonly now: Date
}

const healthy = ({ counts }: TargetGroupView) => counts.find(({ state }) => state === 'healthy')?.count ?? 0

/** Every target group, as a list that can be filtered and sorted. */
export const targetGroupList: LongList<TargetGroupView> = {
  path: '/target-groups',
  placeholder: 'Filter: name, group, load balancer',
  columns: [
    { name: 'name', label: 'Target group', key: ({ name }) => name },
    { name: 'group', label: 'Filled by', key: ({ group }) => group },
    { name: 'healthy', label: 'Targets', key: healthy },
    { name: 'zones', label: 'Healthy by zone' },
    { name: 'led', label: 'Led to by', key: ({ rules }) => rules.length },
    { name: 'warnings', label: 'Worth a look', key: ({ warnings }) => warnings.length },
  ],
  sort: 'name',
  finds: byWords(({ name, group, cluster, rules }) => [
    name,
    group,
    cluster,
    ...rules.map(({ loadBalancer }) => loadBalancer),
  ]),
}

/** Which target groups are there, and is anything wrong with them? */
export function targetGroupsPage({ seen, wish, zone, now }: Facts): TargetGroupsPage {
  const { rows, frame } = pageOfList(seen.targetGroups, wish, targetGroupList)
  const worthALook = seen.targetGroups.filter(({ warnings }) => warnings.length > 0).length
  return {
    title: 'Target groups',
    heading: 'Target groups',
    crumbs: [{ label: 'Load balancers', href: '/load-balancers' }, { label: 'Target groups' }],
    sentence:
      seen.seenAt === null
        ? say(strong('AWS could not be looked at yet'), '.')
        : say(
            `${capital(counted(seen.targetGroups.length, 'target group'))}: `,
            strong(
              worthALook === 0
                ? 'nothing speaks against them'
                : `${counted(worthALook, 'of them', 'of them')} ${worthALook === 1 ? 'wants' : 'want'} a look`,
            ),
            '.',
          ),
    acts: [],
    liveMs: 15_000,
    banner: lookBanner(seen, zone, now),
    rows: rows.map(targetGroupRow),
    list: frame,
  }
}
