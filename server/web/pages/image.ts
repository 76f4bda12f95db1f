import type { Image } from '../../domain/bake.js'
import { reasonPackagesUnknown, type KnownImage } from '../../domain/image-comparison.js'
import type { ImageUse } from '../../domain/image-uses.js'
import type { InstalledPackage } from '../../domain/image-packages.js'
import type { ServerGroup } from '../../domain/server-group.js'
import type { Fact } from './group-card.js'
import { say, strong, type Head, type Said } from './head.js'
import { usesModel, type UseRow } from './image-uses.js'
import { imageRow, type ImageRow } from './images.js'
import type { ImageOutlook } from '../../engine/image-retention.js'
import { moment } from './moment.js'
import { counted, withStop } from './words.js'

export interface ImagePage extends Head {
  readonly row: ImageRow
  readonly facts: readonly Fact[]
  readonly bake: string
  readonly retired: boolean
  readonly uses: readonly UseRow[]
  readonly retention: RetentionPanel
  readonly installed: InstalledPanel
}

/** What the retention knows of it, and would do with it. */
interface RetentionPanel {
  readonly facts: readonly Fact[]
  /** Where the buttons lead; null: it is on its way out, or gone. */
  readonly keep: string | null
  readonly release: string | null
}

/** What is installed; `unknown` says why that is not known. */
interface InstalledPanel {
  readonly rows: readonly InstalledPackage[]
  readonly query: string
  readonly says: string
  readonly unknown: string | null
}

export interface ImageFacts {
  readonly known: KnownImage
  /** The recorded groups of it. */
  readonly users: readonly ServerGroup[]
  /** By the records. */
  readonly uses: readonly ImageUse[]
  readonly outlook: ImageOutlook
  /** Its base image, where that was baked here too. */
  readonly base: Image | null
  /** What of the packages is shown. */
  readonly query: string
  readonly zone: string
  readonly now: Date
}

/** More rows than these nobody reads; the filter finds what is beyond them. */
const mostRows = 300

/** What is in this image, and where does it run? */
export function imagePage(shown: ImageFacts): ImagePage {
  const { known, users, uses, base, query, zone, now } = shown
  const { image } = known
  const row = imageRow({ image, users }, zone, now)
  const running =
    row.usedBy.length === 0
      ? 'No group runs it.'
      : `It runs in ${[...row.usedBy.map(({ label }) => label), ...(row.more === null ? [] : [row.more])].join(', ')}.`
  return {
    title: image.name,
    heading: image.name,
    crumbs: [{ label: 'Images', href: '/images' }, { label: image.name }],
    sentence: imageSentence(image, running),
    acts: [
      { label: 'Compare', href: `/images/${image.name}/changes` },
      ...(image.retirement
        ? []
        : [
            ...(image.bad ? [{ label: 'Not bad after all', href: `/images/${image.name}/unmark-bad` }] : []),
            { label: 'Retire', href: `/images/${image.name}/retire`, bad: true },
            { label: `Deploy ${image.version}`, href: row.deploy, act: !image.bad },
          ]),
    ],
    liveMs: image.retirement && image.retirement.phase !== 'retired' ? 3_000 : 0,
    row,
    bake: `/bakes/${image.bakeId}`,
    retired: image.retirement?.phase === 'retired',
    uses: usesModel(uses),
    retention: retentionPanel(shown),
    installed: installedPanel(known, query),
    facts: [
      { what: 'Image id', value: image.imageId, mono: true },
      { what: 'Application', value: image.application, href: `/applications/${image.application}` },
      { what: 'Version', value: image.version },
      { what: 'Package', value: image.packageName },
      { what: 'Package SHA-256', value: image.packageSha256, mono: true },
      {
        what: 'Base image',
        value: `${image.baseImageName} (${image.baseImageId})`,
        ...(base && { href: `/images/${base.name}` }),
      },
      ...(image.commit ? [{ what: 'Commit', value: image.commit, mono: true }] : []),
      { what: 'Content key', value: image.contentKey, mono: true },
      ...(image.recipe ? [{ what: 'Recipe', value: image.recipe, mono: true }] : []),
      { what: 'Baked', value: `, by ${image.creator}`, when: moment(image.bakedAt, zone, now) },
      ...(image.bad
        ? [{ what: 'Bad since', value: `, as ${image.bad.group}`, when: moment(image.bad.at, zone, now) }]
        : []),
    ],
  }
}

function imageSentence(image: Image, running: string): Said[] {
  const { retirement, bad } = image
  if (retirement?.phase === 'retired') {
    const left = retirement.left.length > 0 ? ` Left behind: ${retirement.left.join('; ')}.` : ''
    return say(strong('Retired'), ` by ${retirement.by}: AWS has it no more.${left}`)
  }
  if (retirement)
    return say(strong('It is being retired'), `, as ${retirement.by} asked: ${phaseWords[retirement.phase]}.`)
  return bad
    ? say(strong('Marked bad'), `: ${withStop(bad.reason)} ${running}`)
    : say(`${image.application} ${image.version}. ${running}`)
}

const phaseWords = {
  checking: 'it is looked whether something uses it',
  deregistering: 'nothing uses it, and it is deregistered',
  clearing: 'it is deregistered, and its snapshots go',
} as const

function retentionPanel({ known: { image }, users, uses, outlook, zone, now }: ImageFacts): RetentionPanel {
  const { mark, verdict, sizeGib } = outlook
  const { referencedAt, referencedBy, keep } = mark
  const at = `/images/${image.name}`
  // Marks are made once a night: what came into use since has none yet.
  const isUsed = users.length > 0 || uses.length > 0
  const neverMarked = isUsed ? 'now: it is in use' : 'never, as far as marks were made'
  return {
    facts: [
      referencedAt
        ? {
            what: 'Last referenced',
            value: referencedBy ? `, by ${referencedBy}` : '',
            when: moment(referencedAt, zone, now),
          }
        : { what: 'Last referenced', value: neverMarked },
      ...(keep
        ? [{ what: 'Kept', value: `, by ${keep.by}: ${keep.why}`, when: moment(keep.at, zone, now) }]
        : []),
      ...(verdict
        ? [
            {
              what: verdict.verdict === 'goes' ? 'May go' : 'Stays',
              value: verdict.why,
              href: '/images/retention',
            },
          ]
        : []),
      ...(sizeGib === null ? [] : [{ what: 'Storage', value: `at most ${sizeGib} GiB in snapshots` }]),
    ],
    keep: image.retirement || keep ? null : `${at}/keep`,
    release: keep && image.retirement?.phase !== 'retired' ? `${at}/release` : null,
  }
}

function installedPanel(known: KnownImage, query: string): InstalledPanel {
  const all = known.packages ?? []
  const wanted = query.trim().toLowerCase()
  const matching = all.filter(({ manager, name, version }) =>
    `${manager} ${name} ${version}`.toLowerCase().includes(wanted),
  )
  const shown = matching.slice(0, mostRows)
  const counts = wanted ? `${matching.length} of ${all.length} match` : `${counted(all.length, 'package')}`
  return {
    rows: shown,
    query,
    says: shown.length < matching.length ? `${counts}; the first ${mostRows} are shown` : counts,
    unknown: reasonPackagesUnknown(known),
  }
}
