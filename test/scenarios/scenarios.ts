import { cancelOperation } from '../../server/engine/cancel.js'
import { deploy } from '../../server/engine/deploy.js'
import { switchBack } from '../../server/engine/switch-back.js'
import { person, type World } from '../simulation/world.js'

/** A story that operators can read: what goes wrong, and what Delling does about it. */
export interface Scenario {
  readonly name: string
  readonly title: string
  /** What it shows, in a sentence or two. */
  readonly about: string
  readonly play: (stage: Stage) => Promise<void>
}

/** The cluster shop-main with v001 live, and what a scenario does to it. */
export interface Stage {
  readonly world: World
  /** Something that is done or happens, for the transcript. */
  readonly tell: (what: string) => void
  /** Lets so many minutes pass. */
  readonly minutes: (count: number) => Promise<void>
}

const cluster = 'shop-main'
const group = (push: number) => `${cluster}-v00${push}`

async function startDeploy({ world, tell }: Stage, version: string): Promise<string> {
  tell(`Ada deploys ${version}.`)
  const image = world.images.get(version)?.name ?? ''
  const { operation } = await world.asks(() => deploy(world.parts, person, { cluster, image }))
  return operation.id
}

async function deployed(stage: Stage, version: string): Promise<void> {
  const id = await startDeploy(stage, version)
  await stage.world.ended(id)
}

const inPhase = (world: World, phase: string) => () =>
  world.state(cluster).operations.some((operation) => operation.phase === phase)

const rule = (world: World) => world.state(cluster).cluster.ruleArn

async function setWeights(world: World, weights: readonly [push: number, weight: number][]): Promise<void> {
  const TargetGroups = weights.map(([push, Weight]) => ({
    TargetGroupArn: world.state(cluster).groups.find((each) => each.push === push)?.targetGroupArn ?? '',
    Weight,
  }))
  await world.cloud.asStranger('elasticloadbalancing', 'ModifyRule', {
    RuleArn: rule(world),
    Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
  })
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'no-capacity',
    title: 'A zone has no capacity while a deployment launches',
    about: 'Next waits for its third zone, says what AWS said, and goes on when the zone has room again.',
    play: async (stage) => {
      stage.tell('AWS runs out of capacity in us-east-1c.')
      stage.world.cloud.model.knobs.change({ zonesWithoutCapacity: ['us-east-1c', 'us-east-1d'] })
      const id = await startDeploy(stage, 'good-2')
      await stage.minutes(8)
      stage.tell('AWS has capacity in us-east-1c again.')
      stage.world.cloud.model.knobs.change({ zonesWithoutCapacity: [] })
      await stage.world.ended(id)
    },
  },
  {
    name: 'zone-dark-in-the-warm-night',
    title: 'A zone goes dark in the warm night',
    about:
      'The warm group loses an instance: the console says since when it could not take the traffic back, and when it can again.',
    play: async (stage) => {
      await deployed(stage, 'good-2')
      await stage.minutes(30)
      stage.tell('us-east-1a goes dark.')
      stage.world.cloud.model.knobs.change({ zonesOut: ['us-east-1a'] })
      await stage.minutes(20)
      stage.tell('us-east-1a is back.')
      stage.world.cloud.model.knobs.change({ zonesOut: [] })
      await stage.minutes(20)
    },
  },
  {
    name: 'never-healthy',
    title: 'A release whose instances never get healthy',
    about:
      'The deployment gives up by itself; the live group was never touched, and the failed one is kept to be looked at.',
    play: async (stage) => {
      await deployed(stage, 'never')
    },
  },
  {
    name: 'sick-after-the-switch',
    title: 'A release that falls sick right after the switch',
    about: 'The watch sees it, and the traffic goes back in one call.',
    play: async (stage) => {
      const id = await startDeploy(stage, 'good-2')
      await stage.world.time.runUntil(stage.world.time.now + 3_600_000, inPhase(stage.world, 'watching'))
      stage.tell('Every instance of v002 begins to answer 503.')
      for (const { id: instance } of stage.world.cloud.groups[group(2)]?.instances ?? [])
        stage.world.cloud.sicken(instance)
      await stage.world.ended(id)
    },
  },
  {
    name: 'weights-changed-by-hand',
    title: 'Somebody mixes the weights by hand',
    about:
      'Nothing is fought and nothing is switched: the cluster needs a person, who sees what was expected and what is there.',
    play: async (stage) => {
      await deployed(stage, 'good-2')
      stage.tell('Somebody gives v001 half of the traffic in the AWS console.')
      await setWeights(stage.world, [
        [1, 50],
        [2, 50],
      ])
      await stage.minutes(3)
      stage.tell('Somebody sets the weights back.')
      await setWeights(stage.world, [
        [1, 0],
        [2, 100],
      ])
      await stage.minutes(3)
    },
  },
  {
    name: 'traffic-moved-by-hand',
    title: 'Somebody moves all traffic back by hand',
    about: 'One known group carries everything: the records follow it.',
    play: async (stage) => {
      await deployed(stage, 'good-2')
      stage.tell('Somebody gives v001 all traffic in the AWS console.')
      await setWeights(stage.world, [
        [1, 100],
        [2, 0],
      ])
      await stage.minutes(5)
    },
  },
  {
    name: 'warm-group-deleted',
    title: 'Somebody deletes the warm group',
    about: 'It is lost, said so, and what is left of it goes with the next cleanup.',
    play: async (stage) => {
      await deployed(stage, 'good-2')
      stage.tell('Somebody deletes the Auto Scaling group of v001.')
      await stage.world.cloud.asStranger('autoscaling', 'UpdateAutoScalingGroup', {
        AutoScalingGroupName: group(1),
        DeletionProtection: 'none',
      })
      await stage.world.cloud.asStranger('autoscaling', 'DeleteAutoScalingGroup', {
        AutoScalingGroupName: group(1),
        ForceDelete: true,
      })
      await stage.minutes(10)
    },
  },
  {
    name: 'instances-terminated-by-hand',
    title: 'Somebody terminates an instance of the warm group',
    about: 'Its group heals it; until then the console says that it could not take the traffic back.',
    play: async (stage) => {
      await deployed(stage, 'good-2')
      await stage.minutes(15)
      const victim = stage.world.cloud.groups[group(1)]?.instances[0]?.id ?? ''
      stage.tell('Somebody terminates an instance of v001.')
      await stage.world.cloud.asStranger('ec2', 'TerminateInstances', { InstanceIds: [victim] })
      await stage.minutes(20)
    },
  },
  {
    name: 'alarm-in-the-night',
    title: 'An alarm makes the live group grow in the night',
    about:
      'The warm group is too small for what live carries now, and the console says so; a switch back brings it to size first.',
    play: async (stage) => {
      await deployed(stage, 'good-2')
      await stage.minutes(30)
      stage.tell('An alarm sets v002 to 5 instances.')
      await stage.world.cloud.asStranger('autoscaling', 'SetDesiredCapacity', {
        AutoScalingGroupName: group(2),
        DesiredCapacity: 5,
      })
      await stage.minutes(10)
      stage.tell('Ada rolls back.')
      const { operation } = await stage.world.asks(() =>
        switchBack(stage.world.parts, person, { cluster, reason: 'errors at checkout' }),
      )
      await stage.world.ended(operation.id)
    },
  },
  {
    name: 'switch-never-answered',
    title: 'A switch is never answered, is cancelled, and comes through after all',
    about:
      'The group that is given up is fenced: its target group is deleted, so that the late switch to it fails as a whole.',
    play: async (stage) => {
      stage.tell('AWS will answer the next switch to nobody, and carry it out ten minutes later.')
      const id = await startDeploy(stage, 'good-2')
      await stage.world.time.runUntil(stage.world.time.now + 3_600_000, inPhase(stage.world, 'pinning'))
      stage.world.cloud.model.knobs.plan({ action: 'ModifyRule', kind: 'late', delayMs: 600_000 })
      await stage.world.time.runUntil(stage.world.time.now + 600_000, inPhase(stage.world, 'switching'))
      stage.tell('Ada cancels.')
      await stage.world.asks(() => cancelOperation(stage.world.parts, person, id, 'second thoughts'))
      await stage.world.ended(id)
      await stage.minutes(20)
    },
  },
  {
    name: 'process-dies-at-the-switch',
    title: 'The process dies with the switch on the wire',
    about: 'Another one takes the lease, recognises the switch as ours when the rule shows it, and goes on.',
    play: async (stage) => {
      const { world } = stage
      const go = { kind: 'go' } as const
      let died = false
      world.fate = ({ label }) => {
        if (died || !label.startsWith('ModifyRule (switch) answered')) return go
        died = true
        stage.tell('The process dies before it hears the answer; another one starts.')
        setTimeout(() => world.replicas[0]?.start(), 3000)
        return { kind: 'die' }
      }
      await deployed(stage, 'good-2')
    },
  },
]
