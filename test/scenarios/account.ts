import { cluster, group } from './stage.js'
import type { Scenario } from './scenario.js'

/** AWS itself is short of something, or the account is. */
export const account: readonly Scenario[] = [
  {
    name: 'no-capacity',
    title: 'A zone has no capacity while a deployment launches',
    about: 'Next waits for its third zone, says what AWS said, and goes on when the zone has room again.',
    play: async (stage) => {
      stage.tell('AWS runs out of capacity in us-east-1c.')
      stage.turnKnobs({ zonesWithoutCapacity: ['us-east-1c', 'us-east-1d'] })
      const id = await stage.deploys('good-2')
      await stage.minutes(5)
      await stage.looks()
      await stage.minutes(3)
      stage.tell('AWS has capacity in us-east-1c again.')
      stage.turnKnobs({ zonesWithoutCapacity: [] })
      await stage.world.ended(id)
    },
    whatToDo: 'Nothing. Had the zone stayed full, the deployment would have given up at its deadline.',
  },
  {
    name: 'zone-dark-in-mid-deploy',
    title: 'A zone goes dark in mid-deploy',
    about:
      'The instances in it die, of live and of next alike. Next is not registered without its third zone, and nothing is switched until it is.',
    play: async (stage) => {
      const id = await stage.deploys('good-2')
      await stage.until('registering')
      stage.tell('us-east-1c goes dark.')
      stage.turnKnobs({ zonesOut: ['us-east-1c'] })
      await stage.minutes(5)
      await stage.looks()
      await stage.minutes(3)
      stage.tell('us-east-1c is back.')
      stage.turnKnobs({ zonesOut: [] })
      await stage.world.ended(id)
    },
    whatToDo:
      'Nothing: it went through once the zone was back. Had it stayed dark, the deployment would have given up at its deadline.',
  },
  {
    name: 'zone-dark-in-the-warm-night',
    title: 'A zone goes dark in the warm night',
    about:
      'The warm group loses an instance: the console says since when it could not take the traffic back, and when it can again.',
    play: async (stage) => {
      await stage.deployed('good-2')
      await stage.minutes(30)
      stage.tell('us-east-1a goes dark.')
      stage.turnKnobs({ zonesOut: ['us-east-1a'] })
      await stage.minutes(20)
      stage.tell('us-east-1a is back.')
      stage.turnKnobs({ zonesOut: [] })
      await stage.minutes(20)
    },
    whatToDo: 'Nothing: AWS heals both groups, and Delling says when the way back is open.',
  },
  {
    name: 'alarm-in-the-night',
    title: 'An alarm makes the live group grow in the night',
    about:
      'The warm group is too small for what live carries now, and the console says so; a switch back brings it to size first.',
    play: async (stage) => {
      await stage.deployed('good-2')
      await stage.minutes(30)
      stage.tell('An alarm sets v002 to 5 instances.')
      await stage.asStranger('autoscaling', 'SetDesiredCapacity', {
        AutoScalingGroupName: group(2),
        DesiredCapacity: 5,
      })
      await stage.minutes(10)
      await stage.rollsBack('errors at checkout')
    },
    whatToDo: `Nothing. Whoever cannot wait for the resizing rolls back at once: \`npx delling rollback ${cluster} --now --reason …\`.`,
  },
  {
    name: 'throttled-for-an-hour',
    title: 'AWS throttles the account for an hour',
    about:
      'Somebody else in the account asks too much. Nothing is decided without a look at AWS, and the page says that there is none; here the deadline passes meanwhile. The live group is never touched.',
    play: async (stage) => {
      const id = await stage.deploys('good-2')
      await stage.until('registering')
      stage.tell('AWS takes two calls of each service in five seconds from now on.')
      stage.turnKnobs({ throttle: { perSecond: 0.4, burst: 2 } })
      await stage.minutes(10)
      await stage.looks()
      await stage.minutes(50)
      stage.tell('AWS takes every call again.')
      stage.turnKnobs({ throttle: null })
      await stage.world.ended(id)
    },
    whatToDo:
      'Find out who asks so much (the page More counts Delling’s own calls), then deploy again. The traffic flowed as it did all the time.',
  },
]
