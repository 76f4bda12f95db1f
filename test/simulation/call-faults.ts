import type { FaultKind } from '../../server/localcloud/knobs.js'
import { AwsFault } from '../../server/localcloud/fault.js'
import type { Random } from './random.js'
import type { SimulatedCloud } from './simulated-cloud.js'
import type { Weather } from './weather.js'

const reads = /^(Describe|Get|List|Head)/
const readKinds: readonly FaultKind[] = ['stale', 'hide', 'error', 'delay']
const changeKinds: readonly FaultKind[] = ['lost-answer', 'reset-before', 'late', 'delay', 'twice', 'error']

const shareOfReads: Partial<Record<FaultKind, number>> = { stale: 0.5, hide: 0.1, error: 0.05, delay: 0.02 }

const errors = [
  { code: 'Throttling', message: 'Rate exceeded', status: 400 },
  { code: 'InternalFailure', message: 'We encountered an internal error.', status: 500 },
  { code: 'ServiceUnavailable', message: 'Service is unavailable', status: 503 },
  { code: 'RequestExpired', message: 'Request has expired.', status: 400 },
] as const

/** Draws a fault for each call that comes by, in the knobs where a test or a person would plan it. */
export function drawCallFaults(
  cloud: SimulatedCloud,
  weather: Weather,
  random: Random,
  stillBad: () => boolean,
): void {
  const { knobs } = cloud.model
  const take = knobs.take.bind(knobs)
  knobs.take = (service, action, input) => {
    const planned = take(service, action, input)
    if (planned || !stillBad() || random.chance(0.5)) return planned
    const isRead = reads.test(action)
    // Half of the calls are looked at, so each kind is drawn twice as often; there are a hundred reads for each change.
    const often = (each: FaultKind) =>
      2 * (weather.callFaults[each] ?? 0) * (isRead ? (shareOfReads[each] ?? 0) : 1)
    const kind = (isRead ? readKinds : changeKinds).find((each) => random.chance(often(each)))
    if (!kind) return undefined
    return { id: 'drawn', action, kind, remaining: 0, ...detailsOf(kind, action, cloud, random) }
  }
}

function detailsOf(kind: FaultKind, action: string, cloud: SimulatedCloud, random: Random): object {
  switch (kind) {
    case 'late':
    case 'delay':
      // Some are only slow; some come through minutes later, and some too late to be accepted.
      return { delayMs: random.chance(0.5) ? random.between(1000, 30_000) : random.between(1000, 1_000_000) }
    case 'stale':
      return { delayMs: random.between(500, 8000) }
    case 'error':
      return random.pick(errors)
    case 'hide':
      return {
        names:
          action === 'DescribeAutoScalingGroups' ? [random.pick(['', ...Object.keys(cloud.groups)])] : [],
      }
    default:
      return {}
  }
}

/** What a stranger's call may be refused with is the stranger's own affair. */
export function isRefusal(error: unknown): boolean {
  return error instanceof AwsFault
}
