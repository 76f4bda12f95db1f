import type { Bake, BakePhase } from '../../domain/bake.js'
import { bakeBadge, bakeItem, type BakeItem } from './bake-item.js'
import { liveMs, say, strong, type Head, type Said } from './head.js'
import { momentToTheSecond, type Moment } from './moment.js'
import { phaseSteps, type PhaseStep } from './phase-steps.js'
import { spanBar, type SpanBar } from './span-bar.js'
import { asSentence, duration, withStop } from './words.js'

export interface LogLine {
  readonly text: string
  readonly hit: boolean
}

/** A running bake as a panel: its wait, its phases and its log. */
export interface BakePanel {
  readonly id: string
  readonly label: string
  readonly item: BakeItem
  readonly wait: string
  readonly bar: SpanBar | null
  readonly phases: readonly PhaseStep[]
  readonly log: readonly LogLine[]
  readonly running: boolean
  readonly asked: boolean
}

export interface BakePage extends Head, BakePanel {
  readonly facts: readonly {
    readonly what: string
    readonly value: string
    readonly href?: string
    readonly mono?: boolean
  }[]
  readonly started: Moment
  readonly imageId: string | null
}

const order: readonly BakePhase[] = ['requested', 'launching', 'building', 'imaging', 'finishing']
const labels = ['Checked', 'Builder up', 'Installing', 'Image', 'Tag, clean up']
const errorLine = /\b(err(or)?!?|fail(ed|ure)?|fatal|denied|not found|refused)\b/i

export function bakePanel(
  bake: Bake,
  zone: string,
  now: Date,
  paceDivisor: number,
  mostLines = 200,
): BakePanel {
  const running = bake.endedAt === null
  const lines = bake.log.split('\n').filter((line) => line !== '')
  return {
    id: bake.id,
    label: `${bake.request.application} ${bake.request.version}`,
    item: bakeItem(bake, zone, now),
    wait: asSentence(
      running
        ? (bake.wait?.sentence ?? bakeBadge(bake).word)
        : (bake.reason?.split('\n')[0] ?? bakeBadge(bake).word),
    ),
    bar: running ? spanBar(bake.phaseSince, bake.wait?.until ?? null, now, zone, paceDivisor) : null,
    phases: phaseSteps(labels, stepReached(bake), running, bake.phase === 'baked'),
    log: lines
      .slice(-mostLines)
      .map((text) => ({ text, hit: bake.phase === 'failed' && errorLine.test(text) })),
    running,
    asked: bake.cancelRequested,
  }
}

/** A bake that ended badly stands where its log ends: what it reached cannot be told from its phase any more. */
function stepReached(bake: Bake): number {
  if (bake.phase === 'baked') return labels.length
  const at = order.indexOf(bake.phase)
  if (at >= 0) return at
  return bake.imageId ? 3 : bake.builderId ? 2 : 1
}

export function bakePage(bake: Bake, zone: string, now: Date, paceDivisor: number): BakePage {
  const panel = bakePanel(bake, zone, now, paceDivisor, 4000)
  return {
    ...panel,
    title: `Bake ${panel.label}`,
    heading: `Bake ${panel.label}`,
    crumbs: [{ label: 'Images', href: '/images' }, { label: `bake ${panel.label}` }],
    sentence: bakeSentence(bake, now),
    acts: bakeActs(bake),
    liveMs: liveMs(panel.running, paceDivisor),
    started: momentToTheSecond(bake.requestedAt, zone, now),
    imageId: bake.imageId,
    facts: bakeFacts(bake),
  }
}

function bakeSentence(bake: Bake, now: Date): Said[] {
  const { application, version } = bake.request
  const took = duration((bake.endedAt ?? now).getTime() - bake.requestedAt.getTime())
  if (bake.phase === 'baked')
    return bake.reused
      ? say(
          strong(`The same inputs had been baked before`),
          `: image ${bake.imageName ?? ''} is ready to deploy.`,
        )
      : say(
          strong(`${application} ${version} is baked`),
          `, in ${took}. Image ${bake.imageName ?? ''} is ready to deploy.`,
        )
  if (bake.phase === 'failed')
    return say(
      strong(`${application} ${version} is not baked`),
      bake.reason ? `: ${withStop(bake.reason.split('\n')[0] ?? '')}` : '.',
    )
  if (bake.phase === 'cancelled')
    return say('Cancelled: ', strong('no image was made'), ', the builder is gone.')
  return say(`${application} ${version} has been baking for ${took}: `, strong(bakeBadge(bake).word), '.')
}

function bakeActs(bake: Bake): Head['acts'] {
  if (bake.phase === 'baked' && bake.imageName)
    return [
      {
        label: `Deploy ${bake.request.version}`,
        href: `/deploy?image=${encodeURIComponent(bake.imageName)}`,
        act: true,
      },
    ]
  return bake.endedAt === null
    ? []
    : [{ label: 'Bake again', href: `/images?application=${bake.request.application}#bake` }]
}

function bakeFacts(bake: Bake): BakePage['facts'] {
  const { request } = bake
  return [
    { what: 'Application', value: request.application, href: `/applications/${request.application}` },
    { what: 'Version', value: request.version },
    { what: 'Package', value: request.package.fileName },
    { what: 'SHA-256', value: request.package.sha256, mono: true },
    {
      what: 'Base image',
      value: bake.baseImage ? `${bake.baseImage.name} (${bake.baseImage.imageId})` : request.base,
    },
    {
      what: 'Start command',
      value: request.startCommand ?? 'from the package',
      mono: request.startCommand !== null,
    },
    ...(request.commit ? [{ what: 'Commit', value: request.commit, mono: true }] : []),
    ...(bake.builderId ? [{ what: 'Builder', value: bake.builderId, mono: true }] : []),
    ...(bake.imageId ? [{ what: 'Image', value: `${bake.imageName ?? ''} (${bake.imageId})` }] : []),
    { what: 'Asked by', value: request.actor.name },
    ...(request.reason ? [{ what: 'Why', value: request.reason }] : []),
  ]
}
