import { pushLabel } from '../../domain/names.js'
import type { ClusterView } from '../../engine/cluster-view.js'
import type { DecommissionPlan } from '../../engine/decommission.js'
import type { TrafficSeries } from '../../engine/ports.js'
import { stateBadge, type Badge } from './badge.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, type Field, type Filled } from './field.js'
import { healthWords } from './group-card.js'
import { say, strong } from './head.js'
import { trafficWords } from './land.js'
import { planCounts, planLines, type PlanLine } from './plan.js'

export interface DecommissionFacts {
  readonly plan: DecommissionPlan
  readonly view: ClusterView
  readonly traffic: TrafficSeries | null
  readonly filled: Filled
  readonly override: readonly Field[]
}

export interface DecommissionPage extends ConfirmPage {
  readonly rows: readonly {
    readonly name: string
    readonly badge: Badge
    readonly image: string
    readonly healthy: string
    readonly now: string
  }[]
  readonly traffic: string
  readonly plan: readonly PlanLine[]
  readonly planCounts: string
  readonly warnings: readonly string[]
  readonly command: string
}

/** Everything that goes, and the traffic that it has now, before the name is typed. */
export function decommissionPage({
  plan,
  view,
  traffic,
  filled,
  override,
}: DecommissionFacts): DecommissionPage {
  const { name, application } = view.cluster
  const live = view.live
  return {
    ...confirmPage({
      heading: `Decommission ${name}?`,
      crumbs: [
        { label: application, href: `/applications/${application}` },
        { label: name, href: `/clusters/${name}` },
        { label: 'decommission' },
      ],
      sentence: live
        ? say(
            strong(`${pushLabel(live.group.name)} carries ${live.share} % of the traffic now`),
            ', and requests are refused from the first step on.',
          )
        : 'Nothing carries traffic.',
      action: `/clusters/${name}/decommission`,
      fields: [
        field(filled, 'name', `Type ${name}`, { mono: true, required: true }),
        field(filled, 'reason', 'Why', { help: 'Shown in the deploy log.' }),
        ...override,
      ],
      consequences: [
        'The rule is parked first: its clients are answered by the listener’s default from then on.',
        `For ${plan.quietFor} nothing is destroyed: calling it off gives the rule its conditions back.`,
        'If nobody misses it, the rule, every group and what was made around them go. That can’t be undone.',
        'Its history stays, and it can be created again under its name.',
      ],
      button: `Decommission ${name}`,
      bad: true,
      back: { label: 'Keep it', href: `/clusters/${name}` },
    }),
    rows: view.groups.map((each) => ({
      name: each.group.name,
      badge: stateBadge(each.state, each.readiness?.state ?? null, each.group.keep !== null),
      image: each.group.image.name,
      healthy: healthWords(each),
      now: `${each.share} %`,
    })),
    traffic: trafficWords(traffic) ?? 'No metric says how many requests it gets.',
    plan: planLines(plan.plan),
    planCounts: planCounts(plan.plan),
    warnings: plan.warnings,
    command: `npx delling decommission ${name} --yes-i-mean ${name} --wait`,
  }
}
