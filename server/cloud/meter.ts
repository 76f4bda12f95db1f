import { codeOf, isThrottled } from './faults.js'

/** Counts the AWS requests of this process, repeated ones included: the account's budget is shared with everybody else. */
export interface Meter {
  count(api: string): void
  countThrottled(): void
  /** Since the start, and by `service:Operation` for the last minute. */
  counts(): {
    readonly perMinute: Readonly<Record<string, number>>
    readonly throttled: number
    readonly total: number
  }
}

const windowSec = 60

/** Counts in one-second slots. `nowMs` must never go backwards. */
export function makeMeter(nowMs: () => number = () => performance.now()): Meter {
  const slots = new Map<number, Map<string, number>>()
  let total = 0
  let throttled = 0

  const dropOld = (second: number) => {
    for (const slot of slots.keys()) if (slot <= second - windowSec) slots.delete(slot)
  }

  return {
    count(api) {
      const second = Math.floor(nowMs() / 1000)
      dropOld(second)
      const slot = slots.get(second) ?? new Map<string, number>()
      slot.set(api, (slot.get(api) ?? 0) + 1)
      slots.set(second, slot)
      total += 1
    },
    countThrottled() {
      throttled += 1
    },
    counts() {
      dropOld(Math.floor(nowMs() / 1000))
      const perMinute: Record<string, number> = {}
      for (const slot of slots.values())
        for (const [api, count] of slot) perMinute[api] = (perMinute[api] ?? 0) + count
      return { perMinute, throttled, total }
    },
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
      meter.count(apiName(context))
      try {
        return await next(args)
      } catch (error) {
        if (isThrottled(codeOf(error))) meter.countThrottled()
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
