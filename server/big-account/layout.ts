import { z } from 'zod'

const group = z.object({
  name: z.string(),
  weight: z.number(),
  size: z.object({ min: z.number(), max: z.number(), desired: z.number() }),
  zones: z.array(z.string()),
  targetGroupName: z.string(),
  targetGroupArn: z.string(),
  healthCheck: z.object({
    path: z.string(),
    intervalSeconds: z.number(),
    timeoutSeconds: z.number(),
    healthyThreshold: z.number(),
    unhealthyThreshold: z.number(),
    matcher: z.string(),
  }),
  port: z.number(),
  launchTemplateId: z.string(),
  instanceType: z.string(),
  operationId: z.string(),
  createdAt: z.coerce.date(),
  imageId: z.string(),
  imageName: z.string(),
  version: z.string(),
})

const cluster = z.object({
  name: z.string(),
  application: z.string(),
  vpcId: z.string(),
  securityGroupIds: z.array(z.string()),
  subnets: z.array(z.object({ subnetId: z.string(), zone: z.string() })),
  loadBalancerName: z.string(),
  loadBalancerArn: z.string(),
  listenerArn: z.string(),
  listenerPort: z.number(),
  ruleArn: z.string(),
  hosts: z.array(z.string()),
  /** Oldest first. */
  groups: z.array(group),
})

const layout = z.object({ clusters: z.array(cluster) })

export type GeneratedCluster = z.infer<typeof cluster>
export type GeneratedGroup = z.infer<typeof group>

/** What the local cloud generated, cluster by cluster; none where its account is not a generated one. */
export async function readLayout(
  controlUrl: string,
  token: string | undefined,
): Promise<readonly GeneratedCluster[]> {
  const reply = await fetch(`${controlUrl}/_localcloud/big-account`, {
    headers: { 'x-localcloud-control': '1', ...(token && { authorization: `Bearer ${token}` }) },
    signal: AbortSignal.timeout(30_000),
  })
  // A local cloud of an older version generates none.
  if (reply.status === 404) return []
  if (!reply.ok) throw new Error(`The local cloud did not say what it generated: ${await reply.text()}`)
  return layout.parse(await reply.json()).clusters
}
