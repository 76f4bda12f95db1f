import { firstPolicy } from '../../server/domain/image-retention-policy.js'
import type { ImageRetentionRun } from '../../server/domain/image-retention-run.js'
import type { Blueprint } from '../../server/domain/blueprint.js'
import type { Bake, Image } from '../../server/domain/bake.js'
import type { Cluster } from '../../server/domain/cluster.js'
import type { InstalledPackage } from '../../server/domain/image-packages.js'
import type { ObservedGroup } from '../../server/domain/observation.js'
import type { Operation, OperationEvent } from '../../server/domain/operation.js'
import type { Role, ServerGroup } from '../../server/domain/server-group.js'
import * as build from './build.js'
import { furnishAccount } from './demo-account.js'
import { FakeWorld } from './fake-parts.js'

export const ada = { name: 'Ada Byrne', via: 'console' } as const
const at = (text: string) => new Date(`2026-11-${text}Z`)
const zones = ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']
const arn = (group: string) => `arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/${group}/1`

export function image(
  application: string,
  version: string,
  bakedAt: string,
  more: Partial<Image> = {},
): Image {
  const key = `${application}${version}`.replace(/\W/g, '')
  return {
    imageId: `ami-0${key}c3d91f7b`,
    name: `${application}-${version}-9c1f2ab0`,
    application,
    version,
    bakeId: `bake-${key}`,
    contentKey: `${key}0f`.repeat(4),
    recipe: null,
    retirement: null,
    baseImageId: 'ami-07d2c51e9b8a4f630',
    baseImageName: 'al2023 2026.11.17',
    packageName: `${application}-${version}.tgz`,
    packageSha256: '6b1fe92c'.repeat(8),
    commit: '9c1f2ab',
    creator: 'Ada Byrne',
    bakedAt: at(bakedAt),
    bad: null,
    ...more,
  }
}

export function group(
  cluster: string,
  push: number,
  from: Image,
  role: Role,
  more: Partial<ServerGroup> = {},
): ServerGroup {
  const name = `${cluster}-v${String(push).padStart(3, '0')}`
  return build.serverGroup(push, {
    name,
    cluster,
    image: { imageId: from.imageId, name: from.name, version: from.version },
    size: { min: 3, max: 9, desired: 3 },
    role,
    roleSince: at('19T11:05:00'),
    operationId: `op-${name}`,
    targetGroupName: name,
    targetGroupArn: arn(name),
    launchTemplateId: 'lt-0a1b2c3d4e5f',
    liveSince: null,
    registeredAt: at('19T11:04:00'),
    createdAt: at('19T11:02:00'),
    ...more,
  })
}

function cluster(name: string, application: string, more: Partial<Cluster> = {}): Cluster {
  const { settings } = build.cluster()
  return build.cluster({
    name,
    application,
    region: 'eu-west-1',
    settings: {
      ...settings,
      vpcId: 'vpc-0a1',
      subnets: zones.map((zone, index) => ({ subnetId: `subnet-0${index}`, zone })),
      instanceType: 't3.medium',
      healthCheck: { ...settings.healthCheck, path: '/healthz', healthyThreshold: 3 },
      size: { min: 3, max: 9, desired: 3 },
      balancer: {
        loadBalancerName: 'shop-alb',
        loadBalancerArn: 'arn:lb',
        listenerPort: 8090,
        listenerArn: 'arn:listener',
        ruleArn: null,
        conditions: [{ field: 'host-header', values: ['shop.example.com'] }],
      },
      deregistrationDelaySec: 30,
    },
    policy: { morning: '07:30', timeZone: 'Europe/Dublin', minWarmHours: 8, maxWarm: 3 },
    ruleArn: `arn:rule/${name}`,
    listenerArn: 'arn:listener',
    loadBalancerArn: 'arn:lb',
    expected: null,
    expectedSince: null,
    statement: '',
    createdAt: at('02T09:00:00'),
    ...more,
  })
}

function operation(
  id: string,
  kind: Operation['kind'],
  on: string,
  phase: Operation['phase'],
  more: Partial<Operation> = {},
): Operation {
  return build.operation({
    id,
    kind,
    cluster: on,
    phase,
    phaseSince: at('19T14:17:44'),
    request: { actor: ada, reason: '' },
    from: null,
    to: null,
    requestedAt: at('19T14:17:00'),
    ...more,
  })
}

/** What AWS shows of a group: one instance in each zone, the states of their targets as given. */
function observedGroup(
  of: ServerGroup,
  targets: readonly (string | readonly [string, string])[],
): ObservedGroup {
  const ids = targets.map((_, index) => `i-0${of.push}a41c7d29e5f0${index}`)
  return {
    name: of.name,
    targetGroupArn: of.targetGroupArn,
    targetGroupAttributes: {},
    launchTemplateId: of.launchTemplateId,
    launchTemplateOperationTag: null,
    autoScaling: {
      min: 3,
      max: 9,
      desired: targets.length,
      zones,
      instances: ids.map((instanceId, index) => ({
        instanceId,
        zone: zones[index % 3]!,
        lifecycleState: 'InService',
        healthStatus: 'Healthy',
      })),
      suspended: of.role === 'live' ? [] : ['AlarmNotification', 'ScheduledActions'],
      operationTag: of.operationId,
      status: null,
    },
    targets: targets.map((target, index) => {
      const [state, description] = typeof target === 'string' ? [target, null] : target
      return { instanceId: ids[index]!, state, reason: null, description }
    }),
    activities: [],
    requests: 0,
    policies: [],
    blueprint: made(of),
  }
}

/** With a tag and an alarm that somebody gave it. */
function made({ name, image }: ServerGroup): Blueprint {
  const grow = `arn:aws:autoscaling:eu-west-1:123456789012:scalingPolicy:1:autoScalingGroupName/${name}:policyName/grow`
  return build.blueprint(name, {
    launchTemplate: {
      ImageId: image.imageId,
      InstanceType: 'm5.large',
      UserData: `#!/bin/bash\nDB_PASSWORD=hunter2\necho ${image.version}\n`,
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 40, SnapshotId: 'snap-1' } }],
    },
    scalingGroup: { Tags: [{ Key: 'team', Value: 'shop', PropagateAtLaunch: true }], DefaultCooldown: 300 },
    policies: [{ PolicyName: 'grow', PolicyARN: grow, PolicyType: 'StepScaling' }],
    alarms: [{ AlarmName: `${name}-busy`, AlarmActions: [grow], Threshold: 80 }],
  })
}

/** Puts a cluster with its groups into the world, its rule forwarding everything to `live`. */
function place(
  world: FakeWorld,
  of: Cluster,
  groups: readonly (readonly [ServerGroup, readonly (string | readonly [string, string])[]])[],
  operations: readonly Operation[] = [],
): void {
  const listed = groups.filter(([each]) => ['live', 'warm', 'launching', 'standby'].includes(each.role))
  const entries = listed.map(([each]) => ({
    targetGroupArn: each.targetGroupArn!,
    weight: each.role === 'live' ? 100 : 0,
  }))
  world.states.set(of.name, {
    cluster: { ...of, expected: entries },
    groups: groups.map(([each]) => each),
    operations,
    obligations: [],
    tickets: [],
  })
  const rule = {
    ruleArn: of.ruleArn!,
    priority: 10,
    conditions: [],
    entries,
    sticky: false,
    otherActions: false,
  }
  world.observed.set(of.name, {
    at: world.now,
    balancer: {
      loadBalancerArn: of.loadBalancerArn!,
      dnsName: 'shop-alb.eu-west-1.elb.amazonaws.com',
      state: 'active',
      listenerArn: of.listenerArn,
      zones,
      rules: [rule],
    },
    rule,
    groups: new Map(groups.map(([each, targets]) => [each.name, observedGroup(each, targets)])),
    usedElsewhere: [],
  })
}

function bake(
  id: string,
  application: string,
  version: string,
  phase: Bake['phase'],
  more: Partial<Bake> = {},
): Bake {
  return {
    id,
    phase,
    phaseSince: at('19T14:18:36'),
    request: {
      application,
      version,
      package: {
        kind: 'tgz',
        fileName: `${application}-${version}.tgz`,
        address: `s3://packages/${application}-${version}.tgz`,
        sha256: '6b1fe92c'.repeat(8),
      },
      base: 'al2023',
      instanceType: 't3.small',
      startCommand: null,
      port: 8080,
      healthPath: '/healthz',
      commit: 'd41c7e0',
      actor: ada,
      reason: '',
    },
    contentKey: 'key',
    recipe: null,
    imageName: null,
    imageId: null,
    baseImage: {
      imageId: 'ami-07d2c51e9b8a4f630',
      name: 'al2023 2026.11.17',
      alias: null,
      rootDeviceName: null,
    },
    attempt: 1,
    attemptAt: at('19T14:18:00'),
    refusedAt: null,
    lostLaunchAt: null,
    builderId: 'i-0e94b7d1c8a3f2560',
    builderStoppedAt: null,
    imageSentAt: null,
    packageCount: null,
    rebake: 'unused',
    reused: false,
    cancelRequested: false,
    reason: null,
    endsAs: null,
    log: '',
    requestedAt: at('19T14:17:58'),
    endedAt: null,
    wait: null,
    ...more,
  }
}

function installed(express: string, more: readonly InstalledPackage[]): readonly InstalledPackage[] {
  return [
    { manager: 'runtime', name: 'node', version: '22.19.0' },
    { manager: 'rpm', name: 'glibc', version: '2.34-196.amzn2023.0.1' },
    { manager: 'npm', name: 'express', version: express },
    { manager: 'npm', name: 'pg', version: '8.16.3' },
    ...more,
  ]
}

export const demoDryRun = '00000000-0000-4000-8000-0000000d0001'

/** A policy that is off, with a dry run of it that can be acted on; one image is kept. */
function fillRetention(world: FakeWorld, shop: readonly Image[]): void {
  const [live, , kept, goes] = shop
  if (!live || !kept || !goes) throw new Error('the demonstration has four images of shop')
  const policy = { ...firstPolicy, version: 3, changedBy: 'Ada Byrne', changedAt: at('18T16:02:00') }
  const staying = [live, kept].map(({ imageId, name, application }, index) => ({
    imageId,
    name,
    application,
    why: index === 0 ? 'It is in use: shop-main-v012.' : 'Grace Okoro keeps it: it ran the sale.',
  }))
  const { imageId, name, application } = goes
  const run: ImageRetentionRun = {
    id: demoDryRun,
    kind: 'dry run',
    at: at('19T13:40:00'),
    actor: ada,
    nightly: false,
    reason: '',
    policy,
    dryRunId: null,
    refused: null,
    stopping: null,
    state: 'shown',
    endedAt: at('19T13:40:00'),
    endSentence: null,
    images: [
      {
        imageId,
        name,
        application,
        why: 'Never seen to be referenced, and older than 14 days.',
        sizeGib: 8,
        state: 'waiting',
      },
    ],
    stayCount: staying.length,
  }
  world.retention.apply({ policy: { ...policy, applications: { shop: { keepNewest: 2 } } } })
  world.retention.apply({ run, staying })
  const keep = { by: 'Grace Okoro', at: at('18T09:12:00'), why: 'it ran the sale' }
  world.retention.apply({ keep: { imageId: kept.imageId, keep } })
  void world.retention.mark(new Map([[live.imageId, 'shop-main-v012']]), at('19T07:30:00'))
}

/** A working day: a launch under way, a degraded warm group, a cluster that needs a person, a running bake. */
export function demoWorld(): FakeWorld {
  const world = new FakeWorld()
  world.applications = ['shop', 'search', 'account'].map((name) => ({
    name,
    owner: `${name} team`,
    email: `${name}@example.com`,
    port: 8080,
    healthPath: '/healthz',
    startCommand: null,
    createdAt: at('02T09:00:00'),
  }))
  const shop = [
    image('shop', '4.13.0', '19T14:12:00', { bakeId: 'bake-2' }),
    image('shop', '4.12.0', '19T10:51:00', { bakeId: 'bake-4' }),
    image('shop', '4.11.2', '17T17:20:00'),
    image('shop', '4.11.1', '17T15:58:00', {
      bad: { reason: 'p95 doubled', group: 'shop-main-v010', at: at('17T16:40:00') },
    }),
  ] as const
  const search = image('search', '9.2.1', '16T10:00:00')
  const account = [
    image('account', '6.40.2', '19T11:50:00'),
    image('account', '6.40.1', '18T11:50:00'),
  ] as const
  world.images = [...shop, search, ...account]
  fillShop(world, shop)
  fillRetention(world, shop)
  const live = { liveSince: at('17T09:00:00'), roleSince: at('17T09:00:00') }
  const resized = driftOfSearch(search)
  place(
    world,
    cluster('search-main', 'search', {
      needsPerson:
        'The listener rule was changed by somebody else at 13:53. Expected v040 100 %; there is v040 60 %, v039 40 %.',
      statement: 'v040 100 %',
      lastPush: 42,
      drift: resized.memory,
    }),
    [
      [
        group('search-main', 39, search, 'warm', {
          quietSince: at('17T09:00:00'),
          expiresAt: at('20T07:30:00'),
        }),
        ['healthy', 'healthy', 'healthy'],
      ],
      [group('search-main', 40, search, 'live', live), ['healthy', 'healthy', 'healthy']],
    ],
  )
  changeSearch(world, resized)
  place(world, cluster('account-web', 'account', { statement: 'v117 100 %', lastPush: 117 }), [
    [
      group('account-web', 115, account[1], 'warm', {
        quietSince: at('18T09:00:00'),
        keep: { until: null, by: 'J. Okafor', why: 'v116 drops EXIF' },
      }),
      ['healthy', 'healthy', 'healthy'],
    ],
    [
      group('account-web', 116, account[1], 'warm', {
        quietSince: at('19T12:02:00'),
        degradedSince: at('19T13:24:00'),
        expiresAt: at('20T07:00:00'),
      }),
      ['healthy', 'healthy', ['unhealthy', 'Health checks failed with these codes: [503]']],
    ],
    [
      group('account-web', 117, account[0], 'live', { liveSince: at('19T12:02:00') }),
      ['healthy', 'healthy', 'healthy'],
    ],
    [
      group('account-web', 114, account[1], 'rejected', {
        reason: 'p95 doubled',
        expiresAt: at('20T16:40:00'),
      }),
      ['healthy', 'healthy', 'healthy'],
    ],
  ])
  fillLog(world)
  world.installed.set(
    'bake-2',
    installed('5.1.0', [{ manager: 'npm', name: 'pg-replica', version: '1.4.1' }]),
  )
  world.installed.set('bake-4', installed('5.0.1', []))
  world.bakes = [
    bake('bake-1', 'shop', '4.13.1', 'building', {
      wait: {
        sentence: 'Installing the package on builder i-0e94b7d1c8a3f2560',
        until: at('19T14:47:00'),
        at: world.now,
      },
      log: [
        'user data started, recipe r7',
        'package shop-4.13.1.tgz 8.2 MB, sha256 6b1f…e92c as asked',
        'start command "node main.js" from package.json',
        'npm ci --omit=dev',
        'added 214 packages in 48 s',
        'writing /etc/systemd/system/shop.service',
      ].join('\n'),
    }),
    bake('bake-2', 'shop', '4.13.0', 'baked', {
      endedAt: at('19T14:12:00'),
      requestedAt: at('19T14:09:02'),
      imageName: shop[0].name,
      imageId: shop[0].imageId,
    }),
    bake('bake-3', 'shop', '4.13.0-rc1', 'failed', {
      endedAt: at('19T13:32:00'),
      requestedAt: at('19T13:31:00'),
      reason: 'npm ERR! 404 pg-replica@1.4.0 is not in this registry',
      log: 'npm ci --omit=dev\nnpm ERR! 404 pg-replica@1.4.0 is not in this registry',
    }),
    bake('bake-4', 'shop', '4.12.0', 'baked', {
      endedAt: at('19T10:51:00'),
      requestedAt: at('19T10:48:00'),
      imageName: shop[1].name,
      imageId: shop[1].imageId,
    }),
  ]
  world.catalog = demoCatalog(world.now)
  world.traffic = {
    periodSec: 60,
    points: Array.from({ length: 200 }, (_, index) => ({
      at: new Date(world.now.getTime() - (200 - index) * 60_000),
      requests: 24_000 + Math.round(6000 * Math.sin(index / 20)) + (index % 7) * 300,
      errors: index % 50 === 0 ? 12 : 3,
      p95Ms: 84,
    })),
  }
  world.consoleOutput =
    '[   21.402] shop[611]: shop 4.13.0 starting on 0.0.0.0:8080\n[   24.981] shop[611]: error: connect ECONNREFUSED 10.0.18.44:5432'
  furnishAccount(world)
  return world
}

/** What somebody did to search-main by hand: a group that is not recorded, and one that was left alone. */
function driftOfSearch(from: Image) {
  const subject = (push: number) => `search-main-v0${push}`
  const stranger = (push: number) => ({
    kind: 'stranger' as const,
    subject: subject(push),
    what: `Server group ${subject(push)}`,
    expected: 'nothing of this name',
    found: 'a group that carries nothing',
    who: 'this installation, operation 0190-41',
    since: at('19T13:40:00'),
  })
  const weights = {
    kind: 'weights' as const,
    subject: 'search-main',
    what: '',
    expected: '',
    found: '',
    who: null,
    since: at('19T13:53:00'),
  }
  const left = { ...stranger(42), by: 'J. Okafor', at: at('19T14:01:00') }
  return {
    memory: { noted: [weights, stranger(41), stranger(42)], left: [left], undo: [] },
    names: [subject(41), subject(42)],
    imageId: from.imageId,
  }
}

/** AWS after that: weights spread, a warm group made smaller, a process of the live one suspended. */
function changeSearch(world: FakeWorld, { names, imageId }: ReturnType<typeof driftOfSearch>): void {
  const seen = world.observed.get('search-main')!
  const entries = seen.rule!.entries.map((entry) => ({ ...entry, weight: entry.weight === 100 ? 60 : 40 }))
  const changed = [...seen.groups.values()].map((each): [string, ObservedGroup] => {
    const isLive = each.name === 'search-main-v040'
    const present = {
      ...each.autoScaling!,
      min: isLive ? 2 : 3,
      suspended: isLive ? ['Launch'] : each.autoScaling!.suspended,
    }
    return [
      each.name,
      { ...each, launchTemplateId: isLive ? each.launchTemplateId : null, autoScaling: present },
    ]
  })
  world.observed.set('search-main', { ...seen, rule: { ...seen.rule!, entries }, groups: new Map(changed) })
  world.templates.set('lt-stranger', imageId)
  world.listing = {
    readAt: world.now,
    whole: true,
    groups: names.map((name) => ({
      name,
      clusterTag: 'search-main',
      ownerTag: 'test',
      operationTag: '0190-41',
      targetGroupArns: [arn(name)],
      classicBalancers: [],
      launchTemplateId: 'lt-stranger',
      launchTemplateName: name,
      launchTemplateVersion: '1',
      launchConfiguration: null,
      subnetIds: ['subnet-a', 'subnet-b', 'subnet-c'],
      zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'],
      min: 3,
      max: 9,
      desired: 3,
      suspended: ['AlarmNotification', 'ScheduledActions'],
      tags: {},
      createdAt: at('19T13:30:00'),
    })),
    targetGroups: names.map((name) => ({ name, arn: arn(name) })),
  }
}

function fillShop(world: FakeWorld, [v13, v12, v11]: readonly [Image, Image, Image, Image]): void {
  const groups = {
    warm: group('shop-main', 11, v11, 'warm', {
      quietSince: at('19T11:05:00'),
      expiresAt: at('20T07:30:00'),
      survived: ['2026-11-18', '2026-11-19'],
      createdAt: at('17T17:22:00'),
    }),
    live: group('shop-main', 12, v12, 'live', { liveSince: at('19T11:05:00') }),
    next: group('shop-main', 13, v13, 'launching', {
      operationId: 'op-1',
      createdAt: at('19T14:17:02'),
      registeredAt: null,
    }),
  }
  const running = operation('op-1', 'deploy', 'shop-main', 'registering', {
    from: 'shop-main-v012',
    to: 'shop-main-v013',
    request: { actor: ada, reason: 'checkout retry fix', image: groups.next.image },
    wait: {
      sentence:
        '2 of 3 targets are healthy: i-013a41c7d29e5f01 in eu-west-1b is unhealthy for 40 s, its health check answers 503',
      until: at('19T14:32:00'),
      at: world.now,
    },
  })
  place(
    world,
    cluster('shop-main', 'shop', { statement: 'v012 100 %', lastPush: 13 }),
    [
      [groups.warm, ['healthy', 'healthy', 'healthy']],
      [groups.live, ['healthy', 'healthy', 'healthy']],
      [groups.next, ['healthy', ['unhealthy', 'Health checks failed with these codes: [503]'], 'healthy']],
    ],
    [running],
  )
  world.ended = [
    operation('op-0', 'deploy', 'shop-main', 'succeeded', {
      from: 'shop-main-v011',
      to: 'shop-main-v012',
      switched: true,
      request: { actor: ada, reason: 'new basket', image: groups.live.image },
      requestedAt: at('19T11:02:00'),
      endedAt: at('19T11:11:00'),
      endSentence: 'traffic: v012 100 %, v011 warm until Fri 07:30',
    }),
    operation('op-f', 'deploy', 'shop-main', 'failed', {
      from: 'shop-main-v009',
      to: 'shop-main-v010',
      reason: 'it never got registered',
      request: { actor: ada, reason: 'p95', image: groups.warm.image },
      requestedAt: at('17T16:20:00'),
      endedAt: at('17T16:35:00'),
      endSentence: 'traffic: v009 100 %, v010 kept for diagnosis until Wed 16:35',
    }),
  ]
  const event = (seq: number, time: string, what: OperationEvent) => ({
    seq,
    at: at(`19T${time}`),
    actor: ada,
    event: what,
  })
  world.events.set('op-1', [
    event(1, '14:17:00', { type: 'Requested', kind: 'deploy', request: running.request, queued: false }),
    event(2, '14:17:01', { type: 'LaunchStarted', push: 13, to: 'shop-main-v013', from: 'shop-main-v012' }),
    event(3, '14:17:44', {
      type: 'NextSeen',
      targetGroupArn: arn('shop-main-v013'),
      launchTemplateId: 'lt-1',
    }),
  ])
  world.events.set('op-f', [
    event(1, '14:17:00', { type: 'Requested', kind: 'deploy', request: running.request, queued: false }),
    event(2, '14:20:00', {
      type: 'AbortStarted',
      sentence: 'it never got registered',
      endsAs: 'failed',
      diagnosis: {
        activities: [],
        targets: ['i-1 is unhealthy: Health checks failed with these codes: [503]'],
        console: [{ instanceId: 'i-1', tail: 'error: connect ECONNREFUSED 10.0.18.44:5432' }],
      },
    }),
  ])
  const calls = [
    ['ELBv2 CreateTargetGroup', 'made for v013', 'ok'],
    ['ELBv2 ModifyRule', 'v013 joins at weight 0', 'ok'],
    ['EC2 CreateLaunchTemplate', 'v013, version pinned', 'ok'],
    ['Auto Scaling CreateAutoScalingGroup', '3 over three zones', 'unclear'],
    ['Auto Scaling SuspendProcesses', 'nothing resizes it before the switch', null],
  ] as const
  world.intents = calls.map(([api, why, answered], index) => ({
    id: `in-${index}`,
    at: at(`19T14:17:0${index}`),
    api,
    why,
    operationId: 'op-1',
    cluster: 'shop-main',
    answered,
    answeredAt: answered ? new Date(at(`19T14:17:0${index}`).getTime() + 118) : null,
    requestId: answered === 'ok' ? '5e0c2a71-9d3f-4b86-a1f4-0c7d92be6a13' : null,
    message: null,
  }))
}

function fillLog(world: FakeWorld): void {
  const rows: [string, string, string | null, string, string][] = [
    [
      '18T17:22:00',
      'operation:op-x',
      'account-web',
      'Switched',
      'Switched: v116 carries all traffic, v115 is warm.',
    ],
    [
      '19T11:05:00',
      'operation:op-0',
      'shop-main',
      'Switched',
      'Switched: v012 carries all traffic, v011 is warm.',
    ],
    [
      '19T12:40:00',
      'cluster:shop-main',
      'shop-main',
      'WarmDegraded',
      'v011 degraded: 2 of 3 healthy, an instance in 1b is being replaced.',
    ],
    ['19T12:43:00', 'cluster:shop-main', 'shop-main', 'WarmReady', 'v011 is ready again: 3 of 3 healthy.'],
    ['19T13:24:00', 'cluster:account-web', 'account-web', 'WarmDegraded', 'v116 degraded: 2 of 3 healthy.'],
    [
      '19T13:53:00',
      'cluster:search-main',
      'search-main',
      'Drifted',
      'The listener rule was changed by somebody else. Expected v040 100 %; there is v040 60 %, v039 40 %.',
    ],
    ['19T14:12:00', 'bake:bake-2', null, 'Baked', 'shop 4.13.0 is baked: ami-0c3d91f7be26a8045.'],
    [
      '19T14:17:00',
      'operation:op-1',
      'shop-main',
      'LaunchStarted',
      'v013 is being launched; v012 carries the traffic.',
    ],
  ]
  rows.forEach(([time, stream, name, type, sentence]) =>
    world.addEvent({
      at: at(time),
      stream,
      cluster: name,
      application: 'shop',
      actor: ada,
      type,
      sentence,
      data: {},
    }),
  )
}

function demoCatalog(readAt: Date) {
  return {
    readAt,
    vpcs: [{ vpcId: 'vpc-0a1', cidr: '10.0.0.0/16', isDefault: true, name: 'default' }],
    subnets: zones.map((zone, index) => ({
      subnetId: `subnet-0${index}`,
      zone,
      vpcId: 'vpc-0a1',
      freeAddresses: 4051 + index,
      name: `private-${zone.at(-1)}`,
    })),
    securityGroups: [{ groupId: 'sg-1', name: 'default', vpcId: 'vpc-0a1' }],
    instanceTypes: ['t3.micro', 't3.medium'],
    loadBalancers: [
      {
        arn: 'arn:lb',
        name: 'shop-alb',
        type: 'application',
        vpcId: 'vpc-0a1',
        dnsName: 'shop-alb.local',
        zones,
        listeners: [
          { arn: 'arn:listener', port: 8090, protocol: 'HTTP', url: 'http://127.0.0.1:8090/', rules: [] },
        ],
      },
    ],
  }
}
