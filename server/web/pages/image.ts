import type { Image } from '../../domain/bake.js'
import type { ServerGroup } from '../../domain/server-group.js'
import type { Fact } from './group-card.js'
import { say, strong, type Head } from './head.js'
import { imageRow, type ImageRow } from './images.js'
import { moment } from './moment.js'

export interface ImagePage extends Head {
  readonly row: ImageRow
  readonly facts: readonly Fact[]
  readonly bake: string
}

/** What is in this image, and where does it run? */
export function imagePage(image: Image, groups: readonly ServerGroup[], zone: string, now: Date): ImagePage {
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
    acts: [{ label: `Deploy ${image.version}`, href: row.deploy, act: !image.bad }],
    liveMs: 0,
    row,
    bake: `/bakes/${image.bakeId}`,
    facts: [
      { what: 'Image id', value: image.imageId, mono: true },
      { what: 'Application', value: image.application, href: `/applications/${image.application}` },
      { what: 'Version', value: image.version },
      { what: 'Package', value: image.packageName },
      { what: 'Package SHA-256', value: image.packageSha256, mono: true },
      { what: 'Base image', value: `${image.baseImageName} (${image.baseImageId})` },
      ...(image.commit ? [{ what: 'Commit', value: image.commit, mono: true }] : []),
      { what: 'Content key', value: image.contentKey, mono: true },
      { what: 'Baked', value: `, by ${image.creator}`, when: moment(image.bakedAt, zone, now) },
      ...(image.bad
        ? [{ what: 'Bad since', value: `, as ${image.bad.group}`, when: moment(image.bad.at, zone, now) }]
        : []),
    ],
  }
}
