import { randomBytes } from 'node:crypto'
import type { LocalCloud } from '../cloud.js'
import { AwsFault } from '../fault.js'
import type { ListenerServers } from './listener-servers.js'
import type {
  ListenerRecord,
  LoadBalancerRecord,
  LoadBalancingRecords,
  RuleRecord,
  TargetGroupRecord,
} from './records.js'
import type { TargetRegistry } from './target-registry.js'

/** What the operations work on. */
export interface Parts {
  readonly cloud: LocalCloud
  readonly records: () => LoadBalancingRecords
  readonly registry: TargetRegistry
  readonly servers: ListenerServers
  /** Must be called after each change of the records: saves them, moves the traffic, checks the targets. */
  changed(): void
}

export const newId = () => randomBytes(8).toString('hex')

export function arnOf(cloud: LocalCloud, resource: string): string {
  return `arn:aws:elasticloadbalancing:${cloud.region}:${cloud.accountId}:${resource}`
}

export function loadBalancerOf(parts: Parts, arn: string | undefined): LoadBalancerRecord {
  const found = parts.records().loadBalancers[checkedArn(arn, 'loadbalancer')]
  if (!found) throw new AwsFault('LoadBalancerNotFound', `Load balancers '[${arn}]' not found`)
  return found
}

export function listenerOf(parts: Parts, arn: string | undefined): ListenerRecord {
  const found = parts.records().listeners[checkedArn(arn, 'listener')]
  if (!found) throw new AwsFault('ListenerNotFound', 'One or more listeners not found')
  return found
}

/** Throws RuleNotFound for the default rule as well: ask `isDefaultRule` first. */
export function ruleOf(parts: Parts, arn: string | undefined): RuleRecord {
  const found = parts.records().rules[checkedArn(arn, 'listener-rule')]
  if (!found) throw new AwsFault('RuleNotFound', 'One or more rules not found')
  return found
}

export function isDefaultRule(parts: Parts, arn: string | undefined): boolean {
  return Object.values(parts.records().listeners).some((listener) => listener.defaultRuleArn === arn)
}

export function targetGroupOf(parts: Parts, arn: string | undefined): TargetGroupRecord {
  const found = parts.records().targetGroups[checkedArn(arn, 'targetgroup')]
  if (!found) throw new AwsFault('TargetGroupNotFound', 'One or more target groups not found')
  return found
}

function checkedArn(arn: string | undefined, kind: string): string {
  const resource = arn?.split(':').slice(5).join(':')
  if (!arn || !resource?.startsWith(`${kind}/`)) {
    throw new AwsFault('ValidationError', `'${arn}' is not a valid ${kind.replace('-', ' ')} ARN`)
  }
  return arn
}
