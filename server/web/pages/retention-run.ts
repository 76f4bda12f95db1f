import {
  freedGib,
  imagesWords,
  type ImageRetentionRun,
  type RunImage,
  type StayingImage,
} from '../../domain/image-retention-run.js'
import type { Badge } from './badge.js'
import { liveMs, say, strong, type Head, type Said } from './head.js'
import { moment } from './moment.js'
import { runAddress, runBadge } from './retention.js'
import { asSentence, capital } from './words.js'

export interface RetentionRunPage extends Head {
  readonly badge: Badge
  readonly refused: string | null
  readonly goes: readonly {
    readonly name: string
    readonly href: string
    readonly application: string
    readonly why: string
    readonly size: string
    readonly badge: Badge
  }[]
  readonly goesSays: string
  readonly stays: readonly {
    readonly name: string
    readonly href: string
    readonly application: string
    readonly why: string
  }[]
  readonly staysSays: string
  readonly query: string
  readonly path: string
  readonly command: string | null
}

export interface RetentionRunFacts {
  readonly run: ImageRetentionRun
  readonly staying: readonly StayingImage[]
  /** What it lists can be retired now: it is a dry run of the present policy from the last day. */
  readonly actionable: boolean
  readonly query: string
  readonly zone: string
  readonly now: Date
  readonly paceDivisor: number
}

/** More rows than these nobody reads; the filter finds what is beyond them. */
const mostRows = 300

/** What goes, what stays, and why? */
export function retentionRunPage(facts: RetentionRunFacts): RetentionRunPage {
  const { run, staying, actionable, query, zone, now, paceDivisor } = facts
  const when = moment(run.at, zone, now).text
  const wanted = query.trim().toLowerCase()
  const found = staying.filter(({ name, application, why }) =>
    `${name} ${application} ${why}`.toLowerCase().includes(wanted),
  )
  const may = actionable && run.images.length > 0
  const { length } = run.images
  return {
    title: run.kind === 'dry run' ? 'Dry run of the image retention' : 'Image retention run',
    heading: `${run.kind === 'dry run' ? 'Dry run' : 'Run'} of ${when}`,
    crumbs: [
      { label: 'Images', href: '/images' },
      { label: 'retention', href: '/images/retention' },
      { label: run.kind },
    ],
    sentence: sentenceOf(run),
    acts: [
      ...(may ? [{ label: `Retire these ${length}…`, href: `${runAddress(run.id)}/retire`, bad: true }] : []),
      { label: 'Back to the retention', href: '/images/retention' },
    ],
    liveMs: run.state === 'running' ? liveMs(true, paceDivisor) : 0,
    badge: runBadge(run),
    refused: run.refused,
    goes: run.images.map((image) => ({
      name: image.name,
      href: `/images/${image.imageId}`,
      application: image.application,
      why: image.why,
      size: image.sizeGib === null ? 'not known' : `${image.sizeGib} GiB`,
      badge: imageBadge(image, run),
    })),
    goesSays:
      length === 0 ? 'none' : `${imagesWords(length)}, ${freedGib(run.images)} GiB of snapshots at most`,
    stays: found.slice(0, mostRows).map(({ imageId, name, application, why }) => ({
      name,
      href: `/images/${imageId}`,
      application,
      why: capital(why),
    })),
    staysSays:
      staying.length === 0 && run.stayCount > 0
        ? `${imagesWords(run.stayCount)}; why is not kept any more`
        : `${wanted ? `${found.length} of ` : ''}${imagesWords(staying.length)}${found.length > mostRows ? `; the first ${mostRows} are shown` : ''}`,
    query,
    path: runAddress(run.id),
    command: may
      ? `npx delling images retention run --dry-run ${run.id} --yes-i-mean ${length} --reason "…"`
      : null,
  }
}

function sentenceOf(run: ImageRetentionRun): Said[] {
  const { kind, refused, images, state, endSentence, stayCount, stopping } = run
  if (refused) return say(strong('Nothing goes. '), refused)
  const rest = `${imagesWords(stayCount)} ${stayCount === 1 ? 'stays' : 'stay'}.`
  if (kind === 'dry run')
    return images.length === 0
      ? say(strong('Nothing would go'), `; ${rest}`)
      : say(
          strong(`${imagesWords(images.length)} would go`),
          `, ${freedGib(images)} GiB at most; ${rest} Nothing was changed.`,
        )
  if (state === 'running') {
    const retired = images.filter((image) => image.state === 'retired').length
    return say(
      strong(`${retired} of ${imagesWords(images.length)} retired`),
      stopping ? `. It stops: ${stopping}` : `; ${rest}`,
    )
  }
  return say(strong(asSentence(endSentence ?? '')), ` ${rest}`)
}

const badges: Readonly<Record<RunImage['state'], Badge>> = {
  waiting: { k: 'k-idle', glyph: 'later', word: 'waits' },
  asked: { k: 'k-next', glyph: 'next', word: 'being retired' },
  retired: { k: 'k-good', glyph: 'check', word: 'retired' },
  stopped: { k: 'k-bad', glyph: 'cross', word: 'not retired' },
}

function imageBadge({ state }: RunImage, run: ImageRetentionRun): Badge {
  if (run.kind === 'dry run') return { k: 'k-idle', glyph: 'retiring', word: 'would go' }
  if (state === 'waiting' && run.state !== 'running')
    return { k: 'k-idle', glyph: 'later', word: 'not asked for' }
  return badges[state]
}
