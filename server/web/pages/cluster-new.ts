import type { Application } from '../../domain/application.js'
import type { Image } from '../../domain/bake.js'
import { pushLabel, serverGroupName } from '../../domain/names.js'
import type { FieldFault } from '../../domain/refusal.js'
import type { ClusterPlan } from '../../engine/create-cluster.js'
import type { Defaults } from '../../engine/parts.js'
import type { Catalog } from '../../engine/ports.js'
import { field, otherFaults, type Choice, type Field, type Filled } from './field.js'
import { say, type Head } from './head.js'
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
}

export interface NewClusterPage extends Head {
  readonly name: readonly Field[]
  readonly runs: readonly Field[]
  readonly sizes: readonly Field[]
  readonly subnets: readonly Choice[]
  readonly subnetError: string | null
  readonly runsMore: readonly Field[]
  readonly texts: readonly Field[]
  readonly reach: readonly Field[]
  readonly health: readonly Field[]
  readonly healthMore: readonly Field[]
  readonly night: readonly Field[]
  readonly reason: Field
  readonly faults: readonly FieldFault[]
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
  const form = formFields(facts)
  const names = Object.values(form)
    .flat()
    .map((each) => each.name)
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
    subnets: subnetChoices(facts),
    subnetError:
      facts.filled.faults.find((fault) => ['subnets', 'zones'].includes(fault.field.split('.')[0] ?? ''))
        ?.sentence ?? null,
    reason: field(facts.filled, 'reason', 'Why', { help: 'Shown in the deploy log.' }),
    faults: otherFaults(facts.filled, [...names, 'subnets', 'zones', 'reason']),
    preview: newClusterPreview(facts),
  }
}

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

function formFields(facts: NewClusterFacts) {
  const { filled, applications, images, catalog, defaults } = facts
  const asked = filled.values.application
  const chosen = typeof asked === 'string' && asked !== '' ? asked : (applications[0]?.name ?? '')
  const app = applications.find((each) => each.name === chosen)
  const own = images.filter((image) => image.application === chosen)
  const f = (name: string, label: string, options = {}) => field(filled, name, label, options)
  const number = (name: string, label: string, fallback: number | string, help?: string) =>
    f(name, label, { type: 'number', fallback: String(fallback), ...(help && { help }) })
  return {
    name: [
      f('application', 'Application', {
        choices: applications.map(({ name }) => ({ value: name, label: name })),
        fallback: chosen,
      }),
      f('stack', 'Stack', { fallback: 'main', help: 'such as main, staging' }),
      f('detail', 'Detail', { help: 'optional, such as search' }),
    ],
    runs: [
      f('image', 'Image', { choices: imageChoices(own), fallback: own[0]?.name ?? '' }),
      f('instanceType', 'Instance type', {
        choices: typeChoices(catalog, defaults),
        fallback: defaults.instanceType,
      }),
    ],
    sizes: [
      number('desired', 'Size', 3, 'instances in all, one in each zone at least'),
      number('min', 'At least', 3),
      number('max', 'At most', 9),
    ],
    runsMore: [
      f('securityGroups', 'Security groups', {
        mono: true,
        placeholder: catalog.securityGroups[0]?.groupId ?? 'sg-…',
        help: 'empty: the default one of the VPC; several with commas',
      }),
      f('instanceProfile', 'Instance profile', { mono: true, help: 'optional' }),
      number('scalingCpu', 'Scale to keep processors at', '', 'per cent; empty: it does not scale'),
    ],
    texts: [
      f('environment', 'Environment', {
        lines: true,
        mono: true,
        help: 'One NAME=value a line, no secrets. PORT and HOST are set by us.',
      }),
      f('userData', 'User data', {
        lines: true,
        mono: true,
        help: 'A script, run after ours on first boot. No secrets: whoever may describe instances may read it.',
      }),
    ],
    reach: [
      f('loadBalancer', 'Load balancer', { choices: balancerChoices(catalog), fallback: '' }),
      number('listenerPort', 'Listener port', 8090),
      f('rule', 'Rule', {
        choices: ruleChoices(catalog),
        fallback: '',
        help: 'an existing one keeps its conditions and must not forward to anybody yet',
      }),
      f('host', 'Host', { placeholder: 'shop.example.com', help: 'the rule’s condition; empty: every host' }),
      f('path', 'Path', { mono: true, placeholder: '/*', help: 'empty: every path' }),
    ],
    health: [
      f('healthPath', 'Health path', { mono: true, fallback: app?.healthPath ?? '/' }),
      number('port', 'Port', app?.port ?? 8080, 'from the application'),
      f('matcher', 'Healthy answers', { mono: true, fallback: '200-399' }),
    ],
    healthMore: [
      number('healthIntervalSec', 'Checked every', '', 'seconds; empty: our default'),
      number('healthTimeoutSec', 'Times out after', '', 'seconds'),
      number('healthyThreshold', 'Healthy after', '', 'good checks'),
      number('unhealthyThreshold', 'Unhealthy after', '', 'bad checks'),
      number('deregistrationDelaySec', 'Draining takes at most', '', 'seconds'),
      number('healthCheckGraceSec', 'A booting instance may fail for', '', 'seconds; empty: 300'),
    ],
    night: [
      f('morning', 'Morning', { type: 'time', fallback: defaults.morning, help: 'when a warm group may go' }),
      f('timeZone', 'Time zone', { choices: zoneChoices(defaults.timeZone), fallback: defaults.timeZone }),
      number(
        'minWarmHours',
        'Warm for at least',
        defaults.minWarmHours,
        'hours: a switch at 03:00 is kept until the next morning',
      ),
      number('maxWarm', 'Warm groups', defaults.maxWarm, 'at most, one to three'),
    ],
  }
}

function imageChoices(images: readonly Image[]) {
  return images.length > 0
    ? images.map((image) => ({ value: image.name, label: `${image.name}${image.bad ? ', marked bad' : ''}` }))
    : [{ value: '', label: 'no image is baked yet' }]
}

function typeChoices(catalog: Catalog, defaults: Defaults) {
  return [...new Set([defaults.instanceType, ...catalog.instanceTypes])].map((type) => ({
    value: type,
    label: type,
  }))
}

function balancerChoices(catalog: Catalog) {
  const usable = catalog.loadBalancers.filter((each) => each.type === 'application')
  return [
    { value: '', label: 'a new one, made by us' },
    ...usable.map((each) => ({
      value: each.name,
      label: `${each.name}: ${each.listeners.map((listener) => listener.port).join(', ') || 'no listener'}`,
    })),
  ]
}

/** Rules that answer by themselves so far: nobody lives behind them. */
function ruleChoices(catalog: Catalog) {
  const listeners = catalog.loadBalancers.flatMap((each) =>
    each.listeners.map((listener) => ({ each, listener })),
  )
  return [
    { value: '', label: 'a new one, made by us' },
    ...listeners.flatMap(({ each, listener }) =>
      listener.rules
        .filter((rule) => rule.priority !== 'default' && !rule.forwards && !rule.sticky)
        .map((rule) => ({
          value: rule.arn,
          label: `${each.name} ${listener.port}, rule ${rule.priority}: ${rule.summary}`,
        })),
    ),
  ]
}

function zoneChoices(fallback: string) {
  const zones = Intl.supportedValuesOf('timeZone')
  return [...new Set([fallback, 'UTC', ...zones])].map((zone) => ({ value: zone, label: zone }))
}

/** One subnet for each zone is chosen to begin with: the one with the most room. */
function subnetChoices({ catalog, filled }: NewClusterFacts): Choice[] {
  const vpc = catalog.vpcs.find((each) => each.isDefault)?.vpcId ?? catalog.vpcs[0]?.vpcId
  const picked = filled.values.subnets as readonly string[] | undefined
  const roomiest = new Map<string, (typeof catalog.subnets)[number]>()
  for (const subnet of catalog.subnets.filter((each) => each.vpcId === vpc)) {
    const known = roomiest.get(subnet.zone)
    if (!known || subnet.freeAddresses > known.freeAddresses) roomiest.set(subnet.zone, subnet)
  }
  const first = [...roomiest.values()].sort((a, b) => a.zone.localeCompare(b.zone)).slice(0, 3)
  return [...catalog.subnets]
    .sort((a, b) => a.zone.localeCompare(b.zone))
    .map((subnet) => ({
      value: subnet.subnetId,
      label: subnet.zone,
      sub: `${subnet.subnetId}${subnet.name ? ` ${subnet.name}` : ''}, ${subnet.freeAddresses.toLocaleString('en-GB')} addresses free`,
      chosen: picked ? picked.includes(subnet.subnetId) : first.includes(subnet),
    }))
}
