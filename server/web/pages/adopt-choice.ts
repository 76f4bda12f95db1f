import type { Candidate } from '../../domain/adoptable.js'
import { offeredGroups, usualChoice } from '../../domain/adoption-choice.js'
import { pushLabel } from '../../domain/names.js'
import { field, type Field } from './field.js'
import { say, strong, type Crumb, type Head } from './head.js'

/** Which groups and whether their user data: asked for anew by address, so that the plan is what the button does. */
export interface ChoicePanel {
  readonly action: string
  readonly choices: readonly {
    readonly value: string
    readonly label: string
    readonly sub: string
    readonly chosen: boolean
    readonly possible: boolean
  }[]
  readonly most: string
  /** Why what is ticked can't be adopted. */
  readonly fault: string | null
  readonly userDataField: Field
}

/** What a person chose among, and what of it. */
export interface Choosing {
  readonly cluster: string
  /** The groups of the cluster's name that are not ours. */
  readonly siblings: readonly Candidate[]
  /** As they were asked for, by their names or as `v012`; null: the usual ones. */
  readonly asked: readonly string[] | null
  readonly userData: 'keep' | 'drop'
  readonly maxWarm: number
}

/** Every group of the cluster's name with a box to tick, and why some are not ticked. */
export function choicePanel(choosing: Choosing, fault: string | null = null): ChoicePanel {
  const { cluster, siblings, asked, userData, maxWarm } = choosing
  const isChosen = ({ name }: Candidate) => asked?.some((each) => each === name || each === pushLabel(name))
  const chosen = asked ? siblings.filter(isChosen) : usualChoice(siblings, maxWarm)
  const carries = new Set(siblings.filter(({ share }) => (share ?? 0) > 0).map(({ name }) => name))
  const offered = offeredGroups(siblings, new Set(chosen.map(({ name }) => name)), maxWarm)
  return {
    action: `/adopt/${cluster}`,
    choices: offered.map(({ name, whyNot, ...each }) => ({
      ...each,
      value: name,
      label: pushLabel(name),
      sub: [
        carries.has(name) ? 'It carries the traffic.' : '',
        whyNot ?? (carries.has(name) ? '' : 'It becomes warm.'),
      ]
        .filter(Boolean)
        .join(' '),
    })),
    most: `The one that carries the traffic, and ${maxWarm} others at most. The rest stays as it is.`,
    fault,
    userDataField: field({ values: { userData }, faults: [] }, 'userData', 'What it runs on first boot', {
      choices: [
        { value: 'keep', label: 'runs after Delling’s own' },
        { value: 'drop', label: 'is left behind' },
      ],
    }),
  }
}

/** Of the pages that ask before a cluster is adopted. */
export function adoptCrumbs(cluster: string): readonly Crumb[] {
  return [{ label: 'Clusters', href: '/clusters' }, { label: 'adopt', href: '/adopt' }, { label: cluster }]
}

export interface AdoptChoicePage extends Head {
  readonly choose: ChoicePanel
}

/** What is ticked makes no cluster: it says why, and is chosen anew. */
export function adoptChoicePage(choosing: Choosing, fault: string): AdoptChoicePage {
  const { cluster } = choosing
  return {
    title: `Adopt ${cluster}`,
    heading: `Which groups of ${cluster}?`,
    crumbs: adoptCrumbs(cluster),
    sentence: say(strong('What is chosen can’t be adopted'), '; choose anew.'),
    acts: [],
    liveMs: 0,
    choose: choicePanel(choosing, fault),
  }
}
