import { pushLabel } from '../../domain/names.js'
import { shownState, type ServerGroup } from '../../domain/server-group.js'
import type { GroupView } from '../../engine/cluster-view.js'
import type { LogLine } from '../../engine/ports.js'
import { recordedBadge, stateBadge, type Badge } from './badge.js'
import { feedLine, type FeedLine } from './feed.js'
import { healthLook, instanceSays, untilWords, zoneWells, type Fact, type ZoneWell } from './group-card.js'
import { say, strong, type Act, type Head, type Said } from './head.js'
import { moment } from './moment.js'
import { targetGroupHref } from './target-words.js'
import { withStop } from './words.js'

export interface GroupFacts {
  readonly group: ServerGroup
  /** Null when the cloud could not be asked, or the group is gone. */
  readonly view: GroupView | null
  readonly log: readonly LogLine[]
  readonly mayReturn: boolean
  readonly now: Date
  readonly zone: string
}

export interface GroupPage extends Head {
  readonly name: string
  readonly badge: Badge
  readonly facts: readonly Fact[]
  readonly zones: readonly ZoneWell[]
  readonly instances: readonly {
    readonly id: string
    readonly zone: string
    readonly k: string
    readonly glyph: string
    readonly says: string
    readonly reason: string | null
    readonly console: string
  }[]
  readonly log: readonly FeedLine[]
  readonly kept: string | null
}

/** One server group: what it is, why it is here, until when. */
export function groupPage(facts: GroupFacts): GroupPage {
  const { group, view, zone, now } = facts
  const badge = view
    ? stateBadge(view.state, view.readiness?.state ?? null, group.keep !== null)
    : recordedBadge(group)
  return {
    title: group.name,
    heading: group.name,
    crumbs: [
      { label: 'Clusters', href: '/clusters' },
      { label: group.cluster, href: `/clusters/${group.cluster}` },
      { label: pushLabel(group.name) },
    ],
    sentence: groupSentence(facts),
    acts: groupActs(facts),
    liveMs: 5_000,
    name: group.name,
    badge,
    facts: groupFacts(facts),
    zones: view ? zoneWells(view, []) : [],
    instances: (view?.instances ?? []).map((each) => ({
      id: each.instanceId,
      zone: each.zone,
      ...healthLook[each.health],
      says: instanceSays(each),
      reason: each.reason,
      console: `/groups/${group.name}/instances/${each.instanceId}`,
    })),
    log: facts.log.map((row) => feedLine(row, zone, now)),
    kept: group.keep
      ? `Kept ${group.keep.until ? `until ${moment(group.keep.until, zone, now).text}` : 'for ever'} by ${group.keep.by}: ${group.keep.why}`
      : null,
  }
}

function groupSentence({ group, view, zone, now }: GroupFacts): Said[] {
  const state = view?.state ?? shownState(group.role, 0)
  const label = pushLabel(group.name)
  const until = group.expiresAt ? `until ${moment(group.expiresAt, zone, now).text}` : 'for ever'
  switch (state) {
    case 'live':
      return say(
        strong(
          `${label} carries ${view?.share === 100 ? 'all traffic' : `${view?.share ?? 0} % of the traffic`}`,
        ),
        ` of ${group.cluster}.`,
      )
    case 'adopting':
      return say(
        strong(`${label} is being adopted`),
        ': it gets our marks, and nothing else of it is changed.',
      )
    case 'given back':
      return say(
        strong(`${label} was given back`),
        ': it stands as it was left, and Delling does nothing to it.',
      )
    case 'launching':
      return say(strong(`${label} is on its way`), ': it takes no traffic before every target is healthy.')
    case 'canary':
      return say(
        strong(`${label} carries ${view?.share ?? 0} % of the traffic of ${group.cluster}`),
        ': it is judged before it gets the rest.',
      )
    case 'warm':
      return say(
        strong(`${label} is warm ${until}`),
        `: ${view?.readiness?.sentence ?? 'its readiness is not known now.'}`,
      )
    case 'rejected':
    case 'failed':
      return say(
        strong(`${label} is ${state}`),
        `: ${group.reason ? withStop(group.reason) : 'no reason was recorded.'} Kept ${until} for a look at it.`,
      )
    case 'destroying':
      return say(strong(`${label} is being destroyed`), ': it carries nothing and is never a target again.')
    case 'destroyed':
      return say(
        strong(`${label} is destroyed`),
        group.destroyedAt
          ? `, since ${moment(group.destroyedAt, zone, now).text}; nothing of it is left in the cloud.`
          : '.',
      )
  }
}

function groupActs({ group, view, mayReturn }: GroupFacts): Act[] {
  const state = view?.state ?? shownState(group.role, 0)
  const base = `/groups/${group.name}`
  if (state === 'warm')
    return [
      ...(mayReturn
        ? [
            {
              label: 'Roll back to it',
              href: `/clusters/${group.cluster}/rollback?to=${group.name}`,
              glyph: 'back',
              act: true,
            },
          ]
        : []),
      { label: 'Keep longer', href: `${base}/keep` },
      { label: 'Destroy now…', href: `${base}/destroy`, bad: true },
    ]
  if (state === 'rejected' || state === 'failed')
    return [
      { label: 'Keep longer', href: `${base}/keep` },
      { label: 'Destroy now…', href: `${base}/destroy`, bad: true },
    ]
  return []
}

function groupFacts({ group, zone, now, view }: GroupFacts): Fact[] {
  const { min, max, desired } = group.size
  return [
    { what: 'Cluster', value: group.cluster, href: `/clusters/${group.cluster}` },
    { what: 'Image', value: group.image.name, href: `/images/${group.image.name}` },
    { what: 'Image id', value: group.image.imageId, mono: true },
    { what: 'Size', value: `${view?.size ?? desired}, asked for between ${min} and ${max}` },
    { what: 'Deployment', value: group.operationId.slice(0, 8), href: `/operations/${group.operationId}` },
    { what: 'How it is made', value: 'against another group', href: `/groups/${group.name}/changes` },
    { what: 'Made', value: '', when: moment(group.createdAt, zone, now) },
    ...(group.registeredAt
      ? [{ what: 'Registered', value: '', when: moment(group.registeredAt, zone, now) }]
      : []),
    ...(group.liveSince ? [{ what: 'Live since', value: '', when: moment(group.liveSince, zone, now) }] : []),
    ...(group.quietSince
      ? [{ what: 'Without traffic since', value: '', when: moment(group.quietSince, zone, now) }]
      : []),
    ...(group.expiresAt
      ? [
          {
            what: 'May go',
            value: `, ${untilWords(group.expiresAt, now)}`,
            when: moment(group.expiresAt, zone, now),
          },
        ]
      : []),
    ...(group.survived.length > 0
      ? [{ what: 'Survived', value: `${group.survived.length} nights, the last ${group.survived.at(-1)}` }]
      : []),
    ...(group.reason ? [{ what: 'Why', value: group.reason }] : []),
    {
      what: 'Target group',
      value: group.targetGroupName,
      ...(group.role !== 'destroyed' &&
        group.targetGroupArn !== null && { href: targetGroupHref(group.targetGroupName) }),
    },
    ...(group.launchTemplateId
      ? [{ what: 'Launch template', value: group.launchTemplateId, mono: true }]
      : []),
  ]
}
