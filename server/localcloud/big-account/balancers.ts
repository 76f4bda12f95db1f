import type { SubnetRecord } from '../ec2/records.js'
import { defaultAttributes } from '../load-balancing/attributes.js'
import { newId } from '../load-balancing/parts.js'
import type { ListenerRecord } from '../load-balancing/records.js'
import type { Ground } from './ground.js'
import type { BigCluster } from './layout.js'
import { arnIn, marks } from './marks.js'

/** An application's load balancer with one listener; returns the listener. */
export function balancerOf(
  ground: Ground,
  application: string,
  subnets: readonly SubnetRecord[],
): ListenerRecord {
  const { place, balancing, securityGroupId } = ground
  const name = `${application}-alb`
  const path = `app/${name}/${newId()}`
  const arn = arnIn(place, `loadbalancer/${path}`)
  balancing.loadBalancers[arn] = {
    arn,
    name,
    dnsName: `${name}-${parseInt(newId().slice(0, 8), 16)}.${place.region}.elb.localhost`,
    scheme: 'internet-facing',
    vpcId: subnets[0]?.vpcId ?? '',
    ipAddressType: 'ipv4',
    createdAt: place.now,
    state: 'active',
    subnetIds: subnets.map(({ subnetId }) => subnetId),
    securityGroups: [securityGroupId],
    attributes: defaultAttributes('load balancer'),
    tags: marks(application),
  }
  const id = newId()
  const listener: ListenerRecord = {
    arn: arnIn(place, `listener/${path}/${id}`),
    loadBalancerArn: arn,
    defaultRuleArn: arnIn(place, `listener-rule/${path}/${id}/${newId()}`),
    port: 80,
    protocol: 'HTTP',
    certificates: [],
    defaultActions: [
      {
        Type: 'fixed-response',
        Order: 1,
        FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain' },
      },
    ],
    attributes: defaultAttributes('listener'),
    tags: { ...marks(application), 'delling:managed': 'true' },
  }
  balancing.listeners[listener.arn] = listener
  return listener
}

/** A cluster's rule: everything to its newest group, nothing to the warm ones before it. */
export function ruleOf(
  { balancing }: Ground,
  listener: ListenerRecord,
  { application, name, nth }: BigCluster,
  targetGroupArns: readonly string[],
): void {
  const arn = `${listener.arn.replace(':listener/', ':listener-rule/')}/${newId()}`
  const live = targetGroupArns.at(-1)
  balancing.rules[arn] = {
    arn,
    listenerArn: listener.arn,
    priority: nth + 1,
    conditions: [{ Field: 'host-header', HostHeaderConfig: { Values: [`${name}.example.com`] } }],
    actions: [
      {
        Type: 'forward',
        Order: 1,
        ForwardConfig: {
          TargetGroups: targetGroupArns.map((TargetGroupArn) => ({
            TargetGroupArn,
            Weight: TargetGroupArn === live ? 100 : 0,
          })),
          TargetGroupStickinessConfig: { Enabled: false },
        },
      },
    ],
    tags: { ...marks(application, name), 'delling:managed': 'true' },
  }
}
