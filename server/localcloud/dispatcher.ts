import { setTimeout as wait } from 'node:timers/promises'
import type { Audit } from './audit.js'
import type { AwsCall } from './aws-call.js'
import type { LocalCloud, Service } from './cloud.js'
import { AwsFault } from './fault.js'
import type { PlannedFault } from './knobs.js'
import { StaleAnswers } from './stale-answers.js'
import { withoutNamed } from './without-named.js'

/** The connection is to be cut without an answer. */
export class CutConnection extends Error {}

/** AWS refuses a request this long after its signature; scaled like every delay of AWS's. */
export const SIGNATURE_LIFE_MS = 15 * 60_000
const SHORTEST_SIGNATURE_LIFE_MS = 1500

/** Reads never change anything: only their answers can be old or lack something. */
const reads = /^(Describe|Get|List|Head)/

/** What is worth checking whole before it is done; for the rest the shape of the call is all that a dry run looks at. */
const checksDryRunItself: ReadonlySet<string> = new Set(['RunInstances', 'CreateImage'])

interface DispatcherParts {
  readonly cloud: LocalCloud
  readonly services: ReadonlyMap<string, Service>
  readonly audit: Audit
  /** Rests for so many milliseconds. */
  readonly rest?: (ms: number) => Promise<unknown>
}

/** Carries calls out, through the knobs and the planned faults. */
export class Dispatcher {
  private readonly stale: StaleAnswers
  private readonly rest: (ms: number) => Promise<unknown>

  constructor(private readonly parts: DispatcherParts) {
    this.stale = new StaleAnswers()
    this.rest = parts.rest ?? wait
  }

  knows(service: string, action: string): boolean {
    return this.parts.services.get(service)?.operations[action] !== undefined
  }

  /** Keeps every answer from now on, so that the first one that is to be old can be. */
  keepAnswers(): void {
    this.stale.keep()
  }

  /** The operation's output. Throws AwsFault for what AWS would answer with an error, CutConnection for no answer at all. */
  async carryOut(call: AwsCall): Promise<object> {
    const { cloud } = this.parts
    const fault = cloud.knobs.take(call.service, call.action, call.input)
    try {
      if (fault || cloud.knobs.settings.latencyMs > 0) await this.before(call, fault)
      else this.checkAllowed(call)
      const output = await this.operate(call)
      if (fault?.kind === 'twice') await this.operate(call).catch(() => undefined)
      this.record(call)
      if (fault?.kind === 'lost-answer') throw new CutConnection()
      return this.answer(call, output, fault)
    } catch (error) {
      if (error instanceof AwsFault) this.record(call, error.code)
      throw error
    }
  }

  private async operate(call: AwsCall): Promise<object> {
    const operation = this.parts.services.get(call.service)?.operations[call.action]
    if (!operation)
      throw new AwsFault('InvalidAction', `The action ${call.action} is not valid for this web service.`)
    if (isDryRun(call) && !checksDryRunItself.has(call.action))
      throw new AwsFault('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412)
    return operation(call.input as never, { requestId: call.requestId, signedAt: call.signedAt })
  }

  private async before(call: AwsCall, fault: PlannedFault | undefined): Promise<void> {
    const { knobs } = this.parts.cloud
    if (knobs.settings.latencyMs > 0) await this.rest(knobs.settings.latencyMs)
    if (fault?.kind === 'late') {
      this.carryOutLater(call, fault.delayMs ?? 0)
      throw new CutConnection()
    }
    // A stale answer is old, not late.
    if (fault?.delayMs && fault.kind !== 'stale') {
      await this.rest(fault.delayMs)
      this.checkNotExpired(call)
    }
    if (fault?.kind === 'reset-before') throw new CutConnection()
    if (fault?.kind === 'error')
      throw new AwsFault(fault.code ?? 'InternalError', fault.message ?? 'A planned fault.', fault.status)
    this.checkAllowed(call)
  }

  private checkAllowed(call: AwsCall): void {
    if (this.parts.cloud.knobs.allow(call.service)) return
    if (call.service === 'ec2') throw new AwsFault('RequestLimitExceeded', 'Request limit exceeded.', 503)
    const isS3 = call.service === 's3'
    throw new AwsFault(isS3 ? 'SlowDown' : 'Throttling', 'Rate exceeded', isS3 ? 503 : 400)
  }

  /** The caller was cut off long ago; the call still comes through, unless its signature is too old by then. */
  private carryOutLater(call: AwsCall, delayMs: number): void {
    const later = async () => {
      await this.rest(delayMs)
      try {
        this.checkNotExpired(call)
        await this.operate(call)
        this.record(call)
      } catch (error) {
        if (!(error instanceof AwsFault)) throw error
        this.record(call, error.code)
      }
    }
    later().catch((error: unknown) => this.parts.cloud.log('a late call failed', { error: String(error) }))
  }

  private checkNotExpired({ signedAt }: AwsCall): void {
    const { clock } = this.parts.cloud
    const ageMs = Math.min(Date.now(), clock.now().getTime()) - signedAt
    if (ageMs > clock.scaled(SIGNATURE_LIFE_MS, SHORTEST_SIGNATURE_LIFE_MS))
      throw new AwsFault('RequestExpired', 'Request has expired.')
  }

  private answer(call: AwsCall, output: object, fault: PlannedFault | undefined): object {
    if (!reads.test(call.action)) return output
    const { staleReadsMs } = this.parts.cloud.knobs.settings
    const ageMs = fault?.kind === 'stale' ? (fault.delayMs ?? 0) : staleReadsMs
    const kept = this.stale.answer(call, output, ageMs)
    return fault?.names ? withoutNamed(kept, fault.names) : kept
  }

  private record(call: AwsCall, error?: string): void {
    const { cloud, audit } = this.parts
    const { service, action, input, requestId } = call
    audit.record({ requestId, service, action, input, ...(error ? { error } : {}) }, cloud.clock)
  }
}

/** Only EC2 has dry runs. */
function isDryRun({ service, input }: AwsCall): boolean {
  return service === 'ec2' && (input as { DryRun?: unknown } | null)?.DryRun === true
}
