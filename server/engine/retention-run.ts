import type { ImageVerdict } from '../domain/image-retention.js'
import {
  decideRun,
  dryRunGoodForMs,
  freedGib,
  imagesWords,
  type ImageRetentionRun,
  type RunImage,
  type RunStep,
  type StayingImage,
} from '../domain/image-retention-run.js'
import type { Actor } from '../domain/operation.js'
import { Refusal } from '../domain/refusal.js'
import { planRetention, type RetentionPlan } from './image-retention.js'
import type { HeldLease } from './held-lease.js'
import type { Parts } from './parts.js'
import type { NewEvent } from './ports.js'
import { dryRunFirst, retentionStream } from './retention-policy.js'
import { retireImages } from './retire-image.js'
import { invalid } from './validate.js'

/** As whom images are retired when it is time. */
export const nightlyActor: Actor = { name: 'image retention', via: 'job' }

/** Lists what the policy would retire now and why each other image stays; nothing is changed but marks and this record. */
export async function dryRunRetention(parts: Parts, actor: Actor): Promise<ImageRetentionRun> {
  const plan = await planRetention(parts, await parts.retention.policy())
  const { images, staying } = parted(plan.verdicts)
  const run: ImageRetentionRun = {
    ...newRun(parts, actor, plan),
    kind: 'dry run',
    state: 'shown',
    endedAt: plan.at,
    images,
    stayCount: staying.length,
  }
  const sentence = plan.refused
    ? `Dry run of the image retention: nothing would go. ${plan.refused}`
    : `Dry run of the image retention: ${imagesWords(images.length)} would go (${freedGib(images)} GiB at most), ${staying.length} ${staying.length === 1 ? 'stays' : 'stay'}.`
  await write(parts, run, event(actor, 'RetentionDryRun', run, sentence), staying)
  return run
}

/**
 * Retires what a dry run listed, as far as it is judged the same now; nothing else. The work is done by the retention job.
 * Throws Refusal.
 */
export async function startRetention(
  parts: Parts,
  actor: Actor,
  input: {
    readonly dryRun: string
    /** How many images it listed, typed. */
    readonly count: number
    readonly reason: string
  },
): Promise<ImageRetentionRun> {
  const shown = await parts.retention.run(input.dryRun)
  if (shown?.kind !== 'dry run')
    throw new Refusal(
      'UnknownDryRun',
      `There is no dry run ${input.dryRun}. Nothing was changed.`,
      'notFound',
    )
  if (shown.refused) throw new Refusal('RetentionRefused', `${shown.refused} Nothing was changed.`)
  const policy = await parts.retention.policy()
  if (
    shown.policy.version !== policy.version ||
    parts.clock.now().getTime() - shown.at.getTime() > dryRunGoodForMs
  )
    throw dryRunFirst()
  if (shown.images.length === 0)
    throw new Refusal('NothingToDo', 'This dry run found nothing that may go. Nothing was changed.')
  if (input.count !== shown.images.length)
    throw invalid(
      'count',
      `Type how many images the dry run listed, ${shown.images.length}: what is retired can’t be brought back.`,
    )
  const plan = await planRetention(parts, policy)
  if (plan.refused) throw new Refusal('RetentionRefused', `${plan.refused} Nothing was changed.`)
  const only = new Set(shown.images.map(({ imageId }) => imageId))
  return start(parts, actor, plan, { only, dryRunId: shown.id, reason: input.reason, nightly: false })
}

/** What the night does where the policy is on. Throws Refusal where it is off, or another run has not ended. */
export async function startPolicyRun(
  parts: Parts,
  actor: Actor,
  nightly: boolean,
): Promise<ImageRetentionRun> {
  const policy = await parts.retention.policy()
  if (!policy.on)
    throw new Refusal(
      'RetentionOff',
      'The image retention is off. Nothing was changed; make a dry run, and switch it on or retire what it lists.',
      'conflict',
      {
        ways: [
          { label: 'See the retention', href: '/images/retention', command: 'npx delling images retention' },
        ],
      },
    )
  const plan = await planRetention(parts, policy)
  return start(parts, actor, plan, { only: null, dryRunId: null, reason: '', nightly })
}

async function start(
  parts: Parts,
  actor: Actor,
  plan: RetentionPlan,
  asked: {
    readonly only: ReadonlySet<string> | null
    readonly dryRunId: string | null
    readonly reason: string
    readonly nightly: boolean
  },
): Promise<ImageRetentionRun> {
  const { only, dryRunId, reason, nightly } = asked
  const { images: may, staying } = parted(plan.verdicts)
  const images = plan.refused ? [] : may.filter(({ imageId }) => only === null || only.has(imageId))
  const goes = images.length > 0
  const endSentence = plan.refused ?? (goes ? null : 'Nothing had to go.')
  const run: ImageRetentionRun = {
    ...newRun(parts, actor, plan),
    kind: 'run',
    nightly,
    reason,
    dryRunId,
    state: goes ? 'running' : plan.refused ? 'stopped' : 'done',
    endedAt: goes ? null : plan.at,
    endSentence,
    images,
    stayCount: staying.length,
  }
  const why = reason ? ` ${reason}` : ''
  const sentence = goes
    ? `Image retention: ${imagesWords(images.length)} to be retired (${freedGib(images)} GiB at most).${why}`
    : `Image retention: nothing goes. ${endSentence}`
  await write(parts, run, event(actor, 'RetentionRunStarted', run, sentence), staying)
  return run
}

function newRun(parts: Parts, actor: Actor, { at, policy, refused }: RetentionPlan): ImageRetentionRun {
  return {
    id: parts.newId(),
    kind: 'run',
    at,
    actor,
    nightly: false,
    reason: '',
    policy,
    dryRunId: null,
    refused,
    stopping: null,
    state: 'running',
    endedAt: null,
    endSentence: null,
    images: [],
    stayCount: 0,
  }
}

function parted(verdicts: readonly ImageVerdict[]): {
  images: readonly RunImage[]
  staying: readonly StayingImage[]
} {
  const images: RunImage[] = []
  const staying: StayingImage[] = []
  for (const { image, verdict, why, sizeGib } of verdicts) {
    const { imageId, name, application } = image
    if (verdict === 'goes') images.push({ imageId, name, application, why, sizeGib, state: 'waiting' })
    else staying.push({ imageId, name, application, why })
  }
  return { images, staying }
}

/** One step of the run that has not ended, under the job's lease; says in how long to look again, null: there is none. */
export async function advanceRetention(
  parts: Parts,
  lease: Pick<HeldLease, 'current' | 'check'>,
): Promise<number | null> {
  const run = await parts.retention.openRun()
  if (!run) return null
  const found = await Promise.all(run.images.map(({ imageId }) => parts.history.image(imageId)))
  const present = new Map(found.flatMap((image) => (image ? [[image.imageId, image] as const] : [])))
  const { on } = await parts.retention.policy()
  return take(parts, lease, run, decideRun(run, present, on))
}

async function take(
  parts: Parts,
  lease: Pick<HeldLease, 'current' | 'check'>,
  run: ImageRetentionRun,
  step: RunStep,
): Promise<number | null> {
  const commit = (next: ImageRetentionRun, events: readonly NewEvent[] = []) =>
    parts.store.commitTurn(lease.current, null, { retention: { run: next }, events })
  switch (step.kind) {
    case 'wait':
      return parts.timings.pollMs
    case 'note':
      await commit({ ...run, images: step.images })
      return 0
    case 'stop':
      await commit({ ...run, stopping: step.why })
      return 0
    case 'ask': {
      const stopping = await ask(parts, lease, run, step.images)
      if (stopping !== null) await commit({ ...run, stopping })
      return 0
    }
    case 'end': {
      const ended: ImageRetentionRun = {
        ...run,
        state: step.state,
        endedAt: parts.clock.now(),
        endSentence: step.sentence,
      }
      await commit(ended, [event(run.actor, 'RetentionRunEnded', ended, `Image retention: ${step.sentence}`)])
      return null
    }
  }
}

/** Whatever refuses was not foreseen when the run was made, so nothing more of it is asked for. */
async function ask(
  parts: Parts,
  lease: Pick<HeldLease, 'check'>,
  run: ImageRetentionRun,
  images: readonly RunImage[],
): Promise<string | null> {
  lease.check()
  const ids = images.map(({ imageId }) => imageId)
  try {
    await retireImages(parts, run.actor, ids, run.reason || 'the retention policy')
    return null
  } catch (error) {
    if (error instanceof Refusal) return error.message
    throw error
  }
}

async function write(
  parts: Parts,
  run: ImageRetentionRun,
  said: NewEvent,
  staying: readonly StayingImage[],
): Promise<void> {
  await parts.store.record({ retention: { run, staying }, events: [said] })
}

function event(actor: Actor, type: string, run: ImageRetentionRun, sentence: string): NewEvent {
  const { id, state, dryRunId, reason, images } = run
  return {
    stream: retentionStream,
    actor,
    cluster: null,
    application: null,
    event: {
      type,
      sentence,
      data: {
        run: id,
        state,
        dryRun: dryRunId,
        reason,
        images: images.map(({ name, imageId, state: its }) => ({ name, imageId, state: its })),
      },
    },
  }
}
