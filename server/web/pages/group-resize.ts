import { pushLabel } from '../../domain/names.js'
import type { ServerGroup } from '../../domain/server-group.js'
import type { GroupView } from '../../engine/cluster-view.js'
import type { ResizePlan } from '../../engine/resize.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, type Field, type Filled } from './field.js'
import { groupCrumbs } from './group-crumbs.js'
import { say, strong } from './head.js'
import { planCounts, planLines, type PlanLine } from './plan.js'
import { terminal } from './terminal.js'

export interface GroupResizeFacts {
  readonly group: ServerGroup
  /** Null where AWS shows nothing of it. */
  readonly view: GroupView | null
  readonly filled: Filled
  readonly override: readonly Field[]
  /** Null until somebody asked for it, or while something is wrong. */
  readonly plan: ResizePlan | null
  readonly refusal: string | null
}

export interface GroupResizePage extends ConfirmPage {
  readonly sizes: readonly Field[]
  readonly plan: readonly PlanLine[] | null
  readonly planCounts: string
  readonly differences: readonly {
    readonly what: string
    readonly was: string
    readonly will: string
    readonly same: boolean
  }[]
  readonly warnings: readonly string[]
  readonly ends: string
  readonly refusal: string | null
}

/** Asks for a group's bounds, with what it carries now and, once asked for, the plan. */
export function groupResizePage(facts: GroupResizeFacts): GroupResizePage {
  const { group, view, filled, override, plan, refusal } = facts
  const label = pushLabel(group.name)
  const instances = view
    ? `${view.size} instances, ${view.healthy} of them healthy`
    : 'an unknown number of instances'
  const warm = group.role === 'warm'
  const sizes = sizeFields(facts)
  return {
    ...confirmPage({
      heading: `Resize ${group.name}`,
      terminal: terminal('resize', group.name, ...flagsOf(sizes, plan !== null), '--plan'),
      crumbs: groupCrumbs(group, { label: 'resize' }),
      sentence: say(
        strong(`${label} carries ${view?.share ?? 0} % of the traffic`),
        ` with ${instances}${warm ? '' : `, between ${group.size.min} and ${group.size.max}`}.`,
      ),
      action: `/groups/${group.name}/resize`,
      fields: [
        field(filled, 'reason', 'Why', { help: 'Shown in the deploy log.' }),
        ...(warm ? [] : [field(filled, 'name', `To lower either, type ${group.name}`, { mono: true })]),
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
    }),
    sizes,
    plan: plan && planLines(plan.plan),
    planCounts: plan ? planCounts(plan.plan) : '',
    differences: (plan?.differences ?? []).map((each) => ({ ...each, same: each.was === each.will })),
    warnings: plan?.warnings ?? [],
    ends: plan ? `In the end ${plan.ends}.` : '',
    refusal,
  }
}

function sizeFields({ group, view, filled }: GroupResizeFacts): readonly Field[] {
  return group.role === 'warm'
    ? [
        field(filled, 'size', 'Instances', {
          fallback: String(view?.size ?? group.size.min),
          required: true,
        }),
      ]
    : [
        field(filled, 'min', 'Smallest size', { fallback: String(group.size.min) }),
        field(filled, 'max', 'Largest size', { fallback: String(group.size.max) }),
      ]
}

/** `--min 4 --max 9`, as it was planned; before that the numbers are for whoever types it. */
function flagsOf(sizes: readonly Field[], planned: boolean): readonly string[] {
  return sizes.flatMap(({ name, value }) => [`--${name}`, planned ? value : '…'])
}
