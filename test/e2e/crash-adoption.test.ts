import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { askOverWire } from '../support/ask-over-wire.js'
import {
  cloudAccess,
  startKillableDelling,
  type KillableDelling,
  type ShownOperation,
} from '../support/killable-delling.js'
import { steadyClient } from '../support/steady-client.js'
import { until } from '../support/until.js'

const cluster = 'probe-main'

let real: KillableDelling
let wire: ReturnType<typeof askOverWire>
let first = ''
let second = ''
let url = ''

interface Started {
  readonly operation: ShownOperation
}
interface Tagged {
  readonly Tags?: readonly { readonly Key: string }[]
}
interface ShownImage {
  readonly imageId: string
  readonly retirement: { readonly phase: string } | null
}

beforeAll(async () => {
  real = await startKillableDelling()
  const { url: endpoint, key, secret } = cloudAccess(real)
  wire = askOverWire(endpoint, { accessKeyId: key, secretAccessKey: secret })
  first = await real.baked(await real.bakeStarted('1.0.0'))
  second = await real.baked(await real.bakeStarted('1.1.0'))
  const { operation } = await real.api<Started>('POST', '/clusters', {
    name: cluster,
    image: first,
    size: 3,
    listenerPort: 18_393,
  })
  expect((await real.ended(operation.id)).phase).toBe('succeeded')
  url = (await real.api<{ url: string }>('GET', `/clusters/${cluster}`)).url
})
afterAll(async () => {
  wire.close()
  await real.stop()
})

/** Our marks on everything that the cluster has in AWS, the rule included. */
async function marks(): Promise<readonly string[]> {
  const read = async <Reply>(service: string, action: string, input: object) =>
    (await wire.ask(service, action, input)) as Reply
  const { AutoScalingGroups } = await read<{ AutoScalingGroups: Tagged[] }>(
    'autoscaling',
    'DescribeAutoScalingGroups',
    { AutoScalingGroupNames: [`${cluster}-v001`] },
  )
  const { LaunchTemplates } = await read<{ LaunchTemplates: Tagged[] }>('ec2', 'DescribeLaunchTemplates', {
    LaunchTemplateNames: [`${cluster}-v001`],
  })
  const { TargetGroups } = await read<{ TargetGroups: { TargetGroupArn: string }[] }>(
    'elasticloadbalancing',
    'DescribeTargetGroups',
    {},
  )
  const { TagDescriptions } = await read<{ TagDescriptions: Tagged[] }>(
    'elasticloadbalancing',
    'DescribeTags',
    {
      ResourceArns: TargetGroups.map(({ TargetGroupArn }) => TargetGroupArn),
    },
  )
  return [...AutoScalingGroups, ...LaunchTemplates, ...TagDescriptions]
    .flatMap(({ Tags }) => Tags ?? [])
    .map(({ Key }) => Key)
    .filter((key) => key.startsWith('delling:'))
}

/** Asks for it, kills the console in the middle, and returns how it ended for another process. */
async function endedOverKill(path: string, body: object): Promise<ShownOperation> {
  const { operation } = await real.api<Started>('POST', path, body)
  expect((await real.operation(operation.id)).ended).toBe(false)
  await real.killHard('console')
  return real.ended(operation.id)
}

describe('kill -9 of the console', () => {
  it('while a cluster is given back, and while it is adopted: each ends as it should, and no request is lost (P3, P8)', async () => {
    const steady = steadyClient(url, 100, (body) => body)
    const before = await marks()
    expect(before.length).toBeGreaterThan(3)
    const givenBack = await endedOverKill(`/clusters/${cluster}/give-back`, { name: cluster })
    expect(givenBack.phase, givenBack.endSentence ?? '').toBe('succeeded')
    expect(await marks()).toEqual([])
    const adopted = await endedOverKill(`/adoptable/${cluster}/adopt`, { name: cluster, userData: 'drop' })
    expect(adopted.phase, adopted.endSentence ?? '').toBe('succeeded')
    expect((await marks()).length).toBeGreaterThan(3)
    const { live } = await real.api<{ live: string }>('GET', `/clusters/${cluster}`)
    expect(live).toBe(`${cluster}-v001`)
    const report = await steady.stop()
    expect(report.failed).toEqual([])
    expect(report.versions).toEqual(['1.0.0'])
  })

  it('while an image is retired: it is deregistered with its snapshots, and the one in use stays (P3)', async () => {
    const image = (name: string) => real.api<ShownImage>('GET', `/images/${name}`)
    const [used, unused] = [await image(first), await image(second)]
    await real.api('POST', `/images/${second}/retire`, { name: second, reason: 'nothing uses it' })
    expect((await image(second)).retirement?.phase).not.toBe('retired')
    await real.killHard('console')
    await until(
      async () => (await image(second)).retirement?.phase === 'retired',
      90_000,
      'the image is retired',
    )
    const { Images } = (await wire.ask('ec2', 'DescribeImages', { Owners: ['self'] })) as {
      Images: { ImageId: string; BlockDeviceMappings?: { Ebs?: { SnapshotId?: string } }[] }[]
    }
    expect(Images.map(({ ImageId }) => ImageId)).toContain(used.imageId)
    expect(Images.map(({ ImageId }) => ImageId)).not.toContain(unused.imageId)
    const { Snapshots } = (await wire.ask('ec2', 'DescribeSnapshots', { OwnerIds: ['self'] })) as {
      Snapshots: { SnapshotId: string }[]
    }
    const kept = Images.flatMap(({ BlockDeviceMappings }) => BlockDeviceMappings ?? []).map(
      ({ Ebs }) => Ebs?.SnapshotId,
    )
    expect(Snapshots.map(({ SnapshotId }) => SnapshotId).sort()).toEqual(kept.sort())
    expect((await fetch(url)).status).toBe(200)
  })
})
