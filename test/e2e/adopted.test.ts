import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Image } from '../../server/domain/bake.js'
import { adopt, leaveAlone } from '../../server/engine/adopt.js'
import { adoptable } from '../../server/engine/adoptable.js'
import { adoptWholeCluster, planAdoption } from '../../server/engine/adopt-cluster.js'
import { deploy, planDeploy } from '../../server/engine/deploy.js'
import { destroyGroup } from '../../server/engine/destroy.js'
import { driftView } from '../../server/engine/drift-view.js'
import { giveClusterBack, planGiveBack } from '../../server/engine/give-back.js'
import { releaseGroup } from '../../server/engine/keep.js'
import { switchBack } from '../../server/engine/switch-back.js'
import { askOverWire } from '../support/ask-over-wire.js'
import { person, startEngineStack, type EngineStack } from '../support/engine-stack.js'
import { makeForeignCluster, type ForeignCluster } from '../support/foreign-cluster.js'

const name = 'sunrise-main'
const [theirs, second, third] = [3, 4, 5].map((push) => `${name}-v00${push}`) as [string, string, string]

let stack: EngineStack
let wire: ReturnType<typeof askOverWire>
let images: Image[]
let foreign: ForeignCluster

beforeAll(async () => {
  stack = await startEngineStack({ instances: 'records' })
  wire = askOverWire(stack.cloudUrl)
  images = []
  for (const version of ['1.0.0', '1.1.0']) images.push(await stack.image(version))
  foreign = await makeForeignCluster(wire.ask, theirs, 18_330)
})
afterAll(async () => {
  wire.close()
  await stack.stop()
})

const ended = async (operation: { readonly id: string } | null) => {
  const end = await stack.ended(operation?.id ?? '')
  expect(end.phase, end.endSentence ?? '').toBe('succeeded')
  return end
}
const state = async () => (await stack.parts.history.clusterState(name))!
const roles = async () => Object.fromEntries((await state()).groups.map((group) => [group.name, group.role]))

/** Everything that AWS shows of what somebody else made: nothing but marks of ours may ever differ. */
async function everything(): Promise<{ readonly shown: string; readonly marks: readonly string[] }> {
  const ask = async (service: string, action: string, input: object) => {
    const { $metadata: _sent, ...reply } = (await wire.ask(service, action, input)) as Record<string, unknown>
    return reply
  }
  const read = [
    await ask('autoscaling', 'DescribeAutoScalingGroups', { AutoScalingGroupNames: [theirs] }),
    await ask('elasticloadbalancing', 'DescribeRules', { RuleArns: [foreign.ruleArn] }),
    await ask('elasticloadbalancing', 'DescribeTargetGroups', { TargetGroupArns: [foreign.targetGroupArn] }),
    await ask('elasticloadbalancing', 'DescribeTags', {
      ResourceArns: [foreign.ruleArn, foreign.targetGroupArn],
    }),
    await ask('ec2', 'DescribeLaunchTemplates', { LaunchTemplateNames: [foreign.launchTemplate] }),
  ]
  const marks: string[] = []
  const unmarked = JSON.stringify(read, (_key, value: unknown) => {
    if (!Array.isArray(value)) return value
    const isMark = (each: unknown) => String((each as { Key?: string } | null)?.Key).startsWith('delling:')
    marks.push(...value.filter(isMark).map((each) => (each as { Key: string }).Key))
    const kept: unknown[] = value.filter((each) => !isMark(each))
    // Where there was no tag at all, an empty list and none are the same.
    return kept.length > 0 ? kept : undefined
  })
  return { shown: unmarked, marks }
}

describe('a cluster that somebody else made', () => {
  it('is found, with what stands in the way of others', async () => {
    await wire.ask('autoscaling', 'CreateAutoScalingGroup', {
      AutoScalingGroupName: 'Legacy_Thing',
      LaunchTemplate: { LaunchTemplateName: foreign.launchTemplate, Version: '1' },
      MinSize: 0,
      MaxSize: 0,
      VPCZoneIdentifier: foreign.subnetIds.slice(0, 2).join(','),
    })
    const { candidates } = await adoptable(stack.parts)
    expect(candidates.map((each) => [each.name, each.obstacles.length])).toEqual([
      ['Legacy_Thing', 4],
      [theirs, 0],
    ])
    expect(candidates[1]).toMatchObject({
      cluster: name,
      application: 'sunrise',
      stack: 'main',
      push: 3,
      share: 100,
    })
    await wire.ask('autoscaling', 'DeleteAutoScalingGroup', { AutoScalingGroupName: 'Legacy_Thing' })
  })

  it('shows what would differ, and changes nothing', async () => {
    const before = await everything()
    const plan = await planAdoption(stack.parts, { cluster: name })
    expect(plan.plan.map(({ api, what }) => `${api}: ${what}`)).toEqual([
      `Auto Scaling CreateOrUpdateTags: our marks on ${theirs}`,
      'ELBv2 AddTags: our marks on target group theirs-18330',
      `EC2 CreateTags: our marks on launch template ${foreign.launchTemplate}`,
      'ELBv2 AddTags: our marks on the listener rule',
    ])
    expect(plan.groups).toMatchObject([{ name: theirs, becomes: 'live', templateStays: false }])
    expect(Object.fromEntries(plan.settings.map(({ what, value }) => [what, value]))).toMatchObject({
      Size: '3 (3 to 6)',
      Port: '7001',
      'Health check': '/healthcheck every 20 s, 5 s each, 3 well or 2 ill in a row, 200',
      Grace: '90 s',
    })
    const changed = plan.changes.sections.flatMap((section) => section.changed.map(({ what }) => what))
    expect(changed).toContain('HealthCheckType')
    expect(plan.changes.userData.length).toBeGreaterThan(0)
    expect(await everything()).toEqual(before)
    expect(before.marks).toEqual([])
    expect(await stack.parts.history.clusterState(name)).toBeNull()
  })

  it('is adopted by marks alone, its application with it', async () => {
    const before = await everything()
    const asked = { cluster: name, name, reason: 'moving from Spinnaker' }
    await expect(adoptWholeCluster(stack.parts, person, { ...asked, name: 'sunrise' })).rejects.toThrow(
      /Type/,
    )
    const { operation } = await adoptWholeCluster(stack.parts, person, asked)
    const end = await ended(operation)
    expect(end.endSentence).toContain('traffic: v003 100 %')
    const after = await everything()
    expect(after.shown).toBe(before.shown)
    expect(new Set(after.marks).size).toBe(6)
    expect(await roles()).toEqual({ [theirs]: 'live' })
    expect(await stack.parts.history.application('sunrise')).toMatchObject({ port: 7001, owner: 'Ada' })
    expect((await adoptable(stack.parts)).candidates).toEqual([])
    await expect(planAdoption(stack.parts, { cluster: name })).rejects.toThrow(/already/)
  })

  it('is deployed to with everything that it had', async () => {
    const planned = await planDeploy(stack.parts, { cluster: name, image: images[0]!.name })
    expect(planned.to).toBe(second)
    const { operation } = await deploy(stack.parts, person, { cluster: name, image: images[0]!.name })
    await ended(operation)
    expect(await roles()).toEqual({ [theirs]: 'warm', [second]: 'live' })
    const { AutoScalingGroups } = (await wire.ask('autoscaling', 'DescribeAutoScalingGroups', {
      AutoScalingGroupNames: [second],
    })) as { AutoScalingGroups: { Tags: { Key: string }[]; HealthCheckGracePeriod: number }[] }
    expect(AutoScalingGroups[0]?.HealthCheckGracePeriod).toBe(90)
    expect(AutoScalingGroups[0]?.Tags.map(({ Key }) => Key)).toContain('spinnaker:application')
    const userData = await userDataOf(second)
    expect(userData).toContain('set +eu\nfalse\necho started')
  })

  it('is switched back to, and deployed over again', async () => {
    const back = await switchBack(stack.parts, person, { cluster: name, reason: 'trying it' })
    await ended(back.operation)
    expect((await roles())[theirs]).toBe('live')
    const { operation } = await deploy(stack.parts, person, { cluster: name, image: images[1]!.name })
    await ended(operation)
    expect(await roles()).toMatchObject({ [theirs]: 'warm', [third]: 'live' })
  })

  it('is kept until somebody says otherwise, and then destroyed with all that was its own', async () => {
    const kept = (await state()).groups.find((group) => group.name === theirs)
    expect(kept?.keep).toMatchObject({ until: null, by: 'Ada' })
    await releaseGroup(stack.parts, person, theirs)
    const { operation } = await destroyGroup(stack.parts, person, { group: theirs, reason: 'done with it' })
    await ended(operation)
    const templates = (await wire.ask('ec2', 'DescribeLaunchTemplates', {})) as {
      LaunchTemplates: { LaunchTemplateName: string }[]
    }
    expect(templates.LaunchTemplates.map(({ LaunchTemplateName }) => LaunchTemplateName)).not.toContain(
      foreign.launchTemplate,
    )
  })

  it('is given back with what was held put back, nothing destroyed, and can be adopted again', async () => {
    const plan = await planGiveBack(stack.parts, name)
    expect(plan.plan.length).toBeGreaterThan(3)
    const { operation } = await giveClusterBack(stack.parts, person, { cluster: name, name })
    await ended(operation)
    expect((await state()).cluster.retired).toMatchObject({ by: 'Ada', givenBack: true })
    expect((await stack.parts.history.obligations()).filter(({ closedAt }) => closedAt === null)).toEqual([])
    const { AutoScalingGroups } = (await wire.ask('autoscaling', 'DescribeAutoScalingGroups', {})) as {
      AutoScalingGroups: {
        AutoScalingGroupName: string
        Tags?: { Key: string }[]
        SuspendedProcesses?: object[]
        Instances: object[]
      }[]
    }
    expect(AutoScalingGroups.map((group) => group.AutoScalingGroupName)).toEqual(
      expect.arrayContaining([second, third]),
    )
    for (const group of AutoScalingGroups) {
      expect((group.Tags ?? []).filter(({ Key }) => Key.startsWith('delling:'))).toEqual([])
      expect(group.SuspendedProcesses ?? []).toEqual([])
      expect(group.Instances.length).toBeGreaterThanOrEqual(3)
    }
    const again = await planAdoption(stack.parts, { cluster: name })
    expect(again.groups.map(({ name: group, becomes }) => [group, becomes])).toContainEqual([third, 'live'])
    const { operation: adoption } = await adoptWholeCluster(stack.parts, person, { cluster: name, name })
    await ended(adoption)
    expect((await roles())[third]).toBe('live')
    expect((await state()).cluster.lastPush).toBe(5)
  })

  it('takes in later what was left out by the commands that are named; until then it can be left for good', async () => {
    const giveBack = async () =>
      ended((await giveClusterBack(stack.parts, person, { cluster: name, name })).operation)
    const adoptThose = async (groups: string[]) =>
      ended((await adoptWholeCluster(stack.parts, person, { cluster: name, name, groups })).operation)
    const live = (await state()).groups.find((group) => group.name === third)
    await giveBack()
    await wire.ask('elasticloadbalancing', 'ModifyRule', {
      RuleArn: foreign.ruleArn,
      Actions: [{ Type: 'forward', TargetGroupArn: live?.targetGroupArn }],
    })
    await adoptThose([third])
    const told = async () => (await driftView(stack.parts, name)).differences
    const [beside, ...others] = await told()
    expect(others).toEqual([])
    expect(beside).toMatchObject({ subject: second, left: null })
    expect(beside?.found).toContain('stands beside the cluster, carries nothing')
    const meant = { cluster: name, what: 'group', group: second } as const
    await expect(adopt(stack.parts, person, meant)).rejects.toThrow('delling give-back')
    await leaveAlone(stack.parts, person, meant)
    await wire.ask('autoscaling', 'UpdateAutoScalingGroup', {
      AutoScalingGroupName: second,
      MinSize: 3,
      MaxSize: 7,
    })
    await expect.poll(async () => (await told())[0]?.left?.by, { timeout: 10_000 }).toBe('Ada')
    const [, groups = ''] = /--groups (\S+) /.exec(beside?.ways[0]?.reason ?? '') ?? []
    await giveBack()
    await adoptThose(groups.split(','))
    expect(await roles()).toEqual({ [second]: 'warm', [third]: 'live' })
    // Processes of a warm group are suspended by the turns that follow.
    await expect.poll(told, { timeout: 30_000 }).toEqual([])
  })
})

async function userDataOf(group: string): Promise<string> {
  const { LaunchTemplateVersions } = (await wire.ask('ec2', 'DescribeLaunchTemplateVersions', {
    LaunchTemplateName: group,
    Versions: ['1'],
  })) as { LaunchTemplateVersions: { LaunchTemplateData: { UserData: string } }[] }
  return Buffer.from(LaunchTemplateVersions[0]!.LaunchTemplateData.UserData, 'base64').toString('utf8')
}
