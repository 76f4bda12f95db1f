import type { Application } from '../../domain/application.js'
import { recordedLive, type ClusterState } from '../../domain/cluster-state.js'
import { pushLabel } from '../../domain/names.js'
import { conditionWords } from '../../domain/rule-words.js'
import type { FieldFault } from '../../domain/refusal.js'
import { editable, inputOf, type EditInput, type EditPlan } from '../../engine/edit-cluster.js'
import type { Defaults } from '../../engine/parts.js'
import type { Catalog } from '../../engine/ports.js'
import { seenText } from '../inputs/seen-fields.js'
import { subnetChoices } from './cluster-new-choices.js'
import { clusterFields, clusterSections, type ClusterFields } from './cluster-new-fields.js'
import { field, otherFaults, type Choice, type Field, type Filled } from './field.js'
import { say, type Head } from './head.js'

export interface ClusterEditFacts {
  readonly state: ClusterState
  readonly application: Application
  readonly catalog: Catalog
  readonly defaults: Defaults
  readonly filled: Filled
  /** Null until somebody asked what would change, or while something is wrong. */
  readonly plan: EditPlan | null
  readonly refusal: string | null
  /** What the form had been made from that comes back; what is there now where it is made anew. */
  readonly seen: string | null
}

export interface ClusterEditPage extends Head, ClusterFields {
  readonly action: string
  readonly back: string
  readonly subnets: readonly Choice[]
  readonly subnetError: string | null
  readonly reason: Field
  readonly faults: readonly FieldFault[]
  readonly plan: { readonly rows: readonly EditRow[]; readonly warnings: readonly string[] } | null
  readonly stays: readonly Stays[]
  readonly refusal: string | null
  readonly seen: string
}

interface EditRow {
  readonly what: string
  readonly was: string
  readonly will: string
  readonly holds: string
}

/** What a new cluster is asked and an edit is not: as it is, why, and where it is changed instead. */
interface Stays {
  readonly what: string
  readonly value: string
  readonly why: string
  readonly href: string | null
  readonly link: string
}

/** Everything of a cluster that may become another, as it is now or as it was typed. */
export function clusterEditPage(facts: ClusterEditFacts): ClusterEditPage {
  const { state, filled, application, catalog, plan } = facts
  const { name } = state.cluster
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
    subnets: subnetChoices(inVpc(catalog, state.cluster.settings.vpcId), filled),
    subnetError:
      filled.faults.find((fault) => ['subnets', 'zones'].includes(fault.field.split('.')[0] ?? ''))
        ?.sentence ?? null,
    reason: field(filled, 'reason', 'Why', { help: 'Shown in the deploy log.' }),
    faults: otherFaults(filled, [...editable, 'zones', 'reason']),
    plan: plan && {
      rows: plan.differences.map(({ holds, label, was, will }) => ({
        what: label,
        was,
        will,
        holds: holds === 'atOnce' ? 'at once' : 'from the next launch on',
      })),
      warnings: plan.warnings,
    },
    stays: whatStays(state),
    refusal: facts.refusal,
    seen: facts.seen ?? seenText(editable, inputOf(state.cluster)),
  }
}

/** Settings as the controls of the form hold them. */
export function editValues(input: EditInput): Record<string, unknown> {
  const lines = Object.entries(input.environment ?? {}).map(([name, value]) => `${name}=${value}`)
  return { ...input, environment: lines.join('\n') }
}

function whatStays(state: ClusterState): readonly Stays[] {
  const { application, name, settings } = state.cluster
  const { balancer } = settings
  const live = recordedLive(state)
  const size = live?.size ?? settings.size
  const newCluster = { href: '/clusters/new', link: 'Make a new cluster' }
  return [
    {
      what: 'Size',
      value: `${size.min} to ${size.max}`,
      why: live
        ? `It belongs to the group with the traffic, ${pushLabel(live.name)}, and each deployment takes it over.`
        : 'Nothing carries traffic; the next deployment asks for a size.',
      href: live ? `/groups/${live.name}/resize` : null,
      link: live ? `Resize ${pushLabel(live.name)}` : '',
    },
    {
      what: 'Name',
      value: name,
      why: `It belongs to ${application}, and everything of it in AWS is named after it.`,
      ...newCluster,
    },
    {
      what: 'VPC',
      value: settings.vpcId,
      why: 'A load balancer reaches only target groups of its own VPC.',
      ...newCluster,
    },
    {
      what: 'Way in',
      value: `${balancer.loadBalancerName}, port ${balancer.listenerPort}: ${conditionWords(balancer.conditions) || 'every request'}`,
      why: 'Clients come this way now, and no single call would take them to another and back: make a cluster there, move them, and retire this one.',
      ...newCluster,
    },
  ]
}

/** A cluster stays in its VPC, so subnets of another are no choice. */
function inVpc(catalog: Catalog, vpcId: string): Catalog {
  return { ...catalog, subnets: catalog.subnets.filter((subnet) => subnet.vpcId === vpcId) }
}

const isEditable = (name: string) => editable.some((each) => each === name)
