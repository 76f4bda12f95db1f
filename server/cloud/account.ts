import { DescribeImagesCommand } from '@aws-sdk/client-ec2'
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts'
import type { AccountLeave } from '../engine/ports-account.js'
import type { AccountReader, Clock } from '../engine/ports.js'
import { catalogReader } from './catalog.js'
import type { Clients } from './clients.js'
import { codeOf } from './faults.js'
import type { Meter } from './meter.js'
import { orNull } from './tolerant-reads.js'
import { readTraffic } from './traffic.js'

interface AccountOptions {
  readonly clock: Clock
  readonly meter: Pick<Meter, 'counts'>
  readonly metricPeriodSec: number
  /** What the catalog may cost. */
  readonly looks: Pick<AccountLeave, 'takeForAccount' | 'oweForAccount'>
}

/** What forms, pages and refusals ask of the account. No decision about a running operation reads it. */
export function makeAccountReader(
  { readers }: Clients,
  { clock, meter, metricPeriodSec, looks }: AccountOptions,
): AccountReader {
  return {
    catalog: catalogReader(readers, { clock, looks }),
    async identity() {
      const { Account = '', Arn = '' } = await readers.sts.send(new GetCallerIdentityCommand({}))
      return { account: Account, arn: Arn }
    },
    async imageState(imageId) {
      const reply = await orNull(() => describeImage(readers.ec2, imageId))
      const image = reply?.Images?.[0]
      return image ? { state: image.State ?? '', name: image.Name ?? '' } : null
    },
    callCounts: () => meter.counts(),
    traffic: (loadBalancerArn, targetGroupArn, spanMs) =>
      readTraffic(
        readers.cloudwatch,
        { loadBalancerArn, targetGroupArn },
        { now: clock.now(), spanMs, metricPeriodSec },
      ),
  }
}

/** Something that is no image id at all is as absent as an image that was deregistered. */
async function describeImage(ec2: Clients['readers']['ec2'], imageId: string) {
  try {
    return await ec2.send(new DescribeImagesCommand({ ImageIds: [imageId] }))
  } catch (error) {
    if (codeOf(error) === 'InvalidAMIID.Malformed' || codeOf(error) === 'InvalidAMIID.Unavailable')
      return null
    throw error
  }
}
