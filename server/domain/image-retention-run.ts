import type { Image } from './bake.js'
import type { ImageRetentionPolicy } from './image-retention-policy.js'
import type { Actor } from './operation.js'

/** What a run does with one image that goes. */
export interface RunImage {
  readonly imageId: string
  readonly name: string
  readonly application: string
  readonly why: string
  readonly sizeGib: number | null
  /** `asked`: its retirement is under way; `stopped`: something used it by then, or AWS refused. */
  readonly state: 'waiting' | 'asked' | 'retired' | 'stopped'
}

/** An image that a run leaves, and why. */
export interface StayingImage {
  readonly imageId: string
  readonly name: string
  readonly application: string
  readonly why: string
}

/** A dry run, or a run that retires images; the latter goes on from its record after any crash. */
export interface ImageRetentionRun {
  readonly id: string
  readonly kind: 'dry run' | 'run'
  readonly at: Date
  readonly actor: Actor
  /** It was its time, so that switching the policy off ends it. */
  readonly nightly: boolean
  readonly reason: string
  readonly policy: ImageRetentionPolicy
  /** The dry run that a person confirmed; only what it named goes. */
  readonly dryRunId: string | null
  /** Why nothing goes at all; null: what is judged to go goes. */
  readonly refused: string | null
  /** Why it asks for no more, once it does not; it ends when what is under way has. */
  readonly stopping: string | null
  readonly state: 'shown' | 'running' | 'done' | 'stopped'
  readonly endedAt: Date | null
  readonly endSentence: string | null
  readonly images: readonly RunImage[]
  readonly stayCount: number
}

/** So long a dry run may be acted on; after that the account is another. */
export const dryRunGoodForMs = 86_400_000
/** Retirements of one run that are under way at once. */
const atOnce = 10

export type RunStep =
  | { readonly kind: 'note'; readonly images: readonly RunImage[] }
  | { readonly kind: 'stop'; readonly why: string }
  | { readonly kind: 'ask'; readonly images: readonly RunImage[] }
  | { readonly kind: 'wait' }
  | { readonly kind: 'end'; readonly state: 'done' | 'stopped'; readonly sentence: string }

/**
 * The next step of a run: see what became of what was asked for, stop at the first that was called off, then ask for the next
 * few. What is under way when it stops is judged by itself, and waited for.
 *
 * @param present the images of the run as they are recorded now
 */
export function decideRun(
  run: ImageRetentionRun,
  present: ReadonlyMap<string, Image>,
  policyIsOn: boolean,
): RunStep {
  const noted = run.images.map((each): RunImage => ({ ...each, state: stateNow(each, present) }))
  if (noted.some(({ state }, index) => state !== run.images[index]?.state))
    return { kind: 'note', images: noted }
  const of = (state: RunImage['state']) => run.images.filter((each) => each.state === state)
  const waiting = of('waiting')
  if (run.stopping === null) {
    const [stopped] = of('stopped')
    if (stopped) return { kind: 'stop', why: `${stopped.name} was not retired after all.` }
    if (run.nightly && !policyIsOn && waiting.length > 0)
      return { kind: 'stop', why: 'The policy was switched off.' }
  }
  if (of('asked').length > 0) return { kind: 'wait' }
  const retired = `${imagesWords(of('retired').length)} retired`
  if (run.stopping !== null) {
    const rest = waiting.length > 0 ? `, ${imagesWords(waiting.length)} not asked for any more` : ''
    return { kind: 'end', state: 'stopped', sentence: `${run.stopping} ${retired}${rest}.` }
  }
  if (waiting.length > 0) return { kind: 'ask', images: waiting.slice(0, atOnce) }
  return { kind: 'end', state: 'done', sentence: `${retired}.` }
}

/** One that was asked for right before its asker died has its retirement, though the run does not say so yet. */
function stateNow({ imageId, state }: RunImage, present: ReadonlyMap<string, Image>): RunImage['state'] {
  if (state === 'retired' || state === 'stopped') return state
  const image = present.get(imageId)
  if (!image) return 'stopped'
  if (image.retirement) return image.retirement.phase === 'retired' ? 'retired' : 'asked'
  return state === 'asked' ? 'stopped' : state
}

export function imagesWords(count: number): string {
  return count === 1 ? '1 image' : `${count} images`
}

/** How much the snapshots of what goes hold at most. */
export function freedGib(images: readonly Pick<RunImage, 'sizeGib'>[]): number {
  return images.reduce((sum, { sizeGib }) => sum + (sizeGib ?? 0), 0)
}
