import type { Application } from '../../domain/application.js'
import {
  leastNeverReferencedDays,
  leastUnreferencedDays,
  mostARun,
  policyWords,
  type ImageRetentionPolicy,
} from '../../domain/image-retention-policy.js'
import { freedGib, imagesWords, type ImageRetentionRun } from '../../domain/image-retention-run.js'
import type { FieldFault } from '../../domain/refusal.js'
import { nextMarks, type MorningClock } from '../../domain/retention-times.js'
import { morningAfter } from '../../domain/morning.js'
import type { RetentionState } from '../retention-state.js'
import type { Badge } from './badge.js'
import { confirmPage, type ConfirmPage } from './confirm.js'
import { field, otherFaults, type Field, type Filled } from './field.js'
import type { Fact } from './group-card.js'
import { liveMs, say, strong, type Head, type Said } from './head.js'
import { moment, type Moment } from './moment.js'
import { counted } from './words.js'

export interface RetentionFactsShown {
  readonly state: RetentionState
  readonly runs: readonly ImageRetentionRun[]
  readonly applications: readonly Application[]
  readonly filled: Filled
  readonly clock: MorningClock
  readonly zone: string
  readonly now: Date
  readonly paceDivisor: number
}

interface RunRow {
  readonly href: string
  readonly when: Moment
  readonly kind: string
  readonly by: string
  readonly badge: Badge
  readonly goes: string
  readonly stays: number
  readonly said: string
}

export interface RetentionPage extends Head {
  readonly facts: readonly Fact[]
  readonly own: readonly {
    readonly application: string
    readonly unreferencedDays: string
    readonly neverReferencedDays: string
    readonly keepNewest: string
  }[]
  readonly toggle: { readonly href: string; readonly label: string } | null
  /** Why it can't be switched on now; null: it can, or is on. */
  readonly whyNotOn: string | null
  readonly marks: readonly Fact[]
  readonly runs: readonly RunRow[]
  readonly form: { readonly fields: readonly Field[]; readonly faults: readonly FieldFault[] }
  readonly command: string
}

/** Which images go by themselves, and what did the last run do? */
export function retentionPage(facts: RetentionFactsShown): RetentionPage {
  const { state, runs, zone, now, paceDivisor } = facts
  const { policy, dryRun, running } = state
  const mayGoOn = policy.on || dryRun !== null
  return {
    title: 'Image retention',
    heading: 'Image retention',
    crumbs: [{ label: 'Images', href: '/images' }, { label: 'retention' }],
    sentence: sentenceOf(facts),
    acts: dryRun && !running ? [{ label: 'See the dry run', href: runAddress(dryRun.id), act: true }] : [],
    liveMs: liveMs(running !== null, paceDivisor),
    facts: policyFacts(policy, zone, now),
    own: Object.entries(policy.applications).map(([application, own]) => ({
      application,
      unreferencedDays: own.unreferencedDays === undefined ? 'as for all' : `${own.unreferencedDays} days`,
      neverReferencedDays:
        own.neverReferencedDays === undefined ? 'as for all' : `${own.neverReferencedDays} days`,
      keepNewest: own.keepNewest === undefined ? 'as for all' : String(own.keepNewest),
    })),
    toggle: mayGoOn
      ? {
          href: policy.on ? '/images/retention/off' : '/images/retention/on',
          label: policy.on ? 'Switch off…' : 'Switch on…',
        }
      : null,
    whyNotOn: mayGoOn ? null : 'It can be switched on once a dry run of this very policy has been made.',
    marks: marksFacts(facts),
    runs: runs.map((run) => runRow(run, zone, now)),
    form: policyForm(facts),
    command: 'npx delling images retention dry-run',
  }
}

function sentenceOf({ state: { policy, running }, clock, zone, now }: RetentionFactsShown): Said[] {
  if (running)
    return say(strong('Images are being retired'), `: ${imagesWords(running.images.length)} of this run.`)
  if (!policy.on)
    return say(
      strong('Off: no image is retired by itself.'),
      ' A dry run lists what the policy would take, and why each other image stays.',
    )
  return say(
    strong('On: images are retired every morning'),
    `, next ${moment(morningAfter(clock, now), zone, now).text}: ${policyWords(policy)}.`,
  )
}

function policyFacts(policy: ImageRetentionPolicy, zone: string, now: Date): readonly Fact[] {
  return [
    { what: 'Goes', value: `${policy.unreferencedDays} days after its last reference` },
    { what: 'Never referenced', value: `goes ${policy.neverReferencedDays} days after its bake` },
    { what: 'Stay', value: `the newest ${policy.keepNewest} of each application` },
    { what: 'A run', value: `at most ${imagesWords(policy.limit)}` },
    ...(policy.changedAt
      ? [
          {
            what: 'Changed',
            value: `, by ${policy.changedBy ?? ''}`,
            when: moment(policy.changedAt, zone, now),
          },
        ]
      : [{ what: 'Changed', value: 'never: this is what Delling proposes' }]),
  ]
}

function marksFacts({ state: { marks }, clock, zone, now }: RetentionFactsShown): readonly Fact[] {
  return [
    marks.lastMadeAt
      ? { what: 'Last made', value: '', when: moment(marks.lastMadeAt, zone, now) }
      : { what: 'Last made', value: 'never yet' },
    marks.unbrokenSince
      ? { what: 'Without a break since', value: '', when: moment(marks.unbrokenSince, zone, now) }
      : { what: 'Without a break since', value: 'not known: days don’t count until marks are made' },
    { what: 'Made next', value: '', when: moment(nextMarks(clock, now), zone, now) },
  ]
}

function policyForm({ state: { policy }, applications, filled }: RetentionFactsShown): RetentionPage['form'] {
  const number = (name: string, label: string, placeholder: number, help: string) =>
    field(filled, name, label, { type: 'number', placeholder: String(placeholder), help })
  const fields = [
    field(filled, 'application', 'Of what', {
      choices: [
        { value: '', label: 'all applications' },
        ...applications.map(({ name }) => ({ value: name, label: `only ${name}` })),
      ],
      help: 'For one application, what is left empty is as for all.',
    }),
    number(
      'unreferencedDays',
      'Days after the last reference',
      policy.unreferencedDays,
      `At least ${leastUnreferencedDays}. Empty: as it is.`,
    ),
    number(
      'neverReferencedDays',
      'Days after the bake, if never referenced',
      policy.neverReferencedDays,
      `At least ${leastNeverReferencedDays}. Empty: as it is.`,
    ),
    number('keepNewest', 'How many of the newest stay', policy.keepNewest, 'Of each application.'),
    number(
      'limit',
      'How many go in one run',
      policy.limit,
      `At most ${mostARun}, of all applications together.`,
    ),
    field(filled, 'reason', 'Why', { required: true, help: 'Shown in the deploy log.' }),
  ]
  return {
    fields,
    faults: otherFaults(
      filled,
      fields.map(({ name }) => name),
    ),
  }
}

export function runAddress(id: string): string {
  return `/images/retention/runs/${id}`
}

const stateBadges: Readonly<Record<ImageRetentionRun['state'], Badge>> = {
  shown: { k: 'k-idle', glyph: 'find', word: 'dry run' },
  running: { k: 'k-next', glyph: 'next', word: 'running' },
  done: { k: 'k-good', glyph: 'check', word: 'done' },
  stopped: { k: 'k-bad', glyph: 'cross', word: 'stopped' },
}

export function runBadge({ state, refused }: ImageRetentionRun): Badge {
  return refused ? { k: 'k-bad', glyph: 'cross', word: 'refused' } : stateBadges[state]
}

function runRow(run: ImageRetentionRun, zone: string, now: Date): RunRow {
  const { id, at, kind, actor, nightly, images, stayCount, refused, endSentence } = run
  return {
    href: runAddress(id),
    when: moment(at, zone, now),
    kind: kind === 'dry run' ? 'Dry run' : nightly ? 'Nightly run' : 'Run',
    by: nightly ? 'it was its time' : actor.name,
    badge: runBadge(run),
    goes: images.length === 0 ? 'none' : `${images.length}, ${freedGib(images)} GiB at most`,
    stays: stayCount,
    said: refused ?? endSentence ?? '',
  }
}

/** Asks before the nightly run is switched on or off. */
export function retentionSwitchPage(
  policy: ImageRetentionPolicy,
  dryRun: ImageRetentionRun | null,
  filled: Filled,
): ConfirmPage {
  const on = !policy.on
  const says = dryRun
    ? `The dry run listed ${imagesWords(dryRun.images.length)}; the first morning takes what is judged so then.`
    : 'A dry run of this very policy has to be made first.'
  return confirmPage({
    heading: on ? 'Switch the image retention on?' : 'Switch the image retention off?',
    crumbs: [
      { label: 'Images', href: '/images' },
      { label: 'retention', href: '/images/retention' },
      { label: on ? 'switch on' : 'switch off' },
    ],
    sentence: on
      ? say(strong('Images are retired every morning then'), `: ${policyWords(policy)}.`)
      : say(strong('No image is retired by itself any more.'), ' The policy stays as it is.'),
    action: on ? '/images/retention/on' : '/images/retention/off',
    fields: [field(filled, 'reason', 'Why', { required: true, help: 'Shown in the deploy log.' })],
    consequences: on
      ? [
          says,
          'What is retired is deregistered with all its snapshots and can’t be brought back.',
          'Each image is looked at again right before it goes; a run stops at the first that must stay after all.',
          'A change of the policy switches it off again.',
        ]
      : [
          'A nightly run that is under way asks for no more images; what it asked for is finished.',
          'Marks are still made, so that nothing is forgotten.',
        ],
    button: on ? 'Switch it on' : 'Switch it off',
    bad: on,
    back: { label: on ? 'Leave it off' : 'Leave it on', href: '/images/retention' },
  })
}

/** Asks for the number that the dry run listed before it retires them. */
export function retireListedPage(run: ImageRetentionRun, filled: Filled): ConfirmPage {
  const { images } = run
  return confirmPage({
    heading: `Retire these ${imagesWords(images.length)}?`,
    crumbs: [
      { label: 'Images', href: '/images' },
      { label: 'retention', href: '/images/retention' },
      { label: 'dry run', href: runAddress(run.id) },
      { label: 'retire' },
    ],
    sentence: say(
      strong('What is retired can’t be brought back'),
      `: ${counted(images.length, 'image')} with all snapshots, ${freedGib(images)} GiB at most.`,
    ),
    action: `${runAddress(run.id)}/retire`,
    fields: [
      field(filled, 'count', `Type ${images.length}`, {
        type: 'number',
        required: true,
        help: 'How many images the dry run listed.',
      }),
      field(filled, 'reason', 'Why', { required: true, help: 'Shown in the deploy log.' }),
    ],
    consequences: [
      'All is judged anew now: what the dry run did not list stays, and so does what is used by now.',
      'Right before each is deregistered it is looked again whether something uses it.',
      'The run stops at the first that must stay after all, or that AWS refuses.',
      'Stop everything stops it too.',
    ],
    button: `Retire ${imagesWords(images.length)}`,
    bad: true,
    back: { label: 'Keep them', href: runAddress(run.id) },
  })
}
