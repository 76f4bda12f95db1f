import { group } from './stage.js'
import type { Scenario } from './scenario.js'

/** Somebody changes things in the account by hand. */
export const byHand: readonly Scenario[] = [
  {
    name: 'weights-changed-by-hand',
    title: 'Somebody mixes the weights by hand',
    about:
      'Nothing is fought and nothing is switched: the cluster needs a person, who sees what was expected and what is there.',
    play: async (stage) => {
      await stage.deployed('good-2')
      stage.tell('Somebody gives v001 half of the traffic in the AWS console.')
      await stage.setsWeights({ 1: 50, 2: 50 })
      await stage.minutes(3)
      stage.tell('Somebody sets the weights back.')
      await stage.setsWeights({ 1: 0, 2: 100 })
      await stage.minutes(3)
    },
    whatToDo: 'Nothing now. While it lasted: `npx delling undo shop-main weights`, or set them back as here.',
  },
  {
    name: 'traffic-moved-by-hand',
    title: 'Somebody moves all traffic back by hand',
    about: 'One known group carries everything: the records follow it.',
    play: async (stage) => {
      await stage.deployed('good-2')
      stage.tell('Somebody gives v001 all traffic in the AWS console.')
      await stage.setsWeights({ 1: 100, 2: 0 })
      await stage.minutes(5)
    },
    whatToDo: 'If it was meant: nothing. If not: roll back to v002, which is warm.',
  },
  {
    name: 'warm-group-deleted',
    title: 'Somebody deletes the warm group',
    about: 'It is lost, said so, and what is left of it goes with the next cleanup.',
    play: async (stage) => {
      await stage.deployed('good-2')
      stage.tell('Somebody deletes the Auto Scaling group of v001.')
      await stage.asStranger('autoscaling', 'UpdateAutoScalingGroup', {
        AutoScalingGroupName: group(1),
        DeletionProtection: 'none',
      })
      await stage.asStranger('autoscaling', 'DeleteAutoScalingGroup', {
        AutoScalingGroupName: group(1),
        ForceDelete: true,
      })
      await stage.minutes(10)
    },
    whatToDo: 'There is no way back to v001. Whoever wants one for tonight deploys its image again.',
  },
  {
    name: 'target-group-of-next-deleted',
    title: 'Somebody deletes the target group of next in mid-deploy',
    about: 'Nothing can be registered any more: the deployment gives up, and the live group never noticed.',
    play: async (stage) => {
      const id = await stage.deploys('good-2')
      await stage.until('registering')
      await stage.minutes(1)
      stage.tell('Somebody takes the target group of v002 out of the rule and deletes it.')
      await stage.deletesTargetGroup(2)
      await stage.minutes(5)
      await stage.looks()
      await stage.world.ended(id)
    },
    whatToDo:
      'Deploy again: the next push makes a target group of its own. v002 goes by itself when its time is over.',
  },
  {
    name: 'target-group-of-warm-deleted',
    title: 'Somebody deletes the target group of the warm group in the night',
    about: 'The instances run on, but traffic can’t get back to them: the console says so at once.',
    play: async (stage) => {
      await stage.deployed('good-2')
      await stage.minutes(30)
      stage.tell('Somebody takes the target group of v001 out of the rule and deletes it.')
      await stage.deletesTargetGroup(1)
      await stage.minutes(20)
    },
    whatToDo:
      'There is no way back to v001: AWS gives a deleted target group back to nobody. Whoever wants a way back for tonight deploys v001’s image again.',
  },
  {
    name: 'resized-by-hand',
    title: 'Somebody resizes live and warm by hand',
    about:
      'Live grows and warm shrinks. Delling shrinks nothing back and fights nobody: it says what it expected, what is there, and that the way back is too narrow.',
    play: async (stage) => {
      await stage.deployed('good-2')
      await stage.minutes(30)
      stage.tell('Somebody sets v002, which is live, to 6 instances, at least 6.')
      await stage.resizes(2, { min: 6, desired: 6, max: 9 })
      await stage.minutes(5)
      stage.tell('Somebody sets v001, which is warm, to one instance.')
      await stage.resizes(1, { min: 1, desired: 1, max: 9 })
      await stage.minutes(10)
    },
    whatToDo:
      'Adopt the size of v002 if it is meant, undo that of v001 if the way back is to stay open. A roll back meanwhile brings v001 to size first.',
  },
  {
    name: 'instances-terminated-by-hand',
    title: 'Somebody terminates an instance of the warm group',
    about: 'Its group heals it; until then the console says that it could not take the traffic back.',
    play: async (stage) => {
      await stage.deployed('good-2')
      await stage.minutes(15)
      const victim = stage.instances(1)[0] ?? ''
      stage.tell('Somebody terminates an instance of v001.')
      await stage.asStranger('ec2', 'TerminateInstances', { InstanceIds: [victim] })
      await stage.minutes(20)
    },
    whatToDo: 'Nothing.',
  },
]
