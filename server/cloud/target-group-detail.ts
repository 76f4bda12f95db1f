import {
  DescribeTargetGroupAttributesCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import type { TargetGroupDetail } from '../domain/balancing.js'
import type { AccountLeave } from '../engine/ports-account.js'
import { tagMap } from './read-fleet.js'
import { targetHealthOf } from './target-healths.js'
import { orNull } from './tolerant-reads.js'

/** Health and attributes of one target group, a request each; null when it is gone. */
export async function readTargetGroupDetail(
  client: ElasticLoadBalancingV2Client,
  TargetGroupArn: string,
  looks: Pick<AccountLeave, 'leaveForOne'>,
): Promise<TargetGroupDetail | null> {
  await looks.leaveForOne()
  const targets = await targetHealthOf(client, TargetGroupArn)
  if (!targets) return null
  await looks.leaveForOne()
  const command = new DescribeTargetGroupAttributesCommand({ TargetGroupArn })
  const reply = await orNull(() => client.send(command))
  return reply && { targets, attributes: tagMap(reply.Attributes) }
}
