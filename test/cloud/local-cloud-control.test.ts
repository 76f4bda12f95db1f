import { CreateAutoScalingGroupCommand, DescribeAutoScalingGroupsCommand } from '@aws-sdk/client-auto-scaling'
import {
  CreateLaunchTemplateCommand,
  DescribeImagesCommand,
  DescribeSubnetsCommand,
} from '@aws-sdk/client-ec2'
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  DescribeTargetGroupsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeOf } from '../../server/cloud/faults.js'
import { makeLocalCloudControl } from '../../server/cloud/local-cloud-control.js'
import { entriesOf } from '../../server/cloud/rule-actions.js'
import { outOfOrder } from '../../server/domain/out-of-order.js'
import { Refusal } from '../../server/domain/refusal.js'
import type { LocalCloudControl } from '../../server/engine/ports.js'
import { startFixture, type LocalCloudFixture } from './local-cloud-fixture.js'

let fixture: LocalCloudFixture
let control: LocalCloudControl
let ruleArn = ''
const targetGroups: string[] = []

beforeAll(async () => {
  fixture = await startFixture()
  control = makeLocalCloudControl({ url: fixture.url, token: undefined }, fixture.clients)
  const { ec2, elb, autoScaling } = fixture.clients.writers
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}))
  const { Images } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }))
  const ids = Subnets.map(({ SubnetId }) => SubnetId ?? '')
  const { LoadBalancers } = await elb.send(new CreateLoadBalancerCommand({ Name: 'shop', Subnets: ids }))
  const { Listeners } = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: LoadBalancers?.[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: 8092,
      DefaultActions: [{ Type: 'fixed-response', FixedResponseConfig: { StatusCode: '404' } }],
    }),
  )
  for (const Name of ['shop-v001', 'shop-v002']) {
    const made = await elb.send(
      new CreateTargetGroupCommand({ Name, Protocol: 'HTTP', Port: 8080, VpcId: Subnets[0]?.VpcId }),
    )
    targetGroups.push(made.TargetGroups?.[0]?.TargetGroupArn ?? '')
  }
  const { Rules } = await elb.send(
    new CreateRuleCommand({
      ListenerArn: Listeners?.[0]?.ListenerArn,
      Priority: 10,
      Conditions: [{ Field: 'path-pattern', Values: ['/shop'] }],
      Actions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: targetGroups.map((TargetGroupArn, at) => ({
              TargetGroupArn,
              Weight: at === 0 ? 100 : 0,
            })),
          },
        },
      ],
    }),
  )
  ruleArn = Rules?.[0]?.RuleArn ?? ''
  await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'shop-v001',
      LaunchTemplateData: { ImageId: Images?.[0]?.ImageId, InstanceType: 't3.micro' },
    }),
  )
  await autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'shop-v001',
      LaunchTemplate: { LaunchTemplateName: 'shop-v001', Version: '1' },
      MinSize: 1,
      MaxSize: 1,
      VPCZoneIdentifier: ids.join(','),
    }),
  )
})
afterAll(() => fixture.stop())

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const seen = await look()
    if (seen !== undefined) return seen
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

const running = (but?: string) =>
  until(async () =>
    (await control.look()).instances.find(
      (each) => each.state === 'running' && each.alive && each.instanceId !== but,
    ),
  )

async function weights(): Promise<(readonly [string | undefined, number])[]> {
  const { Rules } = await fixture.clients.readers.elb.send(new DescribeRulesCommand({ RuleArns: [ruleArn] }))
  return entriesOf(Rules?.[0]?.Actions ?? []).map(
    (entry) => [entry.targetGroupArn.split('/')[1], entry.weight] as const,
  )
}

describe('the local cloud as the console reaches it', () => {
  it('is seen with its zones, its clock and its instances with their groups', async () => {
    const { instanceId } = await running()
    const seen = await control.look()
    expect(seen).toMatchObject({ pace: 'zero', frozen: false, faults: [] })
    expect(seen.zones).toHaveLength(3)
    const instance = seen.instances.find((each) => each.instanceId === instanceId)
    expect(instance).toMatchObject({ group: 'shop-v001', processId: expect.any(Number) as number })
    expect(outOfOrder(seen)).toEqual([])
  })

  it('takes every knob, fault and clock, and is in order again when they are ended', async () => {
    await control.turnKnobs({
      latencyMs: 1,
      invisibleMs: 1,
      staleReadsMs: 1,
      consoleDelayMs: 1,
      zonesWithoutCapacity: ['us-east-1a'],
      zonesOut: ['us-east-1b'],
      ailments: [{ of: 'shop-v009', kind: 'flaps' }],
      throttle: { perSecond: 1000, burst: 1000 },
      failNextImages: 1,
    })
    await control.planFault({ action: 'CreateImage', kind: 'late', times: 2, delayMs: 5 })
    await control.moveClock(12)
    await control.freezeClock()
    const seen = await control.look()
    expect(outOfOrder(seen).map(({ key }) => key.replace(/^fault:.*/, 'fault'))).toEqual([
      'dark-zone:us-east-1b',
      'no-capacity:us-east-1a',
      'ailment:shop-v009',
      'slow-answers',
      'late-visibility',
      'stale-reads',
      'late-console',
      'throttle',
      'failing-images',
      'fault',
      'clock',
    ])
    expect(outOfOrder(seen).at(-2)?.sentence).toBe(
      'The next 2 calls of CreateImage are cut off at once, and carried out 5 ms later.',
    )
    await control.turnKnobs({
      latencyMs: 0,
      invisibleMs: 0,
      staleReadsMs: 0,
      consoleDelayMs: 0,
      zonesWithoutCapacity: [],
      zonesOut: [],
      ailments: [],
      throttle: null,
      failNextImages: 0,
    })
    await control.forgetFault(seen.faults[0]?.id ?? '')
    await control.resetClock()
    expect(outOfOrder(await control.look())).toEqual([])
  })

  it('says in a sentence what it refuses, and that it does not answer', async () => {
    await expect(control.crashApplication('i-none')).rejects.toThrow(
      'The local cloud refused: No instance i-none is running. Nothing was changed.',
    )
    const nobody = makeLocalCloudControl({ url: 'http://127.0.0.1:9', token: undefined }, fixture.clients)
    const refused: unknown = await nobody.look().catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Refusal)
    expect(refused).toMatchObject({ code: 'LocalCloudAway' })
  })
})

describe('a stranger', () => {
  it('terminates an instance, which its group replaces, and resizes the group', async () => {
    const { instanceId } = await running()
    await control.terminateInstance(instanceId)
    await running(instanceId)
    await control.resizeGroup('shop-v001', { min: 0, desired: 2, max: 3 })
    const { AutoScalingGroups } = await fixture.clients.readers.autoScaling.send(
      new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['shop-v001'] }),
    )
    expect(AutoScalingGroups?.[0]).toMatchObject({ MinSize: 0, DesiredCapacity: 2, MaxSize: 3 })
  })

  it('changes one weight and leaves the other', async () => {
    await control.changeWeight(ruleArn, targetGroups[1] ?? '', 25)
    expect(new Map(await weights())).toEqual(
      new Map([
        ['shop-v001', 100],
        ['shop-v002', 25],
      ]),
    )
  })

  it('is told of a call that was never answered, because planned faults befall it too', async () => {
    await control.planFault({ action: 'ModifyRule', kind: 'lost-answer', times: 1 })
    await expect(control.changeWeight(ruleArn, targetGroups[1] ?? '', 30)).rejects.toThrow(
      'Whether it was done is not known',
    )
    expect(new Map(await weights()).get('shop-v002')).toBe(30)
  })

  it('deletes a target group that is in a rule, and not the last one of it', async () => {
    await control.deleteTargetGroup(ruleArn, targetGroups[1] ?? '')
    expect((await weights()).map(([name]) => name)).toEqual(['shop-v001'])
    const gone = fixture.clients.readers.elb.send(
      new DescribeTargetGroupsCommand({ TargetGroupArns: [targetGroups[1] ?? ''] }),
    )
    expect(codeOf(await gone.catch((error: unknown) => error))).toBe('TargetGroupNotFound')
    await expect(control.deleteTargetGroup(ruleArn, targetGroups[0] ?? '')).rejects.toMatchObject({
      code: 'OnlyTargetGroup',
    })
    expect((await weights()).map(([name]) => name)).toEqual(['shop-v001'])
  })
})
