import type { Application } from '../../domain/application.js'
import type { Image } from '../../domain/bake.js'
import type { Obstacle } from '../../domain/may-start.js'
import { pushLabel, serverGroupName } from '../../domain/names.js'
import type { FieldFault } from '../../domain/refusal.js'
import type { ClusterPlan } from '../../engine/create-cluster.js'
import type { Defaults } from '../../engine/parts.js'
import type { Catalog } from '../../engine/ports.js'
import { subnetChoices } from './cluster-new-choices.js'
import { clusterFields, clusterSections, type ClusterFields } from './cluster-new-fields.js'
import { field, otherFaults, type Choice, type Field, type Filled } from './field.js'
import { say, type Head } from './head.js'
import { overrideFields } from './override-field.js'
import { planCounts, planLines, type PlanLine } from './plan.js'

export interface NewClusterFacts {
  readonly applications: readonly Application[]
  readonly images: readonly Image[]
  readonly catalog: Catalog
  readonly defaults: Defaults
  readonly filled: Filled
  /** Null while something is missing or wrong: then `refusal` says what. */
  readonly plan: ClusterPlan | null
  readonly refusal: string | null
  readonly digest: string
  readonly name: string
  readonly again: boolean
  /** What keeps it from starting now. */
  readonly may: { readonly obstacles: readonly Obstacle[] }
}

export interface NewClusterPage extends Head, ClusterFields {
  readonly subnets: readonly Choice[]
  readonly subnetError: string | null
  readonly reason: Field
  readonly override: readonly Field[]
  readonly faults: readonly FieldFault[]
  readonly noApplications: boolean
  /** Which folded sections hold a field at fault, so that they must stand open. */
  readonly unfold: { readonly more: boolean; readonly health: boolean }
  readonly preview: NewClusterPreview
}

/** The panel at the right: it is sent alone while somebody types. */
export interface NewClusterPreview {
  readonly cluster: string
  readonly push: string
  readonly names: readonly { readonly what: string; readonly name: string }[]
  readonly room: string
  readonly plan: readonly PlanLine[]
  readonly counts: string
  readonly warnings: readonly string[]
  readonly refusal: string | null
  readonly digest: string
  readonly ready: boolean
  readonly again: boolean
}

/** What will it be called, what will be made? */
export function newClusterPage(facts: NewClusterFacts): NewClusterPage {
  const form = clusterFields(facts)
  const names = clusterSections.flatMap((section) => form[section].map((each) => each.name))
  return {
    title: 'New cluster',
    heading: 'New cluster',
    crumbs: [{ label: 'Clusters', href: '/clusters' }, { label: 'new' }],
    sentence: say(
      'A cluster is everything behind one listener rule. It starts with one server group over three zones.',
    ),
    acts: [],
    liveMs: 0,
    ...form,
    subnets: subnetChoices(facts.catalog, facts.filled),
    subnetError:
      facts.filled.faults.find((fault) => ['subnets', 'zones'].includes(fault.field.split('.')[0] ?? ''))
        ?.sentence ?? null,
    reason: field(facts.filled, 'reason', 'Why', { help: 'Shown in the deploy log.' }),
    override: overrideFields(facts.filled, facts.may),
    noApplications: facts.applications.length === 0,
    unfold: { more: hasFault([...form.runsMore, ...form.texts]), health: hasFault(form.healthMore) },
    faults: otherFaults(facts.filled, [...names, 'subnets', 'zones', 'reason', 'override']),
    preview: newClusterPreview(facts),
  }
}

const hasFault = (fields: readonly Field[]) => fields.some(({ error }) => error !== null)

function newClusterPreview({ plan, name, digest, refusal, again }: NewClusterFacts): NewClusterPreview {
  const target = plan?.names.targetGroup
  return {
    cluster: plan?.names.cluster ?? name,
    push: `-${plan ? pushLabel(plan.names.serverGroup) : 'v001'}`,
    names: [
      { what: 'Cluster', name: plan?.names.cluster ?? name },
      { what: 'Server group', name: plan?.names.serverGroup ?? serverGroupName(name, 1) },
      ...(plan
        ? [
            { what: 'Target group', name: plan.names.targetGroup },
            { what: 'Launch template', name: plan.names.launchTemplate },
          ]
        : []),
    ],
    room: target ? `${target.length} of 32 characters that a target group’s name may have.` : '',
    plan: planLines(plan?.plan ?? []),
    counts: plan ? planCounts(plan.plan) : '',
    warnings: plan?.warnings ?? [],
    refusal,
    digest,
    ready: plan !== null,
    again,
  }
}
