import type { Cluster } from '../../domain/cluster.js'
import type { GiveBackPlan } from '../../engine/give-back.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, type Field, type Filled } from './field.js'
import { planCounts, planLines, type PlanLine } from './plan.js'

export interface GiveBackPage extends ConfirmPage {
  readonly plan: readonly PlanLine[]
  readonly planCounts: string
  readonly warnings: readonly string[]
  readonly command: string
}

/** What is put back and unmarked before a cluster is nobody’s of ours. */
export function giveBackPage(
  { name, application }: Cluster,
  plan: GiveBackPlan,
  filled: Filled,
  override: readonly Field[],
): GiveBackPage {
  return {
    ...confirmPage({
      heading: `Give ${name} back?`,
      crumbs: [
        { label: application, href: `/applications/${application}` },
        { label: name, href: `/clusters/${name}` },
        { label: 'give back' },
      ],
      sentence: 'Its groups and its rule stay and serve as they do now; Delling lets go of them.',
      action: `/clusters/${name}/give-back`,
      fields: [
        field(filled, 'name', `Type ${name}`, { mono: true, required: true }),
        field(filled, 'reason', 'Why', { help: 'Shown in the deploy log.' }),
        ...override,
      ],
      consequences: [
        'What Delling holds is put back first: sizes, suspended processes.',
        'Nothing is destroyed, and nothing is watched, healed by Delling or cleaned up any more.',
        'Its history stays, and it can be adopted again.',
      ],
      button: `Give ${name} back`,
      back: { label: 'Keep it', href: `/clusters/${name}` },
    }),
    plan: planLines(plan.plan),
    planCounts: planCounts(plan.plan),
    warnings: plan.warnings,
    command: `npx delling give-back ${name} --yes-i-mean ${name} --wait`,
  }
}
