import type { Action, RuleCondition } from '@aws-sdk/client-elastic-load-balancing-v2'

/** What load balancing keeps on disk. Dates are milliseconds since the epoch. */
export interface LoadBalancingRecords {
  loadBalancers: Record<string, LoadBalancerRecord>
  listeners: Record<string, ListenerRecord>
  rules: Record<string, RuleRecord>
  targetGroups: Record<string, TargetGroupRecord>
}

export interface LoadBalancerRecord {
  arn: string
  name: string
  dnsName: string
  scheme: 'internet-facing' | 'internal'
  vpcId: string
  ipAddressType: string
  createdAt: number
  state: 'provisioning' | 'active'
  subnetIds: string[]
  securityGroups: string[]
  attributes: Record<string, string>
  tags: Record<string, string>
}

export interface ListenerRecord {
  arn: string
  loadBalancerArn: string
  defaultRuleArn: string
  port: number
  protocol: 'HTTP' | 'HTTPS'
  certificates: string[]
  sslPolicy?: string
  defaultActions: Action[]
  attributes: Record<string, string>
  tags: Record<string, string>
  /** The port that it really answers on; it asks for the same one again after a restart. */
  boundPort?: number
}

export interface RuleRecord {
  arn: string
  listenerArn: string
  priority: number
  conditions: RuleCondition[]
  actions: Action[]
  tags: Record<string, string>
}

export interface HealthCheck {
  enabled: boolean
  protocol: string
  port: string
  path: string
  intervalSeconds: number
  timeoutSeconds: number
  healthyThreshold: number
  unhealthyThreshold: number
  matcher: string
}

export interface TargetGroupRecord {
  arn: string
  name: string
  protocol: string
  protocolVersion: string
  port: number
  vpcId: string
  targetType: 'instance' | 'ip'
  ipAddressType: string
  healthCheck: HealthCheck
  attributes: Record<string, string>
  tags: Record<string, string>
  targets: TargetRecord[]
}

export interface TargetRecord {
  id: string
  port: number
  draining: boolean
}

export const firstRecords = (): LoadBalancingRecords => ({
  loadBalancers: {},
  listeners: {},
  rules: {},
  targetGroups: {},
})

/** `app/<name>/<id>` or `targetgroup/<name>/<id>`: how CloudWatch and resource labels name them. */
export function dimensionOf(arn: string): string {
  const resource = arn.slice(arn.lastIndexOf(':') + 1)
  return resource.startsWith('loadbalancer/') ? resource.slice('loadbalancer/'.length) : resource
}
