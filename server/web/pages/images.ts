import type { Application } from '../../domain/application.js'
import type { Bake, Image, ListedBake } from '../../domain/bake.js'
import { imageVerdict, type ImageVerdict } from '../../domain/image-verdict.js'
import type { ImageOutlook, ImageOutlooks } from '../../engine/image-retention.js'
import { pushLabel } from '../../domain/names.js'
import type { ServerGroup } from '../../domain/server-group.js'
import type { ImageWithUsers } from '../../domain/image-users.js'
import { recordedBadge, type Badge } from './badge.js'
import { bakeItem, type BakeItem } from './bake-item.js'
import { bakePanel, type BakePanel } from './bake.js'
import { field, otherFaults, type Field, type Filled } from './field.js'
import { liveMs, say, strong, type Head, type Said } from './head.js'
import { byWords, pageOfList, type ListFrame, type ListWish, type LongList } from './long-list.js'
import { moment, momentOrNull, type Moment } from './moment.js'
import { capital, counted } from './words.js'
import type { FieldFault } from '../../domain/refusal.js'

export interface ImagesFacts {
  readonly images: readonly ImageWithUsers[]
  readonly outlooks: ImageOutlooks
  readonly bakes: readonly ListedBake[]
  /** Those of them that go on, whose last lines are shown. */
  readonly running: readonly Bake[]
  readonly applications: readonly Application[]
  /** The application that it is about alone; null: all of them. */
  readonly chosen: string | null
  readonly wish: ListWish
  readonly filled: Filled
  readonly now: Date
  readonly zone: string
  readonly paceDivisor: number
  readonly baseImage: string
}

export interface ImageRow {
  readonly name: string
  readonly href: string
  readonly imageId: string
  readonly badge: Badge
  readonly from: string
  readonly commit: string | null
  readonly when: Moment
  readonly by: string
  readonly usedBy: readonly { readonly label: string; readonly href: string; readonly badge: Badge }[]
  /** How many more groups than these use it; null where these are all. */
  readonly more: string | null
  /** When something was last seen to refer to it; null: never, or nothing is known of it here. */
  readonly referenced: Moment | null
  readonly keptBy: string | null
  /** What the retention would do with it, and why; null where it was not asked. */
  readonly outlook: { readonly badge: Badge; readonly why: string } | null
  readonly size: string | null
  readonly deployable: boolean
  readonly deploy: string
}

export interface ImagesPage extends Head {
  readonly running: readonly BakePanel[]
  readonly rows: readonly ImageRow[]
  readonly list: ListFrame
  /** How much all of them hold, and when that was read; or why nobody knows. */
  readonly storage: { readonly says: string; readonly when: Moment | null }
  readonly ended: readonly BakeItem[]
  readonly noApplications: boolean
  readonly form: {
    readonly fields: readonly Field[]
    readonly more: readonly Field[]
    readonly file: Field
    readonly address: readonly Field[]
    readonly faults: readonly FieldFault[]
    readonly open: boolean
  }
}

/** Every image, as a list that can be filtered and sorted; or those of one application. */
export function imageList(application: string | null): LongList<ImageWithUsers> {
  return {
    path: '/images',
    placeholder: 'Filter: version, commit, id',
    columns: [
      { name: 'image', label: 'Image', key: ({ image }) => image.name },
      { name: 'state', label: 'State' },
      { name: 'from', label: 'From', key: ({ image }) => image.baseImageName },
      { name: 'baked', label: 'Baked', key: ({ image }) => image.bakedAt.getTime() },
      { name: 'users', label: 'Used by', key: ({ users }) => users.length },
      { name: 'retention', label: 'Retention' },
      { name: 'do', label: 'Do' },
    ],
    sort: 'baked',
    down: true,
    finds: byWords(({ image }) => [
      image.name,
      image.version,
      image.imageId,
      image.commit,
      image.baseImageName,
      image.creator,
    ]),
    ...(application === null ? {} : { only: { name: 'application', value: application } }),
  }
}

/** What can I deploy? Is a bake running? */
export function imagesPage(facts: ImagesFacts): ImagesPage {
  const { images, bakes, running, now, zone } = facts
  const { rows, frame } = pageOfList(images, facts.wish, imageList(facts.chosen))
  return {
    title: 'Images',
    heading: 'Images and bakes',
    crumbs: [],
    sentence: imagesSentence(
      running,
      images.length,
      images.filter(({ users }) => users.length > 0).length,
      facts.chosen,
    ),
    acts: [
      { label: 'Bake an image', href: '#bake', act: true },
      { label: 'Retention', href: '/images/retention' },
    ],
    liveMs: liveMs(running.length > 0, facts.paceDivisor),
    running: running.map((bake) => bakePanel(bake, zone, now, facts.paceDivisor, 14)),
    rows: rows.map((each) => imageRow(each, zone, now, facts.outlooks)),
    list: frame,
    storage: storageOf(facts),
    ended: bakes
      .filter((bake) => bake.endedAt !== null)
      .slice(0, 10)
      .map((bake) => bakeItem(bake, zone, now)),
    noApplications: facts.applications.length === 0,
    form: bakeForm(facts),
  }
}

function imagesSentence(
  running: readonly ListedBake[],
  kept: number,
  used: number,
  chosen: string | null,
): Said[] {
  const first = running[0]
  const rest =
    kept === 0
      ? chosen === null
        ? 'No image is there yet.'
        : `No image of “${chosen}” is there.`
      : `${capital(counted(kept, 'image'))} ${kept === 1 ? 'is' : 'are'} kept, ${used === 0 ? 'none' : counted(used, 'image').replace(/ images?$/, '')} in use.`
  if (!first) return say('No bake runs. ', rest)
  const label = `${first.request.application} ${first.request.version}`
  return say(
    running.length === 1 ? 'One bake runs: ' : `${capital(counted(running.length, 'bake'))} run, among them `,
    strong(label),
    '. ',
    rest,
  )
}

/** A cell names so many groups; more than these are on the image's own page. */
const mostUsers = 5

export function imageRow(
  { image, users }: ImageWithUsers,
  zone: string,
  now: Date,
  outlooks?: ImageOutlooks,
): ImageRow {
  const outlook = outlooks?.byId.get(image.imageId) ?? null
  const { referencedAt = null, keep = null } = outlook?.mark ?? {}
  return {
    name: image.name,
    href: `/images/${image.name}`,
    imageId: image.imageId,
    badge: imageBadge(image, users),
    from: image.baseImageName,
    commit: image.commit,
    when: moment(image.bakedAt, zone, now),
    by: image.creator,
    usedBy: users.slice(0, mostUsers).map((group) => ({
      label: `${group.cluster} ${pushLabel(group.name)}`,
      href: `/groups/${group.name}`,
      badge: recordedBadge(group),
    })),
    more: users.length > mostUsers ? `${users.length - mostUsers} more` : null,
    referenced: momentOrNull(referencedAt, zone, now),
    keptBy: keep?.by ?? null,
    outlook: outlook?.verdict
      ? { badge: outlookBadge(outlook.verdict.verdict, outlooks?.isOn ?? false), why: outlook.verdict.why }
      : null,
    size: outlook?.sizeGib ? `at most ${outlook.sizeGib} GiB` : null,
    deployable: image.retirement === null,
    deploy: `/deploy?image=${encodeURIComponent(image.name)}`,
  }
}

/** While the policy is off nothing goes by itself. */
function outlookBadge(verdict: NonNullable<ImageOutlook['verdict']>['verdict'], policyIsOn: boolean): Badge {
  if (verdict === 'stays') return { k: 'k-idle', glyph: 'check', word: 'stays' }
  return { k: 'k-care', glyph: 'retiring', word: policyIsOn ? 'goes' : 'would go, if the policy were on' }
}

function storageOf({ images, outlooks, zone, now }: ImagesFacts): ImagesPage['storage'] {
  const { byId, sizesAt, sizesFault } = outlooks
  const sizes = images.flatMap(({ image }) => byId.get(image.imageId)?.sizeGib ?? [])
  if (sizesAt === null)
    return { says: `How much they hold could not be read. ${sizesFault ?? ''}`.trim(), when: null }
  const total = sizes.reduce((sum, gib) => sum + gib, 0)
  const unseen = images.length - sizes.length
  const missing = unseen > 0 ? `; of ${counted(unseen, 'image')} the account showed none` : ''
  return {
    says: `Their snapshots hold at most ${total} GiB${missing}. Read `,
    when: moment(sizesAt, zone, now),
  }
}

const looks: Readonly<Record<ImageVerdict['kind'], Omit<Badge, 'word'>>> = {
  retiring: { k: 'k-idle', glyph: 'retiring' },
  bad: { k: 'k-bad', glyph: 'rejected' },
  survived: { k: 'k-good', glyph: 'check' },
  live: { k: 'k-live', glyph: 'live' },
  unjudged: { k: 'k-idle', glyph: 'image' },
}

function imageBadge(image: Image, users: readonly ServerGroup[]): Badge {
  const { kind, words } = imageVerdict(image, users)
  return { ...looks[kind], word: words }
}

function bakeForm(facts: ImagesFacts): ImagesPage['form'] {
  const { filled, applications } = facts
  const choices = applications.map((each) => ({ value: each.name, label: each.name }))
  const fallback = facts.chosen ?? applications[0]?.name ?? ''
  const fields = [
    field(filled, 'application', 'Application', { choices, fallback }),
    field(filled, 'version', 'Version', { placeholder: '1.4.0', required: true }),
  ]
  const file = field(filled, 'file', 'Package file', {
    type: 'file',
    accept: '.tgz,.gz,.zip,.deb',
    help: 'A .tgz, .zip or .deb. Its SHA-256 is computed while it is sent.',
  })
  const address = [
    field(filled, 'address', 'Or its address', { placeholder: 'https://… or s3://…', mono: true }),
    field(filled, 'sha256', 'SHA-256 of what is there', {
      mono: true,
      help: 'Needed with an address; checked on the builder.',
    }),
  ]
  const more = [
    field(filled, 'startCommand', 'Start command', {
      mono: true,
      help: 'Empty: the application’s, else the package’s own.',
    }),
    field(filled, 'base', 'Base image', {
      mono: true,
      placeholder: facts.baseImage,
      help: 'An id, or the name of an SSM parameter.',
    }),
    field(filled, 'commit', 'Commit', { mono: true }),
    field(filled, 'reason', 'Why'),
  ]
  const inside = [...address, ...more]
  const names = [...fields, file, ...address, ...more].map((each) => each.name)
  return {
    fields,
    file,
    address,
    more,
    faults: otherFaults(filled, names),
    open: inside.some((each) => each.error !== null || each.value !== ''),
  }
}
