import { broken, faulty } from '../simulation/world.js'
import type { Scenario } from './scenario.js'

/** What a cluster asks of its deployments before the switch, and releases that do not pass it. */
export const beforeTheSwitch: readonly Scenario[] = [
  {
    name: 'fails-its-smoke-test',
    title: 'A release whose pages fail though its health check is well',
    about:
      'Its health check says 200 and every page 500. A test rule lets requests of Delling’s own through to it alone, and no visitor ever meets it.',
    policy: { smokeTestPath: '/shop-main/', smokeTestText: 'open', smokeTestWithinSec: 60 },
    releases: { 'broken-2': broken },
    play: async (stage) => {
      const id = await stage.deploys('broken-2')
      await stage.world.ended(id)
      await stage.minutes(5)
    },
    whatToDo:
      'Read in the deployment what the page answered, look at v002’s console output, mend the release, bake and deploy again. The traffic was with v001 all the time; the image is marked bad.',
  },
  {
    name: 'passes-its-smoke-test',
    title: 'A release that passes its smoke test',
    about: 'The test rule comes, is asked through, and goes again before the traffic is switched.',
    policy: { smokeTestPath: '/shop-main/', smokeTestText: 'open' },
    play: (stage) => stage.deployed('good-2'),
    whatToDo: 'Nothing.',
  },
  {
    name: 'load-balancer-not-reached',
    title: 'A smoke test where the console does not reach the load balancer',
    about:
      'An internal load balancer, a name that does not resolve, a closed port: the deployment gives up and says why, and nothing is held against the image.',
    policy: { smokeTestPath: '/shop-main/', smokeTestWithinSec: 30 },
    play: async (stage) => {
      stage.tell('Somebody closes the load balancer’s port to the console.')
      stage.world.cloud.isCutOff = true
      await stage.deployed('good-2')
      stage.world.cloud.isCutOff = false
    },
    whatToDo:
      'Open the way from the console to the listener, or leave the smoke test out where there can be none; then deploy the same image again.',
  },
  {
    name: 'canary-goes-back',
    title: 'A canary that goes back',
    about:
      'One request in five fails, though every health check is well. A tenth of the visitors meets it for a few minutes; then all of the traffic is back in one call.',
    policy: { canarySteps: [10, 50], canaryHoldSec: 300 },
    releases: { 'faulty-2': faulty },
    play: async (stage) => {
      const id = await stage.deploys('faulty-2')
      await stage.world.ended(id)
      await stage.minutes(10)
    },
    whatToDo:
      'Nothing at night: v001 carries everything. Look at v002, which is kept, for what it answered with 5xx; mend it, bake and deploy again.',
  },
]
