import type { WayOut } from '../../domain/difference.js'
import { pushLabel } from '../../domain/names.js'
import type { DifferenceView } from '../../engine/drift-view.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { moment, type Moment } from './moment.js'

/** One difference between the records and AWS, with what can be done about it. */
export interface DifferenceRow {
  readonly what: string
  readonly expected: string
  readonly found: string
  readonly since: Moment | null
  readonly who: string
  /** What somebody asked for already. */
  readonly asked: string | null
  readonly ways: readonly { readonly label: string; readonly href: string; readonly effect: string }[]
  /** Ways that can't be gone, and why. */
  readonly closed: readonly { readonly id: string; readonly label: string; readonly reason: string }[]
}

export interface DriftPanel {
  readonly title: string
  readonly rows: readonly DifferenceRow[]
  /** What was told to be left as it is. */
  readonly left: readonly string[]
}

/** What others changed; null when nothing differs. */
export function driftPanel(
  cluster: string,
  differences: readonly DifferenceView[],
  zone: string,
  now: Date,
): DriftPanel | null {
  if (differences.length === 0) return null
  const open = differences.filter((difference) => !difference.left)
  const count = open.length === 1 ? 'One thing differs' : `${open.length} things differ`
  return {
    title: open.length > 0 ? `${count} from the records` : 'Nothing else differs from the records',
    rows: open.map((difference, index) => row(cluster, difference, index, zone, now)),
    left: differences.flatMap(({ left, what, found }) =>
      left ? [`${what}: ${found}. Left alone by ${left.by}.`] : [],
    ),
  }
}

function row(
  cluster: string,
  difference: DifferenceView,
  index: number,
  zone: string,
  now: Date,
): DifferenceRow {
  const { what, expected, found, since, who, undoAsked, ways } = difference
  return {
    what,
    expected,
    found,
    since: since && moment(since, zone, now),
    who: who ?? 'not known',
    asked: undoAsked && `${undoAsked.by} asked to undo it; Delling is at it.`,
    ways: ways
      .filter((way) => !way.reason)
      .map((way) => ({
        label: `${labelOf(way, difference)} …`,
        href: addressOf(cluster, way.act, difference),
        effect: way.effect,
      })),
    closed: ways.flatMap((way) =>
      way.reason
        ? [{ id: `closed-${index}-${way.act}`, label: labelOf(way, difference), reason: way.reason }]
        : [],
    ),
  }
}

type About = Pick<DifferenceView, 'kind' | 'subject' | 'what'>

/** The deed and its object: what the button does. */
function labelOf({ act }: Pick<WayOut, 'act'>, { kind, subject }: About): string {
  const label = pushLabel(subject)
  if (act === 'leave') return `Leave ${label} alone`
  if (kind === 'stranger') return `Adopt ${label}`
  if (kind === 'weights')
    return act === 'adopt' ? `Adopt the weights of ${subject}` : `Put the rule of ${subject} back`
  if (kind === 'processes')
    return act === 'adopt' ? `Leave ${label} as it is` : `Resume the processes of ${label}`
  if (kind === 'size') return act === 'adopt' ? `Adopt the size of ${label}` : `Raise ${label} again`
  return 'Undo it'
}

function addressOf(cluster: string, act: WayOut['act'], { kind, subject }: About): string {
  const what = kind === 'stranger' ? 'group' : kind
  const about = new URLSearchParams({ what, ...(kind === 'weights' ? {} : { group: subject }) })
  return `/clusters/${cluster}/drift/${act}?${about.toString()}`
}

/** Asks before it does, with the exact effect. */
export function driftConfirmPage(
  cluster: { readonly name: string; readonly application: string },
  difference: Pick<DifferenceView, 'kind' | 'subject' | 'what' | 'expected' | 'found'>,
  way: WayOut,
): ConfirmPage {
  const { kind, subject, what, expected, found } = difference
  const button = labelOf(way, difference)
  return confirmPage({
    heading: `${button}?`,
    crumbs: [
      { label: cluster.application, href: `/applications/${cluster.application}` },
      { label: cluster.name, href: `/clusters/${cluster.name}` },
      { label: way.act },
    ],
    sentence: `${what}: expected ${expected}; there is ${found}.`,
    action: `/clusters/${cluster.name}/drift/${way.act}`,
    fields: [],
    hidden: [
      { name: 'what', value: kind === 'stranger' ? 'group' : kind },
      ...(kind === 'weights' ? [] : [{ name: 'group', value: subject }]),
    ],
    consequences: [way.effect, 'It stands in the deploy log with your name, what was and what is.'],
    button,
    bad: kind === 'weights' && way.act === 'undo',
    back: { label: 'Change nothing', href: `/clusters/${cluster.name}` },
  })
}
