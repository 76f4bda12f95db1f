import { reasonPackagesUnknown, type KnownImage } from '../../domain/image-comparison.js'
import type { InstalledPackage } from '../../domain/image-packages.js'
import type { ServerGroup } from '../../domain/server-group.js'
import type { Fact } from './group-card.js'
import { say, strong, type Head } from './head.js'
import { imageRow, type ImageRow } from './images.js'
import { moment } from './moment.js'
import { counted } from './words.js'

export interface ImagePage extends Head {
  readonly row: ImageRow
  readonly facts: readonly Fact[]
  readonly bake: string
  readonly installed: InstalledPanel
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
  readonly groups: readonly ServerGroup[]
  /** What of the packages is shown. */
  readonly query: string
  readonly zone: string
  readonly now: Date
}

/** More rows than these nobody reads; the filter finds what is beyond them. */
const mostRows = 300

/** What is in this image, and where does it run? */
export function imagePage({ known, groups, query, zone, now }: ImageFacts): ImagePage {
  const { image } = known
  const row = imageRow(image, groups, zone, now)
  const running =
    row.usedBy.length === 0
      ? 'No group runs it.'
      : `It runs in ${row.usedBy.map((user) => user.label).join(', ')}.`
  return {
    title: image.name,
    heading: image.name,
    crumbs: [{ label: 'Images', href: '/images' }, { label: image.name }],
    sentence: image.bad
      ? say(strong('Marked bad'), `: ${image.bad.reason}. ${running}`)
      : say(`${image.application} ${image.version}. ${running}`),
    acts: [
      { label: 'Compare', href: `/images/${image.name}/changes` },
      { label: `Deploy ${image.version}`, href: row.deploy, act: !image.bad },
    ],
    liveMs: 0,
    row,
    bake: `/bakes/${image.bakeId}`,
    installed: installedPanel(known, query),
    facts: [
      { what: 'Image id', value: image.imageId, mono: true },
      { what: 'Application', value: image.application, href: `/applications/${image.application}` },
      { what: 'Version', value: image.version },
      { what: 'Package', value: image.packageName },
      { what: 'Package SHA-256', value: image.packageSha256, mono: true },
      { what: 'Base image', value: `${image.baseImageName} (${image.baseImageId})` },
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
