import type { Bake, BaseImage } from '../../server/domain/bake.js'
import type { Call } from '../../server/domain/call.js'
import { Refusal } from '../../server/domain/refusal.js'
import { awsTimings } from '../../server/domain/timings.js'
import { advanceBake } from '../../server/engine/advance-bake.js'
import type { Parts } from '../../server/engine/parts.js'
import {
  CallRefused,
  CallUnclear,
  type Answer,
  type BakeCloud,
  type BakeObserved,
} from '../../server/engine/ports.js'
import { BakeStore, leaseOf } from './bake-store.js'

export const sha256 = 'a'.repeat(64)
export const person = { name: 'Ada', via: 'cli' } as const

interface FakeBuilder {
  state: string
  stateReason: string | null
  resultTag: string | null
  readonly tags: Readonly<Record<string, string>>
  readonly token: string
  readonly subnetId: string
}

interface FakeImage {
  readonly name: string
  state: string
  stateReason: string | null
  imds: boolean
  readonly tags: Readonly<Record<string, string>>
}

/** What becomes of one request: done, done without an answer, lost before it arrives, done minutes later, or refused. */
export type Fate =
  'ok' | 'answer lost' | 'lost' | 'late' | { readonly code: string; readonly means?: 'busy' | 'refused' }

/** Longer than a bake in this world takes, and no longer than AWS accepts a request. */
const lateMs = 14 * 60_000

/** EC2 for bakes, in memory, where a test says what becomes of each request and what builders report. */
export class BakeWorld {
  readonly memory = new BakeStore()
  readonly builders = new Map<string, FakeBuilder>()
  readonly images = new Map<string, FakeImage>()
  readonly sent: Call[] = []
  console = ''
  nowMs = Date.parse('2026-03-01T00:00:00Z')
  places = ['subnet-a', 'subnet-b', 'subnet-c']
  base: BaseImage | null = {
    imageId: 'ami-base',
    name: 'base-2026',
    alias: null,
    rootDeviceName: '/dev/xvda',
  }
  /** Asked for each request in turn; `ok` for all when there are none. */
  fates: Fate[] = []
  /** What a builder does as time goes by: called between turns. */
  live: (builder: FakeBuilder) => void = (builder) => this.finish(builder, `ok:${sha256}`)
  liveImage: (image: FakeImage) => void = (image) => {
    if (image.state === 'pending') image.state = 'available'
  }

  /** What is on its way, and when it arrives. */
  private late: { readonly at: number; readonly call: Call }[] = []
  readonly parts: Parts

  constructor() {
    const cloud: BakeCloud = {
      resolveBase: async (base) => {
        if (!this.base) throw new Refusal('base-image', `There is no base image ${base}.`, 'invalid')
        return this.base
      },
      packageUrl: async (address, signedAt) => `${address}?signed=${signedAt.toISOString()}`,
      builderPlacements: async () =>
        this.places.map((subnetId) => ({ subnetId, zone: `${subnetId}-zone`, securityGroupIds: ['sg-1'] })),
      observeBake: async (bake) => this.observe(bake),
      perform: async (call, beforeSend) => {
        beforeSend()
        return this.perform(call)
      },
    }
    this.parts = {
      store: this.memory.store,
      history: this.memory.history,
      bakeCloud: cloud,
      account: {
        imageState: async (imageId: string) => {
          const image = this.images.get(imageId)
          return image ? { state: image.state, name: image.name } : null
        },
      },
      packages: { put: async (fileName: string) => `s3://bucket/${fileName}` },
      clock: { now: () => new Date(this.nowMs) },
      timings: awsTimings,
      place: { owner: 'delling-test' },
      defaults: {
        baseImage: 'ami-base',
        debBaseImage: 'ami-base',
        builderInstanceType: 't3.small',
        builderInstanceProfile: null,
        registry: null,
      },
      newId: () => `00000000-0000-4000-8000-${String(this.ids++).padStart(12, '0')}`,
    } as unknown as Parts
    this.memory.applications.set('shop', {
      name: 'shop',
      owner: 'Shop team',
      email: null,
      port: 8080,
      healthPath: '/',
      startCommand: null,
      createdAt: new Date(this.nowMs),
    })
  }

  private ids = 1
  private serial = 1

  /** One turn, and then as much time as it asked for. */
  async turn(bakeId: string): Promise<number | null> {
    const { lookAgainMs } = await advanceBake(this.parts, leaseOf(bakeId))
    this.pass(lookAgainMs ?? 0)
    return lookAgainMs
  }

  pass(ms: number): void {
    this.nowMs += Math.max(1, ms)
    const arrived = this.late.filter(({ at }) => at <= this.nowMs)
    this.late = this.late.filter(({ at }) => at > this.nowMs)
    for (const { call } of arrived) this.applyLate(call)
    for (const builder of this.builders.values()) {
      if (builder.state === 'shutting-down') builder.state = 'terminated'
      else if (builder.state === 'pending') builder.state = 'running'
      else if (builder.state === 'running') this.live(builder)
    }
    for (const image of this.images.values()) this.liveImage(image)
  }

  /** Turns until the bake has ended. */
  async run(bakeId: string, mostTurns = 2000): Promise<Bake> {
    for (let turn = 0; turn < mostTurns; turn++)
      if ((await this.turn(bakeId)) === null) return this.bake(bakeId)
    throw new Error(`the bake did not end: ${JSON.stringify(this.bake(bakeId))}`)
  }

  bake(id: string): Bake {
    const bake = this.memory.bakes.get(id)
    if (!bake) throw new Error(`no bake ${id}`)
    return bake
  }

  finish(builder: FakeBuilder, result: string | null): void {
    builder.state = 'stopped'
    builder.stateReason = 'Client.InstanceInitiatedShutdown'
    builder.resultTag = result
  }

  private observe(bake: Bake): BakeObserved {
    const found = [...this.builders].find(([id, builder]) =>
      bake.builderId === null
        ? builder.tags['delling:bake'] === bake.id && builder.tags['delling:attempt'] === String(bake.attempt)
        : id === bake.builderId,
    )
    const image = [...this.images].find(([id, one]) =>
      bake.imageId === null ? one.name === bake.imageName : id === bake.imageId,
    )
    return {
      at: new Date(this.nowMs),
      builder: found ? { instanceId: found[0], ...pick(found[1]) } : null,
      strayBuilders: [...this.builders]
        .filter(([, { tags, state }]) => tags['delling:bake'] === bake.id && runs(state))
        .filter(([, { tags }]) => tags['delling:attempt'] !== String(bake.attempt))
        .map(([id]) => id),
      image: image ? { ...imageSeen(...image) } : null,
      console: this.console,
    }
  }

  private perform(call: Call): Answer {
    this.sent.push(call)
    const fate = this.fates.shift() ?? 'ok'
    if (typeof fate === 'object')
      throw new CallRefused(fate.code, 'said AWS', 'req-1', fate.means ?? 'refused')
    if (fate === 'late') this.late.push({ at: this.nowMs + lateMs, call })
    if (fate === 'late' || fate === 'lost') throw new CallUnclear('no answer', null)
    const answer = this.apply(call)
    if (fate === 'answer lost') throw new CallUnclear('no answer', null)
    return answer
  }

  /** Nobody hears what becomes of it. */
  private applyLate(call: Call): void {
    try {
      this.apply(call)
    } catch (error) {
      if (!(error instanceof CallRefused)) throw error
    }
  }

  private apply(call: Call): Answer {
    const learnt: Record<string, string> = {}
    if (call.type === 'RunBuilder') {
      const known = [...this.builders].find(([, builder]) => builder.token === call.token)
      const id = known?.[0] ?? `i-${this.serial++}`
      if (!known)
        this.builders.set(id, {
          state: 'pending',
          stateReason: null,
          resultTag: null,
          tags: call.tags,
          token: call.token,
          subnetId: call.subnetId,
        })
      learnt.InstanceId = id
    }
    if (call.type === 'TerminateBuilder') {
      const builder = this.builders.get(call.instanceId)
      if (builder && builder.state !== 'terminated') builder.state = 'shutting-down'
    }
    if (call.type === 'CreateImage') {
      if (this.builders.get(call.instanceId)?.state !== 'stopped')
        throw new CallRefused('IncorrectInstanceState', 'not stopped', 'req-1', 'refused')
      if ([...this.images.values()].some((image) => image.name === call.name))
        throw new CallRefused('InvalidAMIName.Duplicate', 'in use', 'req-1', 'exists')
      const id = `ami-${this.serial++}`
      this.images.set(id, {
        name: call.name,
        state: 'pending',
        stateReason: null,
        imds: false,
        tags: call.tags,
      })
      learnt.ImageId = id
    }
    if (call.type === 'RequireImdsV2') {
      const image = this.images.get(call.imageId)
      if (image) image.imds = true
    }
    if (call.type === 'DeregisterImage') this.images.delete(call.imageId)
    return { requestId: 'req-1', learnt }
  }
}

function runs(state: string): boolean {
  return state !== 'shutting-down' && state !== 'terminated'
}

function pick({ state, stateReason, resultTag }: FakeBuilder) {
  return { state, stateReason, resultTag }
}

function imageSeen(imageId: string, image: FakeImage) {
  const { name, state, stateReason, imds, tags } = image
  return { imageId, name, state, stateReason, imdsV2Required: imds, tags, createdAt: null }
}

/** Asks for a bake of shop 1.0.0. */
export const shopBake = {
  application: 'shop',
  version: '1.0.0',
  package: { address: 's3://bucket/shop-1.0.0.tgz', sha256, fileName: 'shop-1.0.0.tgz' },
} as const
