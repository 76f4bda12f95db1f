import { DescribeLaunchTemplateVersionsCommand } from '@aws-sdk/client-ec2'
import type { AccountLeave, AccountObserver } from '../engine/ports-account.js'
import type { Clock } from '../engine/ports.js'
import type { ServiceClients } from './clients.js'
import { ownImages } from './image-retirement.js'
import { keptLook, keptLooks, type LookPace, type Read } from './kept-look.js'
import { readActivities } from './observe-groups.js'
import { makeReadBalancing } from './read-balancing.js'
import { readFleet } from './read-fleet.js'
import { readTargetGroupDetail } from './target-group-detail.js'
import { orNull } from './tolerant-reads.js'

/**
 * At AWS's own speed. Half a second of rest for each request leaves most of an account's ten reads a second of load
 * balancing to those that decide.
 */
const restMs = 15_000
const restForEachRequestMs = 500
/** A page is asked for again this soon anyhow, where AWS's delays are divided. */
const leastRestMs = 1000
const patienceMs = 8000
/** So many groups and templates are kept at a time. */
const most = 200
/** What a version of a launch template holds never changes. */
const userDataRestMs = 3_600_000

/** Looks at the account for everybody who asks, within what `looks` may cost; `divisor` is what the cloud's own delays are divided by. */
export function makeAccountObserver(
  readers: ServiceClients,
  {
    clock,
    divisor,
    looks,
  }: { readonly clock: Clock; readonly divisor: number; readonly looks: AccountLeave },
): AccountObserver {
  const pace: LookPace = {
    restMs: Math.max(leastRestMs, restMs / divisor),
    restForEachRequestMs: restForEachRequestMs / divisor,
    patienceMs,
  }
  const one = async <Seen>(seen: Promise<Seen>): Promise<Read<Seen>> => ({ seen: await seen, requests: 1 })
  const userData = keptLooks((key: string) => one(readUserData(readers, key)), {
    clock,
    pace: { ...pace, restMs: userDataRestMs },
    most,
  })
  return {
    balancing: keptLook(makeReadBalancing(readers.elb, looks, clock), { clock, pace }),
    fleet: keptLook(() => readFleet(readers), { clock, pace }),
    targetGroup: keptLooks(
      async (arn) => ({ seen: await readTargetGroupDetail(readers.elb, arn, looks), requests: 2 }),
      { clock, pace, most },
    ),
    images: keptLook(() => one(ownImages(readers)), { clock, pace }),
    activities: keptLooks(
      (group) => one(readActivities(readers, group, AbortSignal.timeout(patienceMs * 2))),
      { clock, pace, most },
    ),
    userData: (launchTemplateId, version) => userData(`${launchTemplateId} ${version}`),
  }
}

async function readUserData({ ec2 }: ServiceClients, key: string): Promise<string> {
  const [LaunchTemplateId = '', version = ''] = key.split(' ')
  const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: [version] })
  const reply = await orNull(() => ec2.send(command))
  const data = reply?.LaunchTemplateVersions?.[0]?.LaunchTemplateData?.UserData ?? ''
  return Buffer.from(data, 'base64').toString('utf8')
}
