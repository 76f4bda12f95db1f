import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { ailmentKinds } from './ailments.js'
import type { Audit } from './audit.js'
import { describeBigAccount } from './big-account/described.js'
import type { LocalCloud } from './cloud.js'
import { AwsFault } from './fault.js'
import { faultKinds } from './knobs.js'
import { readBody } from './request-body.js'

export interface ControlParts {
  cloud(): LocalCloud
  readonly audit: Audit
  readonly token: string | undefined
  reset(): Promise<void>
  health(): object
  state(): object
}

const clockPatch = z.strictObject({
  now: z.iso.datetime({ offset: true }).optional(),
  advanceMs: z.number().finite().optional(),
  frozen: z.boolean().optional(),
  pace: z.enum(['real', 'brisk', 'zero']).optional(),
})

const zones = z.array(z.string())
const knobsPatch = z.strictObject({
  latencyMs: z.number().min(0).max(600_000).optional(),
  invisibleMs: z.number().min(0).max(600_000).optional(),
  staleReadsMs: z.number().min(0).max(60_000).optional(),
  zonesWithoutCapacity: zones.optional(),
  zonesOut: zones.optional(),
  ailments: z
    .array(z.strictObject({ of: z.string().min(1).max(255), kind: z.enum(ailmentKinds) }))
    .max(200)
    .optional(),
  throttle: z
    .strictObject({ perSecond: z.number().positive(), burst: z.number().min(1) })
    .nullable()
    .optional(),
  failNextImages: z.number().int().min(0).optional(),
  consoleDelayMs: z.number().min(0).max(600_000).optional(),
  mostVcpus: z.number().int().min(0).max(1_000_000).optional(),
  mostScalingGroups: z.number().int().min(0).max(100_000).optional(),
})

const newFault = z.strictObject({
  action: z.string().min(1),
  service: z.string().optional(),
  kind: z.enum(faultKinds),
  code: z.string().optional(),
  message: z.string().optional(),
  status: z.number().int().min(400).max(599).optional(),
  delayMs: z.number().min(0).max(1_200_000).optional(),
  names: z.array(z.string()).optional(),
  about: z.string().min(1).optional(),
  times: z.number().int().min(1).optional(),
})

const oneFault = z.strictObject({ id: z.string().optional() })
const oneInstance = z.strictObject({ instanceId: z.string() })

/** `/_localcloud/…`: what AWS does not have. docs/local-cloud.md describes every path. */
export class Control {
  constructor(private readonly parts: ControlParts) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
      response.end(`${JSON.stringify(body, null, 2)}\n`)
    }
    if (!this.isAllowed(request)) {
      answer(403, {
        error: 'Control requests need the header x-localcloud-control: 1 and the control token as bearer.',
      })
      return
    }
    try {
      const route = `${request.method ?? ''} ${(request.url ?? '').split('?')[0]?.replace('/_localcloud', '') ?? ''}`
      const handler = this.routes[route]
      if (!handler) answer(404, { error: `There is no ${route}.`, routes: Object.keys(this.routes) })
      else answer(200, await handler(await jsonBody(request)))
    } catch (error) {
      if (error instanceof z.ZodError) answer(400, { error: z.prettifyError(error) })
      else if (error instanceof SyntaxError) answer(400, { error: 'The body is not JSON.' })
      else if (error instanceof AwsFault) answer(error.status, { error: error.message })
      else throw error
    }
  }

  private isAllowed(request: IncomingMessage): boolean {
    if (request.headers['x-localcloud-control'] !== '1') return false
    const { token } = this.parts
    if (!token) return true
    const sent = Buffer.from(request.headers.authorization ?? '')
    const expected = Buffer.from(`Bearer ${token}`)
    return sent.length === expected.length && timingSafeEqual(sent, expected)
  }

  private readonly routes: Readonly<Record<string, (body: unknown) => object | Promise<object>>> = {
    'GET /health': () => this.parts.health(),
    'GET /state': () => this.parts.state(),
    'GET /big-account': () => describeBigAccount(this.parts.cloud().state),
    'GET /clock': () => this.clock(),
    'PUT /clock': (body) => this.moveClock(clockPatch.parse(body)),
    'GET /knobs': () => this.parts.cloud().knobs.settings,
    'PUT /knobs': (body) => this.turnKnobs(knobsPatch.parse(body)),
    'GET /faults': () => ({ faults: this.parts.cloud().knobs.planned() }),
    'POST /faults': (body) => this.parts.cloud().knobs.plan(definite(newFault.parse(body))),
    'DELETE /faults': (body) => this.forgetFaults(oneFault.parse(body)),
    'POST /instances/crash': (body) => this.crash(oneInstance.parse(body)),
    'GET /calls': () => ({ calls: this.parts.audit.list(), counts: this.parts.audit.counts }),
    'DELETE /calls': () => (this.parts.audit.clear(), { calls: [] }),
    'POST /reset': async () => {
      await this.parts.reset()
      return this.parts.health()
    },
  }

  private clock(): object {
    const { clock } = this.parts.cloud()
    return { now: clock.now().toISOString(), offsetMs: clock.offset, frozen: clock.frozen, pace: clock.pace }
  }

  private moveClock(patch: z.infer<typeof clockPatch>): object {
    const { clock, state } = this.parts.cloud()
    if (patch.now !== undefined) clock.setTo(new Date(patch.now))
    if (patch.advanceMs !== undefined) clock.setTo(new Date(clock.now().getTime() + patch.advanceMs))
    if (patch.frozen === true) clock.freeze()
    if (patch.frozen === false) clock.unfreeze()
    if (patch.pace !== undefined) clock.pace = patch.pace
    const nowMs = clock.now().getTime()
    const kept = { offsetMs: nowMs - Date.now(), frozenAtMs: clock.frozen ? nowMs : null }
    Object.assign(state.section('clock', {}), kept)
    state.changed()
    return this.clock()
  }

  /** The one that is named, or all. */
  private forgetFaults({ id }: z.infer<typeof oneFault>): object {
    const { knobs } = this.parts.cloud()
    if (id === undefined) knobs.dropFaults()
    else if (!knobs.dropFault(id)) throw new AwsFault('NotFound', `No fault ${id} is planned.`, 404)
    return { faults: knobs.planned() }
  }

  private crash({ instanceId }: z.infer<typeof oneInstance>): object {
    const { ec2 } = this.parts.cloud()
    if (ec2.instance(instanceId)?.state !== 'running')
      throw new AwsFault('NotFound', `No instance ${instanceId} is running.`, 404)
    ec2.crashApplication(instanceId)
    return { instanceId }
  }

  private turnKnobs(patch: z.infer<typeof knobsPatch>): object {
    const { knobs, state } = this.parts.cloud()
    knobs.change(definite(patch))
    state.changed()
    return knobs.settings
  }
}

/** Drops members that are undefined, so that a patch never sets one. */
type Definite<T> = { [K in keyof T]: Exclude<T[K], undefined> }
const definite = <T extends object>(value: T): Definite<T> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Definite<T>

async function jsonBody(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request)
  return body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as unknown)
}
