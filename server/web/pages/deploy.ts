import type { Image } from '../../domain/bake.js'
import type { SectionChanges } from '../../domain/changes.js'
import { pushLabel } from '../../domain/names.js'
import type { Operation } from '../../domain/operation.js'
import type { DeployPlan } from '../../engine/deploy.js'
import { changesModel, type ChangesModel } from './changes.js'
import type { Obstacle } from '../../domain/may-start.js'
import { field, type Field, type Filled } from './field.js'
import { say, strong, type Head } from './head.js'
import { overrideFields } from './override-field.js'
import { operationWords } from './operation-item.js'
import { packageChangesModel, type PackageChangesModel } from './package-changes.js'
import { planCounts, planLines, type PlanLine } from './plan.js'

export interface DeployFacts {
  readonly cluster: string
  readonly application: string
  readonly images: readonly Image[]
  /** Null until an image is chosen. */
  readonly plan: DeployPlan | null
  readonly image: Image | null
  readonly active: Operation | null
  /** What keeps a deployment from starting now. */
  readonly may: { readonly obstacles: readonly Obstacle[] }
  readonly filled: Filled
}

export interface DeployPage extends Head {
  readonly cluster: string
  readonly chosen: string | null
  readonly imageField: Field
  readonly noImages: boolean
  readonly differences: readonly {
    readonly what: string
    readonly was: string
    readonly will: string
    readonly same: boolean
    readonly sign: string
  }[]
  /** How it is made otherwise than the live group; null where AWS does not show how that is made. */
  readonly changes: ChangesModel | null
  readonly commits: { readonly says: string; readonly href: string | null } | null
  readonly packages: PackageChangesModel | null
  readonly carried: string | null
  readonly left: readonly string[]
  readonly from: string
  readonly to: string
  readonly plan: readonly PlanLine[]
  readonly planCounts: string
  readonly ends: string
  readonly warnings: readonly string[]
  readonly bad: string | null
  readonly sizes: readonly Field[]
  readonly hidden: readonly { readonly name: string; readonly value: string }[]
  readonly reason: Field
  readonly override: readonly Field[]
  readonly button: string
  readonly queue: string | null
  readonly command: string
}

/** What will change if I press this? */
export function deployPage(facts: DeployFacts): DeployPage {
  const { cluster, plan, image, filled, active } = facts
  const to = plan ? pushLabel(plan.to) : ''
  const name = plan?.image.name ?? ''
  const choices = facts.images.map((each) => ({
    value: each.name,
    label: `${each.name}${each.bad ? ', marked bad' : ''}`,
  }))
  return {
    title: `Deploy to ${cluster}`,
    heading: plan ? `Deploy ${plan.image.version} to ${cluster}?` : `Deploy to ${cluster}`,
    crumbs: [
      { label: 'Clusters', href: '/clusters' },
      { label: cluster, href: `/clusters/${cluster}` },
      { label: 'deploy' },
    ],
    sentence: deploySentence(facts),
    acts: [],
    liveMs: 0,
    cluster,
    chosen: plan ? name : null,
    imageField: field(filled, 'image', 'Image', {
      choices: [{ value: '', label: 'choose an image' }, ...choices],
      fallback: name,
      required: true,
    }),
    noImages: facts.images.length === 0,
    differences: (plan?.differences ?? []).map(({ what, was, will }) => ({
      what,
      was,
      will,
      same: was === will,
      sign: signOf(was, will),
    })),
    ...changesOf(plan),
    from: plan?.from ? pushLabel(plan.from) : 'nothing yet',
    to,
    plan: planLines(plan?.plan ?? []),
    planCounts: planCounts(plan?.plan ?? []),
    ends: plan?.ends ?? '',
    // That its image is marked bad stands above them already.
    warnings: (plan?.warnings ?? []).filter(
      (warning) => !image?.bad || !warning.includes(' is marked bad: '),
    ),
    bad: image?.bad
      ? `${image.name} is marked bad since ${pushLabel(image.bad.group)}: ${image.bad.reason}`
      : null,
    sizes: [
      field(filled, 'desired', 'Size', {
        type: 'number',
        fallback: String(plan?.size.desired ?? ''),
        help: 'instances in all',
      }),
      field(filled, 'min', 'At least', { type: 'number', fallback: String(plan?.size.min ?? '') }),
      field(filled, 'max', 'At most', { type: 'number', fallback: String(plan?.size.max ?? '') }),
    ],
    hidden: hiddenFields(filled, name),
    reason: field(filled, 'reason', 'Why', { help: 'Shown in the deploy log and to whoever is on call.' }),
    override: active ? [] : overrideFields(filled, facts.may),
    button: active
      ? `Queue ${plan?.image.version ?? ''} as ${to}`
      : `Deploy ${plan?.image.version ?? ''} as ${to}`,
    queue: active
      ? `${operationWords(active)} runs here now. This one starts when that has ended well.`
      : null,
    command: `npx delling deploy ${cluster} --image ${name} --plan`,
  }
}

function deploySentence({ plan, images, application }: DeployFacts) {
  if (!plan)
    return images.length > 0
      ? say('Choose the image that is to take the traffic.')
      : say(strong(`${application} has no image yet`), ': bake one first.')
  const { desired } = plan.size
  const beside = plan.from ? ` beside ${pushLabel(plan.from)}` : ''
  return say(
    'Launches ',
    strong(plan.to),
    `, ${desired} instances over three zones,${beside} and moves all traffic to it once every target is healthy. Until then nothing that serves is touched.`,
  )
}

function changesOf(
  plan: DeployPlan | null,
): Pick<DeployPage, 'changes' | 'commits' | 'packages' | 'carried' | 'left'> {
  const changes = plan?.changes
  if (!changes) return { changes: null, commits: null, packages: null, carried: null, left: [] }
  const { commits, carriedCount: count } = changes
  const from = plan.from ? pushLabel(plan.from) : 'live'
  return {
    changes: changesModel({ ...changes, sections: withoutImage(changes.sections) }, from, pushLabel(plan.to)),
    commits: commits && {
      says: `${commits.from.slice(0, 12)} to ${commits.to.slice(0, 12)}`,
      href: commits.href,
    },
    packages: packageChangesModel(changes, from, pushLabel(plan.to)),
    carried:
      count > 0
        ? `${count} ${count === 1 ? 'thing' : 'things'} beyond the cluster’s settings ${count === 1 ? 'is' : 'are'} taken over from ${from}.`
        : null,
    left: changes.left,
  }
}

/** The table above it names the image already. */
function withoutImage(sections: readonly SectionChanges[]): readonly SectionChanges[] {
  return sections.filter(({ name }) => name !== 'Image')
}

function signOf(was: string, will: string): string {
  if (was === '' || was === 'none') return '+'
  return will === '' || will === 'none' ? '−' : '~'
}

/** What the plan was made for goes with the button that does it. */
function hiddenFields(filled: Filled, image: string) {
  const sizes = ['size', 'min', 'max', 'desired'].filter((name) => typeof filled.values[name] === 'number')
  return [
    { name: 'image', value: image },
    ...sizes.map((name) => ({ name, value: String(filled.values[name]) })),
  ]
}
