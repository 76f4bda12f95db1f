import type { CallFigures } from './call-figures.js'

/** A bucket of requests that AWS refills at a fixed rate, for everybody in the account and region together. */
interface Bucket {
  readonly name: string
  readonly perMinute: number
  /** AWS publishes no rate: this one is taken to be safe. */
  readonly assumed?: true
}

/** How much of a bucket's refill was used within a minute. */
export interface BudgetUse extends Bucket {
  readonly count: number
  /** Of what flows in within a minute; above 1 the bucket empties. */
  readonly share: number
}

const bucket = (name: string, perSecond: number): Bucket => ({ name, perMinute: Math.round(perSecond * 60) })

const registration = new Set(['RegisterTargets', 'DeregisterTargets'])
const intensive = new Set(['CreateLoadBalancer', 'SetSubnets'])
/** Those of EC2's own rates that differ from what their kind has, by operation. */
const ofEc2: Readonly<Record<string, number>> = {
  RunInstances: 2,
  CreateTags: 10,
  DeleteTags: 10,
  GetConsoleOutput: 10,
}
const ofCloudWatch: Readonly<Record<string, number>> = { GetMetricData: 50, DescribeAlarms: 9 }

/** The bucket that a request is taken from; null where no rate is known. */
function bucketOf(api: string): Bucket | null {
  const [service = '', operation = ''] = api.split(':')
  const reads = /^(Describe|Get|List)/.test(operation)
  if (service === 'elasticloadbalancing') {
    if (registration.has(operation)) return bucket('ELB registrations', 4)
    if (intensive.has(operation)) return bucket('ELB load balancers', 0.2)
    return reads ? bucket('ELB reads', 10) : bucket('ELB changes', 3)
  }
  if (service === 'autoscaling') return { ...bucket('Auto Scaling', 10), assumed: true }
  if (service === 'ec2') return bucket(`EC2 ${operation}`, ofEc2[operation] ?? (reads ? 20 : 5))
  if (service === 'cloudwatch')
    return bucket(`CloudWatch ${operation}`, ofCloudWatch[operation] ?? (reads ? 25 : 3))
  return null
}

/** What is used of each bucket, the fullest first; `divisor` is what a local cloud divides AWS's delays by, and so lets in more. */
export function budgetUse(figures: readonly CallFigures[], divisor = 1): readonly BudgetUse[] {
  const uses = new Map<string, BudgetUse>()
  for (const { api, count } of figures) {
    const from = bucketOf(api)
    if (!from) continue
    const all = (uses.get(from.name)?.count ?? 0) + count
    const perMinute = from.perMinute * divisor
    uses.set(from.name, { ...from, perMinute, count: all, share: all / perMinute })
  }
  return [...uses.values()].sort((a, b) => b.share - a.share)
}
