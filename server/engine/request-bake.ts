import type { Application } from '../domain/application.js'
import type { Bake, BakeRequest, Image } from '../domain/bake.js'
import { imageName } from '../domain/bake-naming.js'
import { contentKey, recipeDigest } from '../domain/bake-recipe.js'
import { bakeEventSentence } from '../domain/bake-sentences.js'
import { applyBakeEvent, isBakeEnded, requestedBake, type BakeEvent } from '../domain/bake-transitions.js'
import type { Actor } from '../domain/operation.js'
import { kindOfFileName, safeFileName } from '../domain/package.js'
import { Refusal, type FieldFault } from '../domain/refusal.js'
import { overrideWords } from '../domain/sentences.js'
import { loadRecipe } from './load-recipe.js'
import type { Parts } from './parts.js'
import type { NewEvent } from './ports.js'
import { refuseRestrained, whereOfApplication } from './restrained.js'

export interface RequestBakeInput {
  readonly application: string
  readonly version: string
  readonly package: {
    /** `s3://bucket/key` or `https://…`. */
    readonly address: string
    readonly sha256: string
    /** Null or missing: the last part of the address. */
    readonly fileName?: string | null
  }
  readonly base?: string | null
  readonly instanceType?: string | null
  readonly startCommand?: string | null
  readonly commit?: string | null
  readonly reason?: string | null
  /** Why it is baked though everything is stopped. */
  readonly override?: string | undefined
}

export interface RequestedBake {
  readonly bake: Bake
  /** True when an image of the same inputs is there already: nothing is baked. */
  readonly reused: boolean
}

/**
 * Records a bake for the engine to advance. The base image is resolved here, once, and pinned. The same inputs give the
 * image that is there, or the bake that is on its way. Throws Refusal.
 */
export async function requestBake(
  parts: Parts,
  actor: Actor,
  input: RequestBakeInput,
): Promise<RequestedBake> {
  const application = await parts.history.application(input.application)
  if (!application)
    throw new Refusal(
      'UnknownApplication',
      `There is no application “${input.application}”. Register it first; nothing was baked.`,
      'notFound',
      {
        ways: [
          {
            label: 'Register it',
            href: '/applications/new',
            command: `delling apps create ${input.application} --owner …`,
          },
        ],
      },
    )
  const request = checkedRequest(parts, actor, application, input)
  const baseImage = await parts.bakeCloud.resolveBase(request.base)
  await refuseRetiringBase(parts, baseImage.imageId)
  const key = contentKey(baseImage.imageId, request, loadRecipe())
  const recipe = recipeDigest(loadRecipe(), request.package.kind)

  const known = await availableImage(parts, key)
  const at = parts.clock.now()
  const events: BakeEvent[] = known
    ? [{ type: 'Reused', imageId: known.imageId, imageName: known.name }]
    : [{ type: 'Resolved', baseImage, contentKey: key, imageName: imageName(request, key) }]
  const asked = { ...requestedBake(parts.newId(), request, at), baseImage, contentKey: key, recipe }
  const bake = events.reduce<Bake>((before, event) => applyBakeEvent(before, event, at), asked)
  if (known) {
    await record(parts, actor, bake, events)
    return { bake, reused: true }
  }
  const underway = await bakeOfKey(parts, key)
  if (underway) return { bake: underway, reused: false }
  const where = whereOfApplication(parts, application.name)
  const word = await refuseRestrained(parts, actor, { change: 'bake', where, override: input.override })
  const wanted = { ...bake, request: { ...bake.request, ...word } }
  try {
    await record(parts, actor, wanted, events)
    return { bake: wanted, reused: false }
  } catch (error) {
    // Two requests met: the store keeps one active bake for each key.
    const other = await bakeOfKey(parts, key)
    if (other) return { bake: other, reused: false }
    throw error
  }
}

/**
 * Asks the engine to cancel a bake; what was begun is removed by its next turns. Throws Refusal when it has ended or its
 * image is there already.
 */
export async function cancelBake(parts: Parts, actor: Actor, id: string): Promise<Bake> {
  const bake = await parts.store.loadBake(id)
  if (!bake) throw new Refusal('UnknownBake', `There is no bake “${id}”.`, 'notFound')
  if (isBakeEnded(bake) || bake.phase === 'finishing')
    throw new Refusal(
      'BakeEnded',
      `This bake is ${bake.phase === 'finishing' ? 'baked' : bake.phase} already; there is nothing to cancel.`,
    )
  const event: BakeEvent = { type: 'CancelRequested', by: actor.name }
  // Only the event is written: the row belongs to whoever holds the lease.
  await parts.store.record({ events: [bakeEvent(actor, bake, event.type, bakeEventSentence(event))] })
  return { ...bake, cancelRequested: true }
}

function checkedRequest(
  parts: Parts,
  actor: Actor,
  application: Application,
  input: RequestBakeInput,
): BakeRequest {
  const { address } = input.package
  const fileName = safeFileName(input.package.fileName || lastPart(address))
  const kind = kindOfFileName(fileName)
  const faults: FieldFault[] = []
  const fault = (field: string, sentence: string) => faults.push({ field, sentence })

  if (!/^[A-Za-z0-9][A-Za-z0-9._+~-]{0,63}$/.test(input.version))
    fault(
      'version',
      'A version has at most 64 letters, digits and “. _ + ~ -”, and begins with a letter or digit.',
    )
  if (!/^(s3|https):\/\/[^\s/]+\/\S+$/.test(address))
    fault('package', 'A package comes from an upload, or from an address that begins with https:// or s3://.')
  if (!/^[0-9a-f]{64}$/i.test(input.package.sha256))
    fault('sha256', 'A SHA-256 has 64 hexadecimal digits; it is checked before the package is touched.')
  if (!kind) fault('package', `“${fileName}” is none of the packages we bake: .tgz, .tar.gz, .zip, .deb.`)
  if (/[\r\n\0]/.test(input.startCommand ?? '') || (input.startCommand ?? '').length > 1000)
    fault('startCommand', 'A start command is one line of at most 1000 characters.')
  if (address.length > 2000) fault('package', 'An address has at most 2000 characters.')
  if (faults.length > 0 || !kind)
    throw new Refusal(
      'InvalidBake',
      `${faults.map((one) => one.sentence).join(' ')} Nothing was baked.`,
      'invalid',
      {
        faults,
      },
    )

  return {
    application: application.name,
    version: input.version,
    package: { kind, fileName, address, sha256: input.package.sha256.toLowerCase() },
    base: input.base || (kind === 'deb' ? parts.defaults.debBaseImage : parts.defaults.baseImage),
    instanceType: input.instanceType || parts.defaults.builderInstanceType,
    startCommand: input.startCommand?.trim() || application.startCommand,
    port: application.port,
    healthPath: application.healthPath,
    commit: input.commit || null,
    actor,
    reason: input.reason ?? '',
  }
}

function lastPart(address: string): string {
  const path =
    address
      .replace(/[?#].*$/, '')
      .split('/')
      .at(-1) ?? ''
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}

/** An image of ours that is on its way out is no base for another. Throws Refusal. */
async function refuseRetiringBase(parts: Parts, imageId: string): Promise<void> {
  const base = await parts.history.image(imageId)
  if (!base?.retirement) return
  throw new Refusal(
    'BaseImage',
    `${base.name} is being retired by ${base.retirement.by}. Nothing was baked; choose another base image.`,
    'invalid',
    { faults: [{ field: 'base', sentence: 'This image is being retired.' }] },
  )
}

/** The image that was baked from the same inputs, if AWS still has it. */
async function availableImage(parts: Parts, key: string): Promise<Image | null> {
  const image = await parts.history.imageByKey(key)
  if (!image || image.retirement?.phase === 'retired') return null
  if (image.retirement)
    throw new Refusal(
      'ImageBeingRetired',
      `${image.name}, which was baked from the same inputs, is being retired; bake again once it is gone. Nothing was baked.`,
      'conflict',
      { ways: [{ label: 'Look at it', href: `/images/${image.name}` }] },
    )
  const state = await parts.account.imageState(image.imageId)
  return state?.state === 'available' ? image : null
}

/** The bake of the same inputs that is on its way. Throws Refusal while one that failed is still being removed. */
async function bakeOfKey(parts: Parts, key: string): Promise<Bake | null> {
  for (const id of await parts.store.activeBakeIds()) {
    const bake = await parts.store.loadBake(id)
    if (bake?.contentKey !== key || isBakeEnded(bake)) continue
    if (bake.phase === 'discarding' && bake.rebake !== 'wanted')
      throw new Refusal(
        'BakeBeingRemoved',
        `A bake of the same inputs has ${bake.endsAs ?? 'failed'} and is being removed; try again in a moment.`,
        'conflict',
        { ways: [{ label: 'Look at it', href: `/bakes/${bake.id}` }] },
      )
    return bake
  }
  return null
}

async function record(parts: Parts, actor: Actor, bake: Bake, events: readonly BakeEvent[]): Promise<void> {
  const { application, version, override } = bake.request
  const overrideTail = override ? ` ${overrideWords(override)}` : ''
  await parts.store.record({
    bake,
    events: [
      bakeEvent(
        actor,
        bake,
        'Requested',
        `A bake of ${application} ${version} was asked for.${overrideTail}`,
      ),
      ...events.map((event) => bakeEvent(actor, bake, event.type, bakeEventSentence(event), { ...event })),
    ],
  })
}

function bakeEvent(
  actor: Actor,
  bake: Bake,
  type: string,
  sentence: string,
  data: Readonly<Record<string, unknown>> = {},
): NewEvent {
  return {
    stream: `bake:${bake.id}`,
    actor,
    cluster: null,
    application: bake.request.application,
    event: { type, sentence, data },
  }
}
