import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2'
import type { TargetGroupDetail } from '../domain/balancing.js'
import type { AccountLeave } from '../engine/ports-account.js'
import { targetGroupAttributesOf } from './target-group-answers.js'
import { seenTargetsOf } from './target-healths.js'
import { orNull } from './tolerant-reads.js'

/** Health and attributes of one target group, a request each; null when it is gone. */
export async function readTargetGroupDetail(
  client: ElasticLoadBalancingV2Client,
  arn: string,
  looks: Pick<AccountLeave, 'leaveForOne'>,
): Promise<TargetGroupDetail | null> {
  await looks.leaveForOne()
  const targets = await seenTargetsOf(client, arn)
  if (!targets) return null
  await looks.leaveForOne()
  const attributes = await orNull(() => targetGroupAttributesOf(client, arn))
  return attributes && { targets, attributes }
}
