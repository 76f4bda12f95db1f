import { type AddressInfo, createServer } from 'node:net'
import type { Service } from '../../../server/localcloud/cloud.js'
import type { LoadBalancingService } from '../../../server/localcloud/load-balancing/service.js'
import { ask, type FakeCloud, until } from './fake-cloud.js'

export interface Group {
  readonly arn: string
  readonly instances: string[]
}

export interface Stack {
  readonly loadBalancerArn: string
  readonly listenerArn: string
  readonly url: string
  readonly port: number
  /** A target group with that many running, registered instances. */
  group(name: string, size: number): Promise<Group>
  /** What the listener's default action forwards to. */
  weights(...groups: [Group, number][]): Promise<void>
  states(group: Group): Promise<string[]>
  healthy(group: Group): Promise<void>
}

/** A load balancer with one listener on a free port. */
export async function makeStack(cloud: FakeCloud, elb: LoadBalancingService): Promise<Stack> {
  const port = await freePort()
  const made = await ask<{ LoadBalancers: { LoadBalancerArn: string }[] }>(elb, 'CreateLoadBalancer', {
    Name: 'lb',
    Subnets: ['subnet-a', 'subnet-b', 'subnet-c'],
  })
  const loadBalancerArn = made.LoadBalancers[0]!.LoadBalancerArn
  const { Listeners } = await ask<{ Listeners: { ListenerArn: string }[] }>(elb, 'CreateListener', {
    LoadBalancerArn: loadBalancerArn,
    Protocol: 'HTTP',
    Port: port,
    DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
  })
  const listenerArn = Listeners[0]!.ListenerArn
  const { url } = elb.listenerAddresses()[0]!
  const states = async (group: Group) => {
    const answer = await ask<{ TargetHealthDescriptions: { TargetHealth: { State: string } }[] }>(
      elb,
      'DescribeTargetHealth',
      { TargetGroupArn: group.arn },
    )
    return answer.TargetHealthDescriptions.map((description) => description.TargetHealth.State)
  }
  return {
    loadBalancerArn,
    listenerArn,
    url,
    port,
    group: (name, size) => makeGroup(cloud, elb, name, size),
    weights: async (...groups) => {
      const TargetGroups = groups.map(([group, Weight]) => ({ TargetGroupArn: group.arn, Weight }))
      await ask(elb, 'ModifyListener', {
        ListenerArn: listenerArn,
        DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
      })
    },
    states,
    healthy: async (group) => {
      await until('all targets are healthy', async () => {
        const now = await states(group)
        return now.length === group.instances.length && now.every((state) => state === 'healthy')
      })
    },
  }
}

async function makeGroup(cloud: FakeCloud, elb: Service, name: string, size: number): Promise<Group> {
  const { TargetGroups } = await ask<{ TargetGroups: { TargetGroupArn: string }[] }>(
    elb,
    'CreateTargetGroup',
    {
      Name: name,
      Protocol: 'HTTP',
      Port: 8080,
      VpcId: 'vpc-1',
    },
  )
  const arn = TargetGroups[0]!.TargetGroupArn
  const instances: string[] = []
  for (let at = 0; at < size; at++) {
    const subnetId = ['subnet-a', 'subnet-b', 'subnet-c'][at % 3]!
    instances.push(cloud.fake.launch({ subnetId, tags: {} }).instanceId)
  }
  await until('the instances run', () => instances.every((id) => cloud.ec2.instance(id)?.state === 'running'))
  const Targets = instances.map((Id) => ({ Id }))
  if (size > 0) await ask(elb, 'RegisterTargets', { TargetGroupArn: arn, Targets })
  return { arn, instances }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
