import type { MarkedKind, MarkedThing } from '../../server/domain/orphan.js'
import { latencyStep } from '../../server/domain/call-figures.js'
import type { ScopeLook } from '../../server/domain/replica.js'
import { aReplica, aReport, aRun, MemorySystem } from './memory-system.js'

const look = (scope: string, agoMs: number, patch: Partial<ScopeLook> = {}): ScopeLook => ({
  scope,
  agoMs,
  tookMs: 380,
  everyMs: 60_000,
  held: true,
  fault: null,
  ...patch,
})
const calls = (api: string, count: number, ms: number, throttled = 0) => ({
  api,
  count,
  throttled,
  refused: api.endsWith('DescribeRules') ? 1 : 0,
  unanswered: 0,
  latency: { [latencyStep(ms)]: count },
})
const pulse = (job: string, agoMs: number, fault: string | null = null) => ({ job, agoMs, tookMs: 3, fault })

/** Two replicas that share the clusters of the demonstration, and a third that died; some of it is out of order. */
export function demoSystem(): MemorySystem {
  const system = new MemorySystem()
  const pulses = [pulse('deliveries', 900), pulse('heartbeat', 2000), pulse('advancing', 200)]
  system.all = [
    aReplica({
      report: aReport({
        pulses: [...pulses, pulse('cleanup', 12_000)],
        looks: [look('cluster:shop-main', 31_000), look('bake:bake-1', 900, { everyMs: 5000 })],
        calls: [
          calls('elasticloadbalancing:DescribeTargetHealth', 340, 62, 4),
          calls('autoscaling:DescribeAutoScalingGroups', 48, 84),
          calls('ec2:RunInstances', 2, 910),
        ],
        callsSinceStart: { total: 48_210, throttled: 12 },
      }),
    }),
    aReplica({
      id: 'replica-2',
      beatAgoMs: 1200,
      report: aReport({
        host: 'console-2',
        pid: 812,
        pulses,
        looks: [
          look('cluster:search-main', 4000),
          look('cluster:account-web', 9000, {
            fault: 'The security token included in the request is expired.',
          }),
        ],
        calls: [calls('elasticloadbalancing:DescribeRules', 40, 55)],
      }),
    }),
    aReplica({
      id: 'replica-3',
      beatAgoMs: 7_560_000,
      report: aReport({ host: 'console-3', pid: 97, looks: [look('cluster:shop-main', 10)] }),
    }),
  ]
  const held = (scope: string, holder: string) => ({
    scope,
    holder,
    since: new Date('2026-11-19T14:00:00Z'),
    heldMs: 1_148_000,
    untilMs: 3200,
  })
  system.held = [
    held('bake:bake-1', 'replica-1'),
    held('cluster:account-web', 'replica-2'),
    held('cluster:search-main', 'replica-2'),
    held('cluster:shop-main', 'replica-1'),
  ]
  system.unanswered = [
    {
      id: '00000000-0000-4000-8000-0000000000a1',
      api: 'elasticloadbalancing:ModifyRule',
      why: 'the switch to shop-main-v013',
      object: 'shop-main-v013',
      cluster: 'shop-main',
      operationId: 'op-1',
      agoMs: 94_000,
    },
  ]
  system.messages = { waiting: 2, tried: 1, oldestWaitingMs: 40_000, delivered: 31, givenUp: 1 }
  system.jobRuns = [
    aRun({ did: 'Forgot 3 sessions, 1 token.' }),
    aRun({
      id: 'run-2',
      job: 'cleanup',
      agoMs: 24_000_000,
      outcome: 'failed',
      did: null,
      error: 'shop-main could not be looked at: Rate exceeded',
      times: 3,
    }),
    aRun({
      id: 'run-3',
      job: 'cleanup',
      by: 'Ada Byrne',
      agoMs: 110_000_000,
      did: '2 groups go, 5 stay.',
    }),
  ]
  system.seenOrphans = {
    at: new Date('2026-11-19T14:19:08Z'),
    unread: null,
    orphans: [
      {
        thing: marked('snapshot', 'snap-0c1d2e3f4a5b6c7d8', 'shop-2026.45-9f3ab2c1'),
        fate: 'asked',
        why: 'The image that it was made for is gone.',
        href: null,
      },
      {
        thing: marked(
          'target group',
          'arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop-main-v009/6d0ecf831eec9f09',
          'shop-main-v009',
        ),
        fate: 'told',
        why: 'It belongs to no recorded server group, and shop-edge forwards to it.',
        href: null,
      },
      {
        thing: marked('listener rule', strayRule, 'shop-alb, port 80: the path is /old/*'),
        fate: 'told',
        why: `No recorded cluster is behind it (it was made for shop-old), and it forwards to shop-main-v009. Look whether anybody uses it, then: aws elbv2 delete-rule --rule-arn ${strayRule}`,
        href: '/load-balancers/shop-alb',
      },
    ],
  }
  return system
}

const strayRule =
  'arn:aws:elasticloadbalancing:eu-west-1:123456789012:listener-rule/app/shop-alb/50dc6c495c0c9188/f2f7dc8efc522ab2/9683b2d02a6cabee'

function marked(kind: MarkedKind, id: string, name: string): MarkedThing {
  const since = kind === 'snapshot' ? new Date('2026-11-15T08:02:00Z') : null
  return { kind, id, name, since, state: '', tags: { 'delling:app': 'shop' }, partOf: null, usedBy: null }
}
