import type { ListedBake } from '../../domain/bake.js'
import { isEnded } from '../../domain/operation.js'
import { recordedLive, type ClusterState } from '../../domain/cluster-state.js'
import { liveMs, say, type Head } from './head.js'
import { sample, sampleRows, type SampleFacts, type SampleRow } from './sample-versions.js'

export interface FirstRunFacts extends SampleFacts {
  readonly state: ClusterState | null
  readonly paceDivisor: number
}

interface Step {
  readonly heading: string
  readonly text: string
  readonly now: boolean
  readonly done: boolean
  readonly action: string
  readonly button: string
  readonly reason: string
  readonly enabled: boolean
  readonly follow: { readonly href: string; readonly label: string } | null
}

export interface FirstRunPage extends Head {
  readonly steps: readonly Step[]
  readonly versions: readonly SampleRow[]
}

/** The newcomer is led until the sample has been deployed a second time, or there is a cluster of their own. */
export function isFirstRun(states: readonly ClusterState[], pushesOfSample: number): boolean {
  if (states.length === 0) return true
  return states.length === 1 && states[0]?.cluster.name === sample.cluster && pushesOfSample < 2
}

/** What do I press? */
export function firstRunPage(facts: FirstRunFacts): FirstRunPage {
  const [first, second] = facts.versions
  const imageOf = (version: string | undefined) => facts.images.find((image) => image.version === version)
  const baking = facts.bakes.find((bake) => bake.endedAt === null)
  const baked = Boolean(imageOf(first?.version) && imageOf(second?.version))
  const live = facts.state && recordedLive(facts.state)
  const creating = facts.state?.operations.find((each) => !isEnded(each))
  const steps = [
    bakeStep(baked, baking),
    createStep(baked, facts.state !== null, live !== null, creating?.id),
    deployStep(second?.version ?? '', live !== null, baked),
  ]
  return {
    title: 'Welcome',
    heading: live ? 'One step left' : 'Nothing is running yet',
    crumbs: [],
    sentence: say(
      'Three clicks to your first switch: bake two versions of a sample application, put the first live, then deploy the second beside it and watch the traffic move without losing a request.',
    ),
    acts: [],
    liveMs: liveMs(Boolean(baking ?? creating), facts.paceDivisor),
    steps,
    versions: sampleRows(facts, null),
  }
}

function bakeStep(baked: boolean, baking: ListedBake | undefined): Step {
  return {
    heading: 'Bake the sample',
    text: 'Makes two images of the sample application “sunrise”: 1.0.0 looks like night, 1.1.0 like dawn. A builder installs each, stops, and becomes an image.',
    now: !baked && !baking,
    done: baked,
    action: '/first-run/bake',
    button: baked ? 'Baked' : 'Bake sunrise 1.0.0 and 1.1.0',
    reason: baked
      ? 'both images are there'
      : baking
        ? 'baking now'
        : 'about 10 s each; nothing leaves this machine',
    enabled: !baked && !baking,
    follow: baking ? { href: `/bakes/${baking.id}`, label: 'Follow the bake' } : null,
  }
}

function createStep(baked: boolean, exists: boolean, live: boolean, running: string | undefined): Step {
  return {
    heading: 'Put version 1 live',
    text: `Launches three copies of 1.0.0 over three zones, behind a load balancer on port ${sample.listenerPort}.`,
    now: baked && !exists,
    done: live,
    action: '/first-run/cluster',
    button: exists
      ? `${sample.cluster} is ${live ? 'live' : 'on its way'}`
      : `Create cluster ${sample.cluster}`,
    reason: exists
      ? live
        ? 'it carries the traffic'
        : 'every target must be healthy first'
      : baked
        ? 'about 20 s'
        : 'after step 1',
    enabled: baked && !exists,
    follow: running
      ? { href: `/operations/${running}`, label: 'Follow the launch' }
      : exists
        ? { href: `/clusters/${sample.cluster}`, label: `Look at ${sample.cluster}` }
        : null,
  }
}

function deployStep(version: string, live: boolean, baked: boolean): Step {
  return {
    heading: 'Deploy version 2 beside it',
    text: 'Three copies of 1.1.0 start and are health-checked while version 1 carries all the traffic. Then one call moves it; version 1 stays warm until morning, and switching back is one click.',
    now: live && baked,
    done: false,
    action: '/first-run/deploy',
    button: `Deploy sunrise ${version}`,
    reason: live ? 'about 20 s, no request is lost' : 'after step 2',
    enabled: live && baked,
    follow: null,
  }
}
