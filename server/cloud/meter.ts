import { latencyStep, summedFigures, type CallFigures, type CallOutcome } from '../domain/call-figures.js'
import { codeOf, isThrottled, statusOf } from './faults.js'

/** Counts the AWS requests of this process, repeated ones included: the account's budget is shared with everybody else. */
export interface Meter {
  /** A request goes onto the wire. */
  count(api: string): void
  /** How a request ended, and after how long. */
  ended(api: string, outcome: CallOutcome, tookMs: number): void
  /** Since the start, and by `service:Operation` for the last minute. */
  counts(): {
    readonly perMinute: Readonly<Record<string, number>>
    readonly throttled: number
    readonly total: number
  }
  /** The last minute, by API. */
  figures(): readonly CallFigures[]
}

interface Slot extends CallFigures {
  count: number
  throttled: number
  refused: number
  unanswered: number
  readonly latency: Record<string, number>
}

const windowSec = 60
/** What its caller broke off says nothing about AWS. */
const brokenOff = 'AbortError'

/**
 * Counts in one-second slots. `nowMs` must never go backwards.
 *
 * @param told is told of each end, to count it elsewhere too
 */
export function makeMeter(
  nowMs: () => number = () => performance.now(),
  told: Meter['ended'] = () => undefined,
): Meter {
  const slots = new Map<number, Map<string, Slot>>()
  let total = 0
  let throttled = 0

  const dropOld = (second: number) => {
    for (const slot of slots.keys()) if (slot <= second - windowSec) slots.delete(slot)
  }
  const slotOf = (api: string): Slot => {
    const second = Math.floor(nowMs() / 1000)
    dropOld(second)
    const ofSecond = slots.get(second) ?? new Map<string, Slot>()
    slots.set(second, ofSecond)
    const slot = ofSecond.get(api) ?? { api, count: 0, throttled: 0, refused: 0, unanswered: 0, latency: {} }
    ofSecond.set(api, slot)
    return slot
  }
  const figures = () => {
    dropOld(Math.floor(nowMs() / 1000))
    return summedFigures([...slots.values()].map((ofSecond) => [...ofSecond.values()]))
  }

  return {
    count(api) {
      slotOf(api).count += 1
      total += 1
    },
    ended(api, outcome, tookMs) {
      const slot = slotOf(api)
      const step = latencyStep(tookMs)
      slot.latency[step] = (slot.latency[step] ?? 0) + 1
      if (outcome !== 'answered') slot[outcome] += 1
      if (outcome === 'throttled') throttled += 1
      told(api, outcome, tookMs)
    },
    counts() {
      const perMinute = figures().filter(({ count }) => count > 0)
      return {
        perMinute: Object.fromEntries(perMinute.map(({ api, count }) => [api, count])),
        throttled,
        total,
      }
    },
    figures,
  }
}

interface Metered {
  readonly middlewareStack: {
    add(middleware: never, options: { step: 'deserialize'; priority: 'high'; name: string }): void
  }
}

interface SendContext {
  readonly clientName?: string
  readonly commandName?: string
}

/** Counts every request that a client puts on the wire, each attempt for itself. */
export function meterClient(client: Metered, meter: Meter): void {
  const middleware =
    (next: (args: object) => Promise<object>, context: SendContext) => async (args: object) => {
      const api = apiName(context)
      const sentMs = performance.now()
      const ended = (outcome: CallOutcome) => meter.ended(api, outcome, performance.now() - sentMs)
      meter.count(api)
      try {
        const answer = await next(args)
        ended('answered')
        return answer
      } catch (error) {
        if (!(error instanceof Error && error.name === brokenOff)) ended(outcomeOf(error))
        throw error
      }
    }
  // Inside of whatever may still stop the request, outside of what turns the reply into an error.
  client.middlewareStack.add(middleware as never, {
    step: 'deserialize',
    priority: 'high',
    name: 'dellingMeter',
  })
}

function outcomeOf(error: unknown): CallOutcome {
  if (isThrottled(codeOf(error))) return 'throttled'
  const status = statusOf(error)
  return status === null || status >= 500 ? 'unanswered' : 'refused'
}

const services: Readonly<Record<string, string>> = {
  EC2Client: 'ec2',
  AutoScalingClient: 'autoscaling',
  ElasticLoadBalancingV2Client: 'elasticloadbalancing',
  CloudWatchClient: 'cloudwatch',
  STSClient: 'sts',
  SSMClient: 'ssm',
  S3Client: 's3',
}

/** `ec2:RunInstances`, as IAM policies spell it. */
function apiName({ clientName = '', commandName = '' }: SendContext): string {
  return `${services[clientName] ?? clientName}:${commandName.replace(/Command$/, '')}`
}
