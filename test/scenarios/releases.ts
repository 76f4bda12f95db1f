import type { Scenario } from './scenario.js'

/** Releases that are no good. */
export const releases: readonly Scenario[] = [
  {
    name: 'never-healthy',
    title: 'A release whose instances never get healthy',
    about:
      'The deployment gives up by itself; the live group was never touched, and the failed one is kept to be looked at.',
    play: (stage) => stage.deployed('never'),
    whatToDo:
      'Read on the deployment’s page what the instances said, mend the release, bake it and deploy again. v002 goes by itself when its time is over.',
  },
  {
    name: 'never-boots',
    title: 'Instances of the new version never boot',
    about: 'AWS replaces them over and over: that is seen as a loop and given up, long before the deadline.',
    play: async (stage) => {
      stage.tell('The instances of v002 will die while they boot.')
      stage.ails(2, 'never-boots')
      await stage.deployed('good-2')
    },
    whatToDo:
      'Look at the console output of an instance of v002, on the group’s page: the image or its user data keeps the system from coming up. Bake it again and deploy.',
  },
  {
    name: 'crash-loop',
    title: 'Instances of the new version boot and crash',
    about:
      'They run for some seconds each time. None is ever registered for long enough, so nothing is switched.',
    play: async (stage) => {
      stage.tell('The instances of v002 will crash ten seconds after they have booted.')
      stage.ails(2, 'crash-loops')
      await stage.deployed('good-2')
    },
    whatToDo:
      'Look at the console output of v002 for what it said last, mend it, bake and deploy again. The traffic was with v001 all the time.',
  },
  {
    name: 'flapping',
    title: 'A release is well and sick in turns',
    about:
      'Sick for two minutes, well for two: whether the deployment catches it before the switch or the watch after it, the traffic ends where it was.',
    play: async (stage) => {
      stage.tell('The instances of v002 will answer well and 503 in turns of two minutes.')
      stage.ails(2, 'flaps')
      await stage.deployed('good-2')
    },
    whatToDo:
      'Nothing at night. In the morning: find out in v002’s console output why it answers 503 in turns, mend it, bake and deploy again.',
  },
  {
    name: 'sick-after-the-switch',
    title: 'A release that falls sick right after the switch',
    about: 'The watch sees it, and the traffic goes back in one call.',
    play: async (stage) => {
      const id = await stage.deploys('good-2')
      await stage.until('watching')
      stage.tell('Every instance of v002 begins to answer 503.')
      for (const instance of stage.instances(2)) stage.world.cloud.sicken(instance)
      await stage.world.ended(id)
    },
    whatToDo:
      'Nothing at night: v001 carries the traffic. v002 and its console output are kept until its time is over; its image is marked bad.',
  },
]
