import type { Application } from '../../domain/application.js'
import type { FieldFault } from '../../domain/refusal.js'
import { editable, type EditInput, type EditPlan } from '../../engine/edit-cluster.js'
import type { Defaults } from '../../engine/parts.js'
import type { Catalog } from '../../engine/ports.js'
import { subnetChoices } from './cluster-new-choices.js'
import { clusterFields, clusterSections, type ClusterFields } from './cluster-new-fields.js'
import { field, otherFaults, type Choice, type Field, type Filled } from './field.js'
import { say, type Head } from './head.js'

export interface ClusterEditFacts {
  readonly name: string
  readonly application: Application
  readonly catalog: Catalog
  readonly defaults: Defaults
  readonly filled: Filled
  /** Null until somebody asked what would change, or while something is wrong. */
  readonly plan: EditPlan | null
  readonly refusal: string | null
}

export interface ClusterEditPage extends Head, ClusterFields {
  readonly action: string
  readonly back: string
  readonly subnets: readonly Choice[]
  readonly subnetError: string | null
  readonly reason: Field
  readonly faults: readonly FieldFault[]
  readonly plan: (EditPlan & { readonly nothing: boolean }) | null
  readonly refusal: string | null
}

/** Everything of a cluster that may become another, as it is now or as it was typed. */
export function clusterEditPage(facts: ClusterEditFacts): ClusterEditPage {
  const { name, filled, application, catalog, plan } = facts
  const fields = clusterFields({ ...facts, applications: [application], images: [] })
  const shown = Object.fromEntries(
    clusterSections.map((section) => [section, fields[section].filter((each) => isEditable(each.name))]),
  ) as Record<keyof ClusterFields, Field[]>
  const base = `/clusters/${name}`
  return {
    title: `Edit ${name}`,
    heading: `Edit ${name}`,
    crumbs: [{ label: 'Clusters', href: '/clusters' }, { label: name, href: base }, { label: 'edit' }],
    sentence: say(
      'What runs and how it is checked holds from the next launch on; the night and what stands before a switch hold at once.',
    ),
    acts: [],
    liveMs: 0,
    ...shown,
    action: `${base}/edit`,
    back: base,
    subnets: subnetChoices(catalog, filled),
    subnetError:
      filled.faults.find((fault) => ['subnets', 'zones'].includes(fault.field.split('.')[0] ?? ''))
        ?.sentence ?? null,
    reason: field(filled, 'reason', 'Why', { help: 'Shown in the deploy log.' }),
    faults: otherFaults(filled, [...editable, 'zones', 'reason']),
    plan: plan && { ...plan, nothing: plan.differences.length === 0 },
    refusal: facts.refusal,
  }
}

/** Settings as the controls of the form hold them. */
export function editValues(input: EditInput): Record<string, unknown> {
  const lines = Object.entries(input.environment ?? {}).map(([name, value]) => `${name}=${value}`)
  return { ...input, environment: lines.join('\n') }
}

const isEditable = (name: string) => editable.some((each) => each === name)
