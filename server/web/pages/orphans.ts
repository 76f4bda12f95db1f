import { fateWords, orphanName, type Fate, type Orphan } from '../../domain/orphan.js'
import type { OrphansSeen } from '../../engine/orphans.js'
import type { Badge } from './badge.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, type Field, type Filled } from './field.js'
import { say, strong, type Head, type Said } from './head.js'
import { moment, type Moment } from './moment.js'
import { terminal } from './terminal.js'
import { capital, counted, listed } from './words.js'

interface OrphanRow {
  readonly kind: string
  readonly id: string
  readonly name: string
  readonly since: Moment | null
  readonly badge: Badge
  readonly why: string
  readonly href: string | null
  readonly removable: boolean
}

export interface OrphansPage extends Head {
  readonly rows: readonly OrphanRow[]
  readonly anyRemovable: boolean
  /** Somebody pressed the button with nothing ticked, or with what went meanwhile. */
  readonly noneChosen: boolean
  readonly seen: Moment
  readonly unread: string | null
}

const looks: Readonly<Record<Fate, Omit<Badge, 'word'>>> = {
  goes: { k: 'k-next', glyph: 'next' },
  waits: { k: 'k-idle', glyph: 'later' },
  asked: { k: 'k-care', glyph: 'bang' },
  told: { k: 'k-idle', glyph: 'hold' },
}
const order: readonly Fate[] = ['asked', 'goes', 'waits', 'told']

/** What nobody accounts for, and what may become of it. */
export function orphansPage(
  { at, orphans, unread }: OrphansSeen,
  { zone, now }: { readonly zone: string; readonly now: Date },
): OrphansPage {
  const rows = [...orphans].sort((a, b) => order.indexOf(a.fate) - order.indexOf(b.fate))
  return {
    title: 'Orphans',
    heading: 'Orphans',
    crumbs: [{ label: 'More', href: '/more' }, { label: 'Orphans' }],
    sentence: sentenceOf(orphans),
    acts: [{ label: 'Jobs', href: '/jobs#orphans' }],
    terminal: terminal('orphans'),
    liveMs: 0,
    rows: rows.map(({ thing, fate, why, href }) => ({
      kind: thing.kind,
      id: thing.id,
      name: thing.name,
      since: thing.since && moment(thing.since, zone, now),
      badge: { ...looks[fate], word: fateWords[fate] },
      why,
      href,
      removable: isRemovable(fate),
    })),
    anyRemovable: rows.some(({ fate }) => isRemovable(fate)),
    noneChosen: false,
    seen: moment(at, zone, now),
    unread,
  }
}

function isRemovable(fate: Fate): boolean {
  return fate === 'asked' || fate === 'goes'
}

function sentenceOf(orphans: readonly Orphan[]): Said[] {
  if (orphans.length === 0)
    return say(
      strong('Nothing in the account is an orphan'),
      ': whatever carries Delling’s mark is accounted for.',
    )
  const asked = orphans.filter(({ fate }) => fate === 'asked').length
  return say(
    strong(
      `${capital(counted(orphans.length, 'thing'))} ${orphans.length === 1 ? 'carries' : 'carry'} Delling’s mark, and no record accounts for ${orphans.length === 1 ? 'it' : 'them'}`,
    ),
    asked > 0
      ? `; a person decides about ${asked === orphans.length ? (asked === 1 ? 'it' : 'all of them') : counted(asked, 'of them', 'of them')}.`
      : '.',
  )
}

export interface RemoveOrphansFacts {
  readonly chosen: readonly Orphan[]
  readonly filled: Filled
  readonly override: readonly Field[]
}

/** Names exactly what goes, before it goes. */
export function removeOrphansPage({ chosen, filled, override }: RemoveOrphansFacts): ConfirmPage {
  const names = chosen.map(({ thing }) => orphanName(thing))
  return confirmPage({
    heading: `Remove ${counted(chosen.length, 'thing')} that nobody accounts for?`,
    crumbs: [{ label: 'Orphans', href: '/orphans' }, { label: 'remove' }],
    sentence: say(strong(capital(listed(names))), '.'),
    action: '/orphans/remove',
    terminal: terminal('orphans', 'remove', ...chosen.map(({ thing }) => thing.id), '--reason', '…'),
    hidden: chosen.map(({ thing }) => ({ name: 'ids', value: thing.id })),
    fields: [
      field(filled, 'reason', 'Why', { required: true, help: 'Shown in the deploy log.' }),
      ...override,
    ],
    consequences: [
      ...chosen.map(({ thing, why }) => `The ${orphanName(thing)} goes. ${why}`),
      'Right before that it is looked again; if a record accounts for one of them by then, nothing is removed.',
      'What is removed can’t be brought back.',
    ],
    button: `Remove ${chosen.length === 1 ? orphanName(chosen[0]!.thing) : counted(chosen.length, 'orphan')}`,
    bad: true,
    back: { label: chosen.length === 1 ? 'Leave it' : 'Leave them', href: '/orphans' },
  })
}
