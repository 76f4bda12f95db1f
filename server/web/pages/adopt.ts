import type { Candidate } from '../../domain/adoptable.js'
import { pushLabel } from '../../domain/names.js'
import type { AdoptionPlan } from '../../engine/adopt-cluster.js'
import { adoptCrumbs, choicePanel, type ChoicePanel, type Choosing } from './adopt-choice.js'
import type { Badge } from './badge.js'
import { changesModel, type ChangesModel } from './changes.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, type Filled } from './field.js'
import { say, strong, type Head } from './head.js'
import { overrideFields } from './override-field.js'
import { planCounts, planLines, type PlanLine } from './plan.js'
import { capital, counted } from './words.js'
import { terminal } from './terminal.js'

interface CandidateRow {
  readonly name: string
  readonly badge: Badge
  readonly parts: string
  readonly size: string
  readonly traffic: string
  readonly obstacles: Candidate['obstacles']
  readonly cautions: readonly string[]
}

export interface AdoptablePage extends Head {
  readonly clusters: readonly { readonly name: string; readonly href: string; readonly groups: string }[]
  readonly rows: readonly CandidateRow[]
}

const can: Badge = { k: 'k-good', glyph: 'check', word: 'can be adopted' }
const cannot: Badge = { k: 'k-idle', glyph: 'cross', word: 'not as it is' }

/** Groups of the account that are not ours, by cluster, and why some of them can't be. */
export function adoptablePage(candidates: readonly Candidate[]): AdoptablePage {
  const ready = candidates.filter(({ obstacles }) => obstacles.length === 0)
  const names = [...new Set(ready.flatMap(({ cluster }) => (cluster === null ? [] : [cluster])))]
  return {
    title: 'Adopt',
    heading: 'Groups that somebody else made',
    crumbs: [{ label: 'Clusters', href: '/clusters' }, { label: 'adopt' }],
    terminal: terminal('adopt'),
    sentence:
      candidates.length === 0
        ? say(strong('Every Auto Scaling group of the account is Delling’s'), '.')
        : say(
            strong(
              `${capital(counted(candidates.length, 'group'))} of the account ${candidates.length === 1 ? 'is' : 'are'} not Delling’s`,
            ),
            `; ${counted(ready.length, 'group')} can be adopted as ${ready.length === 1 ? 'it is' : 'they are'}.`,
          ),
    acts: [],
    liveMs: 0,
    clusters: names.map((name) => ({
      name,
      href: `/adopt/${name}`,
      groups: ready
        .filter(({ cluster }) => cluster === name)
        .map((each) => `${pushLabel(each.name)}${each.share === 100 ? ' (carries the traffic)' : ''}`)
        .join(', '),
    })),
    rows: candidates.map((each) => ({
      name: each.name,
      badge: each.obstacles.length === 0 ? can : cannot,
      parts: partsOf(each),
      size: `${each.size.desired} (${each.size.min} to ${each.size.max}) in ${counted(each.zones.length, 'zone')}`,
      traffic: each.share === null ? 'by no rule' : `${each.share} % of ${each.rule ?? ''}`,
      obstacles: each.obstacles,
      cautions: each.cautions,
    })),
  }
}

function partsOf({ application, stack, detail, push }: Candidate): string {
  if (application === null) return 'outside the grammar of names'
  const parts = [
    `application ${application}`,
    stack ? `stack ${stack}` : '',
    detail ? `detail ${detail}` : '',
    `push ${push ?? ''}`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}

export interface AdoptPage extends ConfirmPage {
  readonly groups: readonly {
    readonly name: string
    readonly becomes: string
    readonly version: string
    readonly size: string
    readonly template: string
  }[]
  readonly choose: ChoicePanel
  readonly plan: readonly PlanLine[]
  readonly planCounts: string
  readonly settings: AdoptionPlan['settings']
  readonly changes: ChangesModel
  readonly left: readonly string[]
  readonly expects: readonly string[]
  readonly warnings: readonly string[]
  readonly command: string
}

export function adoptPage(plan: AdoptionPlan, choosing: Choosing, filled: Filled): AdoptPage {
  const { cluster, application, groups } = plan
  const { userData } = choosing
  const live = groups.find(({ becomes }) => becomes === 'live')
  const pushes = groups.map(({ name }) => pushLabel(name)).join(',')
  const drop = userData === 'drop' ? ' --user-data drop' : ''
  return {
    ...confirmPage({
      heading: `Adopt ${cluster}?`,
      crumbs: adoptCrumbs(cluster),
      sentence: say(
        strong(`${pushLabel(live?.name ?? '')} carries its traffic and goes on doing so`),
        ': adopting writes marks, and nothing else.',
      ),
      action: `/adopt/${cluster}`,
      fields: [
        ...(application.registered
          ? []
          : [
              field(filled, 'owner', `Owner of ${application.name}`, {
                help: 'The application is registered with it; you, where this is left empty.',
              }),
            ]),
        field(filled, 'name', `Type ${cluster}`, { mono: true, required: true }),
        field(filled, 'reason', 'Why', { help: 'Shown in the deploy log.' }),
        ...overrideFields(filled, plan),
      ],
      hidden: [
        ...groups.map(({ name }) => ({ name: 'groups', value: name })),
        { name: 'userData', value: userData },
      ],
      consequences: [
        'No request goes elsewhere than before, no instance starts or ends.',
        'Called off in the middle, the marks that were set go again.',
        'It can be given back at any time: marks go, what was held is put back, nothing is destroyed.',
      ],
      button: `Adopt ${cluster}`,
      back: { label: 'Leave it', href: '/adopt' },
    }),
    groups: groups.map((each) => ({
      name: each.name,
      becomes: each.becomes,
      version: each.version,
      size: `${each.size.desired} (${each.size.min} to ${each.size.max})`,
      template: each.templateStays ? `${each.launchTemplate}, which stays` : each.launchTemplate,
    })),
    choose: choicePanel({ ...choosing, asked: groups.map(({ name }) => name) }),
    plan: planLines(plan.plan),
    planCounts: planCounts(plan.plan),
    settings: plan.settings,
    changes: changesModel(plan.changes, pushLabel(live?.name ?? ''), 'the next group'),
    left: plan.left,
    expects: plan.expects,
    warnings: plan.warnings,
    command: `npx delling adopt ${cluster} --groups ${pushes}${drop} --yes-i-mean ${cluster} --wait`,
  }
}
