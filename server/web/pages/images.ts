import type { Application } from '../../domain/application.js'
import type { Bake, Image } from '../../domain/bake.js'
import { pushLabel } from '../../domain/names.js'
import { shownState, type ServerGroup } from '../../domain/server-group.js'
import { recordedBadge, type Badge } from './badge.js'
import { bakeItem, type BakeItem } from './bake-item.js'
import { bakePanel, type BakePanel } from './bake.js'
import { field, otherFaults, type Field, type Filled } from './field.js'
import { liveMs, say, strong, type Head, type Said } from './head.js'
import { moment, type Moment } from './moment.js'
import { capital, counted } from './words.js'
import type { FieldFault } from '../../domain/refusal.js'

export interface ImagesFacts {
  readonly images: readonly Image[]
  readonly bakes: readonly Bake[]
  readonly groups: readonly ServerGroup[]
  readonly applications: readonly Application[]
  readonly chosen: string | null
  readonly query: string
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
  readonly deployable: boolean
  readonly deploy: string
}

export interface ImagesPage extends Head {
  readonly running: readonly BakePanel[]
  readonly rows: readonly ImageRow[]
  readonly ended: readonly BakeItem[]
  readonly query: string
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

/** What can I deploy? Is a bake running? */
export function imagesPage(facts: ImagesFacts): ImagesPage {
  const { images, bakes, groups, now, zone } = facts
  const running = bakes.filter((bake) => bake.endedAt === null)
  const used = new Set(groups.map((group) => group.image.imageId))
  const wanted = facts.query.toLowerCase()
  const rows = images.filter((image) =>
    [image.name, image.version, image.imageId, image.commit ?? ''].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  )
  return {
    title: 'Images',
    heading: 'Images and bakes',
    crumbs: [],
    sentence: imagesSentence(
      running,
      images.length,
      images.filter((image) => used.has(image.imageId)).length,
    ),
    acts: [{ label: 'Bake an image', href: '#bake', act: true }],
    liveMs: liveMs(running.length > 0, facts.paceDivisor),
    running: running.map((bake) => bakePanel(bake, zone, now, facts.paceDivisor, 14)),
    rows: rows.map((image) => imageRow(image, groups, zone, now)),
    ended: bakes
      .filter((bake) => bake.endedAt !== null)
      .slice(0, 10)
      .map((bake) => bakeItem(bake, zone, now)),
    query: facts.query,
    noApplications: facts.applications.length === 0,
    form: bakeForm(facts),
  }
}

function imagesSentence(running: readonly Bake[], kept: number, used: number): Said[] {
  const first = running[0]
  const rest =
    kept === 0
      ? 'No image is there yet.'
      : `${capital(counted(kept, 'image'))} ${kept === 1 ? 'is' : 'are'} kept, ${counted(used, 'image').replace(/ images?$/, '')} in use.`
  if (!first) return say('No bake runs. ', rest)
  const label = `${first.request.application} ${first.request.version}`
  return say(
    running.length === 1 ? 'One bake runs: ' : `${capital(counted(running.length, 'bake'))} run, among them `,
    strong(label),
    '. ',
    rest,
  )
}

export function imageRow(image: Image, groups: readonly ServerGroup[], zone: string, now: Date): ImageRow {
  const users = groups.filter((group) => group.image.imageId === image.imageId)
  return {
    name: image.name,
    href: `/images/${image.name}`,
    imageId: image.imageId,
    badge: imageBadge(image, users),
    from: image.baseImageName,
    commit: image.commit,
    when: moment(image.bakedAt, zone, now),
    by: image.creator,
    usedBy: users.map((group) => ({
      label: `${group.cluster} ${pushLabel(group.name)}`,
      href: `/groups/${group.name}`,
      badge: recordedBadge(group),
    })),
    deployable: image.retirement === null,
    deploy: `/deploy?image=${encodeURIComponent(image.name)}`,
  }
}

function imageBadge(image: Image, users: readonly ServerGroup[]): Badge {
  if (image.retirement)
    return {
      k: 'k-idle',
      glyph: 'retiring',
      word: image.retirement.phase === 'retired' ? 'retired' : 'being retired',
    }
  if (image.bad) return { k: 'k-bad', glyph: 'rejected', word: `bad: ${image.bad.reason.slice(0, 60)}` }
  const nights = Math.max(0, ...users.map((group) => group.survived.length))
  if (nights > 0) return { k: 'k-good', glyph: 'check', word: `survived ${counted(nights, 'night')}` }
  const live = users.some((group) => shownState(group.role, 0) === 'live')
  return live
    ? { k: 'k-live', glyph: 'live', word: 'live' }
    : { k: 'k-idle', glyph: 'image', word: 'not judged yet' }
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
