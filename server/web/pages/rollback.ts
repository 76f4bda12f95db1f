import { pushLabel } from '../../domain/names.js'
import type { Readiness } from '../../domain/readiness.js'
import type { PlannedCall } from '../../domain/call.js'
import type { ClusterView } from '../../engine/cluster-view.js'
import { stateBadge, type Badge } from './badge.js'
import { field, type Field, type Filled } from './field.js'
import { liveMs, say, strong, type Head, type Said } from './head.js'
import { planCounts, planLines, type PlanLine } from './plan.js'
import { readinessPanel, type ReadinessPanel } from './readiness-panel.js'
import { duration } from './words.js'

export interface RollbackFacts {
  readonly cluster: string
  readonly from: string | null
  readonly to: string
  readonly readiness: Readiness
  readonly plan: readonly PlannedCall[]
  readonly warnings: readonly string[]
  readonly ends: string
  readonly view: ClusterView
  readonly filled: Filled
}

export interface RollbackPage extends Head {
  readonly cluster: string
  readonly to: string
  readonly toLabel: string
  readonly fromLabel: string
  readonly rows: readonly {
    readonly name: string
    readonly badge: Badge
    readonly image: string
    readonly healthy: string
    readonly k: string
    readonly now: string
    readonly after: string
    readonly goes: boolean
  }[]
  readonly plan: readonly PlanLine[]
  readonly planCounts: string
  readonly warnings: readonly string[]
  readonly ends: string
  readonly readiness: ReadinessPanel
  readonly ready: boolean
  /** Smaller than needed: one may go now, for a written reason, or after it has been resized. */
  readonly short: { readonly says: string; readonly mend: string } | null
  /** No healthy target at all: only that is refused. */
  readonly impossible: string | null
  readonly reason: Field
  readonly command: string
}

/** Will it work, how fast, what do I lose? */
export function rollbackPage(facts: RollbackFacts): RollbackPage {
  const { cluster, to, from, readiness, filled } = facts
  const toLabel = pushLabel(to)
  const fromLabel = from ? pushLabel(from) : 'the live group'
  const isShort = readiness.state === 'degraded'
  return {
    title: `Switch ${cluster} back to ${toLabel}`,
    heading: `Switch ${cluster} back to ${toLabel}?`,
    crumbs: [
      { label: 'Clusters', href: '/clusters' },
      { label: cluster, href: `/clusters/${cluster}` },
      { label: 'switch back' },
    ],
    sentence: rollbackSentence(readiness, toLabel),
    acts: [],
    liveMs: liveMs(false, 1),
    cluster,
    to,
    toLabel,
    fromLabel,
    rows: rowsOf(facts),
    plan: planLines(facts.plan),
    planCounts: planCounts(facts.plan),
    warnings: facts.warnings,
    ends: facts.ends,
    readiness: readinessPanel(readiness, to),
    ready: readiness.state === 'ready',
    short: isShort
      ? {
          says: `${readiness.healthy} healthy instances would carry what ${readiness.needed} carry now.`,
          mend:
            readiness.mendMs === null
              ? 'as soon as it is large enough'
              : `in about ${duration(readiness.mendMs)}`,
        }
      : null,
    impossible:
      readiness.state === 'lost'
        ? `${toLabel} has no healthy target: switching to it would turn every request into an error.`
        : null,
    reason: field(filled, 'reason', 'Why', {
      lines: true,
      help: 'Goes to the deploy log, and with the image as the reason it is bad.',
      placeholder: 'What you saw',
    }),
    command: `npx delling rollback ${cluster} --to ${to}`,
  }
}

function rollbackSentence(readiness: Readiness, to: string): Said[] {
  const { healthy, needed, zones, mendMs } = readiness
  const standing = `${healthy} healthy in ${zones.length} ${zones.length === 1 ? 'zone' : 'zones'}, ${needed} needed now`
  if (readiness.state === 'ready')
    return say('All traffic goes to ', strong(`${to} in one call`), `. It is ready: ${standing}.`)
  if (readiness.state === 'lost')
    return say(strong(`${to} cannot take the traffic`), `: ${readiness.sentence}`)
  const mend = mendMs === null ? '' : `, mended in about ${duration(mendMs)}`
  return say(
    strong(`${to} is smaller than what live carries`),
    `: ${standing}${mend}. You choose: after resizing, or now.`,
  )
}

function rowsOf({ view, to, from }: RollbackFacts): RollbackPage['rows'] {
  return view.groups
    .filter((each) => each.group.name === to || each.group.name === from)
    .map((each) => {
      const goes = each.group.name === to
      const well = each.healthy >= each.size && each.healthy > 0
      return {
        name: each.group.name,
        badge: stateBadge(each.state, each.readiness?.state ?? null),
        image: each.group.image.name,
        healthy: `${each.healthy} of ${each.size}, ${each.zones.length} zones`,
        k: well ? 'k-good' : each.healthy > 0 ? 'k-care' : 'k-bad',
        now: `${each.share} %`,
        after: goes ? '100 %' : '0 %',
        goes,
      }
    })
}
