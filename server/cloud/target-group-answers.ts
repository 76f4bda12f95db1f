import {
  DescribeTargetGroupAttributesCommand,
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2'

/** The health of each target. Throws AWS's refusal where the target group is gone. */
export async function targetHealthOf(
  client: ElasticLoadBalancingV2Client,
  TargetGroupArn: string,
): Promise<readonly TargetHealthDescription[]> {
  const reply = await client.send(new DescribeTargetHealthCommand({ TargetGroupArn }))
  return reply.TargetHealthDescriptions ?? []
}

/** By key. Throws AWS's refusal where the target group is gone. */
export async function targetGroupAttributesOf(
  client: ElasticLoadBalancingV2Client,
  TargetGroupArn: string,
): Promise<Readonly<Record<string, string>>> {
  const reply = await client.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }))
  return Object.fromEntries((reply.Attributes ?? []).map(({ Key = '', Value = '' }) => [Key, Value]))
}
